package vitrine.engine.frame;

import java.util.Locale;

/**
 * How the bytes of a frame are laid out. Every format is described by three components, each a byte offset inside a
 * plane, a step between horizontal neighbours and a subsampling shift, so one shader reads them all.
 *
 * <p>The constants {@code FORMAT_*} in {@code include/frame.glsl} carry the same numbers as {@link #shaderCode()}; a
 * test keeps them equal. Names are those of V4L2 (linux/videodev2.h) and, for the RGB family, the order of the bytes
 * in memory. The planes may lie in one memory object or in several ({@link PlaneLayout#memory}), as in V4L2's NM12 and
 * YM12, which are NV12 and I420 here.
 */
public enum PixelFormat {
    /** Full luma plane, then one half-size plane of Cb, Cr byte pairs. V4L2_PIX_FMT_NV12. */
    NV12(0, "NV12", 2, 1, 1),
    /** As NV12 with the pairs in the order Cr, Cb. V4L2_PIX_FMT_NV21. */
    NV21(1, "NV21", 2, 1, 1),
    /** Three planes Y, Cb, Cr, chroma halved both ways. V4L2_PIX_FMT_YUV420. */
    I420(2, "YU12", 3, 1, 1),
    /** One plane, two pixels in four bytes Y0 Cb Y1 Cr. V4L2_PIX_FMT_YUYV. */
    YUYV(3, "YUYV", 1, 1, 0),
    /** One plane, two pixels in four bytes Cb Y0 Cr Y1. V4L2_PIX_FMT_UYVY. */
    UYVY(4, "UYVY", 1, 1, 0),
    /** One plane, two pixels in four bytes Y0 Cr Y1 Cb. V4L2_PIX_FMT_YVYU. */
    YVYU(5, "YVYU", 1, 1, 0),
    /** One plane, two pixels in four bytes Cr Y0 Cb Y1. V4L2_PIX_FMT_VYUY. */
    VYUY(6, "VYUY", 1, 1, 0),
    /** Full luma plane, then a plane of Cb, Cr byte pairs, half as many a row, as many rows. V4L2_PIX_FMT_NV16. */
    NV16(7, "NV16", 2, 1, 0),
    /** As NV16 with the pairs in the order Cr, Cb. V4L2_PIX_FMT_NV61. */
    NV61(8, "NV61", 2, 1, 0),
    /** Full luma plane, then a plane of Cb, Cr byte pairs, one a pixel. V4L2_PIX_FMT_NV24. */
    NV24(9, "NV24", 2, 0, 0),
    /** Three planes Y, Cb, Cr, chroma halved along rows. V4L2_PIX_FMT_YUV422P. */
    I422(10, "422P", 3, 1, 0),
    /** Three full planes Y, Cb, Cr. V4L2_PIX_FMT_YUV444M: V4L2 has no code for all three in one memory object. */
    I444(11, "YM24", 3, 0, 0),
    /** Luma alone; chroma is neutral, 128, and the range counts. V4L2_PIX_FMT_GREY. */
    GREY(12, "GREY", 1, 0, 0),
    /** One plane, bytes R G B. V4L2_PIX_FMT_RGB24. */
    RGB24(13, "RGB3", 1, 0, 0),
    /** One plane, bytes B G R. V4L2_PIX_FMT_BGR24. */
    BGR24(14, "BGR3", 1, 0, 0),
    /** One plane, bytes R G B X. V4L2_PIX_FMT_RGBX32. */
    RGBX32(15, "XB24", 1, 0, 0),
    /** One plane, bytes B G R X. V4L2_PIX_FMT_XBGR32, DRM_FORMAT_XRGB8888. */
    BGRX32(16, "XR24", 1, 0, 0);

    private final int shaderCode;
    private final String fourcc;
    private final int planes;
    private final int chromaShiftX;
    private final int chromaShiftY;

    PixelFormat(int shaderCode, String fourcc, int planes, int chromaShiftX, int chromaShiftY) {
        this.shaderCode = shaderCode;
        this.fourcc = fourcc;
        this.planes = planes;
        this.chromaShiftX = chromaShiftX;
        this.chromaShiftY = chromaShiftY;
    }

    /** The value of the shader's FORMAT specialisation constant. */
    public int shaderCode() {
        return shaderCode;
    }

    /** The four-character code of linux/videodev2.h, that for one memory object where there is one. */
    public String fourcc() {
        return fourcc;
    }

    /** Number of planes, 1 to 3. */
    public int planes() {
        return planes;
    }

    /** log2 of the horizontal chroma subsampling: 0 or 1. */
    public int chromaShiftX() {
        return chromaShiftX;
    }

    /** log2 of the vertical chroma subsampling: 0 or 1. */
    public int chromaShiftY() {
        return chromaShiftY;
    }

    /** False for the RGB family, which carries no chroma and ignores the colour matrix. */
    public boolean isYuv() {
        return shaderCode <= GREY.shaderCode;
    }

    /** Bytes of picture data in one row of a plane, without padding; odd widths round chroma up. */
    public int rowBytes(int plane, int width) {
        int chromaWidth = (width + chromaShiftX) >> chromaShiftX;
        return switch (this) {
            case NV12, NV21, NV16, NV61, NV24 -> plane == 0 ? width : 2 * chromaWidth;
            case I420, I422, I444 -> plane == 0 ? width : chromaWidth;
            case YUYV, UYVY, YVYU, VYUY -> 4 * chromaWidth;
            case GREY -> width;
            case RGB24, BGR24 -> 3 * width;
            case RGBX32, BGRX32 -> 4 * width;
        };
    }

    /** Rows in a plane; odd heights round chroma up. */
    public int rows(int plane, int height) {
        return plane == 0 ? height : (height + chromaShiftY) >> chromaShiftY;
    }

    /** Lower-case name as used in file extensions and on the command line: {@code nv12}, {@code bgr24}. */
    public String lowerName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
