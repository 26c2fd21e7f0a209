// Heat: where objects of the chosen classes have been, warmer the longer, fading with time.
//
//   passes = ["heat"]
//   [pass.heat]
//   classes = ["person"]
//   HALF_LIFE = 60
//
// Each cell of the state counts the seconds that an object covered it; x of the four numbers is all that is used.
//! state 160x90

layout(constant_id = 100) const float HALF_LIFE = 30.0; //! tunable 1..600 step 1  seconds until half the warmth is gone
layout(constant_id = 101) const float FULL = 5.0; //! tunable 0.5..120 step 0.5  seconds of presence that show as hottest
layout(constant_id = 102) const float OPACITY = 0.6; //! tunable 0..1 step 0.05  of the hottest colour
layout(constant_id = 103) const float MAX_AGE = 2.0; //! tunable 0.1..10 step 0.1  seconds; older detections warm nothing

// Once a picture for each cell, before look().
vec4 remember(ivec2 cell, vec4 before) {
    vec2 at = cell_center(cell);
    bool covered = false;
    for (uint i = 0u; i < detection_count() && !covered; i++) {
        Detection d = detection(i);
        covered = d.chosen && all(greaterThanEqual(at, d.min)) && all(lessThan(at, d.max));
    }
    float seconds = before.x * exp2(-time_step / max(HALF_LIFE, 0.01));
    if (covered && detections_age <= MAX_AGE) {
        seconds += min(time_step, 1.0); // after a gap nobody knows
    }
    return vec4(seconds, 0.0, 0.0, 0.0);
}

// From blue over green and yellow to red.
vec3 warmth(float t) {
    return clamp(vec3(2.0 * t - 0.5, 1.5 - abs(3.0 * t - 1.5), 1.0 - 2.0 * t), 0.0, 1.0);
}

vec3 look(vec2 at) {
    float t = clamp(recall(at).x / max(FULL, 0.01), 0.0, 1.0);
    return mix(picture(at), warmth(t), OPACITY * sqrt(t));
}
