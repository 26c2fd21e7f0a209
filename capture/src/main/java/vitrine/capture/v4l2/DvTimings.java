package vitrine.capture.v4l2;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import vitrine.capture.v4l2.Videodev2.v4l2_dv_timings;
import vitrine.engine.linux.Errno;

/**
 * The digital video timings of an HDMI or similar input: its sender decides size and rate. {@code Digital Video (DV)
 * Timings} in the V4L2 specification.
 *
 * @param width of the picture, in pixels
 * @param height in pixels
 * @param framesPerSecond from the pixel clock
 */
record DvTimings(int width, int height, double framesPerSecond) {
    private static final int COMPARED = v4l2_dv_timings.bt$vbackporch + Integer.BYTES;

    /**
     * Sets the device to what its sender sends now. Not while buffers are allocated: drivers answer EBUSY then.
     *
     * @throws V4l2Exception where there is no signal, or none the device can take
     */
    static DvTimings follow(V4l2Device device) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment sent = query(device, arena);
            MemorySegment set = arena.allocate(v4l2_dv_timings.SIZE, 8);
            boolean same = device.ioctl(Videodev2.VIDIOC_G_DV_TIMINGS, set) >= 0
                    && MemorySegment.mismatch(sent, 0, COMPARED, set, 0, COMPARED) < 0;
            if (!same) {
                device.check(device.ioctl(Videodev2.VIDIOC_S_DV_TIMINGS, sent), "VIDIOC_S_DV_TIMINGS");
            }
            return of(sent);
        }
    }

    /**
     * What is sent now; changes nothing.
     *
     * @throws V4l2Exception where there is no signal, or none the device can take
     */
    static DvTimings sent(V4l2Device device) {
        try (Arena arena = Arena.ofConfined()) {
            return of(query(device, arena));
        }
    }

    private static MemorySegment query(V4l2Device device, Arena arena) {
        MemorySegment sent = arena.allocate(v4l2_dv_timings.SIZE, 8);
        int r = device.ioctl(Videodev2.VIDIOC_QUERY_DV_TIMINGS, sent);
        if (r < 0) {
            throw switch (-r) {
                case Errno.ENOLINK ->
                    new V4l2Exception("its input has no signal", "check the cable and switch the sender on", -r);
                case Errno.ENOLCK -> new V4l2Exception("its input's signal is unstable", "check the cable", -r);
                case Errno.ERANGE ->
                    new V4l2Exception(
                            "its input's signal is beyond what this device takes",
                            "set the sender to another mode",
                            -r);
                default -> -r == Errno.EBUSY ? device.busy() : V4l2Exception.of("VIDIOC_QUERY_DV_TIMINGS", -r);
            };
        }
        return sent;
    }

    private static DvTimings of(MemorySegment t) {
        int width = t.get(JAVA_INT, v4l2_dv_timings.bt$width);
        int height = t.get(JAVA_INT, v4l2_dv_timings.bt$height);
        boolean interlaced = t.get(JAVA_INT, v4l2_dv_timings.bt$interlaced) != 0;
        long total = (long) (width
                        + t.get(JAVA_INT, v4l2_dv_timings.bt$hfrontporch)
                        + t.get(JAVA_INT, v4l2_dv_timings.bt$hsync)
                        + t.get(JAVA_INT, v4l2_dv_timings.bt$hbackporch))
                * (height
                        + t.get(JAVA_INT, v4l2_dv_timings.bt$vfrontporch)
                        + t.get(JAVA_INT, v4l2_dv_timings.bt$vsync)
                        + t.get(JAVA_INT, v4l2_dv_timings.bt$vbackporch));
        if (interlaced) {
            throw new V4l2Exception(
                    "its input's signal is interlaced, " + width + "x" + height + "i",
                    "set the sender to a progressive mode");
        }
        double rate = total > 0 ? (double) t.get(JAVA_LONG_UNALIGNED, v4l2_dv_timings.bt$pixelclock) / total : 0;
        return new DvTimings(width, height, rate);
    }
}
