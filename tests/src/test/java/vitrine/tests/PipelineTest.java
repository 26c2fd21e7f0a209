package vitrine.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import vitrine.inference.model.TinyOnnx;

/** The whole pipeline through the command, under validation, with a tiny network whose answer is known. */
final class PipelineTest {

    /** The bound on what the frame loop may allocate a frame once it is warm. */
    private static final double MAX_BYTES_PER_FRAME = 1024;

    @TempDir
    Path dir;

    @BeforeEach
    void writeModel() throws IOException {
        // Row 20 is the one cell of stride 32: centre (0 + 0.5) * 32, size e^0.1 * 32 of 32 pixels.
        Files.write(
                dir.resolve("tiny.onnx"),
                new TinyOnnx().answer(20, 0.5f, 0.5f, 0.1f, 0.1f, 0.9f, 0.9f).bytes());
        Files.writeString(dir.resolve("tiny.toml"), TinyOnnx.descriptor("tiny.onnx"));
    }

    private String path(String name) {
        return dir.resolve(name).toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pattern:640x360@120?format=nv12&pace=max",
                "pattern:641x359@120?format=i420&pace=max",
                "pattern:320x240@120?format=yuyv&pace=max",
                "pattern:322x243@120?format=bgr24&pace=max"
            })
    void runsCleanUnderValidationAndAllocatesLittle(String source) throws IOException {
        CommandRun run = CommandRun.of(
                "run",
                "--source",
                source,
                "--model",
                path("tiny.toml"),
                "--frames",
                "600",
                "--debug",
                "--present",
                "offscreen:" + path("pictures") + "?every=200",
                "--report",
                path("report.json"),
                "--detections",
                path("found.jsonl"));
        assertThat(run.code()).as(run.err()).isZero();
        String report = Files.readString(dir.resolve("report.json"));
        assertThat(CommandRun.number(report, "captured")).isEqualTo(600);
        assertThat(CommandRun.number(report, "presented")).isEqualTo(600);
        assertThat(CommandRun.number(report, "dropped")).isZero();
        assertThat(CommandRun.number(report, "validationMessages")).isZero();
        assertThat(CommandRun.number(report, "import"))
                .as("bytes copied for the import")
                .isZero();
        assertThat(report).contains("\"leaks\": []");
        assertThat(CommandRun.number(report, "allocatedBytesPerFrame")).isBetween(0.0, MAX_BYTES_PER_FRAME);
        assertThat(dir.resolve("pictures").toFile().list()).hasSize(3);

        List<String> lines = Files.readAllLines(dir.resolve("found.jsonl"));
        assertThat(lines).hasSize((int) CommandRun.number(report, "inferred"));
        assertThat(lines.getLast()).contains("\"label\":\"thing\",\"class\":0,\"score\":0.81");
    }

    /** What a 4K camera sends for ten seconds. */
    @Test
    void threeHundred4kFramesLeaveNothingBehind() throws IOException {
        CommandRun run = CommandRun.of(
                "run",
                "--source",
                "pattern:3840x2160@30?pace=max",
                "--model",
                path("tiny.toml"),
                "--frames",
                "300",
                "--debug",
                "--present",
                "offscreen:" + path("p") + "?every=100&keep=2&size=640x360",
                "--report",
                path("report.json"));
        assertThat(run.code()).as(run.err()).isZero();
        String report = Files.readString(dir.resolve("report.json"));
        assertThat(CommandRun.number(report, "captured")).isEqualTo(300);
        assertThat(report).contains("\"leaks\": []");
        assertThat(dir.resolve("p").toFile().list()).containsExactlyInAnyOrder("frame-000100.png", "frame-000200.png");
    }

    @Test
    @Tag("arm64")
    void fewFramesAreEachInferredAndShowTheirOwnBoxes() throws IOException {
        CommandRun run = CommandRun.of(
                "run",
                "--source",
                "pattern:64x64@30",
                "--model",
                path("tiny.toml"),
                "--frames",
                "3",
                "--debug",
                "--present",
                "offscreen:" + path("p"),
                "--detections",
                path("found.jsonl"));
        assertThat(run.code()).as(run.err()).isZero();
        List<String> lines = Files.readAllLines(dir.resolve("found.jsonl"));
        assertThat(lines).hasSize(3);
        for (int i = 0; i < 3; i++) {
            assertThat(lines.get(i)).startsWith("{\"frame\":" + i + ",").contains("\"width\":64,\"height\":64");
            // Centre 16 of 32 pixels is 32 of 64; the box is larger than the picture and is cut to it.
            assertThat(lines.get(i)).contains("\"box\":[0,0,64,64]");
            assertThat(ImageIO.read(dir.resolve("p/frame-00000" + i + ".png").toFile())
                            .getWidth())
                    .isEqualTo(64);
        }
    }

    @Test
    void aFolderOfPhotosOfDifferentSizesIsInferredPhotoByPhoto() throws IOException {
        Path photos = Files.createDirectory(dir.resolve("photos"));
        int[][] sizes = {{64, 48}, {48, 64}, {33, 77}};
        for (int i = 0; i < sizes.length; i++) {
            var picture = new java.awt.image.BufferedImage(
                    sizes[i][0], sizes[i][1], java.awt.image.BufferedImage.TYPE_INT_RGB);
            ImageIO.write(picture, "png", photos.resolve(i + ".png").toFile());
        }
        CommandRun run = CommandRun.of(
                "run",
                "--source",
                photos.toString(),
                "--model",
                path("tiny.toml"),
                "--debug",
                "--present",
                "none:",
                "--detections",
                path("found.jsonl"));
        assertThat(run.code()).as(run.err()).isZero();
        List<String> lines = Files.readAllLines(dir.resolve("found.jsonl"));
        assertThat(lines).hasSize(3);
        assertThat(lines.get(2)).contains("\"width\":33,\"height\":77");
    }

    @Test
    void theConfigurationFileHoldsTheSameOptionsAndTheCommandLineWins() throws IOException {
        Files.writeString(dir.resolve("kiosk.toml"), """
                source = "pattern:64x48@30?pace=max"
                model = "%s"
                present = "none:"
                frames = 7
                rotate = 90
                report = "out.json"
                """.formatted(path("tiny.toml")));
        CommandRun run = CommandRun.of("run", "--config", path("kiosk.toml"), "--frames", "2");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(CommandRun.number(Files.readString(dir.resolve("out.json")), "captured"))
                .isEqualTo(2);
    }

    @Test
    void aVideoFileIsDecodedByFfmpeg() throws IOException, InterruptedException {
        Assumptions.assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/ffmpeg")), "SKIPPED: ffmpeg is not on this machine");
        Process ffmpeg = new ProcessBuilder(
                        "ffmpeg",
                        "-v",
                        "error",
                        "-f",
                        "lavfi",
                        "-i",
                        "testsrc2=size=320x180:rate=30:duration=2",
                        "-pix_fmt",
                        "yuv420p",
                        "-c:v",
                        "mpeg4",
                        path("clip.mp4"))
                .inheritIO()
                .start();
        assertThat(ffmpeg.waitFor(60, TimeUnit.SECONDS)).isTrue();
        CommandRun run = CommandRun.of(
                "run",
                "--source",
                path("clip.mp4") + "?pace=max",
                "--model",
                path("tiny.toml"),
                "--debug",
                "--present",
                "none:",
                "--report",
                path("report.json"));
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(CommandRun.number(Files.readString(dir.resolve("report.json")), "captured"))
                .isEqualTo(60);
    }
}
