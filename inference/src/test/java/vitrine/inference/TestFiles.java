package vitrine.inference;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Material that lies outside the repository; a test that needs what is not there skips with the reason. */
public final class TestFiles {

    private TestFiles() {}

    /** A file of the folder {@code shared} beside the checkout, or of VITRINE_SHARED. */
    public static Path shared(String name) {
        String given = System.getenv("VITRINE_SHARED");
        Path file = given != null ? Path.of(given, name) : null;
        for (Path p = Path.of("").toAbsolutePath(); file == null && p != null; p = p.getParent()) {
            if (Files.isDirectory(p.resolve("shared/models"))) {
                file = p.resolve("shared").resolve(name);
            }
        }
        boolean there = file != null && Files.isRegularFile(file);
        skipUnless(there, "shared/" + name + " is not beside the checkout (VITRINE_SHARED names another place)");
        return file == null ? Path.of(name) : file;
    }

    /** A file of the model cache, where {@code vitrine models fetch} puts it. */
    public static Path cached(String name) {
        String given = System.getenv("VITRINE_MODELS");
        Path folder =
                given != null ? Path.of(given) : Path.of(System.getProperty("user.home"), ".cache/vitrine/models");
        Path file = folder.resolve(name);
        skipUnless(Files.isRegularFile(file), name + " is not in the model cache: ./vitrine models fetch gets it");
        return file;
    }

    private static void skipUnless(boolean there, String reason) {
        if (!there) {
            System.out.println("SKIPPED: " + reason);
        }
        assumeTrue(there, reason);
    }
}
