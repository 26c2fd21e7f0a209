// The frame as vectors of four or two words, for shaders whose strides and plane offsets are multiples of 16 or 8. Include
// after include/buffers.glsl. With a storage buffer the macro FRAME_UVEC2 chooses; by address both are there.

#ifndef FRAME_VECTORS_GLSL
#define FRAME_VECTORS_GLSL

#ifdef DEVICE_ADDRESS
layout(buffer_reference, std430, buffer_reference_align = 16) restrict readonly buffer FrameUvec4 {
    uvec4 at[];
};
layout(buffer_reference, std430, buffer_reference_align = 8) restrict readonly buffer FrameUvec2 {
    uvec2 at[];
};

uvec2 frame_address(uint plane) {
    return MEMORIES == 1u || plane == 0u ? push.frame : push.plane1;
}

uvec4 frame_uvec4(uint plane, uint byte_offset) {
    return FrameUvec4(frame_address(plane)).at[byte_offset >> 4];
}

uvec2 frame_uvec2(uint plane, uint byte_offset) {
    return FrameUvec2(frame_address(plane)).at[byte_offset >> 3];
}
#elif defined(FRAME_UVEC2)
layout(set = 0, binding = 0, std430) restrict readonly buffer Frame {
    uvec2 at[];
} frame;

uvec2 frame_uvec2(uint plane, uint byte_offset) {
    return frame.at[byte_offset >> 3];
}
#else
layout(set = 0, binding = 0, std430) restrict readonly buffer Frame {
    uvec4 at[];
} frame;

uvec4 frame_uvec4(uint plane, uint byte_offset) {
    return frame.at[byte_offset >> 4];
}
#endif

#endif
