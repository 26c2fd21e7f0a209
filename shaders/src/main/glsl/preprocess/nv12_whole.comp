#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
// Upright NV12 or NV21, shrunk by the whole number RATIO (2, 3, 4 or 6) on both axes, chroma sited at the centre, to an
// NCHW tensor. What include/frame.glsl and preprocess/general.comp define, with all box borders known beforehand.
//
//   RATIO   source pixels a tensor pixel
//   AREA    defined for the area filter
//
// A thread makes 8 neighbouring pixels out of 2 * RATIO words a row; a workgroup makes one row. Bytes are added within
// words: `(w & 0x00ff00ff) + ...` holds two sums of up to 257 bytes each. Averages first, one conversion after.
//
// Asks for: plane offsets, strides and the frame's address multiples of 16 (RATIO 3: 8); CONTENT_WIDTH a multiple of 8,
// CONTENT_X and TENSOR_WIDTH of 4; CONTENT_WIDTH / 8 threads a row, no more.

#include "include/frame.glsl"
#include "include/buffers.glsl"
#if RATIO == 3
#define FRAME_UVEC2
#endif
#include "include/frame_vectors.glsl"
#include "include/tensor.glsl"
#include "include/tensor_quads.glsl"

layout(local_size_x_id = 32) in;

const uint PIXELS = 8u;
const uint WORDS = PIXELS * RATIO / 4u; // in a thread's piece of a row, luma and chroma alike
const uint HALVES = 0x00ff00ffu;

#if RATIO == 3
// Chroma boxes are 1.5 samples wide (AREA) or 1 (BILINEAR): two samples, one of them whole or 3 : 1.
#ifdef AREA
const uint NEAR = 2u;
#else
const uint NEAR = 3u;
#endif
const float CHROMA_UNIT = 1.0 / float((NEAR + 1u) * (NEAR + 1u));
#endif

// Words a load brings.
#if RATIO == 3
const uint LOAD = 2u;
#define LOAD_TYPE uvec2
#define frame_load(plane, offset) frame_uvec2(plane, offset)
#else
const uint LOAD = 4u;
#define LOAD_TYPE uvec4
#define frame_load(plane, offset) frame_uvec4(plane, offset)
#endif

// The 16-bit sum k of an array of sums, two a word; byte column k of sums of even and odd bytes.
#define HALF(sums, k) (((k) & 1u) == 0u ? sums[(k) >> 1] & 0xffffu : sums[(k) >> 1] >> 16)
#define LUMA(k) (((k) & 1u) == 0u ? HALF(luma_even, (k) >> 1) : HALF(luma_odd, (k) >> 1))

void main() {
    uint thread = gl_GlobalInvocationID.x;
    uint y = gl_WorkGroupID.y;
    uint piece = 4u * WORDS * thread;

    // Luma: sums of even and of odd bytes over the rows of the box.
    uint luma_even[WORDS];
    uint luma_odd[WORDS];
    [[unroll]] for (uint i = 0u; i < WORDS; i++) {
        luma_even[i] = 0u;
        luma_odd[i] = 0u;
    }
#ifdef AREA
    const uint first_row = 0u;
    const uint rows = RATIO;
#else
    const uint first_row = (RATIO - 1u) / 2u;
    const uint rows = 2u - RATIO % 2u;
#endif
    uint row = PLANE0_OFFSET + (RATIO * y + first_row) * PLANE0_STRIDE + piece;
    [[unroll]] for (uint i = 0u; i < WORDS; i += LOAD) {
        [[unroll]] for (uint j = 0u; j < rows; j++) {
            LOAD_TYPE words = frame_load(0u, row + j * PLANE0_STRIDE + 4u * i);
            [[unroll]] for (uint k = 0u; k < LOAD; k++) {
                luma_even[i + k] += words[k] & HALVES;
                luma_odd[i + k] += (words[k] >> 8) & HALVES;
            }
        }
    }

    // Chroma: first and second bytes of the pairs, Cb and Cr of NV12.
    uint chroma_first[WORDS];
    uint chroma_second[WORDS];
#if RATIO == 3
    uint near = (y & 1u) == 0u ? NEAR : 1u; // weight of the first row
    row = PLANE1_OFFSET + ((3u * y) >> 1) * PLANE1_STRIDE + piece;
    [[unroll]] for (uint i = 0u; i < WORDS; i += LOAD) {
        LOAD_TYPE a = frame_load(1u, row + 4u * i);
        LOAD_TYPE b = frame_load(1u, row + PLANE1_STRIDE + 4u * i);
        [[unroll]] for (uint k = 0u; k < LOAD; k++) {
            chroma_first[i + k] = near * (a[k] & HALVES) + (NEAR + 1u - near) * (b[k] & HALVES);
            chroma_second[i + k] = near * ((a[k] >> 8) & HALVES) + (NEAR + 1u - near) * ((b[k] >> 8) & HALVES);
        }
    }
#else
#ifdef AREA
    const uint first_pair = 0u; // of the RATIO / 2 pairs under a pixel, on both axes
    const uint pairs = RATIO / 2u;
#else
    const uint first_pair = (RATIO / 2u - 1u) / 2u;
    const uint pairs = 2u - (RATIO / 2u) % 2u;
#endif
    const float CHROMA_UNIT = 1.0 / float(pairs * pairs);
    [[unroll]] for (uint i = 0u; i < WORDS; i++) {
        chroma_first[i] = 0u;
        chroma_second[i] = 0u;
    }
    row = PLANE1_OFFSET + (RATIO / 2u * y + first_pair) * PLANE1_STRIDE + piece;
    [[unroll]] for (uint i = 0u; i < WORDS; i += LOAD) {
        [[unroll]] for (uint j = 0u; j < pairs; j++) {
            LOAD_TYPE words = frame_load(1u, row + j * PLANE1_STRIDE + 4u * i);
            [[unroll]] for (uint k = 0u; k < LOAD; k++) {
                chroma_first[i + k] += words[k] & HALVES;
                chroma_second[i + k] += (words[k] >> 8) & HALVES;
            }
        }
    }
#endif

    vec3 pixels[PIXELS];
    [[unroll]] for (uint i = 0u; i < PIXELS; i++) {
        uint luma = 0u;
        [[unroll]] for (uint k = 0u; k < rows; k++) {
            luma += LUMA(RATIO * i + first_row + k);
        }
        uvec2 chroma = uvec2(0u);
#if RATIO == 3
        uint k = (3u * i) >> 1;
        uint w = (i & 1u) == 0u ? NEAR : 1u;
        chroma.x = w * HALF(chroma_first, k) + (NEAR + 1u - w) * HALF(chroma_first, k + 1u);
        chroma.y = w * HALF(chroma_second, k) + (NEAR + 1u - w) * HALF(chroma_second, k + 1u);
#else
        [[unroll]] for (uint k = 0u; k < pairs; k++) {
            uint pair = RATIO / 2u * i + first_pair + k;
            chroma += uvec2(HALF(chroma_first, pair), HALF(chroma_second, pair));
        }
#endif
        vec3 sums = vec3(uvec3(luma, FORMAT == FORMAT_NV21 ? chroma.yx : chroma));
        pixels[i] = tensor_from_sums(sums, 1.0 / float(rows * rows), CHROMA_UNIT);
    }
    uint x = CONTENT_X + PIXELS * thread;
    tensor_write_pixels(x, CONTENT_Y + y, pixels[0], pixels[1], pixels[2], pixels[3]);
    tensor_write_pixels(x + 4u, CONTENT_Y + y, pixels[4], pixels[5], pixels[6], pixels[7]);
}
