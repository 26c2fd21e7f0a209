#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
// Upright NV12 or NV21 by the exact area filter at any scale from 2 to MAX_SCALE, chroma sited at the centre, to an NCHW
// tensor. What preprocess/general.comp defines, 4 neighbouring pixels a thread, one row of the tensor a workgroup.
//
// A box is its whole samples plus a part of the first and of the last one on each axis. The whole ones are added as bytes
// within words, picked by masks; parts are weighted once a row or once a box, never a float for each byte. From scale 2 on
// no box leaves the picture.
//
// Asks for: plane offsets, strides and the frame's address multiples of 4; CONTENT_X, CONTENT_WIDTH and TENSOR_WIDTH
// multiples of 4.

#include "include/frame.glsl"
#include "include/buffers.glsl"
#include "include/frame_read.glsl"
#include "include/tensor.glsl"
#include "include/tensor_quads.glsl"

layout(local_size_x_id = 32) in;

const uint MAX_SCALE = 18u;
const uint MAX_WORDS = 6u; // a row of the widest box and 3 bytes before it
const uint HALVES = 0x00ff00ffu;

// Words that cover any box of a row.
const uint LUMA_WORDS = (SOURCE_WIDTH / CONTENT_WIDTH + 8u) / 4u;
const uint CHROMA_WORDS = (SOURCE_WIDTH / (2u * CONTENT_WIDTH) + 4u) / 2u;

struct Box {
    uint first;
    uint last;
    float first_weight; // of the first and last sample; those between weigh 1
    float last_weight;
};

Box box_of(uint i, uint n, uint size, uint shift) {
    uint den = n << shift;
    uint low = i * size;
    uint high = low + size;
    Box b;
    b.first = low / den;
    b.last = (high - 1u) / den;
    b.first_weight = float((b.first + 1u) * den - low) * (1.0 / float(den));
    b.last_weight = float(high - b.last * den) * (1.0 / float(den));
    return b;
}

// The low n bytes of a word.
uint low_bytes(int n) {
    return n >= 4 ? 0xffffffffu : n <= 0 ? 0u : (1u << (8 * n)) - 1u;
}

// What a row of words holds of one box: whole bytes in two 16-bit sums, the first and the last byte.
struct LumaSums {
    uint whole;
    uint first;
    uint last;
};

float luma_box(Box x, Box y) {
    uint base = x.first >> 2;
    int begin = int(x.first & 3u) + 1;
    int end = int(x.last - 4u * base);
    uint first_shift = (x.first & 3u) << 3;
    uint last_shift = (x.last & 3u) << 3;
    uint masks[MAX_WORDS];
    uint at[MAX_WORDS]; // never past the last byte's word, which so comes last
    [[unroll]] for (uint k = 0u; k < MAX_WORDS; k++) {
        masks[k] = low_bytes(end - int(4u * k)) & ~low_bytes(begin - int(4u * k));
        at[k] = min(k, uint(end) >> 2);
    }
    LumaSums sums = LumaSums(0u, 0u, 0u);
    float total = 0.0;
    uint address = (PLANE0_OFFSET + y.first * PLANE0_STRIDE) / 4u + base;
    for (uint j = y.first; j <= y.last; j++) {
        LumaSums row = LumaSums(0u, 0u, 0u);
        [[unroll]] for (uint k = 0u; k < MAX_WORDS; k++) {
            if (k < LUMA_WORDS) {
                uint word = frame_word(0u, address + at[k]);
                uint masked = word & masks[k];
                row.whole += (masked & HALVES) + ((masked >> 8) & HALVES);
                if (k == 0u) {
                    row.first = (word >> first_shift) & 0xffu;
                }
                row.last = word;
            }
        }
        row.last = (row.last >> last_shift) & 0xffu;
        if (j == y.first || j == y.last) {
            float weight = j == y.first ? y.first_weight : y.last_weight;
            total += weight * (float((row.whole & 0xffffu) + (row.whole >> 16)) + x.first_weight * float(row.first)
                + x.last_weight * float(row.last));
        } else {
            sums.whole += row.whole;
            sums.first += row.first;
            sums.last += row.last;
        }
        address += PLANE0_STRIDE / 4u;
    }
    return total + float((sums.whole & 0xffffu) + (sums.whole >> 16)) + x.first_weight * float(sums.first)
        + x.last_weight * float(sums.last);
}

// First and second bytes of the pairs; each in two 16-bit sums.
vec2 chroma_box(Box x, Box y) {
    uint base = x.first >> 1;
    int begin = 2 * (int(x.first & 1u) + 1);
    int end = 2 * int(x.last - 2u * base);
    uint first_shift = (x.first & 1u) << 4;
    uint last_shift = (x.last & 1u) << 4;
    uint masks[MAX_WORDS];
    uint at[MAX_WORDS];
    [[unroll]] for (uint k = 0u; k < MAX_WORDS; k++) {
        masks[k] = low_bytes(end - int(4u * k)) & ~low_bytes(begin - int(4u * k));
        at[k] = min(k, uint(end) >> 2);
    }
    uvec2 sum_whole = uvec2(0u);
    uvec2 sum_first = uvec2(0u);
    uvec2 sum_last = uvec2(0u);
    vec2 total = vec2(0.0);
    uint address = (PLANE1_OFFSET + y.first * PLANE1_STRIDE) / 4u + base;
    for (uint j = y.first; j <= y.last; j++) {
        uvec2 whole = uvec2(0u);
        uint first = 0u;
        uint last = 0u;
        [[unroll]] for (uint k = 0u; k < MAX_WORDS; k++) {
            if (k < CHROMA_WORDS) {
                uint word = frame_word(1u, address + at[k]);
                uint masked = word & masks[k];
                whole += uvec2(masked & HALVES, (masked >> 8) & HALVES);
                if (k == 0u) {
                    first = word >> first_shift;
                }
                last = word;
            }
        }
        last >>= last_shift;
        uvec2 firsts = uvec2(first & 0xffu, (first >> 8) & 0xffu);
        uvec2 lasts = uvec2(last & 0xffu, (last >> 8) & 0xffu);
        if (j == y.first || j == y.last) {
            float weight = j == y.first ? y.first_weight : y.last_weight;
            total += weight
                * (vec2((whole & 0xffffu) + (whole >> 16)) + x.first_weight * vec2(firsts) + x.last_weight * vec2(lasts));
        } else {
            sum_whole += whole;
            sum_first += firsts;
            sum_last += lasts;
        }
        address += PLANE1_STRIDE / 4u;
    }
    return total + vec2((sum_whole & 0xffffu) + (sum_whole >> 16)) + x.first_weight * vec2(sum_first)
        + x.last_weight * vec2(sum_last);
}

vec3 pixel(uint x, Box luma_y, Box chroma_y) {
    float luma = luma_box(box_of(x, CONTENT_WIDTH, SOURCE_WIDTH, 0u), luma_y);
    vec2 chroma = chroma_box(box_of(x, CONTENT_WIDTH, SOURCE_WIDTH, 1u), chroma_y);
    float luma_unit = float(CONTENT_WIDTH) / float(SOURCE_WIDTH) * (float(CONTENT_HEIGHT) / float(SOURCE_HEIGHT));
    return tensor_from_sums(vec3(luma, FORMAT == FORMAT_NV21 ? chroma.yx : chroma), luma_unit * vec2(1.0, 4.0), vec2(0.0));
}

void main() {
    uint x = 4u * gl_GlobalInvocationID.x;
    uint y = gl_WorkGroupID.y;
    Box luma_y = box_of(y, CONTENT_HEIGHT, SOURCE_HEIGHT, 0u);
    Box chroma_y = box_of(y, CONTENT_HEIGHT, SOURCE_HEIGHT, 1u);
    tensor_write_pixels(
        CONTENT_X + x,
        CONTENT_Y + y,
        pixel(x, luma_y, chroma_y),
        pixel(x + 1u, luma_y, chroma_y),
        pixel(x + 2u, luma_y, chroma_y),
        pixel(x + 3u, luma_y, chroma_y));
}
