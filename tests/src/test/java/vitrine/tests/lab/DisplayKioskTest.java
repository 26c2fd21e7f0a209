package vitrine.tests.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import vitrine.inference.model.TinyOnnx;
import vitrine.present.display.DisplayProbe;
import vitrine.present.display.DisplayTarget;
import vitrine.present.display.PresentUri;
import vitrine.tests.CommandRun;
import vitrine.tools.report.RunReport;

/** The whole kiosk, from the kernel's virtual camera to its virtual display, through what happens to kiosks. */
@Tag("lab")
final class DisplayKioskTest {

    private static final String CAMERA = "n_devs=1 num_inputs=1 input_types=0x0 node_types=0x1";
    private static final String RUN =
            "--source v4l2:?size=320x180 --threads 1 --filter bilinear --present display:?mode=640x480";

    /** Starting takes the emulated processor seconds. */
    private static final long START_MILLIS = 60_000;

    @TempDir
    Path dir;

    private String model = "";

    @BeforeEach
    void writeModel() throws Exception {
        Files.write(
                dir.resolve("tiny.onnx"),
                new TinyOnnx().answer(20, 0.5f, 0.5f, 0.1f, 0.1f, 0.9f, 0.9f).bytes());
        Files.writeString(dir.resolve("tiny.toml"), TinyOnnx.descriptor("tiny.onnx"));
        model = " --model " + dir.resolve("tiny.toml");
    }

    @AfterEach
    void plugIn() throws Exception {
        Vkms.force("detect");
    }

    @Test
    @Timeout(400)
    void theMainJobRunsCleanUnderValidation() throws Exception {
        Path report = dir.resolve("report.json");
        Path detections = dir.resolve("detections.jsonl");
        CommandRun run;
        try (Vivid vivid = Vivid.load(CAMERA)) {
            assertThat(vivid.nodes()).hasSize(1);
            run = CommandRun.of(
                    ("run --source v4l2:?size=640x360 --threads 1 --filter bilinear --hud --present display:?mode=640x480"
                                    + " --frames 300 --debug --detections " + detections + " --report " + report)
                            .split(" "));
        }
        assertThat(run.code()).as(run.err()).isZero();
        String json = Files.readString(report);
        System.out.println(json);
        assertThat(CommandRun.number(json, "captured")).isEqualTo(300);
        assertThat(CommandRun.number(json, "presented")).isGreaterThan(290);
        assertThat(CommandRun.number(json, "capture")).isZero();
        assertThat(CommandRun.number(json, "import")).isZero();
        assertThat(CommandRun.number(json, "validationMessages")).isZero();
        assertThat(json)
                .contains("\"leaks\": []")
                .contains("\"present\": \"display: Virtual-1")
                .contains("\"captureToScanOut\"");
        assertThat(Files.readAllLines(detections)).isNotEmpty();
    }

    @Test
    @Timeout(300)
    void itLivesThroughTwentyUnpluggings() throws Exception {
        try (Vivid vivid = Vivid.load(CAMERA);
                KioskRun kiosk = KioskRun.start(RUN + model);
                VkmsCrc crc = VkmsCrc.open(Vkms.number())) {
            assertThat(vivid.nodes()).hasSize(1);
            assertThat(awaitMotion(crc, START_MILLIS)).isTrue();
            long worst = 0;
            for (int round = 1; round <= 20; round++) {
                Vkms.force("off");
                assertThat(awaitStill(crc, 5_000))
                        .as("the picture stands in round %d", round)
                        .isTrue();
                int last = crc.next();
                Vkms.force(round % 2 == 0 ? "detect" : "on");
                long start = System.nanoTime();
                while (crc.next() == last && System.nanoTime() - start < 10e9) {
                    Thread.onSpinWait();
                }
                worst = Math.max(worst, (System.nanoTime() - start) / 1_000_000);
                if (round % 5 == 0) {
                    assertThat(awaitMotion(crc, 10_000))
                            .as("the camera's pictures in round %d", round)
                            .isTrue();
                }
            }
            System.out.println("OUT: picture back within " + worst + " ms at worst");
            assertThat(worst).isLessThan(2000);
            RunReport report = kiosk.end().orElseThrow();
            assertThat(report.signalLosses()).isZero();
            assertThat(report.frames().captured()).isGreaterThan(report.frames().presented());
            System.out.println("OUT: " + report.summary());
        }
    }

    @Test
    @Timeout(120)
    void itWaitsForAMonitor() throws Exception {
        Vkms.force("off");
        try (Vivid vivid = Vivid.load(CAMERA);
                KioskRun kiosk = KioskRun.start(RUN + model);
                VkmsCrc crc = VkmsCrc.open(Vkms.number())) {
            assertThat(vivid.nodes()).hasSize(1);
            Thread.sleep(2000);
            assertThat(kiosk.isRunning()).isTrue();
            assertThat(awaitStill(crc, 3000)).isTrue();
            Vkms.force("detect");
            assertThat(awaitMotion(crc, START_MILLIS)).isTrue();
            assertThat(kiosk.end()).isPresent();
        }
    }

    @Test
    @Timeout(120)
    void itWaitsForAnotherProgramToLetGo() throws Exception {
        Process holder = new ProcessBuilder("sh", "-c", "exec sleep 600 3<>" + Vkms.node()).start();
        try (Vivid vivid = Vivid.load(CAMERA);
                VkmsCrc crc = VkmsCrc.open(Vkms.number())) {
            assertThat(vivid.nodes()).hasSize(1);
            DisplayProbe probe = probe();
            for (int i = 0; i < 100 && probe.state() != DisplayProbe.State.MASTER_HELD; i++) {
                Thread.sleep(20);
                probe = probe();
            }
            assertThat(probe.state()).isEqualTo(DisplayProbe.State.MASTER_HELD);
            assertThat(probe.message()).contains("is in use by sleep").contains(Long.toString(holder.pid()));
            CommandRun refused = CommandRun.of(("run " + RUN + "&wait=0" + model).split(" "));
            assertThat(refused.code()).isEqualTo(1);
            assertThat(refused.err())
                    .contains("vitrine: display: the screen at")
                    .contains("is in use by sleep");
            try (KioskRun kiosk = KioskRun.start(RUN + model)) {
                Thread.sleep(1500);
                assertThat(kiosk.isRunning()).isTrue();
                holder.destroy();
                assertThat(holder.waitFor(10, TimeUnit.SECONDS)).isTrue();
                assertThat(awaitMotion(crc, START_MILLIS)).isTrue();
                assertThat(kiosk.end()).isPresent();
            }
        } finally {
            holder.destroyForcibly();
        }
    }

    @Test
    @Timeout(120)
    void itWaitsForItsCamera() throws Exception {
        try (KioskRun kiosk = KioskRun.start(RUN + model);
                VkmsCrc crc = VkmsCrc.open(Vkms.number())) {
            int console = crc.next();
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_MILLIS);
            while (crc.next() == console && System.nanoTime() < deadline) {
                assertThat(kiosk.isRunning()).isTrue();
            }
            assertThat(crc.next()).as("a card").isNotEqualTo(console);
            assertThat(awaitStill(crc, 10_000)).isTrue();
            try (Vivid vivid = Vivid.load(CAMERA)) {
                assertThat(vivid.nodes()).hasSize(1);
                assertThat(awaitMotion(crc, START_MILLIS)).isTrue();
                assertThat(kiosk.end().orElseThrow().frames().presented()).isPositive();
            }
        }
    }

    /** The program as a process of its own, on a console of its own. */
    @Test
    @Timeout(200)
    void aSignalGivesTheConsoleBack() throws Exception {
        try (Vivid vivid = Vivid.load(CAMERA);
                VkmsCrc crc = VkmsCrc.open(Vkms.number())) {
            assertThat(vivid.nodes()).hasSize(1);
            int console = crc.next();
            for (String signal : new String[] {"TERM", "INT"}) {
                Path log = dir.resolve(signal + ".log");
                Process process = new ProcessBuilder(("vitrine run " + RUN + model).split(" "))
                        .redirectInput(new File("/dev/tty1"))
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
                try {
                    assertThat(awaitMotion(crc, START_MILLIS))
                            .as(Files.readString(log))
                            .isTrue();
                    assertThat(ConsoleMode.of(Path.of("/dev/tty1"))).isEqualTo(ConsoleMode.GRAPHICS);
                    long start = System.nanoTime();
                    new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                            .start()
                            .waitFor();
                    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
                    System.out.println(
                            "OUT: ended " + (System.nanoTime() - start) / 1_000_000 + " ms after SIG" + signal);
                    assertThat(process.exitValue()).isEqualTo(signal.equals("TERM") ? 143 : 130);
                    assertThat(ConsoleMode.of(Path.of("/dev/tty1"))).isEqualTo(ConsoleMode.TEXT);
                    assertThat(crc.await(console, 5000))
                            .as("the console's picture")
                            .isTrue();
                } finally {
                    process.destroyForcibly();
                }
            }
        }
    }

    private static DisplayProbe probe() {
        return DisplayTarget.probe((PresentUri.Display) PresentUri.parse("display:"));
    }

    /** Whether the screen has shown four pictures within the time, each unlike the one before. */
    private static boolean awaitMotion(VkmsCrc crc, long millis) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        int last = crc.next();
        int changes = 0;
        while (System.nanoTime() < deadline) {
            int now = crc.next();
            if (now != last && ++changes == 4) {
                return true;
            }
            last = now;
        }
        return false;
    }

    /** Whether the screen has come to show one picture for half a second within the time. */
    private static boolean awaitStill(VkmsCrc crc, long millis) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        int last = crc.next();
        long since = System.nanoTime();
        while (System.nanoTime() < deadline) {
            int now = crc.next();
            if (now != last) {
                since = System.nanoTime();
                last = now;
            } else if (System.nanoTime() - since > 500_000_000L) {
                return true;
            }
        }
        return false;
    }
}
