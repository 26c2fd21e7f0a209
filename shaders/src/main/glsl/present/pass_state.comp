#version 460
#extension GL_GOOGLE_include_directive : require
// The state of a user's pass, one cell an invocation, before the pass is drawn.

layout(local_size_x = 16, local_size_y = 8) in;

#include "present/pass.glsl"
#include "passes/PASS.glsl"

layout(buffer_reference, std430, buffer_reference_align = 16) restrict writeonly buffer StateCellsNext {
    vec4 cells[];
};

void main() {
    uvec2 cell = gl_GlobalInvocationID.xy;
    if (cell.x >= STATE_WIDTH || cell.y >= STATE_HEIGHT) {
        return;
    }
    read_moment(vec2(push.picture.zw));
    vec4 next = remember(ivec2(cell), recall(ivec2(cell)));
    if (KEEP) {
        next += textureLod(picture_before, vec2(0.0), 0.0);
    }
    StateCellsNext(push.state_next).cells[cell.y * STATE_WIDTH + cell.x] = next;
}
