#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
// Frame to tensor for every pixel format, orientation, filter, tensor type and odd geometry. The specialised shaders
// beside it are faster for what cameras and networks commonly use; this one is right everywhere.
//
// Filter: along each axis of each component's plane the kernel is a box centred on the output pixel, over samples that are
// constant across their pixel; its width is 1 sample (BILINEAR: that is linear interpolation) or max(1, scale) samples
// (AREA: exact). Samples beyond the edge repeat the edge. Box borders are whole numbers of 1/den sample, so no rounding
// moves them.
//
// A thread owns as many pixels as elements fit a 32-bit word, so that no two threads write one word:
//   GROUP_PIXELS   pixels of the tensor, counted row after row: one word in each plane, or three words of NHWC
//   otherwise      elements of NCHW planes that do not start on a word: one word, any mix of channels
// Pixels of a group outside the picture get the pad value.

#include "include/frame.glsl"
#define COLOR_PUSH
#include "include/buffers.glsl"
#include "include/frame_read.glsl"
#include "include/tensor.glsl"
#include "include/tensor_words.glsl"

layout(local_size_x = 64) in;

layout(constant_id = 32) const bool AREA = false;
layout(constant_id = 33) const bool GROUP_PIXELS = true;
layout(constant_id = 34) const uint GROUP_FIRST = 0u; // word-sized groups, from the tensor's start
layout(constant_id = 35) const uint GROUP_END = 1u;
layout(constant_id = 36) const uint GROUPS_PER_ROW = 1u; // of the grid
layout(constant_id = 37) const uint GROUP_PITCH = 1u; // from one row of the grid to the next

// Samples first..last of one axis and the weights of both ends; those between weigh `unit`.
struct Box {
    int first;
    int last;
    float first_weight;
    float last_weight;
    float unit;
};

// i: output index along this stored axis, of n; size: stored pixels along it; the rest as component_point().
Box box_of(uint i, uint n, uint size, uint shift, bool left) {
    uint den = (2u * n) << shift;
    uint center = (2u * i + 1u) * size + (left ? n : 0u);
    uint half_width = AREA ? max(size, den >> 1) : den >> 1;
    uint low = center + den - half_width; // one sample up, to stay positive
    uint high = center + half_width;
    Box b;
    b.first = int(low / den) - 1;
    b.last = int((high - 1u) / den);
    float unit = 1.0 / float(2u * half_width);
    b.first_weight = float(uint(b.first + 2) * den - low) * unit;
    b.last_weight = b.last > b.first ? float(high - uint(b.last) * den) * unit : 0.0;
    b.unit = float(den) * unit;
    return b;
}

float row_sum(uint c, Box x, uint row) {
    uint plane = component_plane(c);
    uint step = component_step(c);
    int end = int(component_width(c)) - 1;
    float sum = x.first_weight * float(frame_byte(plane, row + uint(max(x.first, 0)) * step))
        + x.last_weight * float(frame_byte(plane, row + uint(min(x.last, end)) * step));
    if (AREA) {
        uint whole = 0u;
        [[dont_unroll]] for (int i = x.first + 1; i < x.last; i++) {
            whole += frame_byte(plane, row + uint(i) * step);
        }
        sum += x.unit * float(whole);
    }
    return sum;
}

float component_box(uint c, uvec2 i, uvec2 n) {
    Box x = box_of(i.x, n.x, SOURCE_WIDTH, component_shift_x(c), component_shift_x(c) == 1u && SITING == SITING_LEFT);
    Box y = box_of(i.y, n.y, SOURCE_HEIGHT, component_shift_y(c), false);
    int end = int(component_height(c)) - 1;
    uint origin = component_origin(c);
    uint stride = component_stride(c);
    if (!AREA) {
        return y.first_weight * row_sum(c, x, origin + uint(max(y.first, 0)) * stride)
            + y.last_weight * row_sum(c, x, origin + uint(min(y.last, end)) * stride);
    }
    // One loop instead of three pieces: lavapipe's compiler is slow, and each read is a lot of code there.
    float sum = 0.0;
    [[dont_unroll]] for (int j = y.first; j <= y.last; j++) {
        float weight = j == y.first ? y.first_weight : j == y.last ? y.last_weight : y.unit;
        sum += weight * row_sum(c, x, origin + uint(clamp(j, 0, end)) * stride);
    }
    return sum;
}

// Component codes to the values of the tensor's channels: affine, then clamped to black and white. The factors come with
// the push constants, and the orientation too, so that one pipeline serves every colour encoding and orientation.
vec3 tensor_from_color(vec3 code) {
    vec4 v = vec4(code, 1.0);
    vec3 value = vec3(dot(push.color[0], v), dot(push.color[1], v), dot(push.color[2], v));
    vec3 black = -tensor_mean() * tensor_scale();
    vec3 white = (255.0 - tensor_mean()) * tensor_scale();
    return clamp(value, min(black, white), max(black, white));
}

// Values of the three channels at a tensor pixel.
vec3 value_at(uint pixel) {
    uint x = pixel % TENSOR_WIDTH - CONTENT_X; // wraps to large where it is left of the picture
    uint y = pixel / TENSOR_WIDTH - CONTENT_Y;
    if (x >= CONTENT_WIDTH || y >= CONTENT_HEIGHT) {
        return tensor_pad();
    }
    // Orientation, in whole output pixels: output index along the stored x and y axes, and how many there are.
    uvec2 upright = uvec2(x, y);
    uvec2 n = uvec2(CONTENT_WIDTH, CONTENT_HEIGHT);
    uvec2 back = n - 1u - upright;
    uvec2 i = upright;
    uint rotation = push.orientation & 3u;
    if (rotation == 1u) {
        i = uvec2(upright.y, back.x);
    } else if (rotation == 2u) {
        i = back;
    } else if (rotation == 3u) {
        i = uvec2(back.y, upright.x);
    }
    n = (rotation & 1u) == 1u ? n.yx : n;
    if ((push.orientation & 4u) != 0u) {
        i.x = n.x - 1u - i.x;
    }
    vec3 code = vec3(128.0);
    [[dont_unroll]] for (uint c = 0u; c < component_count(); c++) {
        float v = component_box(c, i, n);
        code = vec3(c == 0u ? v : code.x, c == 1u ? v : code.y, c == 2u ? v : code.z);
    }
    return tensor_from_color(code);
}

// The last group of an odd NHWC tensor has pixels, and words, that the tensor lacks.
void tensor_write_inside(uint i, uint word) {
    uint n = elements_per_word();
    if (i < (3u * tensor_plane() + n - 1u) / n) {
        tensor_write(i, word);
    }
}

// Element e of a group's 3 words, its bits shifted into place.
uvec3 nhwc_word(uint bits, uint e) {
    uint n = elements_per_word();
    uint word = e / n;
    uint placed = bits << ((e % n) * element_size());
    return uvec3(word == 0u ? placed : 0u, word == 1u ? placed : 0u, word == 2u ? placed : 0u);
}

void main() {
    if (gl_GlobalInvocationID.x >= GROUPS_PER_ROW) {
        return;
    }
    uint group = GROUP_FIRST + gl_WorkGroupID.y * GROUP_PITCH + gl_GlobalInvocationID.x;
    if (group >= GROUP_END) {
        return;
    }
    uint n = elements_per_word();
    uint size = element_size();
    if (!GROUP_PIXELS) {
        uint word = 0u;
        [[dont_unroll]] for (uint k = 0u; k < n; k++) {
            uint e = n * group + k;
            uint c = e / tensor_plane();
            vec3 v = value_at(e - c * tensor_plane());
            word |= element_bits(c == 0u ? v.x : c == 1u ? v.y : v.z) << (k * size);
        }
        tensor_write_inside(group, word);
        return;
    }
    uvec3 words = uvec3(0u);
    [[dont_unroll]] for (uint k = 0u; k < n; k++) {
        vec3 v = value_at(n * group + k);
        uvec3 bits = uvec3(element_bits(v.x), element_bits(v.y), element_bits(v.z));
        if (TENSOR_NHWC) {
            words |= nhwc_word(bits.x, 3u * k) | nhwc_word(bits.y, 3u * k + 1u) | nhwc_word(bits.z, 3u * k + 2u);
        } else {
            words |= bits << (k * size);
        }
    }
    uint first = TENSOR_NHWC ? 3u * group : group;
    uint pitch = TENSOR_NHWC ? 1u : tensor_plane() / n;
    tensor_write_inside(first, words.x);
    tensor_write_inside(first + pitch, words.y);
    tensor_write_inside(first + 2u * pitch, words.z);
}
