package vitrine.tests.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vitrine.tests.CommandRun;

/** The kiosk while its HDMI sender is switched off and on: the card comes, the picture comes back, nothing leaks. */
@Tag("lab")
final class CameraLossTest {
    private static final String HDMI = "/dev/video0";
    private static final int FRAMES = 40;

    @Test
    void theLastPictureStaysUnderACardUntilTheCameraIsBack(@TempDir Path dir) throws Exception {
        Path pictures = dir.resolve("pictures");
        Path report = dir.resolve("report.json");
        CommandRun run;
        try (Vivid vivid = Vivid.load("n_devs=1 multiplanar=2 num_inputs=1 input_types=0x3 node_types=0x1")) {
            assertThat(vivid.nodes()).hasSize(1);
            FutureTask<Boolean> sender = new FutureTask<>(() -> switchOffAndOn(pictures));
            Thread.ofPlatform().daemon().start(sender);
            run = CommandRun.of(("run --source v4l2:" + HDMI + "?size=320x180&format=NV12 --frames " + FRAMES
                            + " --present offscreen:" + pictures + " --report " + report
                            + " --filter bilinear --threads 1 --debug")
                    .split(" "));
            assertThat(sender.get(1, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).contains("no signal: its input has no signal", "goes on after");
        String json = Files.readString(report);
        assertThat(CommandRun.number(json, "captured")).isEqualTo(FRAMES);
        assertThat(CommandRun.number(json, "presented")).isEqualTo(FRAMES);
        assertThat(CommandRun.number(json, "signalLosses")).isEqualTo(1);
        assertThat(CommandRun.number(json, "validationMessages")).isZero();
        assertThat(json).contains("\"leaks\": []");
        assertThat(count(pictures, "card-")).isEqualTo(1);
        assertThat(count(pictures, "frame-")).isEqualTo(FRAMES);
    }

    /** Off once some pictures are there, on again once the card is. */
    private static boolean switchOffAndOn(Path pictures) throws Exception {
        await(pictures, "frame-", FRAMES / 4);
        CameraConsumer.set(HDMI, "dv_timings_signal_mode", "No Signal");
        await(pictures, "card-", 1);
        CameraConsumer.set(HDMI, "dv_timings_signal_mode", "Current DV Timings");
        return true;
    }

    private static void await(Path folder, String prefix, int files) throws Exception {
        while (!Files.isDirectory(folder) || count(folder, prefix) < files) {
            Thread.sleep(50);
        }
    }

    private static long count(Path folder, String prefix) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(f -> String.valueOf(f.getFileName()).startsWith(prefix))
                    .count();
        }
    }
}
