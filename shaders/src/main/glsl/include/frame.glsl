// A camera frame in plain memory: reading components, chroma siting, Y'CbCr to R'G'B', orientation.
//
// How to use
//   Include this first, right after #version. Then, for frame_word() to find the bytes:
//     with DEVICE_ADDRESS     the includer's own push-constant block `push` has uvec2 frame, plane1, plane2: for each
//                             plane the address of the memory object that it lies in, low word first, a multiple of 16.
//                             plane1 and plane2 are read only where MEMORIES is above 1.
//     without                 a storage buffer at FRAME_SET, FRAME_BINDING (0, 0 unless defined before the include), which
//                             holds all planes.
//   Then include "include/frame_read.glsl", which needs the two above. A fragment shader that shows the picture:
//     vec2 size = vec2(SOURCE_WIDTH, SOURCE_HEIGHT);
//     vec2 stored = turn_back(upright, size, ROTATION, MIRROR); // include/turn.glsl; both in stored pixels
//     vec3 rgb = frame_rgb_bilinear(stored);
//
// All geometry is in specialisation constants, ids 0 to 14 below; an includer's own start at 16. A driver folds them, so
// that each pipeline reads one format only. Byte offsets are 32 bits wide and count from the start of the plane's memory
// object. There is no bounds check with DEVICE_ADDRESS: the CPU checks the geometry before recording.
//
// The numbers equal shaderCode() of vitrine.engine.frame.*; a test reads this file and compares.

#ifndef FRAME_GLSL
#define FRAME_GLSL

#ifdef DEVICE_ADDRESS
#extension GL_EXT_buffer_reference : require
#extension GL_EXT_buffer_reference_uvec2 : require
#endif

const uint FORMAT_NV12 = 0u;
const uint FORMAT_NV21 = 1u;
const uint FORMAT_I420 = 2u;
const uint FORMAT_YUYV = 3u;
const uint FORMAT_UYVY = 4u;
const uint FORMAT_YVYU = 5u;
const uint FORMAT_VYUY = 6u;
const uint FORMAT_NV16 = 7u;
const uint FORMAT_NV61 = 8u;
const uint FORMAT_NV24 = 9u;
const uint FORMAT_I422 = 10u;
const uint FORMAT_I444 = 11u;
const uint FORMAT_GREY = 12u;
const uint FORMAT_RGB24 = 13u;
const uint FORMAT_BGR24 = 14u;
const uint FORMAT_RGBX32 = 15u;
const uint FORMAT_BGRX32 = 16u;

const uint MATRIX_BT601 = 0u;
const uint MATRIX_BT709 = 1u;
const uint MATRIX_BT2020 = 2u;

const uint RANGE_LIMITED = 0u;
const uint RANGE_FULL = 1u;

const uint SITING_CENTER = 0u;
const uint SITING_LEFT = 1u;

layout(constant_id = 0) const uint FORMAT = FORMAT_NV12;
layout(constant_id = 1) const uint MATRIX = MATRIX_BT709;
layout(constant_id = 2) const uint RANGE = RANGE_LIMITED;
layout(constant_id = 3) const uint SITING = SITING_CENTER;
layout(constant_id = 4) const uint ROTATION = 0u; // clockwise quarter turns that stand the stored frame upright
layout(constant_id = 5) const bool MIRROR = false; // left to right, before the rotation
layout(constant_id = 6) const uint SOURCE_WIDTH = 16u; // stored pixels
layout(constant_id = 7) const uint SOURCE_HEIGHT = 16u;
layout(constant_id = 8) const uint PLANE0_OFFSET = 0u; // bytes
layout(constant_id = 9) const uint PLANE1_OFFSET = 256u;
layout(constant_id = 10) const uint PLANE2_OFFSET = 0u;
layout(constant_id = 11) const uint PLANE0_STRIDE = 16u; // bytes
layout(constant_id = 12) const uint PLANE1_STRIDE = 16u;
layout(constant_id = 13) const uint PLANE2_STRIDE = 0u;
layout(constant_id = 14) const uint MEMORIES = 1u; // memory objects that the planes lie in

bool frame_is_yuv() {
    return FORMAT <= FORMAT_GREY;
}

// Three planes.
bool frame_is_planar() {
    return FORMAT == FORMAT_I420 || FORMAT == FORMAT_I422 || FORMAT == FORMAT_I444;
}

// A plane of luma and one of chroma pairs.
bool frame_is_semi_planar() {
    return FORMAT <= FORMAT_NV21 || (FORMAT >= FORMAT_NV16 && FORMAT <= FORMAT_NV24);
}

// Two pixels in four bytes.
bool frame_is_packed_422() {
    return FORMAT >= FORMAT_YUYV && FORMAT <= FORMAT_VYUY;
}

// Components that are stored; the chroma of a frame that has none is 128.
uint component_count() {
    return FORMAT == FORMAT_GREY ? 1u : 3u;
}

// Components are numbered 0, 1, 2: Y, Cb, Cr or R, G, B. Called with literals, everything below folds to constants.

uint component_plane(uint c) {
    if (frame_is_planar()) {
        return c;
    }
    return frame_is_semi_planar() && c > 0u ? 1u : 0u;
}

// Bytes between horizontal neighbours of a component.
uint component_step(uint c) {
    if (frame_is_semi_planar()) {
        return c == 0u ? 1u : 2u;
    }
    if (frame_is_packed_422()) {
        return c == 0u ? 2u : 4u;
    }
    switch (FORMAT) {
    case FORMAT_RGB24:
    case FORMAT_BGR24:
        return 3u;
    case FORMAT_RGBX32:
    case FORMAT_BGRX32:
        return 4u;
    default:
        return 1u;
    }
}

// Byte of the first sample within its plane's row.
uint component_byte(uint c) {
    switch (FORMAT) {
    case FORMAT_NV12:
    case FORMAT_NV16:
    case FORMAT_NV24:
        return c == 2u ? 1u : 0u;
    case FORMAT_NV21:
    case FORMAT_NV61:
        return c == 1u ? 1u : 0u;
    case FORMAT_I420:
    case FORMAT_I422:
    case FORMAT_I444:
    case FORMAT_GREY:
        return 0u;
    case FORMAT_YUYV:
        return c == 0u ? 0u : 2u * c - 1u;
    case FORMAT_UYVY:
        return c == 0u ? 1u : 2u * c - 2u;
    case FORMAT_YVYU:
        return c == 0u ? 0u : 5u - 2u * c;
    case FORMAT_VYUY:
        return c == 0u ? 1u : 4u - 2u * c;
    case FORMAT_RGB24:
    case FORMAT_RGBX32:
        return c;
    default:
        return 2u - c;
    }
}

// log2 of the subsampling.
uint component_shift_x(uint c) {
    return (FORMAT <= FORMAT_NV61 || FORMAT == FORMAT_I422) && c > 0u ? 1u : 0u;
}

uint component_shift_y(uint c) {
    return FORMAT <= FORMAT_I420 && c > 0u ? 1u : 0u;
}

uint component_width(uint c) {
    return (SOURCE_WIDTH + component_shift_x(c)) >> component_shift_x(c);
}

uint component_height(uint c) {
    return (SOURCE_HEIGHT + component_shift_y(c)) >> component_shift_y(c);
}

uint component_stride(uint c) {
    uint plane = component_plane(c);
    return plane == 0u ? PLANE0_STRIDE : plane == 1u ? PLANE1_STRIDE : PLANE2_STRIDE;
}

// Byte of sample 0, 0 from the start of the plane's memory object.
uint component_origin(uint c) {
    uint plane = component_plane(c);
    return (plane == 0u ? PLANE0_OFFSET : plane == 1u ? PLANE1_OFFSET : PLANE2_OFFSET) + component_byte(c);
}

// A point of the stored picture (pixels, edge 0) in a component's own samples. A left-sited chroma sample c lies on the
// centre of pixel 2c, at 2c + 0.5, and is the point c + 0.5 of its own plane.
vec2 component_point(uint c, vec2 stored) {
    vec2 p = stored;
    if (component_shift_x(c) == 1u) {
        p.x = SITING == SITING_LEFT ? 0.5 * p.x + 0.25 : 0.5 * p.x;
    }
    if (component_shift_y(c) == 1u) {
        p.y *= 0.5;
    }
    return p;
}

// ITU-R BT.601-7, BT.709-6, BT.2020-2 (non-constant luminance).
float matrix_kr() {
    return MATRIX == MATRIX_BT601 ? 0.299 : MATRIX == MATRIX_BT709 ? 0.2126 : 0.2627;
}

float matrix_kb() {
    return MATRIX == MATRIX_BT601 ? 0.114 : MATRIX == MATRIX_BT709 ? 0.0722 : 0.0593;
}

// Codes 0..255 of the three components to R'G'B' 0..1, not clamped: affine, so an average may be converted once.
vec3 frame_rgb_unclamped(vec3 code) {
    if (!frame_is_yuv()) {
        return code * (1.0 / 255.0);
    }
    bool limited = RANGE == RANGE_LIMITED;
    float luma = limited ? (code.x - 16.0) * (1.0 / 219.0) : code.x * (1.0 / 255.0);
    vec2 chroma = (code.yz - 128.0) * (limited ? 1.0 / 224.0 : 1.0 / 255.0);
    float kr = matrix_kr();
    float kb = matrix_kb();
    float kg = 1.0 - kr - kb;
    float r = luma + 2.0 * (1.0 - kr) * chroma.y;
    float b = luma + 2.0 * (1.0 - kb) * chroma.x;
    float g = luma - (2.0 * kb * (1.0 - kb) / kg) * chroma.x - (2.0 * kr * (1.0 - kr) / kg) * chroma.y;
    return vec3(r, g, b);
}

vec3 frame_rgb(vec3 code) {
    return clamp(frame_rgb_unclamped(code), 0.0, 1.0);
}

#endif
