package vitrine.capture;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A program started by a source, its error output drained and the last line of it kept. Killed by {@link #close}; and
 * should this JVM be killed itself, the child's next write finds no reader and ends it.
 */
final class ChildProcess implements AutoCloseable {
    private static final int MAX_OUTPUT = 1 << 16;
    private static final long KILL_SECONDS = 5;

    private final Process process;
    private final Thread errors;
    private volatile String lastLine = "";

    private ChildProcess(Process process) {
        this.process = process;
        this.errors =
                Thread.ofPlatform().daemon().name("capture-child-errors").start(() -> drain(process.getErrorStream()));
    }

    /**
     * @param name of the source, for messages
     * @param standardOutput where it writes to; null to read it with {@link #readOutput}
     */
    static ChildProcess start(String name, List<String> command, @Nullable File standardOutput) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectInput(new File("/dev/null"));
        if (standardOutput != null) {
            builder.redirectOutput(standardOutput);
        }
        try {
            return new ChildProcess(builder.start());
        } catch (IOException e) {
            throw new SourceException(
                    name,
                    "needs the program " + command.getFirst() + ", which cannot be started here",
                    "install it: sudo apt-get install ffmpeg");
        }
    }

    /** What it wrote, up to 64 KiB, or null where it did not end in time. */
    @Nullable
    String readOutput(long timeoutSeconds) throws InterruptedException {
        // Started before the wait, so that a full pipe cannot stop the child.
        byte[][] output = {new byte[0]};
        Thread reader = Thread.ofPlatform()
                .daemon()
                .name("capture-child-output")
                .start(() -> {
                    try (InputStream in = process.getInputStream()) {
                        output[0] = in.readNBytes(MAX_OUTPUT);
                    } catch (IOException e) {
                        // the child was killed; what it wrote does not matter then
                    }
                });
        if (!process.waitFor(timeoutSeconds, TimeUnit.SECONDS)) {
            return null;
        }
        reader.join();
        return new String(output[0], StandardCharsets.UTF_8);
    }

    /** Its exit code, after killing it where it does not end within the time; 128 + signal where one ended it. */
    int awaitExit(long timeoutMillis) throws InterruptedException {
        if (!process.waitFor(timeoutMillis, TimeUnit.MILLISECONDS)) {
            process.destroyForcibly();
        }
        int code = process.waitFor();
        errors.join(TimeUnit.SECONDS.toMillis(1));
        return code;
    }

    /** The last line of its error output, fit for a message; empty where it said nothing. */
    String lastLine() {
        return SourceException.quote(lastLine);
    }

    /** Any thread. */
    void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        boolean interrupted = false;
        for (boolean waiting = true; waiting; ) {
            try {
                process.waitFor(KILL_SECONDS, TimeUnit.SECONDS);
                waiting = false;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        try {
            process.getInputStream().close();
            process.getErrorStream().close();
        } catch (IOException e) {
            // a pipe of a dead process
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void drain(InputStream stream) {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            String line;
            while ((line = in.readLine()) != null) {
                if (!line.isBlank()) {
                    lastLine = SourceUri.hidePassword(line.strip());
                }
            }
        } catch (IOException e) {
            // closed under us: the child is gone
        }
    }
}
