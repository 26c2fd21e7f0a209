#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
// Upright NV12 or NV21 by the exact area filter at any scale from 2 to 18, chroma sited at the centre, to an NCHW
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

const uint HALVES = 0x00ff00ffu;
const uint BITS = SOURCE_WIDTH < 2048u ? 21u : SOURCE_WIDTH < 4096u ? 20u : 19u; // of a fixed-point position's fraction

// Two 16-bit sums below 1024 as floats that are F16_BIAS more: such numbers V3D reads for nothing.
const float F16_BIAS = 1024.0;

vec2 biased_halves(uint sums) {
    return unpackHalf2x16(sums + 0x64006400u);
}

// Rows of a box in a plane, in words from its memory's start. Between the first and the last lie `most` whole rows, or one
// less: the mask is zero then.
struct Rows {
    uint plane;
    uint first;
    uint last;
    uint perhaps; // the last whole one, where there are `most`
    uint perhaps_mask;
    float first_weight;
    float last_weight;
};

uint most_rows(Axis a) {
    return a.step / a.den;
}

Rows rows_of(uint plane, uint offset, uint stride, Axis a, uint n, uint samples, float i) {
    vec2 low = point_of(a, n, i);
    vec2 high = point_of(a, n, i + 1.0);
    uint first = uint(low.x);
    uint last = uint(high.x);
    bool all = first + most_rows(a) < last;
    uint row = (offset + first * stride) / 4u;
    Rows r;
    r.plane = plane;
    r.first = row;
    r.last = (offset + min(last, samples - 1u) * stride) / 4u; // past the picture's end the weight is 0
    r.perhaps = all ? row + most_rows(a) * (stride / 4u) : row;
    r.perhaps_mask = all ? 0xffffffffu : 0u;
    r.first_weight = 1.0 - low.y * (1.0 / float(a.den));
    r.last_weight = high.y * (1.0 / float(a.den));
    return r;
}

// Sums of a word's bytes over rows.
struct Column {
    uint even; // bytes 0 and 2
    uint odd;
};

Column column_of(uint word) {
    return Column(word & HALVES, (word >> 8) & HALVES);
}

// Weighted sums of bytes 0 to 3, where there are `most` whole rows at most.
vec4 weighted(Column whole, Column first, Column last, Rows rows, uint most) {
    bool few = most <= 4u;
    vec4 v = rows.first_weight * vec4(biased_halves(first.even), biased_halves(first.odd))
        + rows.last_weight * vec4(biased_halves(last.even), biased_halves(last.odd));
    v -= F16_BIAS * (rows.first_weight + rows.last_weight + (few ? 1.0 : 0.0));
    if (few) {
        v += vec4(biased_halves(whole.even), biased_halves(whole.odd));
    } else {
        v += vec4(whole.even & 0xffffu, whole.even >> 16, whole.odd & 0xffffu, whole.odd >> 16);
    }
    return v.xzyw;
}

// Weighted sums of bytes 0 to 3 of one word of the rows.
vec4 column_sums(Rows rows, Axis y, uint stride, uint word) {
    Column whole = column_of(frame_word(rows.plane, rows.perhaps + word) & rows.perhaps_mask);
    [[unroll]] for (uint j = 1u; j < most_rows(y); j++) {
        Column c = column_of(frame_word(rows.plane, rows.first + j * (stride / 4u) + word));
        whole.even += c.even;
        whole.odd += c.odd;
    }
    Column first = column_of(frame_word(rows.plane, rows.first + word));
    Column last = column_of(frame_word(rows.plane, rows.last + word));
    return weighted(whole, first, last, rows, most_rows(y));
}

// Luma of a word, or first and second bytes of its pairs.
vec2 all_samples(vec4 v, bool pairs) {
    return pairs ? v.xy + v.zw : vec2((v.x + v.y) + (v.z + v.w), 0.0);
}

// Where one box ends and the next begins.
struct Border {
    uint word;
    vec2 all; // of that word
    vec2 before; // of its samples left of the border
};

// point: in fixed point; samples: in a row.
Border border_of(Rows rows, Axis y, uint stride, uint point, uint samples, bool pairs) {
    uint shift = BITS + (pairs ? 1u : 2u);
    uint end = (samples - 1u) >> (shift - BITS);
    Border b;
    b.word = min(point >> shift, end); // no word may follow the picture's right border
    float at = float(point - (b.word << shift)) * (1.0 / float(1u << BITS));
    vec4 v = column_sums(rows, y, stride, b.word);
    vec4 part = clamp(at - vec4(0.0, 1.0, 2.0, 3.0), 0.0, 1.0);
    b.all = all_samples(v, pairs);
    b.before = pairs ? part.x * v.xy + part.y * v.zw
                     : vec2((part.x * v.x + part.y * v.y) + (part.z * v.z + part.w * v.w), 0.0);
    return b;
}

// The sum between two borders. The words from the first one's to before the last one's count: `least`, or one more.
vec2 box_sum(Rows rows, Axis y, uint stride, Border low, Border high, bool pairs) {
    uint least = SOURCE_WIDTH / (4u * CONTENT_WIDTH);
    vec2 sum = high.before - low.before;
    vec2 all = low.all;
    [[unroll]] for (uint k = 1u; k <= least; k++) {
        sum += all;
        all = all_samples(column_sums(rows, y, stride, low.word + k), pairs);
    }
    return sum + float(high.word - low.word - least) * all;
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
    // Luma first, a pixel at a time, then chroma: all at once need more registers than V3D has.
    Rows rows = rows_of(0u, PLANE0_OFFSET, PLANE0_STRIDE, luma_y, CONTENT_HEIGHT, SOURCE_HEIGHT, float(y));
    uint point = fixed_first(luma_x, CONTENT_WIDTH, BITS, float(x));
    Border border = border_of(rows, luma_y, PLANE0_STRIDE, point, SOURCE_WIDTH, false);
    vec4 luma = vec4(0.0);
    [[dont_unroll]] for (uint i = 0u; i < 4u; i++) {
        point += fixed_distance(luma_x, BITS, 1u);
        Border next = border_of(rows, luma_y, PLANE0_STRIDE, point, SOURCE_WIDTH, false);
        luma = vec4(luma.yzw, box_sum(rows, luma_y, PLANE0_STRIDE, border, next, false).x);
        border = next;
    }
    uint pairs = component_width(1u);
    uint height = component_height(1u);
    rows = rows_of(1u, PLANE1_OFFSET, PLANE1_STRIDE, chroma_y, CONTENT_HEIGHT, height, float(y));
    point = fixed_first(chroma_x, CONTENT_WIDTH, BITS, float(x));
    border = border_of(rows, chroma_y, PLANE1_STRIDE, point, pairs, true);
    vec4 first = vec4(0.0);
    vec4 second = vec4(0.0);
    [[dont_unroll]] for (uint i = 0u; i < 4u; i++) {
        point += fixed_distance(chroma_x, BITS, 1u);
        Border next = border_of(rows, chroma_y, PLANE1_STRIDE, point, pairs, true);
        vec2 sum = box_sum(rows, chroma_y, PLANE1_STRIDE, border, next, true);
        first = vec4(first.yzw, sum.x);
        second = vec4(second.yzw, sum.y);
        border = next;
    }
    float unit = float(CONTENT_WIDTH) / float(SOURCE_WIDTH) * (float(CONTENT_HEIGHT) / float(SOURCE_HEIGHT));
    vec3 pixels[4];
    [[unroll]] for (uint k = 0u; k < 4u; k++) {
        vec3 sums = vec3(luma[k], FORMAT == FORMAT_NV21 ? vec2(second[k], first[k]) : vec2(first[k], second[k]));
        pixels[k] = tensor_from_sums(sums, unit * vec2(1.0, 4.0), vec2(0.0));
    }
    tensor_write_pixels(CONTENT_X + x, CONTENT_Y + y, pixels[0], pixels[1], pixels[2], pixels[3]);
}
