package vitrine.capture;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import vitrine.engine.linux.Errno;
import vitrine.engine.linux.Fd;
import vitrine.engine.linux.Libc;
import vitrine.engine.linux.LinuxException;

/**
 * Reads a file or a pipe straight into frame memory, without a buffer between. One thread, except {@link #cancel}.
 * Owns its descriptor.
 */
final class ByteInput implements AutoCloseable {
    private static final int POLL_MILLIS = 100;
    private static final int MAX_LINE = 1024;

    private final Fd fd;
    private final String name;
    private final boolean pipe;
    private final long patienceMillis;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment line = arena.allocate(MAX_LINE);
    private final MemorySegment poll = arena.allocate(Libc.POLLFD);
    private volatile boolean cancelled;

    private ByteInput(Fd fd, String name, boolean pipe, long patienceMillis) {
        this.fd = fd;
        this.name = name;
        this.pipe = pipe;
        this.patienceMillis = patienceMillis;
        poll.set(JAVA_INT, 0, fd.number());
        poll.set(JAVA_SHORT, 4, Libc.POLLIN);
    }

    /** Opens a regular file. */
    static ByteInput file(String path) {
        return new ByteInput(Fd.open(path, Libc.O_RDONLY), path, false, 0);
    }

    /** Reads the read end of a pipe, which must be O_NONBLOCK; silence longer than the patience is an end of file. */
    static ByteInput pipe(Fd fd, String name, long patienceMillis) {
        return new ByteInput(fd, name, true, patienceMillis);
    }

    /** Makes reads return the end of file; any thread. */
    void cancel() {
        cancelled = true;
    }

    void rewind(long offset) {
        LinuxException.check(Libc.lseek(fd.number(), offset, Libc.SEEK_SET), "lseek", name);
    }

    /** Fills the stretches of a frame from {@code from} on; false where the data ended before. */
    boolean read(FrameRows rows) {
        for (int i = 0; i < rows.size(); i++) {
            MemorySegment stretch = rows.get(i);
            if (read(stretch, stretch.byteSize()) < stretch.byteSize()) {
                return false;
            }
        }
        return true;
    }

    /** Reads {@code length} bytes, or fewer at the end of file: how many. */
    long read(MemorySegment target, long length) {
        long done = 0;
        while (done < length) {
            if (pipe && !awaitData()) {
                break;
            }
            long r = Libc.read(
                    fd.number(),
                    done == 0 && length == target.byteSize() ? target : target.asSlice(done, length - done));
            if (r == 0) {
                break;
            }
            if (r == -Errno.EAGAIN) {
                continue;
            }
            done += LinuxException.check(r, "read", name);
        }
        return done;
    }

    /**
     * Reads up to and with a newline.
     *
     * @param expected the line that is most likely, read in one call; without its newline
     * @return the line without its newline, null at the end of file, or what there is of an over-long or cut line
     */
    @Nullable
    String readLine(String expected) {
        int length = 0;
        int step = expected.length() + 1;
        while (length < MAX_LINE) {
            long r = read(line.asSlice(length, Math.min(step, MAX_LINE - length)), Math.min(step, MAX_LINE - length));
            if (r == 0) {
                return length == 0 ? null : text(length);
            }
            length += (int) r;
            if (line.get(JAVA_BYTE, length - 1) == '\n') {
                if (length == step && matches(expected)) {
                    return expected;
                }
                return text(length - 1);
            }
            step = 1;
        }
        return text(length);
    }

    @Override
    public void close() {
        fd.close();
        arena.close();
    }

    private boolean awaitData() {
        long waited = 0;
        while (!cancelled && waited < patienceMillis) {
            int r = Libc.poll(poll, POLL_MILLIS);
            if (r > 0) {
                return true;
            }
            if (r < 0 && r != -Errno.EINTR) {
                throw new LinuxException("poll", name, -r, "");
            }
            waited += POLL_MILLIS;
        }
        return false;
    }

    private boolean matches(String expected) {
        for (int i = 0; i < expected.length(); i++) {
            if (line.get(JAVA_BYTE, i) != expected.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private String text(int length) {
        return new String(line.asSlice(0, length).toArray(JAVA_BYTE), StandardCharsets.ISO_8859_1);
    }
}
