package vitrine.capture.v4l2;

import vitrine.engine.frame.ColorEncoding;
import vitrine.engine.frame.ColorEncoding.Matrix;
import vitrine.engine.frame.ColorEncoding.Range;

/**
 * A driver's colour space as matrix and range. What it leaves at "default" follows from the colour space by the macros
 * V4L2_MAP_YCBCR_ENC_DEFAULT and V4L2_MAP_QUANTIZATION_DEFAULT of {@code linux/videodev2.h}.
 */
final class ColorSpaces {
    private ColorSpaces() {}

    /** @param height in pixels; decides where the driver says nothing at all */
    static ColorEncoding encoding(int colorspace, int ycbcrEncoding, int quantization, int height) {
        Matrix matrix = matrix(colorspace, ycbcrEncoding, height);
        Range range = quantization == Videodev2.V4L2_QUANTIZATION_FULL_RANGE
                        || (quantization == 0 && colorspace == Videodev2.V4L2_COLORSPACE_JPEG)
                ? Range.FULL
                : Range.LIMITED;
        return new ColorEncoding(matrix, range);
    }

    private static Matrix matrix(int colorspace, int ycbcrEncoding, int height) {
        return switch (ycbcrEncoding) {
            case Videodev2.V4L2_YCBCR_ENC_601, Videodev2.V4L2_YCBCR_ENC_XV601 -> Matrix.BT601;
            // SMPTE 240M's coefficients are nearest to those of BT.709.
            case Videodev2.V4L2_YCBCR_ENC_709, Videodev2.V4L2_YCBCR_ENC_XV709, Videodev2.V4L2_YCBCR_ENC_SMPTE240M ->
                Matrix.BT709;
            case Videodev2.V4L2_YCBCR_ENC_BT2020, Videodev2.V4L2_YCBCR_ENC_BT2020_CONST_LUM -> Matrix.BT2020;
            default ->
                switch (colorspace) {
                    case 0 -> ColorEncoding.defaultFor(height).matrix();
                    case Videodev2.V4L2_COLORSPACE_REC709,
                            Videodev2.V4L2_COLORSPACE_DCI_P3,
                            Videodev2.V4L2_COLORSPACE_SMPTE240M -> Matrix.BT709;
                    case Videodev2.V4L2_COLORSPACE_BT2020 -> Matrix.BT2020;
                    default -> Matrix.BT601;
                };
        };
    }
}
