package vitrine.tests.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import vitrine.tests.CommandRun;

/** The main job, as a user runs it: camera, network, pictures, with validation, and no frame touched by the CPU. */
@Tag("lab")
final class CameraRunTest {
    private static final int FRAMES = 100;

    @Test
    @Timeout(400)
    void theCommandShowsTheCamera(@TempDir Path dir) throws Exception {
        Path report = dir.resolve("report.json");
        Path detections = dir.resolve("detections.jsonl");
        CommandRun run;
        try (Vivid vivid = Vivid.load("n_devs=1 num_inputs=1 input_types=0x0 node_types=0x1")) {
            assertThat(vivid.nodes()).hasSize(1);
            run = CommandRun.of(("run --source v4l2: --frames " + FRAMES + " --present offscreen:"
                            + dir.resolve("pictures")
                            + "?size=320x180&every=50 --detections " + detections + " --report " + report
                            + " --filter bilinear --threads 1 --debug")
                    .split(" "));
        }
        assertThat(run.code()).as(run.err()).isZero();
        String json = Files.readString(report);
        System.out.println(json);
        assertThat(CommandRun.number(json, "captured")).isEqualTo(FRAMES);
        assertThat(CommandRun.number(json, "presented")).isEqualTo(FRAMES);
        assertThat(CommandRun.number(json, "capture")).isZero();
        assertThat(CommandRun.number(json, "import")).isZero();
        assertThat(CommandRun.number(json, "validationMessages")).isZero();
        assertThat(CommandRun.number(json, "signalLosses")).isZero();
        assertThat(json)
                .contains("\"format\": \"NV12 1920x1080")
                .contains("\"captureMemory\": \"V4L2 DMABUF, dma-heap /dev/dma_heap/system\"")
                .contains("\"captureMemoryRejected\": []")
                .contains("\"leaks\": []");
        assertThat(Files.readAllLines(detections)).isNotEmpty();
        try (var pictures = Files.list(dir.resolve("pictures"))) {
            assertThat(pictures.count()).isEqualTo(FRAMES / 50);
        }
    }
}
