package vitrine.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import vitrine.inference.model.TinyOnnx;
import vitrine.tools.kiosk.Kiosk;
import vitrine.tools.kiosk.RunOptions;
import vitrine.tools.kiosk.StopSignal;
import vitrine.tools.report.LeakAudit;
import vitrine.tools.report.RunReport;
import vitrine.tools.workbench.Reload;

/** A pass of the user's, edited while it is drawn: what it shows changes, what it remembers stays. */
final class UserPassReloadTest {

    /** Counts pictures in its state, and shows the count in one colour, above a floor that marks the text. */
    private static final String COUNT = """
            //! state 4x4
            vec4 remember(ivec2 cell, vec4 before) { return before + 1.0; }
            vec3 look(vec2 at) { return vec3(min(recall(ivec2(0)).x, 200.0) / 255.0, 0.0, 0.2); }
            """;

    @TempDir
    Path dir;

    private final BlockingQueue<Reload> reloads = new LinkedBlockingQueue<>();

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void anEditedPassIsShownAndItsStateStays() throws Exception {
        Files.write(dir.resolve("tiny.onnx"), new TinyOnnx().bytes());
        Files.writeString(dir.resolve("tiny.toml"), TinyOnnx.descriptor("tiny.onnx"));
        Path pass = Files.createDirectory(dir.resolve("looks")).resolve("count.glsl");
        Files.writeString(pass, COUNT);
        RunOptions options = new RunOptions();
        new CommandLine(options)
                .parseArgs(
                        "--source",
                        "pattern:64x48@30",
                        "--model",
                        dir.resolve("tiny.toml").toString(),
                        "--present",
                        "offscreen:" + dir.resolve("pictures") + "?every=1&keep=6",
                        "--passes",
                        "count",
                        "--pass-folder",
                        dir.resolve("looks").toString(),
                        "--debug",
                        "--dev");
        LeakAudit.trackNativeMemory();
        StopSignal stop = new StopSignal();
        FutureTask<Optional<RunReport>> run =
                new FutureTask<>(() -> Kiosk.run(options.resolve(), stop, null, reloads::add));
        Thread frames = Thread.ofPlatform().name("frames").start(run);
        try {
            int before = awaitPicture(run, pixel -> (pixel & 255) == 51 && (pixel >> 16 & 255) > 20) >> 16 & 255;
            assertThat(before).isPositive();

            Files.writeString(pass, COUNT.replace("0.0, 0.2", "0.0, 0.4"));
            int after = awaitPicture(run, pixel -> (pixel & 255) == 102) >> 16 & 255;
            assertThat(after).as("pictures counted").isGreaterThan(before);

            reloads.clear();
            Files.writeString(pass, COUNT.replace("0.0, 0.2", "0.0, 0.6").replace("recall(", "recal("));
            Reload problem = reloads.poll(20, TimeUnit.SECONDS);
            assertThat(problem).isNotNull();
            assertThat(problem.toString()).contains("passes/count.glsl").contains("recal");
            assertThat(awaitPicture(run, pixel -> (pixel & 255) == 102) & 255).isEqualTo(102);

            // A binding that the pass did not use at first.
            Files.writeString(pass, COUNT.replace("0.0, 0.2", "0.0 * picture(at).x + 0.0 * camera(at).y, 0.8"));
            int last = awaitPicture(run, pixel -> (pixel & 255) == 204) >> 16 & 255;
            assertThat(last).as("pictures counted").isGreaterThan(after);
        } finally {
            stop.raise();
            frames.join();
        }
        RunReport report = run.get().orElseThrow();
        assertThat(report.validation()).isEmpty();
        assertThat(report.leaks()).isEmpty();
    }

    /** The middle pixel of a picture in which it is as wanted. */
    private int awaitPicture(FutureTask<?> run, IntPredicate wanted) throws InterruptedException {
        int pixel = 0;
        for (int i = 0; i < 1000 && !run.isDone(); i++) {
            File[] files = dir.resolve("pictures").toFile().listFiles((d, name) -> name.endsWith(".png"));
            if (files != null && files.length > 1) {
                Arrays.sort(files);
                try {
                    BufferedImage image = ImageIO.read(files[files.length - 2]);
                    pixel = image == null ? pixel : image.getRGB(32, 24) & 0xffffff;
                    if (image != null && wanted.test(pixel)) {
                        return pixel;
                    }
                } catch (IOException e) {
                    pixel = 0; // taken away meanwhile
                }
            }
            Thread.sleep(20);
        }
        throw new AssertionError("no such picture, the last had " + Integer.toHexString(pixel) + "; " + reloads);
    }
}
