#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
// Upright NV12 or NV21 by the bilinear filter at any scale, chroma sited at the centre or left, to an NCHW tensor. What
// preprocess/general.comp defines, 4 neighbouring pixels a thread, one row of the tensor a workgroup.
//
//   TURNS   defined where the axes' scales differ: two pixels at a time, since four spill on V3D then
//
// Asks for: plane offsets, strides and the frame's address multiples of 4; at least 3 source pixels on both axes;
// CONTENT_X, CONTENT_WIDTH and TENSOR_WIDTH multiples of 4.

#include "include/frame.glsl"
#include "include/buffers.glsl"
#include "include/frame_read.glsl"
#include "include/tensor.glsl"
#include "include/tensor_quads.glsl"

layout(local_size_x_id = 32) in;

// The two samples to blend and the weight of the second. i of n: output pixel; size: source pixels; as in general.comp
// positions are whole numbers of 1/den sample.
struct Tap {
    uint first;
    float weight;
};

Tap tap_of(uint i, uint n, uint size, uint shift, bool left) {
    uint den = (2u * n) << shift;
    uint samples = (size + shift) >> shift;
    uint position = uint(max(int((2u * i + 1u) * size + (left ? n : 0u)) - int(den >> 1), 0));
    Tap t;
    t.first = min(position / den, samples - 2u);
    t.weight = min(float(position - t.first * den) * (1.0 / float(den)), 1.0);
    return t;
}

float luma_row(uint row, uint x, float weight) {
    float a = float(frame_byte(0u, row + x));
    return a + weight * (float(frame_byte(0u, row + x + 1u)) - a);
}

vec2 chroma_pair(uint row, uint x) {
    uint pair = frame_word(1u, (row + 2u * x) >> 2) >> ((x & 1u) << 4);
    return vec2(pair & 0xffu, (pair >> 8) & 0xffu);
}

vec3 pixel(uint x, Tap luma_y, Tap chroma_y) {
    Tap luma_x = tap_of(x, CONTENT_WIDTH, SOURCE_WIDTH, 0u, false);
    uint row = PLANE0_OFFSET + luma_y.first * PLANE0_STRIDE;
    float luma = mix(
        luma_row(row, luma_x.first, luma_x.weight),
        luma_row(row + PLANE0_STRIDE, luma_x.first, luma_x.weight),
        luma_y.weight);

    Tap chroma_x = tap_of(x, CONTENT_WIDTH, SOURCE_WIDTH, 1u, SITING == SITING_LEFT);
    row = PLANE1_OFFSET + chroma_y.first * PLANE1_STRIDE;
    uint below = row + PLANE1_STRIDE;
    vec2 chroma = mix(
        mix(chroma_pair(row, chroma_x.first), chroma_pair(row, chroma_x.first + 1u), chroma_x.weight),
        mix(chroma_pair(below, chroma_x.first), chroma_pair(below, chroma_x.first + 1u), chroma_x.weight),
        chroma_y.weight);
    return tensor_from_sums(vec3(luma, FORMAT == FORMAT_NV21 ? chroma.yx : chroma), vec2(1.0), vec2(0.0));
}

void main() {
    uint x = 4u * gl_GlobalInvocationID.x;
    uint y = gl_WorkGroupID.y;
    Tap luma_y = tap_of(y, CONTENT_HEIGHT, SOURCE_HEIGHT, 0u, false);
    Tap chroma_y = tap_of(y, CONTENT_HEIGHT, SOURCE_HEIGHT, 1u, false);
#ifdef TURNS
    vec3 pixels[4];
    [[dont_unroll]] for (uint i = 0u; i < 4u; i += 2u) {
        vec3 left = pixel(x + i, luma_y, chroma_y);
        vec3 right = pixel(x + i + 1u, luma_y, chroma_y);
        if (i == 0u) {
            pixels[0] = left;
            pixels[1] = right;
        } else {
            pixels[2] = left;
            pixels[3] = right;
        }
    }
    tensor_write_pixels(CONTENT_X + x, CONTENT_Y + y, pixels[0], pixels[1], pixels[2], pixels[3]);
#else
    tensor_write_pixels(
        CONTENT_X + x,
        CONTENT_Y + y,
        pixel(x, luma_y, chroma_y),
        pixel(x + 1u, luma_y, chroma_y),
        pixel(x + 2u, luma_y, chroma_y),
        pixel(x + 3u, luma_y, chroma_y));
#endif
}
