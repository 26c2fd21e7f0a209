// Edges: outlines over a dimmed picture, by Sobel's operator on luma.
//
//   passes = ["edges"]
//   [pass.edges]
//   STRENGTH = 2.0
//   INK = true

layout(constant_id = 100) const float STRENGTH = 1.0; //! tunable 0..4 step 0.1  how much of an edge shows
layout(constant_id = 101) const float PICTURE = 0.25; //! tunable 0..1 step 0.05  how much of the picture stays
layout(constant_id = 102) const float WIDTH = 1.0; //! tunable 0.5..4 step 0.5  reach of the operator, pixels
layout(constant_id = 103) const bool INK = false; //! tunable  dark lines on paper instead of light ones

float luma(vec2 at) {
    return dot(picture(at), vec3(0.2126, 0.7152, 0.0722));
}

vec3 look(vec2 at) {
    // The eight neighbours, n for north, w for west.
    vec2 d = vec2(WIDTH, 0.0);
    float nw = luma(at - d.xx);
    float n = luma(at - d.yx);
    float ne = luma(at + vec2(WIDTH, -WIDTH));
    float w = luma(at - d.xy);
    float e = luma(at + d.xy);
    float sw = luma(at + vec2(-WIDTH, WIDTH));
    float s = luma(at + d.yx);
    float se = luma(at + d.xx);
    vec2 slope = vec2(ne + 2.0 * e + se - nw - 2.0 * w - sw, sw + 2.0 * s + se - nw - 2.0 * n - ne);
    float edge = min(STRENGTH * length(slope), 1.0);
    vec3 here = picture(at);
    return INK ? mix(vec3(1.0), here, PICTURE) * (1.0 - edge) : mix(PICTURE * here, vec3(1.0), edge);
}
