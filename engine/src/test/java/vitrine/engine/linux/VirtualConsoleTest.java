package vitrine.engine.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where there is no virtual terminal. With one: {@code vitrine.tests.lab.VirtualConsoleTest}. */
@Tag("arm64")
final class VirtualConsoleTest {

    /** A pseudo terminal is a terminal, but no console. */
    @ParameterizedTest
    @ValueSource(strings = {"/dev/null", "/dev/zero", "/dev/ptmx"})
    void whatIsNoVirtualTerminalIsLeftAlone(String device) throws IOException {
        long open = descriptorsOf(device);
        try (VirtualConsole console = VirtualConsole.open(Path.of(device))) {
            assertThat(console.isTaken()).isFalse();
            assertThat(console.number()).isZero();
            assertThat(descriptorsOf(device)).isEqualTo(open);
        }
    }

    @Test
    void aTerminalThatIsNotThereIsAnError(@TempDir Path dir) {
        Path absent = dir.resolve("tty1");
        assertThatThrownBy(() -> VirtualConsole.open(absent))
                .isInstanceOf(LinuxException.class)
                .hasMessage(absent + ": open: ENOENT (No such file or directory)");
    }

    /** Standard input of the tests is no terminal; that of somebody at a console may be one. */
    @Test
    void takesWhatThereIsAndGivesItBack() {
        VirtualConsole console = VirtualConsole.take();
        try (console) {
            assertThat(console.isTaken()).isEqualTo(console.number() > 0);
        }
        assertThat(console.isTaken()).isFalse();
    }

    private static long descriptorsOf(String device) throws IOException {
        long count = 0;
        try (var entries = Files.list(Path.of("/proc/self/fd"))) {
            for (Path entry : entries.toList()) {
                try {
                    count += Files.readSymbolicLink(entry).toString().equals(device) ? 1 : 0;
                } catch (IOException e) {
                    // the descriptor that listed them
                }
            }
        }
        return count;
    }
}
