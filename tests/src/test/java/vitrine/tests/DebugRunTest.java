package vitrine.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import vitrine.inference.model.TinyOnnx;

/** Whole runs with every level of {@code --debug}: no message that is not on the commented list, and no garbage for names. */
final class DebugRunTest {

    private static final double MAX_BYTES_PER_FRAME = 1024;

    @TempDir
    Path dir;

    private String run(String levels, String source, int frames) throws IOException {
        Files.write(dir.resolve("tiny.onnx"), new TinyOnnx().bytes());
        Files.writeString(dir.resolve("tiny.toml"), TinyOnnx.descriptor("tiny.onnx"));
        Path report = dir.resolve("report.json");
        CommandRun run = CommandRun.of(
                "run",
                "--source",
                source,
                "--model",
                dir.resolve("tiny.toml").toString(),
                "--frames",
                Integer.toString(frames),
                "--hud",
                "--debug=" + levels,
                "--present",
                "offscreen:" + dir.resolve("pictures") + "?every=10",
                "--report",
                report.toString());
        assertThat(run.code()).as(run.err()).isZero();
        String json = Files.readString(report);
        assertThat(CommandRun.number(json, "captured")).isEqualTo(frames);
        assertThat(CommandRun.number(json, "validationMessages")).isZero();
        assertThat(json).contains("\"validation\": []").contains("\"leaks\": []");
        return json + run.err();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo:",
                "pattern:640x360@30?format=nv12&pace=max",
                "pattern:641x359@30?format=i420&pace=max",
                "pattern:320x240@30?format=yuyv&pace=max",
                "pattern:322x243@30?format=bgr24&pace=max"
            })
    void bestPracticesHaveNothingToSay(String source) throws IOException {
        run("core,sync,best-practices", source, 30);
    }

    /** On Debian 13; where layer or device cannot, one line says so and the run is one of the other levels. */
    @Test
    void gpuAssistedValidationHasNothingToSayOrIsLeftOff() throws IOException {
        String said = run("core,gpu", "pattern:640x360@30?format=nv12&pace=max", 30);
        assertThat(said.lines().filter(l -> l.contains("GPU-assisted validation is left off: ")))
                .hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void namesAndLabelsAreNoGarbage() throws IOException {
        String report = run("core", "pattern:640x360@120?format=nv12&pace=max", 600);
        assertThat(CommandRun.number(report, "allocatedBytesPerFrame")).isBetween(0.0, MAX_BYTES_PER_FRAME);
    }
}
