#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
// Upright NV12 or NV21 by the exact area filter at any scale from 2 to MAX_SCALE, chroma sited at the centre, to an NCHW
// tensor. What preprocess/general.comp defines, 4 neighbouring pixels a thread, one row of the tensor a workgroup.
//
// Boxes lie side by side: where one ends the next begins, and no box leaves the picture. So a box is a difference: what
// lies left of its end, less what lies left of its beginning. Whole rows are added as bytes within words, first and last
// row are weighted; then the word at each border is cut there, and the words between borders count whole.
//
// Asks for: plane offsets, strides and the frame's address multiples of 4; less than 8192 source pixels along x; numerators
// of points (include/points.glsl) below 2^24; CONTENT_X, CONTENT_WIDTH and TENSOR_WIDTH multiples of 4.

#include "include/frame.glsl"
#include "include/buffers.glsl"
#include "include/frame_read.glsl"
#include "include/points.glsl"
#include "include/tensor.glsl"
#include "include/tensor_quads.glsl"

layout(local_size_x_id = 32) in;

const uint MAX_SCALE = 18u;
const uint HALVES = 0x00ff00ffu;
const uint BORDERS = 2u;
const uint BETWEEN = 4u; // at most, words after the one of a border and before that of the next
const uint BITS = SOURCE_WIDTH >= 4096u ? 19u : 20u; // of a fixed-point position that are its fraction

// A sum below 1024 in the low half, or two, as floats that are F16_BIAS more: such numbers V3D reads for nothing.
const float F16_BIAS = 1024.0;

float biased(uint sum) {
    return unpackHalf2x16(sum + 0x6400u).x;
}

vec2 biased_halves(uint sums) {
    return unpackHalf2x16(sums + 0x64006400u);
}

// Rows of a box: the whole ones lie between.
struct Rows {
    uint first;
    uint last;
    float first_weight;
    float last_weight;
};

Rows rows_of(Axis a, uint n, float i) {
    vec2 low = point_of(a, n, i);
    vec2 high = point_of(a, n, i + 1.0);
    if (high.y == 0.0) {
        high = vec2(high.x - 1.0, float(a.den));
    }
    return Rows(uint(low.x), uint(high.x), 1.0 - low.y * (1.0 / float(a.den)), high.y * (1.0 / float(a.den)));
}

// Sums of a word's bytes over rows.
struct Column {
    uint even; // bytes 0 and 2
    uint odd;
};

Column column_of(uint word) {
    return Column(word & HALVES, (word >> 8) & HALVES);
}

// Weighted sums of bytes 0 to 3, where there are `rows` whole rows at most: low halves, then high ones of each pair.
vec4 weighted(Column whole, Column first, Column last, Rows rows, uint most) {
    vec4 v = rows.first_weight * vec4(biased_halves(first.even), biased_halves(first.odd))
        + rows.last_weight * vec4(biased_halves(last.even), biased_halves(last.odd));
    if (most <= 4u) {
        v += vec4(biased_halves(whole.even), biased_halves(whole.odd));
    } else {
        v += vec4(whole.even & 0xffffu, whole.even >> 16, whole.odd & 0xffffu, whole.odd >> 16);
    }
    return v.xzyw;
}

// What each byte of weighted() has too much.
float excess(Rows rows, uint most) {
    return F16_BIAS * (rows.first_weight + rows.last_weight + (most <= 4u ? 1.0 : 0.0));
}

// Where a box begins and ends in a row of words. per_word: samples in a word, 4 of luma or 2 pairs.
#define WORDS (BORDERS + BETWEEN)

struct Cut {
    uint words[BORDERS]; // that borders lie in
    float at[BORDERS]; // samples left of the border in that word
};

Cut cut_of(Axis a, uint samples, uint per_word, uint first) {
    uint shift = BITS + (per_word == 4u ? 2u : 1u);
    Cut c;
    [[unroll]] for (uint k = 0u; k < BORDERS; k++) {
        uint point = first + fixed_distance(a, BITS, k);
        c.words[k] = point >> shift;
        c.at[k] = float(point & ((1u << shift) - 1u)) * (1.0 / float(1u << BITS));
    }
    // The picture's right border, where no word may follow.
    uint end = (samples - 1u) / per_word;
    if (c.words[BORDERS - 1u] > end) {
        c.words[BORDERS - 1u] = end;
        c.at[BORDERS - 1u] += float(per_word);
    }
    return c;
}

// Columns of a cut: the borders' words, then those after the first. Of these `least` count, and perhaps one more.
uint column_word(Cut c, uint i) {
    return i < BORDERS ? c.words[i] : c.words[0] + (i - BORDERS) + 1u;
}

bool is_used(uint i, uint least) {
    return i < BORDERS + least;
}

// The sum over a box of luma, or of first and of second bytes over one of chroma.
vec2 box_sum(uint plane, uint offset, uint stride, Axis y_axis, Cut cut, Rows rows, bool pairs) {
    uint per_word = pairs ? 2u : 4u;
    uint least = SOURCE_WIDTH / (4u * CONTENT_WIDTH);
    uint most = y_axis.step / y_axis.den;
    Column whole[WORDS];
    [[unroll]] for (uint i = 0u; i < WORDS; i++) {
        whole[i] = Column(0u, 0u);
    }
    uint row = (offset + rows.first * stride) / 4u;
    uint at = row;
    [[dont_unroll]] for (uint j = rows.first + 1u; j < rows.last; j++) {
        at += stride / 4u;
        [[unroll]] for (uint i = 0u; i < WORDS; i++) {
            if (is_used(i, least)) {
                Column c = column_of(frame_word(plane, at + column_word(cut, i)));
                whole[i].even += c.even;
                whole[i].odd += c.odd;
            }
        }
    }
    at += stride / 4u;
    vec2 total = vec2(0.0);
    vec2 before[BORDERS]; // samples left of a border in its word
    [[unroll]] for (uint i = 0u; i < WORDS; i++) {
        if (is_used(i, least)) {
            uint word = column_word(cut, i);
            Column first = column_of(frame_word(plane, row + word));
            Column last = column_of(frame_word(plane, at + word));
            vec4 v = weighted(whole[i], first, last, rows, most);
            vec2 sum = pairs ? v.xy + v.zw : vec2((v.x + v.y) + (v.z + v.w), 0.0);
            // The words from the first border's to before the last's count, of which the last may be that one already.
            uint distance = i == 0u ? 0u : i - BORDERS + 1u;
            if (i != 1u) {
                total += distance < least ? sum : float(cut.words[1] - cut.words[0] - least) * sum;
            }
            if (i < BORDERS) {
                vec4 part = clamp(cut.at[i] - vec4(0.0, 1.0, 2.0, 3.0), 0.0, 1.0);
                before[i] = pairs ? part.x * v.xy + part.y * v.zw
                                  : vec2((part.x * v.x + part.y * v.y) + (part.z * v.z + part.w * v.w), 0.0);
            }
        }
    }
    // A box covers as many samples as the scale is.
    float covered = float(SOURCE_WIDTH) / float(CONTENT_WIDTH) * (pairs ? 0.5 : 1.0);
    return total + ((before[1] - before[0]) - excess(rows, most) * covered);
}

Axis axis_of(uint n, uint size, uint shift) {
    return Axis(n << shift, 0u, size);
}

void main() {
    uint x = 4u * gl_GlobalInvocationID.x;
    uint y = gl_WorkGroupID.y;
    Axis luma_x = axis_of(CONTENT_WIDTH, SOURCE_WIDTH, 0u);
    Axis luma_y = axis_of(CONTENT_HEIGHT, SOURCE_HEIGHT, 0u);
    Axis chroma_x = axis_of(CONTENT_WIDTH, SOURCE_WIDTH, 1u);
    Axis chroma_y = axis_of(CONTENT_HEIGHT, SOURCE_HEIGHT, 1u);
    Rows luma_rows = rows_of(luma_y, CONTENT_HEIGHT, float(y));
    Rows chroma_rows = rows_of(chroma_y, CONTENT_HEIGHT, float(y));
    uint luma_first = fixed_first(luma_x, CONTENT_WIDTH, BITS, float(x));
    uint chroma_first = fixed_first(chroma_x, CONTENT_WIDTH, BITS, float(x));
    float unit = float(CONTENT_WIDTH) / float(SOURCE_WIDTH) * (float(CONTENT_HEIGHT) / float(SOURCE_HEIGHT));
    vec3 pixels[4];
    [[dont_unroll]] for (uint i = 0u; i < 4u; i++) {
        Cut cut = cut_of(luma_x, SOURCE_WIDTH, 4u, luma_first);
        vec2 luma = box_sum(0u, PLANE0_OFFSET, PLANE0_STRIDE, luma_y, cut, luma_rows, false);
        cut = cut_of(chroma_x, component_width(1u), 2u, chroma_first);
        vec2 chroma = box_sum(1u, PLANE1_OFFSET, PLANE1_STRIDE, chroma_y, cut, chroma_rows, true);
        vec3 sums = vec3(luma.x, FORMAT == FORMAT_NV21 ? chroma.yx : chroma);
        vec3 pixel = tensor_from_sums(sums, unit * vec2(1.0, 4.0), vec2(0.0));
        pixels[0] = i == 0u ? pixel : pixels[0];
        pixels[1] = i == 1u ? pixel : pixels[1];
        pixels[2] = i == 2u ? pixel : pixels[2];
        pixels[3] = pixel;
        luma_first += fixed_distance(luma_x, BITS, 1u);
        chroma_first += fixed_distance(chroma_x, BITS, 1u);
    }
    tensor_write_pixels(CONTENT_X + x, CONTENT_Y + y, pixels[0], pixels[1], pixels[2], pixels[3]);
}
