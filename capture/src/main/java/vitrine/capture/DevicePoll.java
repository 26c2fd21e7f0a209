package vitrine.capture;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import vitrine.engine.linux.Fd;
import vitrine.engine.linux.Libc;
import vitrine.engine.linux.LinuxException;

/**
 * Waits for a device, or for {@link #wake} by another thread: poll(2) on its descriptor and an eventfd. One thread, but
 * for {@code wake}. Allocates nothing.
 */
final class DevicePoll implements AutoCloseable {
    private static final long WAKE = Libc.POLLFD.byteSize();
    private static final long EVENTS = 4;
    private static final long REVENTS = 6;

    private final Fd wake;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment polled = arena.allocate(Libc.POLLFD, 2);
    private final MemorySegment count = arena.allocate(JAVA_LONG);
    private final MemorySegment one = arena.allocateFrom(JAVA_LONG, 1);

    private DevicePoll(Fd wake) {
        this.wake = wake;
        polled.set(JAVA_INT, WAKE, wake.number());
        polled.set(JAVA_SHORT, WAKE + EVENTS, Libc.POLLIN);
        polled.set(JAVA_SHORT, EVENTS, (short) (Libc.POLLIN | Libc.POLLPRI));
    }

    /** @param name for messages */
    static DevicePoll create(String name) {
        return new DevicePoll(Fd.own(
                LinuxException.check(Libc.eventfd(0, Libc.EFD_CLOEXEC | Libc.EFD_NONBLOCK), "eventfd", name),
                name + " wake-up"));
    }

    /** The device to wait for from now on. */
    void watch(int fd) {
        polled.set(JAVA_INT, 0, fd);
    }

    /** Waits: how many of the two are ready, 0 when the time is over or a signal came, or minus errno. */
    int await(long nanos) {
        return Libc.steadyPoll(polled, (int) (nanos / 1_000_000) + 1);
    }

    /** What the device has, POLLIN, POLLPRI, POLLERR, POLLHUP. */
    short events() {
        return polled.get(JAVA_SHORT, REVENTS);
    }

    /** Whether another thread called, which is then forgotten. */
    boolean wasWoken() {
        if (polled.get(JAVA_SHORT, WAKE + REVENTS) == 0) {
            return false;
        }
        long ignored = Libc.read(wake.number(), count);
        return true;
    }

    /** Ends the wait, or the next one; any thread. */
    void wake() {
        long ignored = Libc.write(wake.number(), one);
    }

    @Override
    public void close() {
        wake.close();
        arena.close();
    }
}
