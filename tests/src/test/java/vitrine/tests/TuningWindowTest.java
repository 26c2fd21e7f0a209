package vitrine.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import vitrine.engine.ChildJvm;
import vitrine.engine.XvfbScreen;

/** The tuning panel in a window, by keys that an X server delivers. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class TuningWindowTest {

    private static final String HINT = " | Arrows choose and change";

    @TempDir
    Path dir;

    private String log() throws Exception {
        return Files.readString(dir.resolve("run.log"));
    }

    @Test
    void keysChangeValues() throws Throwable {
        Path config = Files.writeString(dir.resolve("kiosk.toml"), "hud = true # figures\n");
        try (XvfbScreen screen = XvfbScreen.start(dir, 800, 600)) {
            if (screen == null) {
                System.out.println("SKIPPED, no Xvfb here: sudo apt-get install xvfb");
                Assumptions.abort("no Xvfb here");
                return;
            }
            List<String> command = ChildJvm.command(TuningWindowRun.class, "-XX:TieredStopAtLevel=1");
            command.add(config.toString());
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(dir.resolve("run.log").toFile());
            builder.environment().remove("WAYLAND_DISPLAY");
            builder.environment().put("DISPLAY", screen.display());
            Process run = builder.start();
            try (XClient user = new XClient(screen.display())) {
                long window = 0;
                while (window == 0) {
                    assertThat(run.isAlive()).as(log()).isTrue();
                    Thread.sleep(50);
                    window = user.window("Vitrine");
                }
                user.moveAndResize(window, 0, 0, 640, 480);
                await(run, " | ");
                user.press(window, XClient.RIGHT); // hidden: nothing
                user.press(window, XClient.TAB);
                await(run, ">CELL=16 SOFT=0.5" + HINT);
                assertThat(panelPixels(screen)).isGreaterThan(10_000);
                user.press(window, XClient.DOWN);
                await(run, "CELL=16 >SOFT=0.5" + HINT);
                user.hold(window, XClient.LEFT, 0, 3);
                await(run, "CELL=16 >*SOFT=0.2" + HINT);
                user.press(window, XClient.DOWN);
                user.hold(window, XClient.RIGHT, XClient.SHIFT, 2);
                await(run, ">*CELL=36 *SOFT=0.2" + HINT);
                user.press(window, XClient.BACKSPACE);
                await(run, ">CELL=16 *SOFT=0.2" + HINT);
                user.press(window, XClient.S); // without Ctrl: nothing
                user.hold(window, XClient.S, XClient.CONTROL, 1);
                await(run, ">CELL=16 SOFT=0.2 | saved 1 value to kiosk.toml");
                assertThat(config).hasContent("hud = true # figures\n\n[pass.privacy]\nSOFT = 0.2\n");
                user.press(window, XClient.TAB);
                await(run, " | ");
                user.press(window, XClient.ESCAPE);
                assertThat(run.waitFor(30, TimeUnit.SECONDS)).as(log()).isTrue();
            } finally {
                run.destroyForcibly();
            }
            assertThat(run.exitValue()).as(log()).isZero();
            assertThat(log()).endsWith("done\n");
        }
    }

    /** Until the panel, in the last line of the log, is this. */
    private void await(Process run, String line) throws Exception {
        List<String> lines = List.of();
        for (int i = 0; i < 600; i++) {
            lines = log().lines()
                    .filter(l -> l.contains(" | ") && !l.contains("INFO"))
                    .toList();
            if (!lines.isEmpty() && lines.getLast().equals(line)) {
                return;
            }
            assertThat(run.isAlive()).as(log()).isTrue();
            Thread.sleep(20);
        }
        assertThat(lines).as(log()).last().isEqualTo(line);
    }

    /** Pixels in the right half of the window that are not black; the panel is nearly black, but only nearly. */
    private static long panelPixels(XvfbScreen screen) throws Exception {
        long found = 0;
        for (int i = 0; i < 200 && found == 0; i++) {
            Thread.sleep(20);
            int[] pixels = XvfbScreen.pixels(screen.file(), 320, 0, 320, 240);
            found = IntStream.of(pixels).filter(p -> p != 0).count();
        }
        return found;
    }
}
