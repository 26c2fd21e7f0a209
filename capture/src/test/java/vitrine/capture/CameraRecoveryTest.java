package vitrine.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import vitrine.capture.jpeg.JpegPictures;
import vitrine.engine.frame.PixelFormat;

/** What goes wrong while a camera streams, and the end of a source at any time. */
class CameraRecoveryTest extends CameraTestSupport {
    private static final int V4L2_EVENT_EOS = 2;
    private static final int V4L2_EVENT_SOURCE_CHANGE = 5;

    @BeforeEach
    void oneMode() {
        camera.mode("NV12", 64, 48, 0);
        camera.set("pace_us", 2_000);
    }

    /** It was over at once: the format again, then frames, whose count goes on. */
    private void goesOn(FrameSource source, long after) throws InterruptedException {
        assertThat(event(source))
                .isEqualTo(new Capture.FormatChanged(source.info().format()));
        try (CapturedFrame f = frame(source)) {
            assertThat(f.sequence()).isGreaterThan(after);
            assertThat(source.buffers().get(f.buffer())).isSameAs(f.memory());
        }
    }

    private long first(FrameSource source) throws InterruptedException {
        try (CapturedFrame f = frame(source)) {
            return f.sequence();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"expbuf", "copy"})
    void anErrorOfDqbufIsOverAtOnce(String way) throws Exception {
        try (FrameSource s = openCamera("memory=" + way)) {
            long before = first(s);
            camera.set("dqbuf_errno", StandIn.EIO);
            goesOn(s, before);
            assertThat(s.memory().way()).startsWith(way.equals("copy") ? "copied" : "V4L2 EXPBUF");
            assertThat(camera.get("files")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"expbuf", "copy"})
    void anErrorOfQbufIsOverAtOnce(String way) throws Exception {
        try (FrameSource s = openCamera("memory=" + way)) {
            long before = first(s);
            camera.set("qbuf_countdown", 5);
            camera.set("qbuf_errno", StandIn.EIO);
            goesOn(s, before);
        }
    }

    @Test
    void anErrorOfQbufOfAJpegsBufferIsOverAtOnce() throws Exception {
        camera = StandIn.reset();
        camera.mode("MJPG", 64, 48, 0);
        camera.pictures(JpegPictures.grey(64, 48));
        camera.set("pace_us", 2_000);
        try (FrameSource s = openCamera("")) {
            long before = first(s);
            camera.set("qbuf_errno", StandIn.EIO);
            goesOn(s, before);
        }
    }

    @Test
    void framesOnLoanOutliveTheirSession() throws Exception {
        camera.set("pace_us", 0);
        try (FrameSource s = openCamera("")) {
            List<CapturedFrame> held = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                held.add(shot(s));
            }
            camera.set("dqbuf_errno", StandIn.EIO);
            assertThat(event(s)).isInstanceOf(Capture.FormatChanged.class);
            camera.set("sequence", 100);
            try (CapturedFrame f = shot(s)) {
                assertContent(f, 100);
                for (int i = 0; i < 3; i++) {
                    assertContent(held.get(i), i);
                    held.get(i).close();
                }
                assertContent(f, 100);
            }
        }
    }

    @Test
    void anUnpluggedCameraIsAwaited() throws Exception {
        try (FrameSource s = openCamera("")) {
            long before = first(s);
            camera.set("unplugged", 1);
            assertThat(event(s)).isEqualTo(new Capture.SignalLost("no such camera: /dev/video0"));
            assertThat(s.next(120_000_000)).isInstanceOf(Capture.NoFrame.class);
            assertThat(camera.get("files")).isZero();
            assertThat(camera.get("buffers")).isZero();
            camera.set("unplugged", 0);
            goesOn(s, before);
        }
    }

    @Test
    void aCameraThatComesBackOtherwiseHasAnotherFormat() throws Exception {
        try (FrameSource s = openCamera("")) {
            first(s);
            camera.set("unplugged", 1);
            assertThat(event(s)).isInstanceOf(Capture.SignalLost.class);
            camera.set("fmt_width", 32);
            camera.set("fmt_height", 32);
            camera.set("expbuf_errno", StandIn.ENOTTY);
            camera.set("unplugged", 0);
            assertThat(event(s)).isInstanceOfSatisfying(Capture.FormatChanged.class, c -> {
                assertThat(c.format().width()).isEqualTo(32);
                assertThat(c.format().pixelFormat()).isEqualTo(PixelFormat.NV12);
            });
            assertThat(s.memory().way()).isEqualTo("copied to memfd");
            assertThat(s.info().description()).endsWith("NV12 32x32 at 30 fps, copied to memfd");
            try (CapturedFrame f = frame(s)) {
                assertThat(f.format().width()).isEqualTo(32);
            }
        }
    }

    /** Poll's hang-up, which no eventfd has: the stand-in gives out a socket. */
    @Test
    void aDeviceThatHangsUpIsOpenedAgain() throws Exception {
        camera.set("socket", 1);
        try (FrameSource s = openCamera("")) {
            long before = first(s);
            camera.set("pace_us", 0);
            while (s.next(50_000_000) instanceof CapturedFrame f) {
                f.close();
            }
            camera.set("hang_up", 1);
            camera.set("pace_us", 2_000);
            goesOn(s, before);
        }
    }

    /** V4L2_EVENT_SOURCE_CHANGE, as HDMI inputs send it. Nothing is lost, so nothing is said to be. */
    @Test
    void aChangeOfTheSourceIsFollowed() throws Exception {
        camera.set("socket", 1);
        try (FrameSource s = openCamera("")) {
            long before = first(s);
            camera.set("fmt_width", 32);
            camera.set("event", V4L2_EVENT_SOURCE_CHANGE);
            assumeTrue(camera.get("event") > 0, "SKIPPED: this kernel's sockets know no POLLPRI (AF_UNIX_OOB)");
            assertThat(event(s))
                    .isInstanceOfSatisfying(
                            Capture.FormatChanged.class,
                            c -> assertThat(c.format().width()).isEqualTo(32));
            try (CapturedFrame f = frame(s)) {
                assertThat(f.sequence()).isGreaterThan(before);
                assertThat(f.format().width()).isEqualTo(32);
            }
            camera.set("event", V4L2_EVENT_EOS);
            goesOn(s, before);
        }
    }

    @Test
    void silenceIsALostSignal() throws Exception {
        try (FrameSource s = openCamera("")) {
            long before = first(s);
            camera.set("silent", 1);
            long start = System.nanoTime();
            assertThat(event(s)).isEqualTo(new Capture.SignalLost("no whole frame for 2000 ms"));
            assertThat(System.nanoTime() - start).isBetween(1_900_000_000L, 4_000_000_000L);
            camera.set("silent", 0);
            goesOn(s, before);
        }
    }

    /** Nor do halves of pictures break it; but a consumer that holds all buffers is no fault of the camera's. */
    @Test
    void whatIsNoSilenceAndWhatIs() throws Exception {
        try (FrameSource s = openCamera("buffers=2")) {
            CapturedFrame a = frame(s);
            CapturedFrame b = frame(s);
            assertThat(s.next(2_300_000_000L)).isInstanceOf(Capture.NoFrame.class);
            a.close();
            b.close();
            long before = first(s);
            camera.set("short_by", 1);
            assertThat(event(s)).isEqualTo(new Capture.SignalLost("no whole frame for 2000 ms"));
            camera.set("short_by", 0);
            goesOn(s, before);
        }
    }

    /** Opened without complaint, and each time broken: no busy loop, and the user is told. */
    @Test
    void aCameraThatNeverDeliversIsTriedEverMoreRarely() throws Exception {
        try (FrameSource s = openCamera("")) {
            first(s);
            camera.set("dqbuf_failures", -1);
            camera.set("dqbuf_errno", StandIn.EIO);
            long opened = camera.get("opened");
            long end = System.nanoTime() + SECOND;
            List<Capture> events = new ArrayList<>();
            for (long left = SECOND; left > 0; left = end - System.nanoTime()) {
                switch (s.next(left)) {
                    case CapturedFrame f -> f.close();
                    case Capture.NoFrame n -> {}
                    case Capture c -> events.add(c);
                }
            }
            assertThat(camera.get("opened") - opened).isBetween(3L, 6L);
            assertThat(events).containsOnlyOnce(new Capture.SignalLost("VIDIOC_DQBUF: EIO (Input/output error)"));
            assertThat(events.stream().filter(e -> e instanceof Capture.FormatChanged))
                    .hasSizeLessThanOrEqualTo(6);
            camera.set("dqbuf_errno", 0);
            Capture c = s.next(SECONDS_30);
            while (!(c instanceof CapturedFrame f)) {
                assertThat(c).isInstanceOf(Capture.FormatChanged.class);
                c = s.next(SECONDS_30);
            }
            f.close();
        }
    }

    /** A consumer that sleeps through a change finds the newest two frames before it, and the newest two of all. */
    @Test
    void aConsumerThatSleepsGetsTheNewestAfterAChange() throws Exception {
        try (FrameSource s = openCamera("")) {
            long captured = 1 + first(s);
            long opened = camera.get("opened");
            long filled = camera.get("filled");
            camera.set("dqbuf_errno", StandIn.EIO);
            await("opened again", () -> camera.get("opened") > opened && camera.get("filled") > filled + 40);
            camera.set("pace_us", 0);
            Thread.sleep(50);
            StringBuilder seen = new StringBuilder();
            long last = 0;
            for (Capture c = s.next(0); !(c instanceof Capture.NoFrame); c = s.next(0)) {
                switch (c) {
                    case CapturedFrame f -> {
                        seen.append('f');
                        assertThat(f.sequence()).isGreaterThan(last);
                        last = f.sequence();
                        captured++;
                        f.close();
                    }
                    case Capture.FormatChanged e -> seen.append('|');
                    default -> throw new AssertionError(c);
                }
            }
            assertThat(seen.toString()).matches("f{0,2}\\|ff");
            assertThat(captured + s.dropped()).isEqualTo(last + 1);
        }
    }

    private static void closesAtOnce(FrameSource source) {
        long start = System.nanoTime();
        source.close();
        assertThat((System.nanoTime() - start) / 1e9).as("seconds to close").isLessThan(1);
        source.close();
    }

    @Test
    void closedBeforeTheFirstFrame() throws Exception {
        camera.set("pace_us", 0);
        closesAtOnce(openCamera(""));
        camera.set("pace_us", 100);
        for (int i = 0; i < 10; i++) {
            closesAtOnce(openCamera(i % 2 == 0 ? "memory=copy" : ""));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"expbuf", "copy"})
    void closedWithFramesOnLoan(String way) throws Exception {
        camera.set("pace_us", 0);
        FrameSource s = openCamera("memory=" + way);
        CapturedFrame a = shot(s);
        CapturedFrame b = shot(s);
        camera.shoot(2);
        closesAtOnce(s);
        assertThat(s.next(0)).isInstanceOf(Capture.EndOfStream.class);
        assertThat(camera.get("files")).isZero();
        assertContent(a, 0);
        a.close();
        assertContent(b, 1);
        Thread other = Thread.ofPlatform().start(b::close);
        other.join();
    }

    @Test
    void closedByAThreadThatIsInterrupted() throws Exception {
        FrameSource s = openCamera("");
        first(s);
        Thread.currentThread().interrupt();
        closesAtOnce(s);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(camera.get("files")).isZero();
    }

    @Test
    void closedWhileTheCameraIsAway() throws Exception {
        FrameSource s = openCamera("");
        CapturedFrame held = frame(s);
        camera.set("unplugged", 1);
        assertThat(event(s)).isInstanceOf(Capture.SignalLost.class);
        Thread.sleep(400); // the pause is long by now
        closesAtOnce(s);
        held.close();
        camera.set("unplugged", 0);
    }

    @Test
    void closedWhileAChangeWaitsForTheConsumer() throws Exception {
        FrameSource s = openCamera("");
        first(s);
        for (int i = 0; i < 3; i++) {
            long opened = camera.get("opened");
            camera.set("dqbuf_errno", StandIn.EIO);
            if (i < 2) {
                await("opened again", () -> camera.get("opened") > opened);
            }
            Thread.sleep(50);
        }
        closesAtOnce(s);
        camera.set("dqbuf_errno", 0);
    }

    @Test
    void closedWhileAJpegCameraIsSilentAfterItsReturn() throws Exception {
        camera = StandIn.reset();
        camera.mode("MJPG", 64, 48, 0);
        camera.pictures(JpegPictures.grey(64, 48));
        camera.set("pace_us", 2_000);
        FrameSource s = openCamera("");
        CapturedFrame held = frame(s);
        camera.set("silent", 1);
        long opened = camera.get("opened");
        camera.set("dqbuf_errno", StandIn.EIO);
        await("opened again", () -> camera.get("opened") > opened && camera.get("running") == 1);
        closesAtOnce(s);
        held.close();
    }

    /** Close, the camera's thread and a thread that gives frames back, at the same time. */
    @ParameterizedTest
    @ValueSource(strings = {"expbuf", "copy"})
    void closedWhileFramesComeBackAndSessionsEnd(String way) throws Exception {
        camera.set("pace_us", 200);
        for (int round = 0; round < 20; round++) {
            FrameSource s = openCamera("memory=" + way);
            List<Thread> givers = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                if (s.next(20_000_000) instanceof CapturedFrame f) {
                    givers.add(Thread.ofPlatform().start(f::close));
                }
                if (i % 4 == round % 4) {
                    camera.set("dqbuf_errno", StandIn.EIO);
                }
            }
            closesAtOnce(s);
            for (Thread t : givers) {
                t.join();
            }
            camera.set("dqbuf_errno", 0);
        }
    }
}
