package vitrine.capture.v4l2;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import vitrine.engine.frame.ColorEncoding;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.PixelFormat;
import vitrine.engine.frame.PlaneLayout;

/**
 * The V4L2 pixel formats that Vitrine reads, the ones to be preferred first: fewest bytes for what the shaders do
 * fastest, then what has to be decoded, then what has no colour. {@code linux/videodev2.h}, V4L2_PIX_FMT_*.
 */
public enum PixelCode {
    NV12("NV12", PixelFormat.NV12, 1, false),
    NV12M("NM12", PixelFormat.NV12, 2, false),
    NV21("NV21", PixelFormat.NV21, 1, false),
    NV21M("NM21", PixelFormat.NV21, 2, false),
    YUV420("YU12", PixelFormat.I420, 1, false),
    YUV420M("YM12", PixelFormat.I420, 3, false),
    YVU420("YV12", PixelFormat.I420, 1, true),
    YVU420M("YM21", PixelFormat.I420, 3, true),
    NV16("NV16", PixelFormat.NV16, 1, false),
    NV16M("NM16", PixelFormat.NV16, 2, false),
    NV61("NV61", PixelFormat.NV61, 1, false),
    NV61M("NM61", PixelFormat.NV61, 2, false),
    YUYV("YUYV", PixelFormat.YUYV, 1, false),
    UYVY("UYVY", PixelFormat.UYVY, 1, false),
    YVYU("YVYU", PixelFormat.YVYU, 1, false),
    VYUY("VYUY", PixelFormat.VYUY, 1, false),
    YUV422P("422P", PixelFormat.I422, 1, false),
    YUV422M("YM16", PixelFormat.I422, 3, false),
    YVU422M("YM61", PixelFormat.I422, 3, true),
    NV24("NV24", PixelFormat.NV24, 1, false),
    YUV444M("YM24", PixelFormat.I444, 3, false),
    YVU444M("YM42", PixelFormat.I444, 3, true),
    RGB24("RGB3", PixelFormat.RGB24, 1, false),
    BGR24("BGR3", PixelFormat.BGR24, 1, false),
    XBGR32("XR24", PixelFormat.BGRX32, 1, false),
    ABGR32("AR24", PixelFormat.BGRX32, 1, false),
    BGR32("BGR4", PixelFormat.BGRX32, 1, false),
    RGBX32("XB24", PixelFormat.RGBX32, 1, false),
    RGBA32("AB24", PixelFormat.RGBX32, 1, false),
    /** JPEG pictures; what they decode to stands in each picture. */
    MJPEG("MJPG", null, 1, false),
    JPEG("JPEG", null, 1, false),
    GREY("GREY", PixelFormat.GREY, 1, false);

    private final String fourcc;
    private final @Nullable PixelFormat pixelFormat;
    private final int memories;
    private final boolean swapped;

    PixelCode(String fourcc, @Nullable PixelFormat pixelFormat, int memories, boolean swapped) {
        this.fourcc = fourcc;
        this.pixelFormat = pixelFormat;
        this.memories = memories;
        this.swapped = swapped;
    }

    /** The one with a code, or null where Vitrine does not read it. */
    public static @Nullable PixelCode of(int code) {
        for (PixelCode c : values()) {
            if (c.code() == code) {
                return c;
            }
        }
        return null;
    }

    /** The one a user names by its four characters, in any case; null where there is none. */
    public static @Nullable PixelCode named(String name) {
        for (PixelCode c : values()) {
            if (c.fourcc.equals(name.toUpperCase(Locale.ROOT))) {
                return c;
            }
        }
        return null;
    }

    /** All codes, for messages. */
    public static List<String> names() {
        List<String> names = new ArrayList<>();
        for (PixelCode c : values()) {
            names.add(c.fourcc);
        }
        return names;
    }

    public String fourcc() {
        return fourcc;
    }

    public int code() {
        return Videodev2.fourcc(fourcc);
    }

    public boolean isJpeg() {
        return pixelFormat == null;
    }

    /** What the shaders call it; not for JPEG. */
    PixelFormat pixelFormat() {
        if (pixelFormat == null) {
            throw new IllegalStateException(fourcc + " is decoded first");
        }
        return pixelFormat;
    }

    /** Memory objects a frame lies in, each with its own descriptor: V4L2's "num_planes". */
    public int memories() {
        return memories;
    }

    /**
     * Where the planes of a frame lie. With one memory object they follow each other without a gap, chroma strides
     * following from the first one as the V4L2 specification's chapter "Planar formats" has it.
     *
     * @param strides bytesperline of each memory object, in bytes
     * @param offsets where the picture starts in each memory object (data_offset), in bytes
     */
    FrameFormat layout(int width, int height, int[] strides, long[] offsets, ColorEncoding color) {
        PixelFormat format = pixelFormat();
        PlaneLayout[] planes = new PlaneLayout[format.planes()];
        long next = offsets[0];
        for (int i = 0; i < planes.length; i++) {
            int place = swapped && i > 0 ? 3 - i : i;
            if (memories > 1) {
                planes[place] = new PlaneLayout(offsets[i], strides[i], i);
            } else {
                int stride = i == 0 ? strides[0] : chromaStride(format, strides[0]);
                planes[place] = new PlaneLayout(next, stride);
                next += (long) stride * format.rows(i, height);
            }
        }
        return new FrameFormat(format, width, height, List.of(planes), color);
    }

    private static int chromaStride(PixelFormat format, int lumaStride) {
        boolean pairs = format.planes() == 2;
        return (pairs ? 2 * lumaStride : lumaStride) >> format.chromaShiftX();
    }
}
