// The network's input tensor: specialisation constants 16 to 31 (an includer's own follow) and the affine map to its values.
//
// The numbers equal shaderCode() of TensorSpec.Type; a test reads this file and compares.

#ifndef TENSOR_GLSL
#define TENSOR_GLSL

const uint TENSOR_F32 = 0u;
const uint TENSOR_F16 = 1u;
const uint TENSOR_U8 = 2u;

layout(constant_id = 16) const uint TENSOR_TYPE = TENSOR_F32;
layout(constant_id = 17) const bool TENSOR_NHWC = false;
layout(constant_id = 18) const bool TENSOR_BGR = false;
layout(constant_id = 19) const uint TENSOR_WIDTH = 16u;
layout(constant_id = 20) const uint TENSOR_HEIGHT = 16u;
layout(constant_id = 21) const uint CONTENT_X = 0u; // where the picture lies in the tensor
layout(constant_id = 22) const uint CONTENT_Y = 0u;
layout(constant_id = 23) const uint CONTENT_WIDTH = 16u;
layout(constant_id = 24) const uint CONTENT_HEIGHT = 16u;
layout(constant_id = 25) const float PAD = 114.0; // 0..255
layout(constant_id = 26) const float MEAN_0 = 0.0; // in the tensor's channel order, for values 0..255
layout(constant_id = 27) const float MEAN_1 = 0.0;
layout(constant_id = 28) const float MEAN_2 = 0.0;
layout(constant_id = 29) const float SCALE_0 = 1.0;
layout(constant_id = 30) const float SCALE_1 = 1.0;
layout(constant_id = 31) const float SCALE_2 = 1.0;

uint tensor_plane() {
    return TENSOR_WIDTH * TENSOR_HEIGHT;
}

vec3 tensor_mean() {
    return vec3(MEAN_0, MEAN_1, MEAN_2);
}

vec3 tensor_scale() {
    return vec3(SCALE_0, SCALE_1, SCALE_2);
}

vec3 tensor_pad() {
    return (vec3(PAD) - tensor_mean()) * tensor_scale();
}

// Component codes 0..255 to the three channels' values: the colour matrix, the tensor's mean and scale and the units in one
// affine map, whose factors are constants. What stands for a code is (sum - bias) * unit, the first of both for luma, the
// second for chroma: a sum of 36 samples has unit 1/36.
vec3 tensor_from_sums(vec3 sums, vec2 unit, vec2 bias) {
    bool limited = RANGE == RANGE_LIMITED;
    float luma = limited ? 1.0 / 219.0 : 1.0 / 255.0;
    float chroma = limited ? 1.0 / 224.0 : 1.0 / 255.0;
    float kr = matrix_kr();
    float kb = matrix_kb();
    float kg = 1.0 - kr - kb;
    vec3 by_cb = vec3(0.0, -2.0 * kb * (1.0 - kb) / kg, 2.0 * (1.0 - kb)) * chroma;
    vec3 by_cr = vec3(2.0 * (1.0 - kr), -2.0 * kr * (1.0 - kr) / kg, 0.0) * chroma;
    vec3 constant = vec3(((limited ? -16.0 : 0.0) - bias.x * unit.x) * luma) - (128.0 + bias.y * unit.y) * (by_cb + by_cr);
    if (TENSOR_BGR) {
        by_cb = by_cb.bgr;
        by_cr = by_cr.bgr;
        constant = constant.bgr;
    }
    // Clamped to 0..1 and scaled then, since V3D clamps to that for nothing where another clamp is work for its busier unit.
    vec3 v = (luma * unit.x) * sums.x + ((by_cb * unit.y) * sums.y + ((by_cr * unit.y) * sums.z + constant));
    return clamp(v, 0.0, 1.0) * (255.0 * tensor_scale()) - tensor_mean() * tensor_scale();
}

// Four values 0..255 to four bytes, rounded to nearest: the float's own low mantissa bits, since a conversion to an
// integer costs many instructions on lavapipe and four on V3D.
uint pack_u8(vec4 v) {
    uvec4 bits = floatBitsToUint(v + 8388608.0);
    return (bits.x & 0xffu) | ((bits.y & 0xffu) << 8) | ((bits.z & 0xffu) << 16) | (bits.w << 24);
}

#endif
