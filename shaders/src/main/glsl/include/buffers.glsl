// The two buffers of a preprocess pass: frame in, tensor out. Include after include/frame.glsl.
//   with DEVICE_ADDRESS   push constants: addresses of the frame, the tensor, and the memory objects of the frame's planes 1
//                         and 2 where there are several; each low word first, multiples of 16
//   without               storage buffers 0 (frame) and 1 (tensor) of set 0; the addresses, if there, mean nothing
//   with COLOR_PUSH       push constants that general.comp reads follow the addresses

#ifndef BUFFERS_GLSL
#define BUFFERS_GLSL

#if defined(DEVICE_ADDRESS) || defined(COLOR_PUSH)
layout(push_constant) uniform Push {
    uvec2 frame;
    uvec2 tensor;
    uvec2 plane1;
    uvec2 plane2;
#ifdef COLOR_PUSH
    vec4 color[3]; // for each channel of the tensor: factors of the three component codes, and a constant
    uint orientation; // rotation, plus 4 for mirror
#endif
} push;
#endif

#ifdef DEVICE_ADDRESS
layout(buffer_reference, std430, buffer_reference_align = 16) restrict writeonly buffer TensorWords {
    uint words[];
};

void tensor_write(uint i, uint word) {
    TensorWords(push.tensor).words[i] = word;
}
#else
layout(set = 0, binding = 1, std430) restrict writeonly buffer Tensor {
    uint words[];
} tensor;

void tensor_write(uint i, uint word) {
    tensor.words[i] = word;
}
#endif

#endif
