package vitrine.tests.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import vitrine.engine.linux.VirtualConsole;

/** The kernel's virtual terminals, taken and given back. */
@Tag("lab")
final class VirtualConsoleTest {
    private static final Path TTY1 = Path.of("/dev/tty1");
    private static final Path TTY2 = Path.of("/dev/tty2");

    @Test
    void theConsoleIsInGraphicsModeUntilItIsClosed() {
        assertThat(ConsoleMode.of(TTY1)).isEqualTo(ConsoleMode.TEXT);
        VirtualConsole console = VirtualConsole.open(TTY1);
        try (console) {
            assertThat(console.isTaken()).isTrue();
            assertThat(console.number()).isEqualTo(1);
            assertThat(ConsoleMode.of(TTY1)).isEqualTo(ConsoleMode.GRAPHICS);
        }
        assertThat(console.isTaken()).isFalse();
        assertThat(ConsoleMode.of(TTY1)).isEqualTo(ConsoleMode.TEXT);
    }

    @Test
    void aSecondCloseChangesNothing() {
        VirtualConsole first = VirtualConsole.open(TTY1);
        first.close();
        try (VirtualConsole second = VirtualConsole.open(TTY1)) {
            first.close();
            assertThat(second.isTaken()).isTrue();
            assertThat(ConsoleMode.of(TTY1)).isEqualTo(ConsoleMode.GRAPHICS);
        }
        assertThat(ConsoleMode.of(TTY1)).isEqualTo(ConsoleMode.TEXT);
    }

    /** As it is after somebody was killed who had taken it. */
    @Test
    void foundInGraphicsModeItIsLeftInTextMode() {
        try (VirtualConsole killed = VirtualConsole.open(TTY1)) {
            assertThat(killed.isTaken()).isTrue();
            VirtualConsole next = VirtualConsole.open(TTY1);
            assertThat(ConsoleMode.of(TTY1)).isEqualTo(ConsoleMode.GRAPHICS);
            next.close();
            assertThat(ConsoleMode.of(TTY1)).isEqualTo(ConsoleMode.TEXT);
        }
    }

    @Test
    void aShutdownHookMayCloseIt() throws Exception {
        VirtualConsole console = VirtualConsole.open(TTY1);
        Thread hook = new Thread(console::close, "hook");
        hook.start();
        hook.join();
        assertThat(ConsoleMode.of(TTY1)).isEqualTo(ConsoleMode.TEXT);
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
}
