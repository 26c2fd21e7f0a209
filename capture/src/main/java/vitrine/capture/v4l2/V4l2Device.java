package vitrine.capture.v4l2;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import vitrine.capture.v4l2.Videodev2.v4l2_capability;
import vitrine.engine.linux.DeviceCalls;
import vitrine.engine.linux.DeviceHolders;
import vitrine.engine.linux.Errno;
import vitrine.engine.linux.Libc;

/**
 * An open capture node, non-blocking. Requests return what ioctl(2) returned, or minus errno. Opened by whoever closes
 * it. The kernel serialises requests; this object may be used by several threads except for {@link #close}.
 */
public final class V4l2Device implements AutoCloseable {
    private final DeviceCalls calls;
    private final int fd;
    private final String path;
    private final Capability capability;
    private final AtomicBoolean closed = new AtomicBoolean();

    private V4l2Device(DeviceCalls calls, int fd, String path, Capability capability) {
        this.calls = calls;
        this.fd = fd;
        this.path = path;
        this.capability = capability;
    }

    /**
     * Opens a node and asks what it is.
     *
     * @param calls the kernel's, or a library's in its place
     * @throws V4l2Exception when it is missing, denied, busy or no V4L2 device
     */
    public static V4l2Device open(DeviceCalls calls, String path) {
        int fd = calls.open(path, Libc.O_RDWR | Libc.O_NONBLOCK | Libc.O_CLOEXEC);
        if (fd < 0) {
            throw openFailed(path, -fd);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment cap = arena.allocate(v4l2_capability.SIZE, 8);
            int r = calls.ioctl(fd, Videodev2.VIDIOC_QUERYCAP, cap);
            if (r < 0) {
                calls.close(fd);
                throw r == -Errno.ENOTTY || r == -Errno.EINVAL
                        ? new V4l2Exception(path + " is no V4L2 device", "vitrine list cameras shows what there is", -r)
                        : V4l2Exception.of("VIDIOC_QUERYCAP", -r);
            }
            int all = cap.get(JAVA_INT, v4l2_capability.capabilities);
            int own = cap.get(JAVA_INT, v4l2_capability.device_caps);
            return new V4l2Device(
                    calls,
                    fd,
                    path,
                    new Capability(
                            text(cap, v4l2_capability.driver, 16),
                            text(cap, v4l2_capability.card, 32),
                            text(cap, v4l2_capability.bus_info, 32),
                            (all & Videodev2.V4L2_CAP_DEVICE_CAPS) != 0 ? own : all));
        }
    }

    private static V4l2Exception openFailed(String path, int errno) {
        return switch (errno) {
            case Errno.ENOENT, Errno.ENXIO, Errno.ENODEV ->
                new V4l2Exception("no such camera: " + path, "vitrine list cameras shows what there is", errno);
            case Errno.EACCES, Errno.EPERM -> {
                String group = group(path);
                yield new V4l2Exception(
                        path + " is not open to this user" + (group.isEmpty() ? "" : ", who lacks the group " + group),
                        group.isEmpty()
                                ? "check its permissions: ls -l " + path
                                : "sudo usermod -aG " + group + " $USER, then log in again",
                        errno);
            }
            case Errno.EBUSY -> busy(path, 0);
            default -> V4l2Exception.of("open of " + path, errno);
        };
    }

    private static String group(String path) {
        try {
            String group = Files.readAttributes(Path.of(path), PosixFileAttributes.class)
                    .group()
                    .getName();
            return group.equals("root") ? "" : group;
        } catch (IOException | UnsupportedOperationException e) {
            return "";
        }
    }

    /** The exception for a device that another holds. */
    V4l2Exception busy() {
        return busy(path, 1);
    }

    private static V4l2Exception busy(String path, int own) {
        List<String> holders = DeviceHolders.of(path, own);
        return holders.isEmpty()
                ? new V4l2Exception(
                        path + " is in use by another program", "see who holds it: sudo fuser -v " + path, Errno.EBUSY)
                : new V4l2Exception(
                        path + " is in use by " + String.join(", ", holders), "end that program first", Errno.EBUSY);
    }

    /** {@code result} where it is no error, else the exception: busy with the holder's name, or the plain failure. */
    int check(int result, String call) {
        if (result >= 0) {
            return result;
        }
        throw result == -Errno.EBUSY ? busy() : V4l2Exception.of(call, -result);
    }

    public Capability capability() {
        return capability;
    }

    public String path() {
        return path;
    }

    /** The descriptor's number, for poll(2). */
    public int fd() {
        return fd;
    }

    /** V4L2_BUF_TYPE_VIDEO_CAPTURE or its multi-planar sibling. */
    int bufferType() {
        return capability.isMultiplanar()
                ? Videodev2.V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE
                : Videodev2.V4L2_BUF_TYPE_VIDEO_CAPTURE;
    }

    int ioctl(long request, MemorySegment argument) {
        return calls.ioctl(fd, request, argument);
    }

    /** For requests of every frame that may be made again where they fail; allocates nothing. */
    int steadyIoctl(long request, MemorySegment argument) {
        return calls.steadyIoctl(fd, request, argument);
    }

    DeviceCalls calls() {
        return calls;
    }

    /** Text of a char array, up to its zero. */
    static String text(MemorySegment struct, int offset, int length) {
        byte[] bytes = struct.asSlice(offset, length).toArray(JAVA_BYTE);
        int end = 0;
        while (end < length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8).strip();
    }

    /** Closes the node; buffers exported or queued by descriptor live on. A second call does nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            int ignored = calls.close(fd);
        }
    }

    @Override
    public String toString() {
        return path + ": " + capability;
    }
}
