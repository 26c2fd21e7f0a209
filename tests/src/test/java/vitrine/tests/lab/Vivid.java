package vitrine.tests.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The kernel's virtual camera driver, loaded. One at a time; needs root. Module parameters are those of the kernel's
 * Documentation/admin-guide/media/vivid.rst.
 */
final class Vivid implements AutoCloseable {
    private static final Path VIDEO4LINUX = Path.of("/sys/class/video4linux");
    private static final Path MODULE = Path.of("/sys/module/vivid");

    private final List<Path> nodes;

    private Vivid(List<Path> nodes) {
        this.nodes = nodes;
    }

    /**
     * Loads the module and waits until udev has made its device nodes and their links.
     *
     * @param params as for modprobe: {@code n_devs=1 node_types=0x1}
     */
    static Vivid load(String params) {
        if (Files.exists(MODULE)) {
            throw new IllegalStateException("vivid is loaded already; close the one before");
        }
        List<String> command = new ArrayList<>(List.of("modprobe", "vivid"));
        if (!params.isBlank()) {
            command.addAll(List.of(params.strip().split("\\s+")));
        }
        run(command);
        run(List.of("udevadm", "settle", "--timeout=30"));
        return new Vivid(videoNodes());
    }

    /** Its device nodes, /dev/video0 first. */
    List<Path> nodes() {
        return nodes;
    }

    /** Unloads the module; fails while something has a node open. */
    @Override
    public void close() {
        unload();
    }

    /** Unloads the module, where it is loaded, and waits until its nodes are gone. */
    static void unload() {
        if (Files.exists(MODULE)) {
            run(List.of("modprobe", "-r", "vivid"));
            run(List.of("udevadm", "settle", "--timeout=30"));
        }
    }

    private static List<Path> videoNodes() {
        try (var entries = Files.list(VIDEO4LINUX)) {
            return entries.map(Path::getFileName)
                    .map(Path::toString)
                    .filter(name -> name.startsWith("video"))
                    .sorted((a, b) -> Integer.compare(number(a), number(b)))
                    .map(name -> Path.of("/dev", name))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError("no video nodes", e);
        }
    }

    private static int number(String name) {
        return Integer.parseInt(name.substring("video".length()));
    }

    private static void run(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new AssertionError(String.join(" ", command) + ": " + output.strip());
            }
        } catch (IOException e) {
            throw new AssertionError(String.join(" ", command), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(String.join(" ", command), e);
        }
    }
}
