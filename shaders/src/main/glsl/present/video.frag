#version 460
#extension GL_GOOGLE_include_directive : require
// The camera's picture, read from its buffer: V3D samples no LINEAR image, and a copy for a sampler would cost a pass.
//
// Filter, along the two axes of the stored picture: a target pixel covers `footprint` stored pixels. Where that is more
// than one, LUMA_TAPS and CHROMA_TAPS points a row and column, evenly spaced over the footprint, are averaged, each
// bilinear in its own plane; the average is converted, which is the same as converting first but for the clamp. Enough
// taps make this a box average without aliasing. Where the picture is magnified there is one tap: plain bilinear.

#define DEVICE_ADDRESS
#include "include/frame.glsl"
#include "include/turn.glsl"
#include "present/target.glsl"

layout(push_constant) uniform Push {
    uvec2 frame; // device address of the frame's buffer, of plane 0 where there are several
    uvec2 plane1; // of the other planes' buffers
    uvec2 plane2;
    vec4 picture; // where the picture lies in the image: x, y, width, height
    vec2 footprint; // stored pixels a shown one, along the stored axes
} push;
#include "include/frame_read.glsl"

layout(constant_id = 17) const uint LUMA_TAPS_X = 1u; // along stored x
layout(constant_id = 18) const uint LUMA_TAPS_Y = 1u;
layout(constant_id = 19) const uint CHROMA_TAPS_X = 1u;
layout(constant_id = 20) const uint CHROMA_TAPS_Y = 1u;
// All luma (or R'G'B') taps fall on the centres of samples: one read each instead of four.
layout(constant_id = 21) const bool CENTERED = false;

layout(location = 0) out vec4 color;

// Whether a chroma pair, or a whole pixel, lies within one aligned word and can be read at once.
const bool PAIR_IN_WORD = ((PLANE1_OFFSET | PLANE1_STRIDE) & 1u) == 0u;
const bool PIXEL_IN_WORD = ((PLANE0_OFFSET | PLANE0_STRIDE) & 3u) == 0u;

// The low half, below 1024, as a float that is BIAS more: an f16 number is what V3D reads for nothing. Blends keep the bias.
const float BIAS = 1024.0;

float biased(uint sum) {
    return unpackHalf2x16(sum + 0x6400u).x;
}

float biased_at(uint c, uint x, uint y) {
    uint offset = component_origin(c) + y * component_stride(c) + x * component_step(c);
    return biased(frame_byte(component_plane(c), offset));
}

// Both chroma components, each BIAS more.
vec2 chroma_at(uint x, uint y) {
    bool cb_first = component_byte(1u) < component_byte(2u);
    if (frame_is_semi_planar() && PAIR_IN_WORD) {
        uint at = PLANE1_OFFSET + y * PLANE1_STRIDE + 2u * x;
        uint pair = frame_word(1u, at >> 2) >> ((at & 2u) << 3);
        vec2 bytes = vec2(biased(pair & 0xffu), biased((pair >> 8) & 0xffu));
        return cb_first ? bytes : bytes.yx;
    }
    if (frame_is_packed_422() && PIXEL_IN_WORD) {
        uint word = frame_word(0u, (PLANE0_OFFSET + y * PLANE0_STRIDE + 4u * x) >> 2);
        uint pair = component_byte(0u) == 0u ? word >> 8 : word;
        vec2 bytes = vec2(biased(pair & 0xffu), biased((pair >> 16) & 0xffu));
        return cb_first ? bytes : bytes.yx;
    }
    return vec2(biased_at(1u, x, y), biased_at(2u, x, y));
}

// R', G', B', each BIAS more.
vec3 pixel_at(uint x, uint y) {
    if ((FORMAT == FORMAT_RGBX32 || FORMAT == FORMAT_BGRX32) && PIXEL_IN_WORD) {
        uint word = frame_word(0u, (PLANE0_OFFSET + y * PLANE0_STRIDE + 4u * x) >> 2);
        vec3 bytes = vec3(biased(word & 0xffu), biased((word >> 8) & 0xffu), biased((word >> 16) & 0xffu));
        return FORMAT == FORMAT_RGBX32 ? bytes : bytes.bgr;
    }
    return vec3(biased_at(0u, x, y), biased_at(1u, x, y), biased_at(2u, x, y));
}

// Luma alone for Y'CbCr, in .x; R'G'B' for the rest.
vec3 main_at(uint x, uint y) {
    return frame_is_yuv() ? vec3(biased_at(0u, x, y), BIAS, BIAS) : pixel_at(x, y);
}

vec3 main_tap(vec2 point) {
    vec2 last = vec2(SOURCE_WIDTH - 1u, SOURCE_HEIGHT - 1u);
    if (CENTERED) {
        uvec2 i = uvec2(clamp(floor(point), vec2(0.0), last));
        return main_at(i.x, i.y);
    }
    vec2 p = clamp(point - 0.5, vec2(0.0), last);
    vec2 first = floor(p);
    vec2 weight = p - first;
    uvec2 a = uvec2(first);
    uvec2 b = uvec2(min(first + 1.0, last));
    return mix(
        mix(main_at(a.x, a.y), main_at(b.x, a.y), weight.x),
        mix(main_at(a.x, b.y), main_at(b.x, b.y), weight.x),
        weight.y);
}

vec2 chroma_tap(vec2 stored) {
    vec2 last = vec2(component_width(1u) - 1u, component_height(1u) - 1u);
    vec2 p = clamp(component_point(1u, stored) - 0.5, vec2(0.0), last);
    vec2 first = floor(p);
    vec2 weight = p - first;
    uvec2 a = uvec2(first);
    uvec2 b = uvec2(min(first + 1.0, last));
    return mix(
        mix(chroma_at(a.x, a.y), chroma_at(b.x, a.y), weight.x),
        mix(chroma_at(a.x, b.y), chroma_at(b.x, b.y), weight.x),
        weight.y);
}

// All is whole: every shown pixel covers the same one or two of an NV12 or NV21 frame along each axis, and rows are of whole
// words. Weights are constants then, and blending works on bytes within words. Other whole ratios take the general way.
const bool WHOLE = CENTERED && FORMAT <= FORMAT_NV21 && LUMA_TAPS_X <= 2u && LUMA_TAPS_Y <= 2u
    && ((PLANE0_OFFSET | PLANE0_STRIDE | PLANE1_OFFSET | PLANE1_STRIDE) & 3u) == 0u;

const uint HALVES = 0x00ff00ffu;

uint odd_bytes(uint w) {
    return (w >> 8) & HALVES;
}

// Chroma samples along an axis and the weight of the first, a half of which is 1, 0.75 or 0.5.
struct Samples {
    uint near;
    uint far;
    float weight;
};

// at: shown pixel; footprint: 1 or 2; left: sited on the even pixels; n: chroma samples.
Samples chroma_samples(uint at, uint footprint, bool left, uint n) {
    if (footprint == 2u) {
        return Samples(at, left ? min(at + 1u, n - 1u) : at, left ? 0.75 : 1.0);
    }
    uint near = at >> 1;
    if (left) {
        return Samples(near, min((at + 1u) >> 1, n - 1u), 0.5);
    }
    return Samples(near, uint(clamp(int(near + (at & 1u) * 2u) - 1, 0, int(n) - 1)), 0.75);
}

uint luma_word(uvec2 i) {
    return frame_word(0u, (PLANE0_OFFSET + i.y * PLANE0_STRIDE + (i.x & ~3u)) >> 2);
}

float whole_luma(uvec2 shown) {
    uvec2 i = shown * uvec2(LUMA_TAPS_X, LUMA_TAPS_Y);
    uint first = luma_word(i);
    uint shift = (i.x << 3) & 31u;
    if (LUMA_TAPS_X == 1u && LUMA_TAPS_Y == 1u) {
        return biased((first >> shift) & 0xffu) - BIAS;
    }
    uint even = first & HALVES;
    uint odd = odd_bytes(first);
    if (LUMA_TAPS_Y == 2u) {
        uint second = luma_word(i + uvec2(0u, 1u));
        even += second & HALVES;
        odd += odd_bytes(second);
    }
    if (LUMA_TAPS_X == 2u) {
        even += odd;
    } else {
        even = (i.x & 1u) == 0u ? even : odd;
        shift &= 16u;
    }
    return (biased((even >> shift) & 0x3ffu) - BIAS) * (1.0 / float(LUMA_TAPS_X * LUMA_TAPS_Y));
}

// One column of the two rows, weighted: first and second bytes of the pairs, BIAS more.
vec2 chroma_column(uint near_row, uint far_row, uint x, bool two_rows) {
    uint at = (2u * x) & ~3u;
    uint shift = (x << 4) & 31u;
    uint near = frame_word(1u, (near_row + at) >> 2);
    uint first = near & HALVES;
    uint second = odd_bytes(near);
    if (two_rows) {
        uint far = frame_word(1u, (far_row + at) >> 2);
        first = 3u * first + (far & HALVES);
        second = 3u * second + odd_bytes(far);
    }
    return vec2(biased(first >> shift), biased(second >> shift));
}

vec2 whole_chroma(uvec2 shown) {
    Samples x = chroma_samples(shown.x, LUMA_TAPS_X, SITING == SITING_LEFT, component_width(1u));
    Samples y = chroma_samples(shown.y, LUMA_TAPS_Y, false, component_height(1u));
    bool two_rows = LUMA_TAPS_Y == 1u;
    uint near_row = PLANE1_OFFSET + y.near * PLANE1_STRIDE;
    uint far_row = PLANE1_OFFSET + y.far * PLANE1_STRIDE;
    vec2 pair = chroma_column(near_row, far_row, x.near, two_rows);
    if (x.weight < 1.0) {
        pair = x.weight * pair + (1.0 - x.weight) * chroma_column(near_row, far_row, x.far, two_rows);
    }
    pair = (pair - BIAS) * (two_rows ? 0.25 : 1.0);
    return FORMAT == FORMAT_NV21 ? pair.yx : pair;
}

void main() {
    // Turned while in shown pixels, which is exact, and scaled then: however the picture lies, its pixels are the same.
    vec2 shown = turn_extent(push.picture.zw, ROTATION); // along the stored axes
    vec2 at = turn_back(gl_FragCoord.xy - push.picture.xy, shown, ROTATION, MIRROR);
    if (WHOLE) {
        // Helpers of pixels on the rim may lie beside the picture.
        uvec2 pixel = min(uvec2(at), uvec2(SOURCE_WIDTH / LUMA_TAPS_X, SOURCE_HEIGHT / LUMA_TAPS_Y) - 1u);
        color = vec4(target_rgb(frame_rgb(vec3(whole_luma(pixel), whole_chroma(pixel)))), 1.0);
        return;
    }
    vec2 footprint = CENTERED ? vec2(LUMA_TAPS_X, LUMA_TAPS_Y) : push.footprint;
    vec2 center = at * footprint;

    vec3 code = vec3(0.0);
    for (uint j = 0u; j < LUMA_TAPS_Y; j++) {
        for (uint i = 0u; i < LUMA_TAPS_X; i++) {
            vec2 tap = (vec2(i, j) + 0.5) / vec2(LUMA_TAPS_X, LUMA_TAPS_Y) - 0.5;
            code += main_tap(center + tap * footprint);
        }
    }
    code = code * (1.0 / float(LUMA_TAPS_X * LUMA_TAPS_Y)) - BIAS;
    if (FORMAT == FORMAT_GREY) {
        code.yz = vec2(128.0);
    } else if (frame_is_yuv()) {
        vec2 chroma = vec2(0.0);
        for (uint j = 0u; j < CHROMA_TAPS_Y; j++) {
            for (uint i = 0u; i < CHROMA_TAPS_X; i++) {
                vec2 tap = (vec2(i, j) + 0.5) / vec2(CHROMA_TAPS_X, CHROMA_TAPS_Y) - 0.5;
                chroma += chroma_tap(center + tap * footprint);
            }
        }
        code.yz = chroma * (1.0 / float(CHROMA_TAPS_X * CHROMA_TAPS_Y)) - BIAS;
    }
    color = vec4(target_rgb(frame_rgb(code)), 1.0);
}
