// Points along an axis of a component, in its samples: exactly, and in fixed point for neighbouring pixels.

#ifndef POINTS_GLSL
#define POINTS_GLSL

// Whole numbers of 1/den, as in general.comp; pixel 0's is first/den and each next one step/den further.
struct Axis {
    uint den;
    uint first; // below zero, modulo 2^32, where the point lies before the axis
    uint step;
};

// The point of pixel i, exactly: whole samples and the rest in 1/den. The product is rounded, so half a 1/den keeps it
// off whole numbers; with numerators from 2^22 on, where that is not enough, one sample less is followed by a correction.
// Numerators are below 2^24. n: pixels.
vec2 point_of(Axis a, uint n, float i) {
    float numerator = i * float(a.step) + float(int(a.first));
    bool safe = n * a.step < 4194304u;
    float product = safe ? (numerator + 0.5) * (1.0 / float(a.den))
                         : numerator * ((1.0 - 1.0 / 4194304.0) / float(a.den));
    float whole = floor(product);
    float rest = numerator - whole * float(a.den);
    if (!safe && rest >= float(a.den)) {
        return vec2(whole + 1.0, rest - float(a.den));
    }
    return vec2(whole, rest);
}

// The point of a thread's first pixel in fixed point of so many fraction bits, and how far pixel k is from there.
uint fixed_first(Axis a, uint n, uint bits, float i) {
    vec2 p = point_of(a, n, i);
    return uint((int(p.x) << bits) + int(p.y * (float(1u << bits) / float(a.den)) + 0.5));
}

uint fixed_distance(Axis a, uint bits, uint k) {
    uint distance = k * a.step;
    return ((distance / a.den) << bits) + uint(float(distance % a.den) * (float(1u << bits) / float(a.den)) + 0.5);
}

#endif
