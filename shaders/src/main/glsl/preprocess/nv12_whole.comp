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
// V3D adds in two units side by side, of which only one shifts, masks and converts. So masks are spared where sums of whole
// words, which may overflow, give the same modulo 2^32; and sums below 1024 become f16 numbers by an addition, since what
// reads a half of a word as f16 does so for nothing.
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

// A storage buffer's six unrolled rows would spill on V3D.
#if defined(AREA) && RATIO == 6 && !defined(DEVICE_ADDRESS)
#define ROWS [[dont_unroll]]
#else
#define ROWS [[unroll]]
#endif

// What a column of words holds over the rows of a box; modulo 2^32, halves where not said otherwise.
struct Column {
    uint all; // sum of the words
    uint even; // sums of bytes 0 and 2
    uint odd; // sums of bytes 1 and 3
};

#define COLUMN_ADD(column, word) \
    column.all += word; \
    column.even += word & HALVES; \
    column.odd += (word >> 8) & HALVES

// Sums of bytes 0 and 1 and of bytes 2 and 3.
uint pair_sums(Column c) {
    return c.all - 255u * c.odd;
}

// The same of `odd`, in the low half only, the rest being anything.
uint odd_low(Column c) {
    return (c.all - c.even) >> 8;
}

// The same as `even`, spared of its masks.
uint even_sums(Column c) {
    return c.all - (c.odd << 8);
}

// Of the six sums in three words, the first three and the last three.
uvec2 sums_of_three(uint a, uint b, uint c) {
    return uvec2((a + (a >> 16) + b) & 0xffffu, (b + c + (c << 16)) >> 16);
}

// Two 16-bit sums below 1024, each made 1024 more, to floats.
const float F16_BIAS = 1024.0;

vec2 biased(uint sums) {
    return unpackHalf2x16(sums + 0x64006400u);
}

// The 16-bit sum k of an array of columns, two a word; byte k of them.
#define HALF(columns, part, k) (((k) & 1u) == 0u ? columns[(k) >> 1].part & 0xffffu : columns[(k) >> 1].part >> 16)
#define BYTE(columns, k) (((k) & 1u) == 0u ? HALF(columns, even, (k) >> 1) : HALF(columns, odd, (k) >> 1))

// What was added to the sums of a pixel.
#if RATIO == 2 || (!defined(AREA) && RATIO != 3)
const float LUMA_BIAS = F16_BIAS;
#else
const float LUMA_BIAS = 0.0;
#endif
#if RATIO == 2 || RATIO == 4 || (!defined(AREA) && RATIO == 6)
const float CHROMA_BIAS = F16_BIAS;
#else
const float CHROMA_BIAS = 0.0;
#endif

void main() {
    uint thread = gl_GlobalInvocationID.x;
    uint y = gl_WorkGroupID.y;
    uint piece = 4u * WORDS * thread;

    Column luma[WORDS];
    Column chroma[WORDS]; // of pairs: `even` has the first, Cb of NV12
    [[unroll]] for (uint i = 0u; i < WORDS; i++) {
        luma[i] = Column(0u, 0u, 0u);
        chroma[i] = Column(0u, 0u, 0u);
    }
#ifdef AREA
    const uint first_row = 0u;
    const uint rows = RATIO;
#else
    const uint first_row = (RATIO - 1u) / 2u;
    const uint rows = 2u - RATIO % 2u;
#endif
    uint row = PLANE0_OFFSET + (RATIO * y + first_row) * PLANE0_STRIDE + piece;
    ROWS for (uint j = 0u; j < rows; j++) {
        [[unroll]] for (uint i = 0u; i < WORDS; i += LOAD) {
            LOAD_TYPE words = frame_load(0u, row + j * PLANE0_STRIDE + 4u * i);
            [[unroll]] for (uint k = 0u; k < LOAD; k++) {
                COLUMN_ADD(luma[i + k], words[k]);
            }
        }
    }

    float luma_sums[PIXELS]; // before the chroma is read, since V3D has few registers
    [[unroll]] for (uint i = 0u; i < PIXELS; i += 2u) {
#if RATIO == 2
        vec2 l = biased(pair_sums(luma[i >> 1]));
#elif RATIO == 3
        uint k = 3u * i;
        vec2 l;
#ifdef AREA
        l.x = float(BYTE(luma, k) + BYTE(luma, k + 1u) + BYTE(luma, k + 2u));
        l.y = float(BYTE(luma, k + 3u) + BYTE(luma, k + 4u) + BYTE(luma, k + 5u));
#else
        l = vec2(BYTE(luma, k + 1u), BYTE(luma, k + 4u));
#endif
#elif RATIO == 4
        vec2 l;
        [[unroll]] for (uint k = 0u; k < 2u; k++) {
#ifdef AREA
            uint pair = pair_sums(luma[i + k]);
            l[k] = float((pair + (pair >> 16)) & 0xffffu);
#else
            l[k] = biased(odd_low(luma[i + k]) + (luma[i + k].even >> 16)).x;
#endif
        }
#else
        uint w = 3u * i / 2u;
#ifdef AREA
        vec2 l = vec2(sums_of_three(pair_sums(luma[w]), pair_sums(luma[w + 1u]), pair_sums(luma[w + 2u])));
#else
        vec2 l = vec2(biased(pair_sums(luma[w])).y, biased(luma[w + 2u].even + odd_low(luma[w + 2u])).x);
#endif
#endif
        luma_sums[i] = l.x;
        luma_sums[i + 1u] = l.y;
    }

#if RATIO == 3
    uint near = (y & 1u) == 0u ? NEAR : 1u; // weight of the first row
    row = PLANE1_OFFSET + ((3u * y) >> 1) * PLANE1_STRIDE + piece;
    [[unroll]] for (uint i = 0u; i < WORDS; i += LOAD) {
        LOAD_TYPE a = frame_load(1u, row + 4u * i);
        LOAD_TYPE b = frame_load(1u, row + PLANE1_STRIDE + 4u * i);
        [[unroll]] for (uint k = 0u; k < LOAD; k++) {
            chroma[i + k].even = near * (a[k] & HALVES) + (NEAR + 1u - near) * (b[k] & HALVES);
            chroma[i + k].odd = near * ((a[k] >> 8) & HALVES) + (NEAR + 1u - near) * ((b[k] >> 8) & HALVES);
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
    row = PLANE1_OFFSET + (RATIO / 2u * y + first_pair) * PLANE1_STRIDE + piece;
    ROWS for (uint j = 0u; j < pairs; j++) {
        [[unroll]] for (uint i = 0u; i < WORDS; i += LOAD) {
            LOAD_TYPE words = frame_load(1u, row + j * PLANE1_STRIDE + 4u * i);
            [[unroll]] for (uint k = 0u; k < LOAD; k++) {
                COLUMN_ADD(chroma[i + k], words[k]);
            }
        }
    }
#endif

    vec3 pixels[PIXELS];
    [[unroll]] for (uint i = 0u; i < PIXELS; i += 2u) {
        vec2 a; // sums of first and of second bytes for two pixels
        vec2 b;
#if RATIO == 2
        a = biased(chroma[i >> 1].even);
        b = biased(chroma[i >> 1].odd);
#elif RATIO == 3
        uint k = 3u * i / 2u;
        a.x = float(NEAR * HALF(chroma, even, k) + HALF(chroma, even, k + 1u));
        a.y = float(HALF(chroma, even, k + 1u) + NEAR * HALF(chroma, even, k + 2u));
        b.x = float(NEAR * HALF(chroma, odd, k) + HALF(chroma, odd, k + 1u));
        b.y = float(HALF(chroma, odd, k + 1u) + NEAR * HALF(chroma, odd, k + 2u));
#elif RATIO == 4
        [[unroll]] for (uint k = 0u; k < 2u; k++) {
            uint even = even_sums(chroma[i + k]);
            uint odd = chroma[i + k].odd;
            a[k] = biased(even + (even >> 16)).x;
            b[k] = biased(odd + (odd >> 16)).x;
        }
#else
        uint w = 3u * i / 2u;
#ifdef AREA
        a = vec2(sums_of_three(even_sums(chroma[w]), even_sums(chroma[w + 1u]), even_sums(chroma[w + 2u])));
        b = vec2(sums_of_three(chroma[w].odd, chroma[w + 1u].odd, chroma[w + 2u].odd));
#else
        uint two = (chroma[w].all >> 16) + (chroma[w + 2u].all << 16); // the pair of either pixel
        a = biased(two & HALVES);
        b = biased((two >> 8) & HALVES);
#endif
#endif
        [[unroll]] for (uint k = 0u; k < 2u; k++) {
            vec3 sums = vec3(luma_sums[i + k], FORMAT == FORMAT_NV21 ? vec2(b[k], a[k]) : vec2(a[k], b[k]));
            pixels[i + k] =
                tensor_from_sums(sums, vec2(1.0 / float(rows * rows), CHROMA_UNIT), vec2(LUMA_BIAS, CHROMA_BIAS));
        }
    }
    uint x = CONTENT_X + PIXELS * thread;
    tensor_write_pixels(x, CONTENT_Y + y, pixels[0], pixels[1], pixels[2], pixels[3]);
    tensor_write_pixels(x + 4u, CONTENT_Y + y, pixels[4], pixels[5], pixels[6], pixels[7]);
}
