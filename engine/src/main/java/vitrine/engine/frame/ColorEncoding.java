package vitrine.engine.frame;

/**
 * How Y, Cb, Cr become R', G', B'.
 *
 * @param matrix the luma coefficients
 * @param range the code values' range
 */
public record ColorEncoding(Matrix matrix, Range range) {

    public static final ColorEncoding BT601_LIMITED = new ColorEncoding(Matrix.BT601, Range.LIMITED);
    public static final ColorEncoding BT601_FULL = new ColorEncoding(Matrix.BT601, Range.FULL);
    public static final ColorEncoding BT709_LIMITED = new ColorEncoding(Matrix.BT709, Range.LIMITED);

    /** What unmarked video is taken to be: BT.601 up to 576 lines, BT.709 above; limited range. */
    public static ColorEncoding defaultFor(int height) {
        return height <= 576 ? BT601_LIMITED : BT709_LIMITED;
    }

    /** Luma coefficients; the third follows from Kr + Kg + Kb = 1. Codes equal MATRIX_* in include/frame.glsl. */
    public enum Matrix {
        /** ITU-R BT.601-7, section 2.5.1. */
        BT601(0, 0.299, 0.114),
        /** ITU-R BT.709-6, section 3.2. */
        BT709(1, 0.2126, 0.0722),
        /** ITU-R BT.2020-2, table 4, non-constant luminance. */
        BT2020(2, 0.2627, 0.0593);

        private final int shaderCode;
        private final double kr;
        private final double kb;

        Matrix(int shaderCode, double kr, double kb) {
            this.shaderCode = shaderCode;
            this.kr = kr;
            this.kb = kb;
        }

        public int shaderCode() {
            return shaderCode;
        }

        public double kr() {
            return kr;
        }

        public double kb() {
            return kb;
        }
    }

    /** Codes equal RANGE_* in include/frame.glsl. */
    public enum Range {
        /** Luma 16..235, chroma 16..240. */
        LIMITED(0),
        /** 0..255 for both. */
        FULL(1);

        private final int shaderCode;

        Range(int shaderCode) {
            this.shaderCode = shaderCode;
        }

        public int shaderCode() {
            return shaderCode;
        }
    }
}
