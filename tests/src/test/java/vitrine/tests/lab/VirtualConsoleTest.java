package vitrine.tests.lab;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import vitrine.engine.linux.Fd;
import vitrine.engine.linux.Libc;
import vitrine.engine.linux.LinuxException;
import vitrine.engine.linux.VirtualConsole;

/** The kernel's virtual terminals, taken and given back. */
@Tag("lab")
final class VirtualConsoleTest {
    /** {@code linux/kd.h}. */
    private static final long KDGETMODE = 0x4B3B;

    private static final int KD_TEXT = 0;
    private static final int KD_GRAPHICS = 1;

    private static final Path TTY1 = Path.of("/dev/tty1");
    private static final Path TTY2 = Path.of("/dev/tty2");

    @Test
    void theConsoleIsInGraphicsModeUntilItIsClosed() {
        assertThat(mode(TTY1)).isEqualTo(KD_TEXT);
        VirtualConsole console = VirtualConsole.open(TTY1);
        try (console) {
            assertThat(console.isTaken()).isTrue();
            assertThat(console.number()).isEqualTo(1);
            assertThat(mode(TTY1)).isEqualTo(KD_GRAPHICS);
        }
        assertThat(console.isTaken()).isFalse();
        assertThat(mode(TTY1)).isEqualTo(KD_TEXT);
    }

    @Test
    void aSecondCloseChangesNothing() {
        VirtualConsole first = VirtualConsole.open(TTY1);
        first.close();
        try (VirtualConsole second = VirtualConsole.open(TTY1)) {
            first.close();
            assertThat(second.isTaken()).isTrue();
            assertThat(mode(TTY1)).isEqualTo(KD_GRAPHICS);
        }
        assertThat(mode(TTY1)).isEqualTo(KD_TEXT);
    }

    /** Found in graphics mode, it is left in graphics mode. */
    @Test
    void theModeBeforeComesBack() {
        try (VirtualConsole outer = VirtualConsole.open(TTY1)) {
            try (VirtualConsole inner = VirtualConsole.open(TTY1)) {
                assertThat(inner.isTaken()).isTrue();
            }
            assertThat(outer.isTaken()).isTrue();
            assertThat(mode(TTY1)).isEqualTo(KD_GRAPHICS);
        }
        assertThat(mode(TTY1)).isEqualTo(KD_TEXT);
    }

    @Test
    void aShutdownHookMayCloseIt() throws Exception {
        VirtualConsole console = VirtualConsole.open(TTY1);
        Thread hook = new Thread(console::close, "hook");
        hook.start();
        hook.join();
        assertThat(mode(TTY1)).isEqualTo(KD_TEXT);
    }

    @Test
    void theTerminalTakenIsTheOneInFront() throws Exception {
        try (VirtualConsole second = VirtualConsole.open(TTY2)) {
            assertThat(second.number()).isEqualTo(2);
            awaitInFront("tty2");
        }
        // In text mode again; the kernel switches away from no terminal in graphics mode that has no agreement with it.
        try (VirtualConsole first = VirtualConsole.open(TTY1)) {
            assertThat(first.number()).isEqualTo(1);
            awaitInFront("tty1");
        }
    }

    private static void awaitInFront(String name) throws Exception {
        for (long end = System.nanoTime() + 10_000_000_000L; !inFront().equals(name); Thread.sleep(20)) {
            assertThat(System.nanoTime()).as("%s is in front", inFront()).isLessThan(end);
        }
    }

    private static String inFront() throws IOException {
        return Files.readString(Path.of("/sys/class/tty/tty0/active")).strip();
    }

    private static int mode(Path terminal) {
        try (Arena arena = Arena.ofConfined();
                Fd fd = Fd.open(terminal.toString(), Libc.O_RDWR | Libc.O_NOCTTY)) {
            MemorySegment mode = arena.allocate(JAVA_INT);
            LinuxException.check(Libc.ioctl(fd.number(), KDGETMODE, mode), "ioctl(KDGETMODE)", terminal.toString());
            return mode.get(JAVA_INT, 0);
        }
    }
}
