// How the upright canvas lies in the image: vitrine.present.display.Canvas.

#ifndef CANVAS_GLSL
#define CANVAS_GLSL

#include "include/turn.glsl"

layout(constant_id = 24) const uint CANVAS_ROTATION = 0u; // clockwise quarter turns
layout(constant_id = 25) const bool CANVAS_MIRROR = false; // left to right, before the rotation

#endif
