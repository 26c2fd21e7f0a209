package vitrine.engine.linux;

import java.util.concurrent.atomic.AtomicInteger;

/** An owned file descriptor. Closed once, by whoever holds it; any thread. */
public final class Fd implements AutoCloseable {
    private static final int CLOSED = -1;

    private final AtomicInteger number;
    private final String name;

    private Fd(int number, String name) {
        this.number = new AtomicInteger(number);
        this.name = name;
    }

    /** Takes ownership of {@code number}, which must be an open descriptor; {@code name} stands in messages. */
    public static Fd own(int number, String name) {
        if (number < 0) {
            throw new IllegalArgumentException(name + ": not a file descriptor: " + number);
        }
        return new Fd(number, name);
    }

    /** open(2), close-on-exec. */
    public static Fd open(String path, int flags) {
        return own(LinuxException.check(Libc.open(path, flags | Libc.O_CLOEXEC), "open", path), path);
    }

    /** The descriptor's number, valid until {@link #close}. */
    public int number() {
        int n = number.get();
        if (n == CLOSED) {
            throw new IllegalStateException(name + ": file descriptor is closed");
        }
        return n;
    }

    public boolean isOpen() {
        return number.get() != CLOSED;
    }

    /** A second descriptor of the same open file, close-on-exec, owned by the caller. */
    public Fd dup() {
        return own(
                LinuxException.check(Libc.fcntl(number(), Libc.F_DUPFD_CLOEXEC, 0), "fcntl(F_DUPFD_CLOEXEC)", name),
                name);
    }

    /**
     * Gives the descriptor away, to a call that takes ownership of the number such as vkAllocateMemory with
     * VkImportMemoryFdInfoKHR. This object is closed afterwards.
     */
    public int release() {
        int n = number.getAndSet(CLOSED);
        if (n == CLOSED) {
            throw new IllegalStateException(name + ": file descriptor is closed");
        }
        return n;
    }

    /** Size of the file in bytes by lseek(SEEK_END), which dma-bufs answer too. */
    public long size() {
        return LinuxException.check(Libc.lseek(number(), 0, Libc.SEEK_END), "lseek(SEEK_END)", name);
    }

    /** Closes the descriptor; a second call does nothing. An error of close(2) changes nothing and is not reported. */
    @Override
    public void close() {
        int n = number.getAndSet(CLOSED);
        if (n != CLOSED) {
            int ignored = Libc.close(n);
        }
    }

    @Override
    public String toString() {
        return name + " (fd " + number.get() + ")";
    }
}
