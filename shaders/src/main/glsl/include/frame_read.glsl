// The bytes of the frame that include/frame.glsl describes; see there for what to define before.

#ifndef FRAME_READ_GLSL
#define FRAME_READ_GLSL

#ifdef DEVICE_ADDRESS
layout(buffer_reference, std430, buffer_reference_align = 16) restrict readonly buffer FrameWords {
    uint words[];
};

uvec2 frame_address(uint plane) {
    return MEMORIES == 1u || plane == 0u ? push.frame : plane == 1u ? push.plane1 : push.plane2;
}

// The aligned 32-bit word that holds bytes 4i to 4i + 3 of a plane's memory object.
uint frame_word(uint plane, uint i) {
    return FrameWords(frame_address(plane)).words[i];
}
#else
#ifndef FRAME_SET
#define FRAME_SET 0
#endif
#ifndef FRAME_BINDING
#define FRAME_BINDING 0
#endif
layout(set = FRAME_SET, binding = FRAME_BINDING, std430) restrict readonly buffer Frame {
    uint words[];
} frame;

uint frame_word(uint plane, uint i) {
    return frame.words[i];
}
#endif

uint frame_byte(uint plane, uint offset) {
    return (frame_word(plane, offset >> 2) >> ((offset & 3u) << 3)) & 0xffu;
}

// One sample, 0..255; x and y within the component's size.
float component_at(uint c, uint x, uint y) {
    if (c >= component_count()) {
        return 128.0;
    }
    uint offset = component_origin(c) + y * component_stride(c) + x * component_step(c);
    return float(frame_byte(component_plane(c), offset));
}

// A component's value 0..255 at a point of its own samples, linear between their centres, edges repeated.
float component_bilinear(uint c, vec2 point) {
    vec2 last = vec2(component_width(c) - 1u, component_height(c) - 1u);
    vec2 p = clamp(point - 0.5, vec2(0.0), last);
    vec2 first = floor(p);
    vec2 weight = p - first;
    uvec2 a = uvec2(first);
    uvec2 b = uvec2(min(first + 1.0, last));
    return mix(
        mix(component_at(c, a.x, a.y), component_at(c, b.x, a.y), weight.x),
        mix(component_at(c, a.x, b.y), component_at(c, b.x, b.y), weight.x),
        weight.y);
}

// R'G'B' 0..1 at a point of the stored picture (pixels, edge 0), each component linear in its own plane.
vec3 frame_rgb_bilinear(vec2 stored) {
    return frame_rgb(vec3(
        component_bilinear(0u, component_point(0u, stored)),
        component_bilinear(1u, component_point(1u, stored)),
        component_bilinear(2u, component_point(2u, stored))));
}

#endif
