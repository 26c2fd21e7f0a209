// Tensor elements as parts of 32-bit words: 1 f32, 2 f16 or 4 u8. Include after include/tensor.glsl.

#ifndef TENSOR_WORDS_GLSL
#define TENSOR_WORDS_GLSL

uint elements_per_word() {
    return TENSOR_TYPE == TENSOR_F32 ? 1u : TENSOR_TYPE == TENSOR_F16 ? 2u : 4u;
}

// In bits.
uint element_size() {
    return TENSOR_TYPE == TENSOR_F32 ? 32u : TENSOR_TYPE == TENSOR_F16 ? 16u : 8u;
}

uint element_bits(float v) {
    if (TENSOR_TYPE == TENSOR_F32) {
        return floatBitsToUint(v);
    }
    if (TENSOR_TYPE == TENSOR_F16) {
        return packHalf2x16(vec2(v, 0.0));
    }
    return floatBitsToUint(v + 8388608.0) & 0xffu;
}

#endif
