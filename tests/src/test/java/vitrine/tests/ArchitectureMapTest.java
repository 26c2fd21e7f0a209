package vitrine.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** ARCHITECTURE.md names every module and every package, and none that does not exist. */
final class ArchitectureMapTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern MODULE = Pattern.compile("^### `([a-z]+)`", Pattern.MULTILINE);
    private static final Pattern PACKAGE = Pattern.compile("^- `(vitrine\\.[a-z0-9.]+)`:", Pattern.MULTILINE);
    private static final Pattern DECLARED = Pattern.compile("<module>([a-z]+)</module>");

    @Test
    void theMapNamesEveryModule() throws IOException {
        assertThat(matches(MODULE, Files.readString(ROOT.resolve("ARCHITECTURE.md"))))
                .isEqualTo(matches(DECLARED, Files.readString(ROOT.resolve("pom.xml"))));
    }

    @Test
    void theMapNamesEveryPackage() throws IOException {
        assertThat(matches(PACKAGE, Files.readString(ROOT.resolve("ARCHITECTURE.md"))))
                .isEqualTo(packages());
    }

    @Test
    void everyPackageSaysWhatItIs() throws IOException {
        try (var files = Files.walk(ROOT)) {
            for (Path file : files.filter(p -> p.toString().contains("src/main/java/vitrine"))
                    .filter(p -> p.toString().endsWith(".java"))
                    .toList()) {
                assertThat(file.resolveSibling("package-info.java")).exists();
            }
        }
    }

    private static Set<String> packages() throws IOException {
        try (var files = Files.walk(ROOT)) {
            return files.map(ROOT::relativize)
                    .map(Path::toString)
                    .filter(p -> p.matches("[a-z]+/src/main/java/vitrine/.*\\.java"))
                    .map(p -> p.replaceFirst("[a-z]+/src/main/java/", "")
                            .replaceFirst("/[^/]+\\.java$", "")
                            .replace('/', '.'))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static Set<String> matches(Pattern pattern, String text) {
        Set<String> found = new TreeSet<>();
        Matcher m = pattern.matcher(text);
        while (m.find()) {
            found.add(m.group(1));
        }
        return found;
    }
}
