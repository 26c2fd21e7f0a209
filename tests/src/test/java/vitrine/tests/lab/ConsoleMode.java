package vitrine.tests.lab;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import vitrine.engine.linux.Fd;
import vitrine.engine.linux.Libc;
import vitrine.engine.linux.LinuxException;

/** Whether a virtual terminal draws text, {@code linux/kd.h}. */
final class ConsoleMode {

    static final int TEXT = 0;
    static final int GRAPHICS = 1;

    private static final long KDGETMODE = 0x4B3B;

    private ConsoleMode() {}

    static int of(Path terminal) {
        try (Arena arena = Arena.ofConfined();
                Fd fd = Fd.open(terminal.toString(), Libc.O_RDWR | Libc.O_NOCTTY)) {
            MemorySegment mode = arena.allocate(JAVA_INT);
            LinuxException.check(Libc.ioctl(fd.number(), KDGETMODE, mode), "ioctl(KDGETMODE)", terminal.toString());
            return mode.get(JAVA_INT, 0);
        }
    }
}
