package vitrine.capture.v4l2;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import vitrine.capture.v4l2.Videodev2.v4l2_event;
import vitrine.capture.v4l2.Videodev2.v4l2_event_subscription;

/** The events a device announces by POLLPRI: VIDIOC_SUBSCRIBE_EVENT, VIDIOC_DQEVENT. One thread. */
public final class DeviceEvents implements AutoCloseable {
    private final V4l2Device device;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment event = arena.allocate(v4l2_event.SIZE, 8);

    /** What happened. */
    public enum Kind {
        /** Nothing more is waiting. */
        NONE,
        /** The sender's size, rate or timings have changed: format and buffers are no longer right. */
        SOURCE_CHANGE,
        /** The last frame has been delivered. */
        END_OF_STREAM,
        OTHER
    }

    private DeviceEvents(V4l2Device device) {
        this.device = device;
    }

    /** Subscribes to what the device has of these events; many have none, which is no error. */
    public static DeviceEvents subscribe(V4l2Device device) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment s = arena.allocate(v4l2_event_subscription.SIZE, 8);
            for (int type : new int[] {Videodev2.V4L2_EVENT_SOURCE_CHANGE, Videodev2.V4L2_EVENT_EOS}) {
                s.fill((byte) 0);
                s.set(JAVA_INT, v4l2_event_subscription.type, type);
                int ignored = device.ioctl(Videodev2.VIDIOC_SUBSCRIBE_EVENT, s);
            }
        }
        return new DeviceEvents(device);
    }

    /** The next event that waits. */
    public Kind next() {
        if (device.ioctl(Videodev2.VIDIOC_DQEVENT, event) < 0) {
            return Kind.NONE;
        }
        return switch (event.get(JAVA_INT, v4l2_event.type)) {
            case Videodev2.V4L2_EVENT_SOURCE_CHANGE -> Kind.SOURCE_CHANGE;
            case Videodev2.V4L2_EVENT_EOS -> Kind.END_OF_STREAM;
            default -> Kind.OTHER;
        };
    }

    /** Frees the argument; the subscription ends with the device. */
    @Override
    public void close() {
        arena.close();
    }
}
