package vitrine.tools.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * lavapipe's worker threads, for measurements. They sleep between submissions, and Linux likes to wake both on the core
 * that submitted, where a pass then takes twice its time for many frames on end; OpenCV's workers spin and so keep their
 * cores. One core each makes the two comparable.
 */
final class SoftwareDriverThreads {
    private static final String PREFIX = "llvmpipe-";

    private SoftwareDriverThreads() {}

    /** Gives each worker its own core by {@code taskset}; returns how many got one, 0 where there are none. */
    static int pin() {
        int cores = Runtime.getRuntime().availableProcessors();
        int pinned = 0;
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path task : tasks) {
                String name = Files.readString(task.resolve("comm")).strip();
                if (name.startsWith(PREFIX) && pin(task, Integer.parseInt(name.substring(PREFIX.length())) % cores)) {
                    pinned++;
                }
            }
        } catch (IOException | NumberFormatException e) {
            return pinned;
        }
        return pinned;
    }

    private static boolean pin(Path task, int core) throws IOException {
        Process taskset = new ProcessBuilder(
                        "taskset",
                        "-pc",
                        Integer.toString(core),
                        task.getFileName().toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            return taskset.waitFor(5, TimeUnit.SECONDS) && taskset.exitValue() == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
