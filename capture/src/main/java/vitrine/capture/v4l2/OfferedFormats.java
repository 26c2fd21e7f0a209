package vitrine.capture.v4l2;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import vitrine.capture.v4l2.Videodev2.v4l2_fmtdesc;
import vitrine.capture.v4l2.Videodev2.v4l2_frmivalenum;
import vitrine.capture.v4l2.Videodev2.v4l2_frmsizeenum;

/** Asks a device for its formats, sizes and rates: VIDIOC_ENUM_FMT, ENUM_FRAMESIZES, ENUM_FRAMEINTERVALS. */
final class OfferedFormats {
    /** No driver lists more; a broken one must not loop for ever. */
    private static final int MOST = 256;

    private OfferedFormats() {}

    /** All of them, in the driver's order; sizes and rates of those that Vitrine reads. */
    static List<OfferedFormat> of(V4l2Device device) {
        return of(device, null);
    }

    /** As above, with the sizes and rates of one format only where it is named: each costs a request. */
    static List<OfferedFormat> of(V4l2Device device, @Nullable PixelCode only) {
        List<OfferedFormat> formats = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment desc = arena.allocate(v4l2_fmtdesc.SIZE, 8);
            for (int i = 0; i < MOST; i++) {
                desc.fill((byte) 0);
                desc.set(JAVA_INT, v4l2_fmtdesc.index, i);
                desc.set(JAVA_INT, v4l2_fmtdesc.type, device.bufferType());
                if (device.ioctl(Videodev2.VIDIOC_ENUM_FMT, desc) < 0) {
                    break;
                }
                int code = desc.get(JAVA_INT, v4l2_fmtdesc.pixelformat);
                int flags = desc.get(JAVA_INT, v4l2_fmtdesc.flags);
                PixelCode known = PixelCode.of(code);
                boolean wanted = known != null && (only == null || only == known);
                formats.add(new OfferedFormat(
                        Videodev2.fourccName(code),
                        V4l2Device.text(desc, v4l2_fmtdesc.description, 32),
                        known,
                        (flags & Videodev2.V4L2_FMT_FLAG_EMULATED) != 0,
                        wanted ? sizes(device, arena, code) : List.of()));
            }
        }
        return formats;
    }

    private static List<SizeRange> sizes(V4l2Device device, Arena arena, int code) {
        List<SizeRange> sizes = new ArrayList<>();
        MemorySegment size = arena.allocate(v4l2_frmsizeenum.SIZE, 8);
        for (int i = 0; i < MOST; i++) {
            size.fill((byte) 0);
            size.set(JAVA_INT, v4l2_frmsizeenum.index, i);
            size.set(JAVA_INT, v4l2_frmsizeenum.pixel_format, code);
            if (device.ioctl(Videodev2.VIDIOC_ENUM_FRAMESIZES, size) < 0) {
                break;
            }
            if (size.get(JAVA_INT, v4l2_frmsizeenum.type) == Videodev2.V4L2_FRMSIZE_TYPE_DISCRETE) {
                int width = size.get(JAVA_INT, v4l2_frmsizeenum.discrete$width);
                int height = size.get(JAVA_INT, v4l2_frmsizeenum.discrete$height);
                sizes.add(SizeRange.discrete(width, height, rates(device, code, width, height)));
            } else {
                int maxWidth = size.get(JAVA_INT, v4l2_frmsizeenum.stepwise$max_width);
                int maxHeight = size.get(JAVA_INT, v4l2_frmsizeenum.stepwise$max_height);
                sizes.add(new SizeRange(
                        size.get(JAVA_INT, v4l2_frmsizeenum.stepwise$min_width),
                        maxWidth,
                        size.get(JAVA_INT, v4l2_frmsizeenum.stepwise$step_width),
                        size.get(JAVA_INT, v4l2_frmsizeenum.stepwise$min_height),
                        maxHeight,
                        size.get(JAVA_INT, v4l2_frmsizeenum.stepwise$step_height),
                        rates(device, code, maxWidth, maxHeight)));
                break;
            }
        }
        return sizes;
    }

    static FrameRates rates(V4l2Device device, int code, int width, int height) {
        List<Double> values = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment interval = arena.allocate(v4l2_frmivalenum.SIZE, 8);
            for (int i = 0; i < MOST; i++) {
                interval.fill((byte) 0);
                interval.set(JAVA_INT, v4l2_frmivalenum.index, i);
                interval.set(JAVA_INT, v4l2_frmivalenum.pixel_format, code);
                interval.set(JAVA_INT, v4l2_frmivalenum.width, width);
                interval.set(JAVA_INT, v4l2_frmivalenum.height, height);
                if (device.ioctl(Videodev2.VIDIOC_ENUM_FRAMEINTERVALS, interval) < 0) {
                    break;
                }
                if (interval.get(JAVA_INT, v4l2_frmivalenum.type) != Videodev2.V4L2_FRMIVAL_TYPE_DISCRETE) {
                    // The shortest interval is the highest rate.
                    add(values, interval, v4l2_frmivalenum.stepwise$min$numerator);
                    add(values, interval, v4l2_frmivalenum.stepwise$max$numerator);
                    return new FrameRates(values, values.size() == 2);
                }
                add(values, interval, v4l2_frmivalenum.discrete$numerator);
            }
        }
        values.sort(Comparator.reverseOrder());
        return new FrameRates(values, false);
    }

    private static void add(List<Double> values, MemorySegment interval, int numerator) {
        long n = Integer.toUnsignedLong(interval.get(JAVA_INT, numerator));
        long d = Integer.toUnsignedLong(interval.get(JAVA_INT, numerator + 4));
        if (n > 0 && d > 0) {
            values.add((double) d / n);
        }
    }
}
