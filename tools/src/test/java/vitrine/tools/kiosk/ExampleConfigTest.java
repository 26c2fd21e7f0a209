package vitrine.tools.kiosk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The configuration that packaging/install.sh installs is one that the program takes, what is commented out included. */
final class ExampleConfigTest {
    private static final Path EXAMPLE = Path.of("../packaging/kiosk.toml");

    /** A line to be had by taking the hash away; prose has other words after the key. */
    private static final Pattern ALTERNATIVE =
            Pattern.compile("#   (([a-z_]+) = (?:\"[^\"]*\"|\\[[^]]*]|[a-z0-9.]+)).*");

    @TempDir
    Path dir;

    static List<String> alternatives() throws IOException {
        return Files.readAllLines(EXAMPLE).stream()
                .map(ALTERNATIVE::matcher)
                .filter(Matcher::matches)
                .map(m -> m.group(1))
                .toList();
    }

    @Test
    void theExampleIsTheKioskOfTheService() {
        RunSettings settings = resolve(EXAMPLE);
        assertThat(settings.source()).isEqualTo("v4l2:");
        assertThat(settings.present()).isEqualTo("display:");
        assertThat(settings.model()).isEqualTo("default");
        assertThat(settings.frames()).isZero();
    }

    @ParameterizedTest
    @MethodSource("alternatives")
    void whatIsCommentedOutMayBeTakenIn(String line) throws IOException {
        String key = line.substring(0, line.indexOf(' '));
        StringBuilder text = new StringBuilder();
        for (String l : Files.readAllLines(EXAMPLE)) {
            text.append(l.startsWith(key + " ") ? "" : l).append('\n');
        }
        Path file = Files.writeString(dir.resolve("kiosk.toml"), text + line + "\n");
        assertThat(resolve(file)).isNotEqualTo(resolve(EXAMPLE));
    }

    /** None of the lines that look like one is passed over by this test. */
    @Test
    void everyLineIsASettingAnAlternativeOrProse() throws IOException {
        assertThat(Files.readAllLines(EXAMPLE))
                .allSatisfy(
                        line -> assertThat(line).matches("|# .*|[a-z_]+ = .*").doesNotMatch("#[a-z].*"));
        assertThat(Files.readAllLines(EXAMPLE).stream().filter(l -> l.startsWith("#   ")))
                .hasSameSizeAs(alternatives())
                .hasSizeGreaterThan(8);
    }

    private static RunSettings resolve(Path file) {
        RunOptions options = new RunOptions();
        options.config = file;
        return options.resolve();
    }
}
