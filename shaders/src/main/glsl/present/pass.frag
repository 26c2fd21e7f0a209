#version 460
#extension GL_GOOGLE_include_directive : require
// One pass of the user's, passes/PASS.glsl, drawn over the picture's rectangle of an image: another pass's input, or the
// target's, in which the canvas may be turned.

#include "present/pass.glsl"
#include "present/target.glsl"
#include "passes/PASS.glsl"

layout(location = 0) out vec4 color;

void main() {
    vec2 size = turn_extent(vec2(push.picture.zw), CANVAS_ROTATION);
    read_moment(size);
    vec2 at = turn_back(gl_FragCoord.xy - vec2(push.picture.xy), size, CANVAS_ROTATION, CANVAS_MIRROR);
    vec3 rgb = look(at);
    if (KEEP) {
        rgb += textureLod(picture_before, at, 0.0).rgb;
    }
    color = vec4(target_rgb(clamp(rgb, 0.0, 1.0)), 1.0);
}
