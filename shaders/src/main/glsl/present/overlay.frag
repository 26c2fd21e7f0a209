#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_buffer_reference : require
#extension GL_EXT_buffer_reference_uvec2 : require
// Shapes by their signed distance in pixels: edges on whole pixels come out crisp, round corners antialiased. Glyphs by
// their coverage, byte for pixel.

#include "present/canvas.glsl"
#include "present/target.glsl"

layout(constant_id = 26) const bool CANVAS_PLACED = false; // turned, or not at the image's corner

const uint KIND_FILL = 0u; // rounded rectangle with a casing inside its edge
const uint KIND_RING = 1u; // its outline: casing, line, casing
const uint KIND_GLYPH = 2u;

const uint SQUARE_BOTTOM = 1u; // corners that are not rounded
const uint SQUARE_TOP_LEFT = 2u;

layout(buffer_reference, std430, buffer_reference_align = 16) restrict readonly buffer Glyphs {
    uint words[];
};

layout(push_constant) uniform Push {
    uvec2 instances;
    uvec2 glyphs;
    vec2 canvas;
    vec2 origin;
    vec2 scale;
} push;

layout(location = 0) flat in uvec4 shape;
layout(location = 1) flat in vec4 color;
layout(location = 2) flat in vec4 casing;

layout(location = 0) out vec4 result; // straight alpha

ivec2 corner(uint word) {
    return ivec2(int(word << 16) >> 16, int(word) >> 16);
}

// Distance to a rectangle with round corners, negative inside.
float distance_to(vec2 p, vec2 low, vec2 high, float radius) {
    vec2 q = abs(p - 0.5 * (low + high)) - 0.5 * (high - low) + radius;
    return length(max(q, 0.0)) + min(max(q.x, q.y), 0.0) - radius;
}

// Share of the pixel at distance d that lies inside.
float inside(float d) {
    return clamp(0.5 - d, 0.0, 1.0);
}

float glyph_coverage(ivec2 p) {
    // Clamped, since helper invocations beyond the quad's edge read as well and an address knows no bounds.
    uvec2 size = uvec2(shape.y & 0xffffu, shape.y >> 16);
    uvec2 i = uvec2(clamp(p, ivec2(0), ivec2(size) - 1));
    uint at = shape.x + i.y * size.x + i.x;
    uint word = Glyphs(push.glyphs).words[at >> 2];
    return float((word >> ((at & 3u) << 3)) & 0xffu) * (1.0 / 255.0);
}

void main() {
    // On the upright canvas, exactly: a turned picture has the same pixels as an upright one.
    vec2 p = CANVAS_PLACED
        ? turn_back(gl_FragCoord.xy - push.origin, push.canvas, CANVAS_ROTATION, CANVAS_MIRROR)
        : gl_FragCoord.xy;
    uint kind = shape.z & 15u;
    if (kind == KIND_GLYPH) {
        float coverage = glyph_coverage(ivec2(p) - corner(shape.w));
        result = vec4(target_rgb(color.rgb), color.a * coverage);
        return;
    }
    uint square = (shape.z >> 4) & 15u;
    float radius = float((shape.z >> 8) & 0xffu);
    float line = float((shape.z >> 16) & 0xffu);
    float edge = float(shape.z >> 24);
    vec2 low = vec2(corner(shape.x));
    vec2 high = vec2(corner(shape.y));
    vec2 middle = 0.5 * (low + high);
    radius = min(radius, min(high.x - middle.x, high.y - middle.y));
    bool left_top = p.x < middle.x && p.y < middle.y;
    if (((square & SQUARE_BOTTOM) != 0u && p.y > middle.y) || ((square & SQUARE_TOP_LEFT) != 0u && left_top)) {
        radius = 0.0;
    }
    float d = distance_to(p, low, high, radius);
    float coverage = inside(d);
    float line_share = inside(d + edge);
    if (kind == KIND_RING) {
        coverage -= inside(d + edge + line + edge);
        line_share -= inside(d + edge + line);
    }
    vec3 rgb = mix(casing.rgb, color.rgb, line_share);
    float alpha = mix(casing.a, color.a, line_share);
    result = vec4(target_rgb(rgb), coverage * alpha);
}
