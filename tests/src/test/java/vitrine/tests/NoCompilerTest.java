package vitrine.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vitrine.engine.ChildJvm;
import vitrine.inference.model.TinyOnnx;
import vitrine.tools.Main;

/** A kiosk's run loads no shader compiler, neither its classes nor its library; a development run does. */
final class NoCompilerTest {

    private static final String LIBRARY = "libshaderc";
    private static final String CLASSES = "org.lwjgl.util.shaderc.";

    @TempDir
    Path dir;

    @BeforeEach
    void writeModel() throws IOException {
        Files.write(dir.resolve("tiny.onnx"), new TinyOnnx().bytes());
        Files.writeString(dir.resolve("tiny.toml"), TinyOnnx.descriptor("tiny.onnx"));
    }

    /** What of the compiler a run in a JVM of its own has loaded, by the kernel's and the JVM's word. */
    private List<String> loadedBy(String... options) throws IOException, InterruptedException {
        Path log = dir.resolve("classes.log");
        List<String> command = ChildJvm.command(Main.class, "-Xlog:class+load:file=" + log);
        command.addAll(List.of(
                "run",
                "--source",
                "pattern:64x64@30",
                "--model",
                dir.resolve("tiny.toml").toString(),
                "--present",
                "none:",
                "--frames",
                "60"));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("out.log").toFile())
                .start();
        List<String> loaded = new ArrayList<>();
        while (!process.waitFor(50, TimeUnit.MILLISECONDS)) {
            try (Stream<String> maps = Files.lines(Path.of("/proc/" + process.pid() + "/maps"))) {
                maps.filter(l -> l.contains(LIBRARY)).findFirst().ifPresent(l -> loaded.add(LIBRARY));
            } catch (IOException | UncheckedIOException e) {
                break; // it has ended
            }
        }
        assertThat(process.waitFor())
                .as(Files.readString(dir.resolve("out.log")))
                .isZero();
        try (Stream<String> lines = Files.lines(log)) {
            lines.filter(l -> l.contains(CLASSES)).findFirst().ifPresent(l -> loaded.add(CLASSES));
        }
        return loaded.stream().distinct().toList();
    }

    @Test
    void onlyADevelopmentRunLoadsTheCompiler() throws Exception {
        assertThat(loadedBy()).isEmpty();
        assertThat(loadedBy("--dev")).containsExactlyInAnyOrder(LIBRARY, CLASSES);
    }
}
