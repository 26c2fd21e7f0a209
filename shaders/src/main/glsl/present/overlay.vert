#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_buffer_reference : require
#extension GL_EXT_buffer_reference_uvec2 : require
// One quad an instance, two triangles, placed on whole pixels of the canvas, which fall on whole pixels of the image.

#include "present/canvas.glsl"

// The words of an instance, as vitrine.present.overlay.OverlayGeometry writes them.
//   0, 1  corners of the quad, x low and y high, signed 16 bits
//   2, 3  fill and ring: corners of the whole shape; glyph: first byte of its coverage, width and height as above
//   4     colour, 0xAARRGGBB
//   5     colour of the casing, the thin edge
//   6     kind, square corners, radius, line and casing thickness: see overlay.frag
layout(buffer_reference, std430, buffer_reference_align = 16) restrict readonly buffer Instances {
    uvec4 words[];
};

layout(push_constant) uniform Push {
    uvec2 instances; // device addresses
    uvec2 glyphs;
    vec2 canvas; // its size, upright
    vec2 origin; // of the canvas in the image
    vec2 scale; // 2 / size of what the canvas covers there, which is the viewport
} push;

layout(location = 0) flat out uvec4 shape; // words 2, 3, 6; low corner of the quad in .w
layout(location = 1) flat out vec4 color;
layout(location = 2) flat out vec4 casing;

ivec2 corner(uint word) {
    return ivec2(int(word << 16) >> 16, int(word) >> 16);
}

void main() {
    uvec4 a = Instances(push.instances).words[2 * gl_InstanceIndex];
    uvec4 b = Instances(push.instances).words[2 * gl_InstanceIndex + 1];
    ivec2 low = corner(a.x);
    ivec2 high = corner(a.y);
    int i = (0xda4 >> (2 * gl_VertexIndex)) & 3; // corners 0 1 2, 2 1 3
    ivec2 at = ivec2((i & 1) == 0 ? low.x : high.x, (i & 2) == 0 ? low.y : high.y);
    vec2 placed = turn(vec2(at), push.canvas, CANVAS_ROTATION, CANVAS_MIRROR);
    gl_Position = vec4(placed * push.scale - 1.0, 0.0, 1.0);
    shape = uvec4(a.z, a.w, b.z, a.x);
    color = unpackUnorm4x8(b.x).bgra;
    casing = unpackUnorm4x8(b.y).bgra;
}
