package vitrine.tests.pi5;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import vitrine.inference.model.TinyOnnx;
import vitrine.tests.CommandRun;

/**
 * The whole application on the Pi 5's own driver, with validation: its calls, limits, formats and shader compiler are
 * true, but nothing is executed, so pictures and tensors stay empty and nobody looks at them. Run by
 * {@code ./vitrine test --pi5}, which puts that driver in the place of all others.
 */
@Tag("pi5")
final class Pi5RunTest {

    private static final String FRAMES = "60";

    @TempDir
    Path dir;

    @BeforeEach
    void writeModel() throws IOException {
        Files.write(dir.resolve("tiny.onnx"), new TinyOnnx().bytes());
        Files.writeString(dir.resolve("tiny.toml"), TinyOnnx.descriptor("tiny.onnx"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pattern:3840x2160@60?format=nv12&pace=max",
                "pattern:1920x1080@60?format=nv12&pace=max --filter bilinear",
                "pattern:1920x1080@60?format=nv12&pace=max --rotate 90 --mirror",
                "pattern:1280x720@60?format=yuyv&pace=max --hud",
                "pattern:1280x720@60?format=nv12&pace=max --passes privacy,heat,edges",
                "pattern:1280x720@60?format=i420&pace=max --filter bilinear --tensor-siting left",
                "pattern:641x359@60?format=i444&pace=max --rotate 180",
                "pattern:640x480@60?format=bgr24&pace=max",
                "pattern:640x480@60?format=rgbx32&pace=max --every-frame",
                "pattern:640x480@60?format=grey&pace=max --picture-siting center"
            })
    void theFrameLoopRunsCleanIntoFiles(String source) throws IOException {
        run(source, "offscreen:" + dir.resolve("pictures") + "?every=20");
        assertThat(dir.resolve("pictures").toFile().list()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?size=1920x1080&rotate=90&every=30",
                "?size=1080x1920&mirror=true&every=30",
                "?size=1280x720&rotate=270&margin=5&every=30"
            })
    void theFrameLoopRunsCleanOnATurnedTarget(String target) throws IOException {
        run("pattern:1920x1080@60?format=nv12&pace=max", "offscreen:" + dir.resolve("pictures") + target);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pattern:1920x1080@60?format=nv12&pace=max --passes privacy",
                "pattern:1920x1080@60?format=nv12&pace=max --passes edges,heat,privacy --rotate 90 --every-frame",
                "pattern:1280x720@60?format=yuyv&pace=max --passes heat"
            })
    void usersPassesRunClean(String source) throws IOException {
        run(source, "offscreen:" + dir.resolve("pictures") + "?size=1280x720&rotate=90&every=20");
    }

    private void run(String source, String present) throws IOException {
        List<String> words = new ArrayList<>(List.of("run", "--debug", "--frames", FRAMES, "--present", present));
        words.addAll(List.of("--model", dir.resolve("tiny.toml").toString()));
        words.addAll(List.of("--report", dir.resolve("report.json").toString()));
        words.add("--source");
        words.addAll(List.of(source.split(" ")));
        CommandRun run = CommandRun.of(words.toArray(String[]::new));
        assertThat(run.code()).as(run.err()).isZero();
        String report = Files.readString(dir.resolve("report.json"));
        assertThat(report).contains("V3D 7.1").contains("\"leaks\": []");
        assertThat(CommandRun.number(report, "captured")).isEqualTo(60);
        assertThat(CommandRun.number(report, "presented")).isEqualTo(60);
        assertThat(CommandRun.number(report, "validationMessages")).isZero();
    }
}
