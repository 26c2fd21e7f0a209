// What a user's pass can use: docs/shaders.md. Included before passes/PASS.glsl by pass.frag, which draws a pass, and by
// pass_state.comp, which keeps its state. In both, vitrine.present.pass.PassChain pushes the same block.

#ifndef PASS_GLSL
#define PASS_GLSL

#define DEVICE_ADDRESS
#include "include/frame.glsl"
#include "include/turn.glsl"
#include "present/canvas.glsl"

layout(push_constant) uniform Push {
    uvec2 frame; // device address of the camera's frame, of plane 0 where there are several
    uvec2 plane1; // of the other planes' buffers
    uvec2 plane2;
    uvec2 moment; // of what there is to know about this picture
    ivec4 picture; // where the picture lies in the image drawn into: x, y, width, height
    uvec2 state; // of the pass's cells: in the compute shader as they were, in the fragment shader as they are now
    uvec2 state_next; // in the compute shader as they become
} push;
#include "include/frame_read.glsl"

// An includer's own constants start at 100.
layout(constant_id = 32) const uint PASS_INDEX = 0u; // in the chain: the bit of Detection.chosen
layout(constant_id = 33) const uint STATE_WIDTH = 0u; // cells; 0 without state
layout(constant_id = 34) const uint STATE_HEIGHT = 0u;
layout(constant_id = 35) const bool KEEP = false; // always false: keeps a binding that nobody reads in the interface

const uint MAX_DETECTIONS = 256u;

layout(set = 0, binding = 0) uniform sampler2D picture_before;

// As vitrine.present.pass.Moment writes it.
struct MomentDetection {
    vec4 corners; // low x, low y, high x, high y, in pixels of the picture
    uint class_index;
    float score;
    uint chosen; // a bit a pass
    uint unused;
};
layout(buffer_reference, std430, buffer_reference_align = 16) restrict readonly buffer Moment {
    float time;
    float time_step;
    float age;
    uint frame_number;
    uint count;
    uint overflow;
    uint unused0;
    uint unused1;
    MomentDetection detections[];
};
layout(buffer_reference, std430, buffer_reference_align = 16) restrict readonly buffer StateCells {
    vec4 cells[];
};

// Set before look() and remember() are called.
vec2 picture_size; // pixels, upright
float time; // seconds since the first picture, by the camera's clock; begins again at 0 every hour
float time_step; // seconds since the picture before this one; 0 for the first and where a picture is drawn again
uint frame_number; // pictures so far
float detections_age; // seconds that the detections are older than the picture; 1e9 where there are none to go by
bool detections_overflow; // there were more than MAX_DETECTIONS, or one without a place: do not rely on the list

const ivec2 state_size = ivec2(STATE_WIDTH, STATE_HEIGHT);

struct Detection {
    vec2 min; // corners in pixels of the picture; may lie outside
    vec2 max;
    uint class_index; // line of the model's labels, from 0
    float score; // 0 to 1
    bool chosen; // its class is one of the pass's `classes`, or none are named
};

void read_moment(vec2 size) {
    Moment m = Moment(push.moment);
    picture_size = size;
    time = m.time;
    time_step = m.time_step;
    frame_number = m.frame_number;
    detections_age = m.age;
    detections_overflow = m.overflow != 0u;
}

// R'G'B' of the picture as the pass before this one left it, or the video; at is in pixels, linear between their
// centres, the edge repeated.
vec3 picture(vec2 at) {
    return textureLod(picture_before, at / picture_size, 0.0).rgb;
}

// R'G'B' straight from the camera's buffer at the same place, untouched by other passes; linear between stored samples.
vec3 camera(vec2 at) {
    vec2 stored_size = vec2(SOURCE_WIDTH, SOURCE_HEIGHT);
    vec2 upright = at / picture_size * turn_extent(stored_size, ROTATION);
    return frame_rgb_bilinear(turn_back(upright, stored_size, ROTATION, MIRROR));
}

uint detection_count() {
    return Moment(push.moment).count;
}

// i below detection_count().
Detection detection(uint i) {
    MomentDetection d = Moment(push.moment).detections[min(i, MAX_DETECTIONS - 1u)];
    return Detection(
        d.corners.xy, d.corners.zw, d.class_index, d.score, ((d.chosen >> PASS_INDEX) & 1u) != 0u);
}

// A cell of the state; the edge is repeated. In remember() as the cell was, in look() as it is now.
vec4 recall(ivec2 cell) {
    if (STATE_WIDTH == 0u) {
        return vec4(0.0);
    }
    uvec2 c = uvec2(clamp(cell, ivec2(0), state_size - 1));
    return StateCells(push.state).cells[c.y * STATE_WIDTH + c.x];
}

// The state at a place of the picture, linear between the cells' centres.
vec4 recall(vec2 at) {
    vec2 p = at / picture_size * vec2(state_size) - 0.5;
    vec2 first = floor(p);
    vec2 weight = p - first;
    ivec2 a = ivec2(first);
    return mix(
        mix(recall(a), recall(a + ivec2(1, 0)), weight.x),
        mix(recall(a + ivec2(0, 1)), recall(a + ivec2(1, 1)), weight.x),
        weight.y);
}

// The centre of a cell, in pixels of the picture.
vec2 cell_center(ivec2 cell) {
    return (vec2(cell) + 0.5) / vec2(state_size) * picture_size;
}

#endif
