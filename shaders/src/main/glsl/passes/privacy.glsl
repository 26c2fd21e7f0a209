// Privacy: objects of the chosen classes are shown as coarse squares.
//
// It fails closed. Where nothing is known of the objects, because the detections are too old, there never were any, the
// detector has failed or there are too many to list, the whole picture is coarse.
//
//   passes = ["privacy"]
//   [pass.privacy]
//   classes = ["person"]    # all classes where this line is missing
//   MAX_AGE = 0.5
//
// A square is looked at once, by a cell of the state, and not by each of its pixels: its mean colour in rgb, and in w
// whether it may be shown as it is. A state that nobody has written is 0, which is no.
//! state 320x180

layout(constant_id = 100) const float CELL = 32.0; //! tunable 4..96 step 1  side of a square where the picture has 720 rows
layout(constant_id = 101) const float MARGIN = 0.15; //! tunable 0..1 step 0.05  added around a box, share of its size
layout(constant_id = 102) const float MOTION = 0.5; //! tunable 0..4 step 0.1  added for age: picture heights a second
layout(constant_id = 103) const float MAX_AGE = 0.5; //! tunable 0.1..5 step 0.1  seconds; older detections hide everything

const int POINTS = 4; // of a square, a row and column, that are averaged

// Pixels; whole ones, and large enough for the state to have a cell for each square.
float side() {
    vec2 least = ceil(picture_size / vec2(state_size));
    return max(round(CELL * picture_size.y / 720.0), max(least.x, least.y));
}

// Whether the rectangle touches an object that is to be hidden. Objects move while the detector thinks: boxes grow.
bool hidden(vec2 low, vec2 high) {
    if (!(detections_age <= MAX_AGE) || detections_overflow) {
        return true;
    }
    vec2 moved = vec2(MOTION * detections_age * picture_size.y);
    for (uint i = 0u; i < detection_count(); i++) {
        Detection d = detection(i);
        vec2 margin = MARGIN * (d.max - d.min) + moved;
        if (d.chosen && all(lessThan(low, d.max + margin)) && all(greaterThan(high, d.min - margin))) {
            return true;
        }
    }
    return false;
}

// Once a picture for each cell, before look(). Squares count from the picture's corner; those at its end are cut.
vec4 remember(ivec2 cell, vec4 before) {
    vec2 low = vec2(cell) * side();
    vec2 high = min(low + side(), picture_size);
    if (any(greaterThanEqual(low, picture_size))) {
        return vec4(0.0);
    }
    if (!hidden(low, high)) {
        return vec4(0.0, 0.0, 0.0, 1.0);
    }
    vec3 sum = vec3(0.0);
    for (int y = 0; y < POINTS; y++) {
        for (int x = 0; x < POINTS; x++) {
            sum += picture(mix(low, high, (vec2(x, y) + 0.5) / float(POINTS)));
        }
    }
    return vec4(sum / float(POINTS * POINTS), 0.0);
}

// Once a picture for each pixel.
vec3 look(vec2 at) {
    vec4 square = recall(ivec2(at / side()));
    return square.w == 1.0 ? picture(at) : square.rgb;
}
