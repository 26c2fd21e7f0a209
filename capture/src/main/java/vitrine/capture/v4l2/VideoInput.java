package vitrine.capture.v4l2;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import vitrine.capture.v4l2.Videodev2.v4l2_input;

/**
 * The input that a device takes its pictures from now: VIDIOC_G_INPUT, VIDIOC_ENUMINPUT.
 *
 * @param name the driver's: {@code Camera 1}, {@code HDMI 0}
 * @param followsSender its sender decides size and rate, as with HDMI
 * @param fault why there is no picture now; empty where there is one, or where the driver cannot tell
 */
public record VideoInput(String name, boolean followsSender, String fault) {

    /** Null where the driver knows no inputs. */
    static @Nullable VideoInput of(V4l2Device device) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment index = arena.allocate(JAVA_INT);
            MemorySegment input = arena.allocate(v4l2_input.SIZE, 8);
            if (device.ioctl(Videodev2.VIDIOC_G_INPUT, index) < 0) {
                return null;
            }
            input.set(JAVA_INT, v4l2_input.index, index.get(JAVA_INT, 0));
            if (device.ioctl(Videodev2.VIDIOC_ENUMINPUT, input) < 0) {
                return null;
            }
            return new VideoInput(
                    V4l2Device.text(input, v4l2_input.name, 32),
                    (input.get(JAVA_INT, v4l2_input.capabilities) & Videodev2.V4L2_IN_CAP_DV_TIMINGS) != 0,
                    fault(input.get(JAVA_INT, v4l2_input.status)));
        }
    }

    private static String fault(int status) {
        if ((status & Videodev2.V4L2_IN_ST_NO_POWER) != 0) {
            return "its input has no power";
        }
        if ((status & Videodev2.V4L2_IN_ST_NO_SIGNAL) != 0) {
            return "its input has no signal";
        }
        return (status & (Videodev2.V4L2_IN_ST_NO_SYNC | Videodev2.V4L2_IN_ST_NO_H_LOCK)) != 0
                ? "its input's signal cannot be locked on"
                : "";
    }

    VideoInput withFault(String other) {
        return new VideoInput(name, followsSender, other);
    }
}
