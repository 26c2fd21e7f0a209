// What the target wants: R'G'B' as it is, or, where only an _SRGB format exists, linear light for the hardware to encode.

#ifndef TARGET_GLSL
#define TARGET_GLSL

layout(constant_id = 16) const bool TARGET_SRGB = false;

// The inverse of what an _SRGB format applies (IEC 61966-2-1), so that the codes stored are those of rgb.
vec3 target_rgb(vec3 rgb) {
    if (!TARGET_SRGB) {
        return rgb;
    }
    return mix(rgb * (1.0 / 12.92), pow((rgb + 0.055) * (1.0 / 1.055), vec3(2.4)), greaterThan(rgb, vec3(0.04045)));
}

#endif
