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
    ivec4 picture; // where the picture lies in the image: x, y, width, height
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

vec2 chroma_at(uint x, uint y) {
    bool cb_first = component_byte(1u) < component_byte(2u);
    if (frame_is_semi_planar() && PAIR_IN_WORD) {
        uint at = PLANE1_OFFSET + y * PLANE1_STRIDE + 2u * x;
        uint pair = frame_word(1u, at >> 2) >> ((at & 2u) << 3);
        vec2 bytes = vec2(pair & 0xffu, (pair >> 8) & 0xffu);
        return cb_first ? bytes : bytes.yx;
    }
    if (frame_is_packed_422() && PIXEL_IN_WORD) {
        uint word = frame_word(0u, (PLANE0_OFFSET + y * PLANE0_STRIDE + 4u * x) >> 2);
        uint pair = component_byte(0u) == 0u ? word >> 8 : word;
        vec2 bytes = vec2(pair & 0xffu, (pair >> 16) & 0xffu);
        return cb_first ? bytes : bytes.yx;
    }
    return vec2(component_at(1u, x, y), component_at(2u, x, y));
}

vec3 pixel_at(uint x, uint y) {
    if ((FORMAT == FORMAT_RGBX32 || FORMAT == FORMAT_BGRX32) && PIXEL_IN_WORD) {
        uint word = frame_word(0u, (PLANE0_OFFSET + y * PLANE0_STRIDE + 4u * x) >> 2);
        vec3 bytes = vec3(word & 0xffu, (word >> 8) & 0xffu, (word >> 16) & 0xffu);
        return FORMAT == FORMAT_RGBX32 ? bytes : bytes.bgr;
    }
    return vec3(component_at(0u, x, y), component_at(1u, x, y), component_at(2u, x, y));
}

// Luma alone for Y'CbCr, in .x; R'G'B' for the rest.
vec3 main_at(uint x, uint y) {
    return frame_is_yuv() ? vec3(component_at(0u, x, y), 0.0, 0.0) : pixel_at(x, y);
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

void main() {
    // Turned while in shown pixels, which is exact, and scaled then: however the picture lies, its pixels are the same.
    vec2 shown = turn_extent(vec2(push.picture.zw), ROTATION); // along the stored axes
    vec2 footprint = vec2(SOURCE_WIDTH, SOURCE_HEIGHT) / shown;
    vec2 center = turn_back(gl_FragCoord.xy - vec2(push.picture.xy), shown, ROTATION, MIRROR) * footprint;

    vec3 code = vec3(0.0);
    for (uint j = 0u; j < LUMA_TAPS_Y; j++) {
        for (uint i = 0u; i < LUMA_TAPS_X; i++) {
            vec2 tap = (vec2(i, j) + 0.5) / vec2(LUMA_TAPS_X, LUMA_TAPS_Y) - 0.5;
            code += main_tap(center + tap * footprint);
        }
    }
    code *= 1.0 / float(LUMA_TAPS_X * LUMA_TAPS_Y);
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
        code.yz = chroma * (1.0 / float(CHROMA_TAPS_X * CHROMA_TAPS_Y));
    }
    color = vec4(target_rgb(frame_rgb(code)), 1.0);
}
