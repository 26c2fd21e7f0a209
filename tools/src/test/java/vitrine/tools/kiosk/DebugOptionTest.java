package vitrine.tools.kiosk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import vitrine.engine.debug.DebugLevels;

final class DebugOptionTest {

    @TempDir
    Path dir;

    @Command
    private static final class Line {
        @Mixin
        final RunOptions options = new RunOptions();
    }

    private static RunSettings line(String... args) {
        Line line = new Line();
        new CommandLine(line).parseArgs(args);
        return line.options.resolve();
    }

    private Path file(String text) throws IOException {
        return Files.writeString(dir.resolve("run.toml"), text);
    }

    private DebugLevels inFile(String text) throws IOException {
        return line("--config", file(text).toString()).debug();
    }

    @Test
    void theBareOptionIsCoreAndSync() {
        assertThat(line().debug()).isEqualTo(DebugLevels.OFF);
        assertThat(line("--debug").debug()).isEqualTo(DebugLevels.DEFAULT);
        assertThat(line("--debug", "--frames", "3").debug()).isEqualTo(DebugLevels.DEFAULT);
        assertThat(line("--debug", "--frames", "3").frames()).isEqualTo(3);
    }

    @Test
    void levelsAreCombined() {
        assertThat(line("--debug=core,best-practices").debug()).isEqualTo(DebugLevels.parse("best-practices"));
        assertThat(line("--debug", "gpu", "--frames", "3").debug()).isEqualTo(DebugLevels.parse("gpu"));
        assertThatThrownBy(() -> line("--debug=fast"))
                .isInstanceOf(ConfigException.class)
                .hasMessage("--debug: no level 'fast'; there are core, sync, best-practices, gpu");
    }

    @Test
    void theFileTakesBothForms() throws IOException {
        assertThat(inFile("debug = true\n")).isEqualTo(DebugLevels.DEFAULT);
        assertThat(inFile("debug = false\n")).isEqualTo(DebugLevels.OFF);
        assertThat(inFile("debug = \"sync,best-practices\"\n")).isEqualTo(DebugLevels.parse("sync,best-practices"));
    }

    @Test
    void theCommandLineWins() throws IOException {
        String file = file("debug = \"gpu\"\ncapture_frame = 7\n").toString();
        assertThat(line("--config", file, "--debug").debug()).isEqualTo(DebugLevels.DEFAULT);
        assertThat(line("--config", file).captureFrame()).contains(7L);
        assertThat(line("--config", file, "--capture-frame", "0").captureFrame())
                .contains(0L);
        assertThat(line().captureFrame()).isEmpty();
    }

    @Test
    void theDefaultInWordsIsTheDefault() {
        assertThat(DebugLevels.parse(RunOptions.DEBUG_DEFAULT)).isEqualTo(DebugLevels.DEFAULT);
    }
}
