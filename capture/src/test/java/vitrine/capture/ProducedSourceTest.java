package vitrine.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import vitrine.engine.frame.ColorEncoding;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.PixelFormat;
import vitrine.engine.linux.FdMemory;
import vitrine.engine.linux.FrameMemory;

/** Pacing, back-pressure, drops, leases: with a producer that does what the test says. */
class ProducedSourceTest extends SourceTestSupport {
    private static final FrameFormat SMALL = FrameFormat.packed(PixelFormat.NV12, 4, 4, ColorEncoding.BT601_LIMITED);
    private static final FrameFormat LARGER = FrameFormat.packed(PixelFormat.NV12, 8, 4, ColorEncoding.BT601_LIMITED);

    /** Writes its count into the first bytes; a frame a permit where it is gated. */
    private static class Counting implements FrameProducer {
        final long frames;
        final @Nullable Semaphore gate;
        volatile long produced;
        volatile boolean closed;

        Counting(long frames, @Nullable Semaphore gate) {
            this.frames = frames;
            this.gate = gate;
        }

        @Override
        public @Nullable FrameFormat nextFormat() throws InterruptedException {
            if (produced == frames) {
                return null;
            }
            if (gate != null) {
                gate.acquire();
            }
            return SMALL;
        }

        @Override
        public long produce(CapturedFrame frame) {
            long n = produced;
            frame.memory().get(0).memory().set(ValueLayout.JAVA_LONG, 0, n);
            produced = n + 1;
            return 24;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private FrameSource start(FrameProducer producer, double pace, boolean live) {
        SourceInfo info = new SourceInfo("test:", "test", SMALL, pace, false, live);
        return ProducedSource.start(
                new ProducedSource.Opened(info, pace, Long.MAX_VALUE, producer), allocator, SourceOptions.DEFAULT);
    }

    private static long content(CapturedFrame f) {
        return f.memory().get(0).memory().get(ValueLayout.JAVA_LONG, 0);
    }

    @Test
    void aSlowConsumerLosesNothingWhereFramesAreNotLive() throws Exception {
        Counting producer = new Counting(20, null);
        try (FrameSource s = start(producer, 0, false)) {
            for (int i = 0; i < 20; i++) {
                Thread.sleep(5);
                assertThat(producer.produced).isLessThanOrEqualTo(i + 4);
                try (CapturedFrame f = frame(s)) {
                    assertThat(content(f)).isEqualTo(i);
                    assertThat(f.sequence()).isEqualTo(i);
                }
            }
            assertThat(s.next(SECONDS_30)).isInstanceOf(Capture.EndOfStream.class);
            assertThat(s.dropped()).isZero();
            assertThat(s.cpuBytes()).isEqualTo(20 * 24);
        }
        assertThat(producer.closed).isTrue();
    }

    @Test
    void aSlowConsumerOfALiveSourceGetsTheNewestAndTheRestIsCounted() throws Exception {
        Semaphore gate = new Semaphore(0);
        Counting producer = new Counting(Long.MAX_VALUE, gate);
        try (FrameSource s = start(producer, 30, true)) {
            gate.release(10);
            while (s.dropped() < 8) {
                Thread.onSpinWait();
            }
            try (CapturedFrame f = frame(s);
                    CapturedFrame g = frame(s)) {
                assertThat(f.sequence()).isEqualTo(8);
                assertThat(content(f)).isEqualTo(8);
                assertThat(g.sequence()).isEqualTo(9);
            }
            assertThat(s.next(0)).isInstanceOf(Capture.NoFrame.class);
            assertThat(s.dropped()).isEqualTo(8);
        }
    }

    @Test
    void aLiveSourceWaitsWhenAllBuffersAreLent() throws Exception {
        Semaphore gate = new Semaphore(0);
        Counting producer = new Counting(Long.MAX_VALUE, gate);
        try (FrameSource s = start(producer, 30, true)) {
            // One more than asked for: the consumer keeps the last frame.
            List<CapturedFrame> held = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                gate.release();
                held.add(frame(s));
            }
            gate.release(3);
            assertThat(s.next(50_000_000)).isInstanceOf(Capture.NoFrame.class);
            for (int i = 0; i < 5; i++) {
                assertThat(content(held.get(i))).isEqualTo(i);
            }
            held.removeFirst().close();
            try (CapturedFrame f = frame(s)) {
                assertThat(f.sequence()).isGreaterThanOrEqualTo(5);
            }
            held.forEach(CapturedFrame::close);
        }
    }

    @Test
    void framesAreHandedOutAtTheirRate() throws Exception {
        try (FrameSource s = start(new Counting(Long.MAX_VALUE, null), 50, false)) {
            frame(s).close();
            long start = System.nanoTime();
            long previous = start;
            for (int i = 0; i < 25; i++) {
                try (CapturedFrame f = frame(s)) {
                    assertThat(f.captureNanos()).isLessThanOrEqualTo(System.nanoTime());
                    assertThat(f.captureNanos()).isGreaterThan(previous - 20_000_000);
                    previous = f.captureNanos();
                }
            }
            // Never faster than the rate; how much slower is up to the machine's load.
            assertThat((System.nanoTime() - start) / 1e6).isGreaterThanOrEqualTo(25 * 20 - 1.0);
        }
    }

    @Test
    void aLatePacedConsumerMeetsNoBurst() throws Exception {
        try (FrameSource s = start(new Counting(Long.MAX_VALUE, null), 50, false)) {
            frame(s).close();
            Thread.sleep(200);
            frame(s).close(); // ten frames late
            long start = System.nanoTime();
            for (int i = 0; i < 3; i++) {
                frame(s).close();
            }
            assertThat((System.nanoTime() - start) / 1e6).isGreaterThanOrEqualTo(3 * 20 - 1.0);
        }
    }

    @Test
    void pacingHoldsItsPhaseThroughSmallDelays() {
        Pacing p = new Pacing(100);
        assertThat(p.due(1000)).isEqualTo(1000);
        p.delivered(1000);
        assertThat(p.due(5000)).isEqualTo(10_001_000);
        p.delivered(14_000_000); // 4 ms late
        assertThat(p.due(0)).isEqualTo(20_001_000);
        p.delivered(90_000_000); // 70 ms late
        assertThat(p.due(0)).isEqualTo(100_000_000);
        assertThat(new Pacing(0).isPaced()).isFalse();
    }

    @Test
    void aTimeoutIsKeptWhilePaced() throws Exception {
        try (FrameSource s = start(new Counting(Long.MAX_VALUE, null), 1, false)) {
            frame(s).close();
            long start = System.nanoTime();
            assertThat(s.next(30_000_000)).isInstanceOf(Capture.NoFrame.class);
            assertThat((System.nanoTime() - start) / 1e6).isBetween(29.0, 900.0);
            assertThat(s.next(0)).isInstanceOf(Capture.NoFrame.class);
        }
    }

    @Test
    void anInterruptedConsumerIsToldSo() throws Exception {
        try (FrameSource s = start(new Counting(Long.MAX_VALUE, null), 1, false)) {
            frame(s).close();
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> s.next(SECONDS_30)).isInstanceOf(InterruptedException.class);
        }
        try (FrameSource s = start(new Counting(Long.MAX_VALUE, new Semaphore(0)), 0, false)) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> s.next(SECONDS_30)).isInstanceOf(InterruptedException.class);
        }
    }

    @Test
    void aFrameIsClosedOnceALoan() throws Exception {
        try (FrameSource s = start(new Counting(Long.MAX_VALUE, null), 0, false)) {
            CapturedFrame f = frame(s);
            f.close();
            assertThatThrownBy(f::close)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageEndingWith("was closed twice");
        }
    }

    @Test
    void memoryOfALentFrameOutlivesItsSource() throws Exception {
        FrameSource s = start(new Counting(Long.MAX_VALUE, null), 0, false);
        CapturedFrame f = frame(s);
        FdMemory memory = f.memory().get(0);
        s.close();
        s.close();
        assertThat(s.next(0)).isInstanceOf(Capture.EndOfStream.class);
        assertThat(content(f)).isZero();
        f.close();
        assertThat(memory.fd().isOpen()).isFalse();
    }

    @Test
    void aProducersFailureIsAnEventBehindItsLastFrame() throws Exception {
        FrameProducer failing = new Counting(Long.MAX_VALUE, null) {
            @Override
            public long produce(CapturedFrame frame) {
                if (produced == 2) {
                    throw new SourceException("clip", "broke", "mend it");
                }
                return super.produce(frame);
            }
        };
        try (FrameSource s = start(failing, 0, false)) {
            frame(s).close();
            frame(s).close();
            assertThat(s.next(SECONDS_30)).isEqualTo(new Capture.Failed("clip: broke; mend it"));
            assertThat(s.next(0)).isEqualTo(new Capture.Failed("clip: broke; mend it"));
        }
    }

    @Test
    void aChangeOfFormatChangesTheBuffersAndKeepsTheOldOnesWhileLent() throws Exception {
        FrameProducer changing = new Counting(10, null) {
            @Override
            public @Nullable FrameFormat nextFormat() {
                return produced == frames ? null : produced < 3 ? SMALL : LARGER;
            }
        };
        try (FrameSource s = start(changing, 0, false)) {
            List<FrameMemory> before = s.buffers();
            CapturedFrame kept = frame(s);
            frame(s).close();
            frame(s).close();
            assertThat(s.buffers()).isSameAs(before);
            assertThat(s.next(SECONDS_30)).isEqualTo(new Capture.FormatChanged(LARGER));
            assertThat(s.buffers()).isNotEqualTo(before).hasSize(4);
            assertThat(s.info().format()).isEqualTo(LARGER);
            assertThat(before).allMatch(m -> m.get(0).fd().isOpen());
            assertThat(content(kept)).isZero();
            assertThat(kept.format()).isEqualTo(SMALL);
            try (CapturedFrame f = frame(s)) {
                assertThat(f.sequence()).isEqualTo(3);
                assertThat(f.format()).isEqualTo(LARGER);
            }
            kept.close();
            assertThat(before).noneMatch(m -> m.get(0).fd().isOpen());
            for (int i = 4; i < 10; i++) {
                frame(s).close();
            }
            assertThat(s.next(SECONDS_30)).isInstanceOf(Capture.EndOfStream.class);
        }
    }

    @Test
    void closingWakesAConsumerAndAProducerThatWaits() throws Exception {
        FrameSource s = start(new Counting(Long.MAX_VALUE, new Semaphore(0)), 0, false);
        Thread closer = Thread.ofPlatform().start(() -> {
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            s.close();
        });
        assertThat(s.next(SECONDS_30)).isInstanceOf(Capture.EndOfStream.class);
        closer.join();
    }

    @Test
    void nextAllocatesNothingInSteadyState() throws Exception {
        var threads = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        try (FrameSource s = start(new Counting(Long.MAX_VALUE, null), 0, false)) {
            // Only compiled code is free of garbage, and on a busy machine the compiler takes its time.
            double perFrame = Double.MAX_VALUE;
            for (long end = System.nanoTime() + SECONDS_30; perFrame >= 1 && System.nanoTime() < end; ) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 5_000; i++) {
                    ((CapturedFrame) s.next(SECONDS_30)).close();
                }
                perFrame = (threads.getCurrentThreadAllocatedBytes() - before) / 5_000.0;
            }
            assertThat(perFrame).isLessThan(1);
        }
    }
}
