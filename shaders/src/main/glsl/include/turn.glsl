// Mirrored left to right where `mirror` says so, then turned clockwise by quarters: vitrine.engine.frame.Orientation.
// Points count from the top left corner in the unit of `extent`, the size of what is turned. In whole and half pixels both
// functions are exact.

#ifndef TURN_GLSL
#define TURN_GLSL

// Size after the turn, or before it.
vec2 turn_extent(vec2 extent, uint rotation) {
    return (rotation & 1u) == 0u ? extent : extent.yx;
}

vec2 turn(vec2 p, vec2 extent, uint rotation, bool mirror) {
    if (mirror) {
        p.x = extent.x - p.x;
    }
    switch (rotation) {
    case 0u:
        return p;
    case 1u:
        return vec2(extent.y - p.y, p.x);
    case 2u:
        return extent - p;
    default:
        return vec2(p.y, extent.x - p.x);
    }
}

// The inverse; `extent` is the size before the turn here too.
vec2 turn_back(vec2 p, vec2 extent, uint rotation, bool mirror) {
    vec2 s;
    switch (rotation) {
    case 0u:
        s = p;
        break;
    case 1u:
        s = vec2(p.y, extent.y - p.x);
        break;
    case 2u:
        s = extent - p;
        break;
    default:
        s = vec2(extent.x - p.y, p.x);
        break;
    }
    if (mirror) {
        s.x = extent.x - s.x;
    }
    return s;
}

#endif
