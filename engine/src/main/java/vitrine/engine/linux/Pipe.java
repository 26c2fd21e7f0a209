package vitrine.engine.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The two ends of a pipe, close-on-exec, owned by the caller.
 *
 * @param reader the end that is read from
 * @param writer the end that is written to
 */
public record Pipe(Fd reader, Fd writer) {

    /** pipe2(2) with O_CLOEXEC; {@code name} stands in messages. */
    public static Pipe create(String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment fds = arena.allocate(JAVA_INT, 2);
            LinuxException.check(Libc.pipe2(fds, Libc.O_CLOEXEC), "pipe2", name);
            return new Pipe(Fd.own(fds.get(JAVA_INT, 0), name + " pipe"), Fd.own(fds.get(JAVA_INT, 4), name + " pipe"));
        }
    }
}
