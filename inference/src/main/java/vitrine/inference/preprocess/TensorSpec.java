package vitrine.inference.preprocess;

import java.util.List;

/**
 * The network's input tensor: one picture, three channels, densely packed. The value written for a channel is
 * {@code (v - mean) * scale} with v in 0..255; pad pixels hold {@code (pad - mean) * scale}.
 *
 * @param width columns
 * @param height rows
 * @param type element type
 * @param layout order of the axes
 * @param channels order of the colour channels
 * @param fit how a picture of another shape is fitted in
 * @param pad value 0..255 of every channel where there is no picture
 * @param mean one a channel, in the tensor's channel order
 * @param scale one a channel, in the tensor's channel order
 */
public record TensorSpec(
        int width,
        int height,
        Type type,
        Layout layout,
        Channels channels,
        Fit fit,
        int pad,
        List<Float> mean,
        List<Float> scale) {

    public static final List<Float> ZEROS = List.of(0f, 0f, 0f);
    public static final List<Float> ONES = List.of(1f, 1f, 1f);

    /** Largest side of a tensor. */
    public static final int MAX_SIDE = 4096;

    public TensorSpec {
        if (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE) {
            throw new IllegalArgumentException(
                    "tensor size " + width + "x" + height + " is outside 1x1 to " + MAX_SIDE + "x" + MAX_SIDE);
        }
        if (pad < 0 || pad > 255) {
            throw new IllegalArgumentException("pad value " + pad + " is outside 0 to 255");
        }
        mean = List.copyOf(mean);
        scale = List.copyOf(scale);
        if (mean.size() != 3 || scale.size() != 3) {
            throw new IllegalArgumentException("mean and scale need three values each, one a channel");
        }
        for (float v : scale) {
            if (!Float.isFinite(v) || v == 0) {
                throw new IllegalArgumentException("scale " + v + " is not a finite value other than 0");
            }
        }
        for (float v : mean) {
            if (!Float.isFinite(v)) {
                throw new IllegalArgumentException("mean " + v + " is not finite");
            }
        }
        if (type == Type.U8 && !(mean.equals(ZEROS) && scale.equals(ONES))) {
            throw new IllegalArgumentException("a u8 tensor holds plain 0..255: mean must be 0 and scale 1");
        }
    }

    /** Plain 0..255 in one byte an element, NCHW: the default, a quarter of the bytes of f32. */
    public static TensorSpec u8(int width, int height, Channels channels, Fit fit, int pad) {
        return new TensorSpec(width, height, Type.U8, Layout.NCHW, channels, fit, pad, ZEROS, ONES);
    }

    public long elements() {
        return 3L * width * height;
    }

    public long bytes() {
        return elements() * type.bytes();
    }

    /** Element type. Codes equal TENSOR_* in include/tensor.glsl. */
    public enum Type {
        F32(0, 4),
        F16(1, 2),
        U8(2, 1);

        private final int shaderCode;
        private final int bytes;

        Type(int shaderCode, int bytes) {
            this.shaderCode = shaderCode;
            this.bytes = bytes;
        }

        public int shaderCode() {
            return shaderCode;
        }

        public int bytes() {
            return bytes;
        }
    }

    /** Order of the axes. */
    public enum Layout {
        /** One plane a channel. */
        NCHW,
        /** Channels of a pixel side by side. */
        NHWC
    }

    /** Order of the colour channels. */
    public enum Channels {
        RGB,
        BGR
    }

    /** How a picture is fitted into the tensor. */
    public enum Fit {
        /** Aspect kept, picture in the middle (YOLOv5 and later). */
        CENTER,
        /** Aspect kept, picture at the top left (YOLOX). */
        TOP_LEFT,
        /** Aspect not kept, the whole tensor filled (SSD). */
        STRETCH
    }
}
