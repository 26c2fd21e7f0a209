package vitrine.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import vitrine.engine.ChildJvm;
import vitrine.engine.XvfbScreen;
import vitrine.inference.model.TinyOnnx;
import vitrine.tools.Main;

/**
 * {@code run --present window:} in a process of its own on a screen of its own, used as by somebody at the keyboard, and
 * judged by the screen's pixels. The picture is twice as wide as high, red on the left and blue on the right.
 */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
final class WindowRunTest {

    private static final int SCREEN_WIDTH = 1024;
    private static final int SCREEN_HEIGHT = 768;
    private static final int RED = 0xFF0000;
    private static final int BLUE = 0x0000FF;

    @TempDir
    Path dir;

    private @Nullable XvfbScreen screen;
    private @Nullable Process process;

    @BeforeEach
    void startScreen() throws IOException {
        BufferedImage image = new BufferedImage(320, 160, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.setColor(Color.RED);
        g.fillRect(0, 0, 160, 160);
        g.setColor(Color.BLUE);
        g.fillRect(160, 0, 160, 160);
        g.dispose();
        Files.createDirectory(dir.resolve("photos"));
        ImageIO.write(image, "png", dir.resolve("photos/halves.png").toFile());
        Files.write(dir.resolve("bare.onnx"), new TinyOnnx().bytes());
        Files.writeString(dir.resolve("bare.toml"), TinyOnnx.descriptor("bare.onnx"));
        Files.write(dir.resolve("cut.onnx"), Arrays.copyOf(new TinyOnnx().bytes(), 700));
        Files.writeString(dir.resolve("cut.toml"), TinyOnnx.descriptor("cut.onnx"));
        screen = XvfbScreen.start(dir, SCREEN_WIDTH, SCREEN_HEIGHT);
        if (screen == null) {
            System.out.println("SKIPPED, no Xvfb here: sudo apt-get install xvfb");
            Assumptions.abort("no Xvfb here");
        }
    }

    @AfterEach
    void stop() {
        if (process != null) {
            process.destroyForcibly();
        }
        if (screen != null) {
            screen.close();
        }
    }

    /** {@code vitrine run} on the picture, with one of the models and a window. */
    private Process start(String model, String present, String... more) throws IOException {
        List<String> command = ChildJvm.command(Main.class, "-XX:TieredStopAtLevel=1");
        command.addAll(List.of(
                "run",
                "--source",
                dir.resolve("photos") + "?loop=true&fps=30",
                "--model",
                dir.resolve(model).toString(),
                "--present",
                present));
        command.addAll(List.of(more));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("run.log").toFile());
        builder.environment().remove("WAYLAND_DISPLAY");
        builder.environment().put("DISPLAY", screen().display());
        Process started = builder.start();
        process = started;
        return started;
    }

    private XvfbScreen screen() {
        if (screen == null) {
            throw new AssertionError("no screen");
        }
        return screen;
    }

    private String log() throws IOException {
        return Files.readString(dir.resolve("run.log"));
    }

    @Test
    void itIsResizedGoesFullScreenAndIsClosed() throws Throwable {
        Path report = dir.resolve("report.json");
        Process run = start(
                "bare.toml", "window:?size=640x480", "--debug=core,sync,best-practices", "--report", report.toString());
        try (XClient user = new XClient(screen().display())) {
            long window = awaitWindow(user, run);
            user.moveAndResize(window, 40, 30, 640, 480);
            awaitPicture(40, 30, 640, 480);
            user.moveAndResize(window, 100, 50, 500, 400);
            awaitPicture(100, 50, 500, 400);
            user.moveAndResize(window, 200, 100, 300, 600);
            awaitPicture(200, 100, 300, 600);
            user.press(window, XClient.F11);
            awaitPicture(0, 0, SCREEN_WIDTH, SCREEN_HEIGHT);
            user.press(window, XClient.F11);
            awaitPicture(200, 100, 300, 600);
            user.clickClose(window);
            assertThat(run.waitFor(30, TimeUnit.SECONDS)).as(log()).isTrue();
        }
        assertThat(run.exitValue()).as(log()).isZero();
        String json = Files.readString(report);
        assertThat(CommandRun.number(json, "presented")).isPositive();
        assertThat(CommandRun.number(json, "validationMessages")).isZero();
        assertThat(json).contains("\"leaks\": []");
    }

    @Test
    void escapeEndsIt() throws Throwable {
        Process run = start("bare.toml", "window:?size=400x300&rotate=180");
        try (XClient user = new XClient(screen().display())) {
            long window = awaitWindow(user, run);
            user.moveAndResize(window, 0, 0, 400, 300);
            awaitPixels(0, 0, 400, 300, BLUE, RED);
            user.press(window, XClient.ESCAPE);
            assertThat(run.waitFor(30, TimeUnit.SECONDS)).as(log()).isTrue();
        }
        assertThat(run.exitValue()).as(log()).isZero();
    }

    @Test
    void aSignalEndsItSoon() throws Throwable {
        Process run = start("bare.toml", "window:?size=400x300");
        try (XClient user = new XClient(screen().display())) {
            user.moveAndResize(awaitWindow(user, run), 0, 0, 400, 300);
            awaitPicture(0, 0, 400, 300);
        }
        long start = System.nanoTime();
        run.destroy(); // SIGTERM
        // A second is what users are told; a busy machine may take longer to take a JVM down.
        assertThat(run.waitFor(5, TimeUnit.SECONDS)).as(log()).isTrue();
        System.out.println("SIGTERM to the end: " + (System.nanoTime() - start) / 1_000_000 + " ms");
        assertThat(run.exitValue()).isEqualTo(128 + 15);
        assertThat(log()).doesNotContain("did not end within");
    }

    @Test
    void thePictureGoesOnWithoutADetectorAndTheEndSaysSo() throws Throwable {
        Path report = dir.resolve("report.json");
        Process run = start("cut.toml", "window:?size=400x300", "--frames", "60", "--report", report.toString());
        assertThat(run.waitFor(60, TimeUnit.SECONDS)).as(log()).isTrue();
        assertThat(run.exitValue()).as(log()).isEqualTo(1);
        assertThat(log())
                .contains("the detector has failed, the picture goes on without it")
                .contains("vitrine: ")
                .contains("cut.onnx")
                .doesNotContain("\tat ");
        assertThat(CommandRun.number(Files.readString(report), "presented")).isGreaterThan(30);
    }

    private long awaitWindow(XClient user, Process run) throws Throwable {
        long window = 0;
        while (window == 0) {
            assertThat(run.isAlive()).as(log()).isTrue();
            Thread.sleep(50);
            window = user.window("Vitrine");
        }
        return window;
    }

    private void awaitPicture(int x, int y, int width, int height) throws Exception {
        awaitPixels(x, y, width, height, RED, BLUE);
    }

    /** Until the screen shows the picture in that rectangle, with black bars above and below it, or left and right. */
    private void awaitPixels(int x, int y, int width, int height, int left, int right) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        String wrong = "";
        while (System.nanoTime() < deadline) {
            int[] pixels = XvfbScreen.pixels(screen().file(), x, y, width, height);
            wrong = firstWrong(pixels, width, height, left, right);
            if (wrong.isEmpty()) {
                return;
            }
            Thread.sleep(30);
        }
        throw new AssertionError("at " + x + "," + y + " of " + width + "x" + height + ": " + wrong + "\n" + log());
    }

    /** Names the first pixel that is not what it should be; edges of the picture may lie a pixel off. */
    private static String firstWrong(int[] pixels, int width, int height, int left, int right) {
        int shownWidth = Math.min(width, 2 * height);
        int shownHeight = shownWidth / 2;
        int barX = (width - shownWidth) / 2;
        int barY = (height - shownHeight) / 2;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int fromX = Math.min(Math.abs(x - barX), Math.abs(x - (width - barX)));
                int fromY = Math.min(Math.abs(y - barY), Math.abs(y - (height - barY)));
                if (fromX <= 2 || fromY <= 2 || Math.abs(x - width / 2) <= 2 + shownWidth / 160) {
                    continue;
                }
                boolean bar = x < barX || x >= width - barX || y < barY || y >= height - barY;
                int expected = bar ? 0 : x < width / 2 ? left : right;
                int pixel = pixels[y * width + x];
                for (int shift = 0; shift < 24; shift += 8) {
                    if (Math.abs((pixel >> shift & 255) - (expected >> shift & 255)) > 3) {
                        return String.format("pixel %d,%d is %06x instead of %06x", x, y, pixel, expected);
                    }
                }
            }
        }
        return "";
    }
}
