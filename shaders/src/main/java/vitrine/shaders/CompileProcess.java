package vitrine.shaders;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Compiles users' passes in a Java process of its own, so that a kiosk's process never loads a shader compiler. It works
 * while its starter does something else. {@link #await} and {@link #close} belong to one thread.
 *
 * <p>The child writes on its standard output, for each shader in order: 1, the length of the code, the code; or 0, file,
 * line and message of the error, and nothing further.
 */
public final class CompileProcess implements AutoCloseable {

    private static final long TIMEOUT_SECONDS = 60;

    /** System properties that say where native libraries are, and so count for the child too. */
    private static final List<String> INHERITED =
            List.of("org.lwjgl.system.SharedLibraryExtractPath", "org.lwjgl.librarypath", "java.io.tmpdir");

    private final Process process;
    private final List<Variant> variants;

    private CompileProcess(Process process, List<Variant> variants) {
        this.process = process;
        this.variants = variants;
    }

    /**
     * Starts the process with this one's Java and class path.
     *
     * @param passFolder of users' passes; all else comes from this jar
     * @param shaders each a file below the GLSL folder and its macros
     * @throws IOException if no process can be started
     */
    public static CompileProcess start(Path passFolder, List<List<String>> shaders) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m"));
        for (String property : INHERITED) {
            String value = System.getProperty(property);
            if (value != null) {
                command.add("-D" + property + "=" + value);
            }
        }
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(CompileProcess.class.getName());
        command.add(passFolder.toString());
        shaders.forEach(words -> command.add(String.join(" ", words)));
        Process process = new ProcessBuilder(command).start();
        process.getOutputStream().close();
        return new CompileProcess(
                process,
                shaders.stream()
                        .map(words -> new Variant(words.getFirst(), words.subList(1, words.size())))
                        .toList());
    }

    /**
     * Waits for the shaders, in the order they were asked for.
     *
     * @throws ShaderCompileException the first error
     * @throws UncheckedIOException if the process failed itself, with what it said
     */
    public List<Spirv> await() {
        Thread watch = Thread.ofVirtual().start(this::kill);
        List<Spirv> compiled = new ArrayList<>();
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(process.getInputStream()))) {
            for (Variant variant : variants) {
                if (!in.readBoolean()) {
                    throw new ShaderCompileException(in.readUTF(), in.readInt(), in.readUTF());
                }
                compiled.add(Spirv.parse(variant.name(), in.readNBytes(in.readInt())));
            }
            return compiled;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the process that compiles passes has failed: " + said(process.getErrorStream()), e);
        } finally {
            watch.interrupt();
        }
    }

    private void kill() {
        try {
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // answered in time
        }
    }

    /** The last line that is no warning of the JVM's. */
    private static String said(InputStream error) {
        try (error) {
            return new String(error.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("WARNING"))
                    .reduce((a, b) -> b)
                    .orElse("it said nothing");
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** Ends the process, if it still works. */
    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** The child. Arguments: the folder of passes, then for each shader one with its file and macros. */
    public static void main(String[] args) throws IOException {
        try (DataOutputStream out = new DataOutputStream(new FileOutputStream(FileDescriptor.out));
                ShaderCompiler compiler = ShaderCompiler.create(
                        ShaderSources.overBuiltIn(List.of()).withPasses(Path.of(args[0])))) {
            for (String line : Arrays.asList(args).subList(1, args.length)) {
                try {
                    Spirv shader = compiler.compile(Variant.parse(line));
                    out.writeBoolean(true);
                    out.writeInt(shader.code().length);
                    out.write(shader.code());
                } catch (ShaderCompileException e) {
                    out.writeBoolean(false);
                    out.writeUTF(e.file());
                    out.writeInt(e.line());
                    String message = String.valueOf(e.getMessage());
                    out.writeUTF(message.substring(0, Math.min(message.length(), 10_000)));
                    return;
                }
            }
        }
    }
}
