// Four neighbouring pixels of an NCHW tensor at once. Columns are multiples of 4, and so is TENSOR_WIDTH. Include after
// include/buffers.glsl and include/tensor.glsl.

#ifndef TENSOR_QUADS_GLSL
#define TENSOR_QUADS_GLSL

#ifdef DEVICE_ADDRESS
layout(buffer_reference, std430, buffer_reference_align = 16) restrict writeonly buffer TensorVec4 {
    vec4 at[];
};
layout(buffer_reference, std430, buffer_reference_align = 8) restrict writeonly buffer TensorUvec2 {
    uvec2 at[];
};
#endif

void tensor_write_quad(uint quad, vec4 v) {
    if (TENSOR_TYPE == TENSOR_F32) {
#ifdef DEVICE_ADDRESS
        TensorVec4(push.tensor).at[quad] = v;
#else
        tensor_write(4u * quad, floatBitsToUint(v.x));
        tensor_write(4u * quad + 1u, floatBitsToUint(v.y));
        tensor_write(4u * quad + 2u, floatBitsToUint(v.z));
        tensor_write(4u * quad + 3u, floatBitsToUint(v.w));
#endif
    } else if (TENSOR_TYPE == TENSOR_F16) {
        uvec2 halves = uvec2(packHalf2x16(v.xy), packHalf2x16(v.zw));
#ifdef DEVICE_ADDRESS
        TensorUvec2(push.tensor).at[quad] = halves;
#else
        tensor_write(2u * quad, halves.x);
        tensor_write(2u * quad + 1u, halves.y);
#endif
    } else {
        tensor_write(quad, pack_u8(v));
    }
}

// x, y: of the tensor; a to d: the three channels of pixels x to x + 3.
void tensor_write_pixels(uint x, uint y, vec3 a, vec3 b, vec3 c, vec3 d) {
    uint quad = (y * TENSOR_WIDTH + x) >> 2;
    tensor_write_quad(quad, vec4(a.x, b.x, c.x, d.x));
    tensor_write_quad(quad + (tensor_plane() >> 2), vec4(a.y, b.y, c.y, d.y));
    tensor_write_quad(quad + (tensor_plane() >> 1), vec4(a.z, b.z, c.z, d.z));
}

#endif
