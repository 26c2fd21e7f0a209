package vitrine.tests.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vitrine.present.PresentException;
import vitrine.present.StaleInstanceException;
import vitrine.present.display.AcquireResult;
import vitrine.present.display.DisplayProbe;
import vitrine.present.display.DisplayTarget;
import vitrine.present.display.PresentUri;
import vitrine.present.display.ScanOut;
import vitrine.present.kms.DrmNode;

/** {@code display:} on vkms, without the rest of the application: what the screen shows is what was drawn. */
@Tag("lab")
final class DisplayTargetTest {

    private static final long SECONDS = 1000;

    @AfterEach
    void plugIn() throws Exception {
        Vkms.force("detect");
        Vkms.environment("LVP_DISPLAY", null);
    }

    private static DisplayProbe probe(String uri) {
        return DisplayTarget.probe((PresentUri.Display) PresentUri.parse(uri));
    }

    private static void assertShown(DisplayRun run, VkmsCrc crc, int width, int height) throws Exception {
        int wanted = VkmsCrc.of(run.picture(width, height));
        assertThat(crc.await(wanted, 5 * SECONDS))
                .as("the screen's CRC is %s, that of the picture %08x", crc.lastText(), wanted)
                .isTrue();
    }

    @Test
    void showsFramesAtThePreferredMode() throws Exception {
        assertThat(probe("display:").state()).isEqualTo(DisplayProbe.State.READY);
        try (DisplayRun run = DisplayRun.open("display:")) {
            DisplayTarget target = run.target();
            assertThat(target.describe())
                    .contains("Virtual-1 of " + Vkms.node() + " (vkms), 1024x768@60")
                    .contains("3 images");
            assertThat(run.frames(60, 60 * SECONDS)).isTrue();
            assertThat(target.presented()).isEqualTo(60);
            try (VkmsCrc crc = VkmsCrc.open(Vkms.number())) {
                assertShown(run, crc, 1024, 768);
                run.frames(1, 5 * SECONDS);
                assertShown(run, crc, 1024, 768);
            }
            assertThat(target.rebuilds()).isZero();
            assertThat(target.isDamaged()).isFalse();
            ScanOut scanOut = target.scanOut();
            assertThat(scanOut.source()).isEqualTo("GPU done + half a refresh, estimated");
            assertThat(scanOut.latency().count()).isGreaterThan(50);
            assertThat(scanOut.latestNanos()).isGreaterThan(8_000_000);
            System.out.println("OUT: " + target.describe() + ", capture to scan-out p50 "
                    + scanOut.latency().millis(50) + " ms");
        }
        assertThat(probe("display:").state()).as("the screen is free again").isEqualTo(DisplayProbe.State.READY);
    }

    @Test
    void takesTheModeAskedFor() throws Exception {
        try (DisplayRun run = DisplayRun.open("display:Virtual-1?mode=640x480@60")) {
            assertThat(run.target().mode()).startsWith("640x480@");
            assertThat(run.frames(5, 20 * SECONDS)).isTrue();
            try (VkmsCrc crc = VkmsCrc.open(Vkms.number())) {
                assertShown(run, crc, 640, 480);
            }
        }
        assertThatThrownBy(() -> DisplayRun.open("display:?mode=641x480"))
                .isInstanceOf(PresentException.class)
                .hasMessageStartingWith("display Virtual-1 has no mode 641x480; it has ")
                .hasMessageContaining("1024x768@60");
    }

    @Test
    void comesBackWithItsMonitor() throws Exception {
        try (DisplayRun run = DisplayRun.open("display:?mode=800x600")) {
            assertThat(run.frames(2, 20 * SECONDS)).isTrue();
            List<Long> times = new ArrayList<>();
            for (int round = 1; round <= 5; round++) {
                Vkms.force("off");
                for (int i = 0; i < 400 && run.turn() == AcquireResult.READY; i++) {
                    Thread.sleep(5);
                }
                assertThat(run.turn()).isEqualTo(AcquireResult.NOT_READY);
                assertThat(run.target().poll()).isEqualTo(AcquireResult.NOT_READY);
                assertThat(run.target().describe()).endsWith("no picture now");
                Vkms.force(round % 2 == 0 ? "detect" : "on");
                long start = System.nanoTime();
                assertThat(run.frames(1, 20 * SECONDS)).isTrue();
                long millis = (System.nanoTime() - start) / 1_000_000;
                System.out.println("OUT: round " + round + ": back after " + millis + " ms, "
                        + run.target().rebuilds() + " rebuilds");
                times.add(millis);
                assertThat(run.frames(2, 5 * SECONDS)).isTrue();
                try (VkmsCrc crc = VkmsCrc.open(Vkms.number())) {
                    assertShown(run, crc, 800, 600);
                }
            }
            // Half a second mostly; but where every instruction is translated any call may take one more.
            Collections.sort(times);
            assertThat(times.get(3)).isLessThan(2000);
            assertThat(times.getLast()).isLessThan(5000);
        }
    }

    @Test
    void aPictureDrawnOnceIsDrawnAgain() throws Exception {
        // Nothing but a card on the screen for long: Mesa has not waited for any flip by then.
        try (DisplayRun run = DisplayRun.open("display:?mode=640x480")) {
            assertThat(run.frames(2, 20 * SECONDS)).isTrue();
            Vkms.force("off");
            Thread.sleep(600);
            assertThat(run.target().poll()).isEqualTo(AcquireResult.NOT_READY);
            Vkms.force("detect");
            for (int i = 0; i < 400 && !run.target().isDamaged(); i++) {
                Thread.sleep(5);
                run.target().poll();
            }
            assertThat(run.target().isDamaged()).isTrue();
            assertThat(run.frames(1, 5 * SECONDS)).isTrue();
            assertThat(run.target().isDamaged()).isFalse();
            assertThat(run.frames(8, 5 * SECONDS)).isTrue();
            try (VkmsCrc crc = VkmsCrc.open(Vkms.number())) {
                assertShown(run, crc, 640, 480);
            }
        }
    }

    @Test
    void givesUpWhereTheDriverDoesNotFollow(@TempDir Path scratch) throws Exception {
        Path connected = Files.writeString(scratch.resolve("status"), "connected\n");
        try (DisplayRun run = DisplayRun.open("display:?mode=640x480")) {
            assertThat(run.frames(5, 20 * SECONDS)).isTrue();
            Vkms.force("off");
            while (run.turn() == AcquireResult.READY) {
                Thread.sleep(5);
            }
            Vkms.cover("status", connected);
            long start = System.nanoTime();
            AcquireResult result = AcquireResult.NOT_READY;
            try {
                while (result == AcquireResult.NOT_READY && System.nanoTime() - start < 30e9) {
                    Thread.sleep(20);
                    result = run.turn();
                }
            } finally {
                Vkms.uncover("status");
            }
            assertThat(result).isEqualTo(AcquireResult.LOST);
            assertThat(System.nanoTime() - start).isBetween(10_000_000_000L, 15_000_000_000L);
            Vkms.force("detect");
            assertThat(run.target().poll()).isEqualTo(AcquireResult.LOST);
        }
        try (DisplayRun run = DisplayRun.open("display:?mode=640x480")) {
            assertThat(run.frames(3, 20 * SECONDS)).isTrue();
        }
    }

    @Test
    void acquiresADisplayThatTheDriverHasNotOpened() throws Exception {
        Vkms.environment("LVP_DISPLAY", "none");
        for (int round = 0; round < 2; round++) {
            try (DisplayRun run = DisplayRun.open("display:?mode=640x480&card=" + Vkms.node())) {
                assertThat(run.target().describe()).contains("by VK_EXT_acquire_drm_display");
                assertThat(run.frames(10, 20 * SECONDS)).isTrue();
                try (VkmsCrc crc = VkmsCrc.open(Vkms.number())) {
                    assertShown(run, crc, 640, 480);
                }
                Vkms.force("off");
                for (int i = 0; i < 400 && run.turn() == AcquireResult.READY; i++) {
                    Thread.sleep(5);
                }
                Vkms.force("detect");
                assertThat(run.frames(3, 5 * SECONDS)).isTrue();
            }
            assertThat(probe("display:").state()).isEqualTo(DisplayProbe.State.READY);
        }
    }

    @Test
    void waitsForAnotherMaster() throws Exception {
        try (DisplayRun run = heldWhenTheDriverLooked()) {
            run.take("display:?mode=640x480", (width, height) -> 1);
            assertThat(run.target().describe()).contains("by VK_EXT_acquire_drm_display");
            assertThat(run.frames(5, 20 * SECONDS)).isTrue();
        }
    }

    @Test
    void namesTheProgramThatHasTheScreen() throws Exception {
        Process holder = new ProcessBuilder("bash", "-c", "exec sleep 60 3<>" + Vkms.node()).start();
        try {
            DisplayProbe held = probe("display:");
            for (int i = 0; i < 200 && held.state() == DisplayProbe.State.READY; i++) {
                Thread.sleep(20);
                held = probe("display:");
            }
            assertThat(held.state()).isEqualTo(DisplayProbe.State.MASTER_HELD);
            assertThat(held.message())
                    .isEqualTo("display: the screen at " + Vkms.node() + " is in use by sleep (process " + holder.pid()
                            + "); end it, or log out of the desktop");
        } finally {
            holder.destroy();
            holder.waitFor();
        }
        assertThat(probe("display:").state()).isEqualTo(DisplayProbe.State.READY);
    }

    private static DisplayRun heldWhenTheDriverLooked() {
        DisplayRun run;
        try (DrmNode holder = DrmNode.openForMaster(Vkms.node())) {
            assertThat(holder.isMaster()).isTrue();
            DisplayProbe held = probe("display:");
            assertThat(held.state()).isEqualTo(DisplayProbe.State.MASTER_HELD);
            assertThat(held.message()).contains("is in use by this same process");
            run = DisplayRun.withoutTarget();
            assertThatThrownBy(() -> run.take("display:", (width, height) -> 1))
                    .isInstanceOf(StaleInstanceException.class)
                    .hasMessageContaining("another program has the screen at " + Vkms.node());
        }
        return run;
    }

    @Test
    void anInstanceMadeWithoutAMonitorIsStale() throws Exception {
        Vkms.force("off");
        assertThat(probe("display:").state()).isEqualTo(DisplayProbe.State.NO_MONITOR);
        try (DisplayRun run = DisplayRun.withoutTarget()) {
            assertThatThrownBy(() -> run.take("display:", (width, height) -> 1))
                    .isInstanceOf(StaleInstanceException.class)
                    .hasMessageContaining("no monitor is connected");
            Vkms.force("detect");
            assertThatThrownBy(() -> run.take("display:", (width, height) -> 1))
                    .isInstanceOf(StaleInstanceException.class);
        }
        try (DisplayRun run = DisplayRun.open("display:?mode=640x480")) {
            assertThat(run.frames(3, 20 * SECONDS)).isTrue();
        }
    }
}
