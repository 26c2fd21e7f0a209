#version 460
#extension GL_GOOGLE_include_directive : require
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

float row_sum(uint c, Box x, int y) {
    uint origin = component_origin(c) + uint(clamp(y, 0, int(component_height(c)) - 1)) * component_stride(c);
    uint step = component_step(c);
    int end = int(component_width(c)) - 1;
    float sum = x.first_weight * float(frame_byte(origin + uint(clamp(x.first, 0, end)) * step))
        + x.last_weight * float(frame_byte(origin + uint(clamp(x.last, 0, end)) * step));
    if (AREA) {
        uint whole = 0u;
        for (int i = x.first + 1; i < x.last; i++) {
            whole += frame_byte(origin + uint(i) * step);
        }
        sum += x.unit * float(whole);
    }
    return sum;
}

float component_box(uint c, uvec2 i, uvec2 n) {
    Box x = box_of(i.x, n.x, SOURCE_WIDTH, component_shift_x(c), component_shift_x(c) == 1u && SITING == SITING_LEFT);
    Box y = box_of(i.y, n.y, SOURCE_HEIGHT, component_shift_y(c), false);
    float sum = y.first_weight * row_sum(c, x, y.first);
    if (AREA) {
        for (int j = y.first + 1; j < y.last; j++) {
            sum += y.unit * row_sum(c, x, j);
        }
    }
    return sum + y.last_weight * row_sum(c, x, y.last);
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
    if (ROTATION == 1u) {
        i = uvec2(upright.y, back.x);
        n = n.yx;
    } else if (ROTATION == 2u) {
        i = back;
    } else if (ROTATION == 3u) {
        i = uvec2(back.y, upright.x);
        n = n.yx;
    }
    if (MIRROR) {
        i.x = n.x - 1u - i.x;
    }
    return tensor_value(frame_rgb(vec3(component_box(0u, i, n), component_box(1u, i, n), component_box(2u, i, n))));
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
        for (uint k = 0u; k < n; k++) {
            uint e = n * group + k;
            uint c = e / tensor_plane();
            vec3 v = value_at(e - c * tensor_plane());
            word |= element_bits(c == 0u ? v.x : c == 1u ? v.y : v.z) << (k * size);
        }
        tensor_write(group, word);
        return;
    }
    uvec3 words = uvec3(0u);
    for (uint k = 0u; k < n; k++) {
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
    tensor_write(first, words.x);
    tensor_write(first + pitch, words.y);
    tensor_write(first + 2u * pitch, words.z);
}
