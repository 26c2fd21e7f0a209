#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
// Upright NV12 or NV21 by the bilinear filter at any scale, chroma sited at the centre or left, to an NCHW tensor. What
// preprocess/general.comp defines, 4 neighbouring pixels a thread, one row of the tensor a workgroup.
//
// A thread finds its first point by a division that is exact in floats, and the others by adding multiples of the scale in
// fixed point. Bytes become f16 numbers by adding F16_BIAS, since reading those as floats is free on V3D; the bias is
// part of the colour's constant.
//
// Asks for: plane offsets, strides and the frame's address multiples of 4; at least 3 source pixels on both axes, less than
// 8192 along x; numerators of points (see Axis) below 2^24; CONTENT_X, CONTENT_WIDTH and TENSOR_WIDTH multiples of 4.

#include "include/frame.glsl"
#include "include/buffers.glsl"
#include "include/frame_read.glsl"
#include "include/points.glsl"
#include "include/tensor.glsl"
#include "include/tensor_quads.glsl"

layout(local_size_x_id = 32) in;

const uint HALVES = 0x00ff00ffu;
const float F16_BIAS = 1024.0;

// The points to interpolate at, from the centre of the first sample. n: output pixels; size: source pixels.
Axis axis_of(uint n, uint size, uint shift, bool left) {
    uint den = (2u * n) << shift;
    return Axis(den, size + (left ? n : 0u) - (den >> 1), 2u * size);
}

// Whether some point is not between two samples.
bool has_edges(Axis a, uint n, uint samples) {
    return int(a.first) < 0 || a.first + (n - 1u) * a.step >= (samples - 1u) * a.den;
}

struct Tap {
    uint first;
    float weight; // of the sample after `first`
};

Tap row_tap(Axis a, uint n, uint samples, float i) {
    vec2 p = point_of(a, n, i);
    if (has_edges(a, n, samples)) {
        float whole = clamp(p.x, 0.0, float(samples - 2u));
        p = vec2(whole, clamp(p.y + (p.x - whole) * float(a.den), 0.0, float(a.den)));
    }
    return Tap(uint(p.x), p.y * (1.0 / float(a.den)));
}

// Bits of a fixed-point position that are its fraction.
uint fraction_bits(Axis a, uint n, uint samples) {
    uint bits = SOURCE_WIDTH < 2048u ? 21u : SOURCE_WIDTH < 4096u ? 20u : 19u;
    return has_edges(a, n, samples) ? bits - 1u : bits; // a sign takes one
}

Tap column_tap(Axis a, uint n, uint samples, uint fixed_point) {
    uint bits = fraction_bits(a, n, samples);
    if (has_edges(a, n, samples)) {
        fixed_point = uint(clamp(int(fixed_point), 0, int(((samples - 1u) << bits) - 1u)));
    }
    return Tap(fixed_point >> bits, float(fixed_point & ((1u << bits) - 1u)) * (1.0 / float(1u << bits)));
}

// A byte in the low half, the rest being zero, F16_BIAS more.
float biased(uint code) {
    return unpackHalf2x16(code + 0x6400u).x;
}

vec2 biased_halves(uint codes) {
    return unpackHalf2x16(codes + 0x64006400u);
}

// Two neighbouring rows and their weights.
#ifdef DEVICE_ADDRESS
layout(buffer_reference, std430, buffer_reference_align = 4) restrict readonly buffer FrameRow {
    uint words[];
};

struct Rows {
    uvec2 upper;
    uvec2 lower;
    float above;
    float below;
};

uvec2 address_at(uint plane, uint offset) {
    uint carry;
    uvec2 start = frame_address(plane);
    uint low = uaddCarry(start.x, offset, carry);
    return uvec2(low, start.y + carry);
}

#define UPPER_WORD(rows, i) FrameRow(rows.upper).words[i]
#define LOWER_WORD(rows, i) FrameRow(rows.lower).words[i]
#else
struct Rows {
    uint upper;
    uint lower;
    float above;
    float below;
};

uint address_at(uint plane, uint offset) {
    return offset >> 2;
}

#define UPPER_WORD(rows, i) frame_word(0u, rows.upper + (i))
#define LOWER_WORD(rows, i) frame_word(0u, rows.lower + (i))
#endif

Rows rows_of(Tap t, uint plane, uint offset, uint stride) {
    uint upper = offset + t.first * stride;
    return Rows(address_at(plane, upper), address_at(plane, upper + stride), 1.0 - t.weight, t.weight);
}

float luma_at(Rows rows, Tap x) {
    uint at = (x.first & ~3u) >> 2;
    uint next = ((x.first + 1u) & ~3u) >> 2;
    uint shift = (x.first << 3) & 31u;
    uint next_shift = ((x.first + 1u) << 3) & 31u;
    float a = rows.above * biased((UPPER_WORD(rows, at) >> shift) & 0xffu)
        + rows.below * biased((LOWER_WORD(rows, at) >> shift) & 0xffu);
    float b = rows.above * biased((UPPER_WORD(rows, next) >> next_shift) & 0xffu)
        + rows.below * biased((LOWER_WORD(rows, next) >> next_shift) & 0xffu);
    return a + x.weight * (b - a);
}

vec2 chroma_at(Rows rows, Tap x) {
    uint at = x.first >> 1;
    uint next = (x.first + 1u) >> 1;
    // Two neighbouring pairs as one word, out of two where the first is the later half of its.
    uint shift = (x.first << 4) & 31u;
    uint factor = (next - at) << 16;
    uint upper = (UPPER_WORD(rows, at) >> shift) + UPPER_WORD(rows, next) * factor;
    uint lower = (LOWER_WORD(rows, at) >> shift) + LOWER_WORD(rows, next) * factor;
    vec2 first = rows.above * biased_halves(upper & HALVES) + rows.below * biased_halves(lower & HALVES);
    vec2 second = rows.above * biased_halves((upper >> 8) & HALVES) + rows.below * biased_halves((lower >> 8) & HALVES);
    vec2 pair = vec2(first.x + x.weight * (first.y - first.x), second.x + x.weight * (second.y - second.x));
    return FORMAT == FORMAT_NV21 ? pair.yx : pair;
}

void main() {
    uint x = 4u * gl_GlobalInvocationID.x;
    uint y = gl_WorkGroupID.y;
    Axis luma_x = axis_of(CONTENT_WIDTH, SOURCE_WIDTH, 0u, false);
    Axis luma_y = axis_of(CONTENT_HEIGHT, SOURCE_HEIGHT, 0u, false);
    Axis chroma_x = axis_of(CONTENT_WIDTH, SOURCE_WIDTH, 1u, SITING == SITING_LEFT);
    Axis chroma_y = axis_of(CONTENT_HEIGHT, SOURCE_HEIGHT, 1u, false);
    uint width = component_width(1u);
    uint height = component_height(1u);
    Rows luma_rows =
        rows_of(row_tap(luma_y, CONTENT_HEIGHT, SOURCE_HEIGHT, float(y)), 0u, PLANE0_OFFSET, PLANE0_STRIDE);
    Rows chroma_rows = rows_of(row_tap(chroma_y, CONTENT_HEIGHT, height, float(y)), 1u, PLANE1_OFFSET, PLANE1_STRIDE);
    uint luma_bits = fraction_bits(luma_x, CONTENT_WIDTH, SOURCE_WIDTH);
    uint chroma_bits = fraction_bits(chroma_x, CONTENT_WIDTH, width);
    uint luma_first = fixed_first(luma_x, CONTENT_WIDTH, luma_bits, float(x));
    uint chroma_first = fixed_first(chroma_x, CONTENT_WIDTH, chroma_bits, float(x));
    vec3 pixels[4];
    [[unroll]] for (uint k = 0u; k < 4u; k++) {
        uint luma_point = luma_first + fixed_distance(luma_x, luma_bits, k);
        uint chroma_point = chroma_first + fixed_distance(chroma_x, chroma_bits, k);
        float luma = luma_at(luma_rows, column_tap(luma_x, CONTENT_WIDTH, SOURCE_WIDTH, luma_point));
        vec2 chroma = chroma_at(chroma_rows, column_tap(chroma_x, CONTENT_WIDTH, width, chroma_point));
        pixels[k] = tensor_from_sums(vec3(luma, chroma), vec2(1.0), vec2(F16_BIAS));
    }
    tensor_write_pixels(CONTENT_X + x, CONTENT_Y + y, pixels[0], pixels[1], pixels[2], pixels[3]);
}
