#version 460
#extension GL_GOOGLE_include_directive : require
// Fills the whole tensor with its pad value, one 32-bit word a thread. Run once a tensor.

#include "include/frame.glsl"
#include "include/buffers.glsl"
#include "include/tensor.glsl"
#include "include/tensor_words.glsl"

layout(local_size_x = 64) in;

layout(constant_id = 32) const uint WORDS = 1u; // in the tensor, the last may be partly used
layout(constant_id = 33) const uint WORDS_PER_ROW = 64u; // of the grid: a dimension ends at 65535 groups

void main() {
    uint w = gl_WorkGroupID.y * WORDS_PER_ROW + gl_GlobalInvocationID.x;
    if (w >= WORDS) {
        return;
    }
    uint word = 0u;
    uint n = elements_per_word();
    for (uint k = 0u; k < n; k++) {
        uint e = n * w + k;
        uint c = TENSOR_NHWC ? e % 3u : e / tensor_plane();
        vec3 pad = tensor_pad();
        word |= element_bits(c == 0u ? pad.x : c == 1u ? pad.y : pad.z) << (k * element_size());
    }
    tensor_write(w, word);
}
