package vitrine.capture.jpeg;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
final class JpegWorkersTest {
    private static final long SECONDS_10 = TimeUnit.SECONDS.toNanos(10);
    private static final JpegLayout SMALL = JpegLayout.aligned(new JpegHeader(8, 8, ChromaSubsampling.GRAY), 8);

    private final Arena arena = Arena.ofShared();

    @AfterEach
    void free() {
        arena.close();
    }

    /** Copies the sequence number from the picture to the target, after a time of its own. */
    private static final class Copying implements PictureDecoder {
        final Random random;
        final AtomicInteger open;
        final AtomicBoolean busy = new AtomicBoolean();

        Copying(long seed, AtomicInteger open) {
            random = new Random(seed);
            this.open = open;
            open.incrementAndGet();
        }

        @Override
        public JpegStatus decode(MemorySegment jpeg, long length, MemorySegment target, JpegLayout layout) {
            assertThat(busy.getAndSet(true)).isFalse();
            switch (random.nextInt(8)) {
                case 0 -> LockSupport.parkNanos(random.nextInt(300_000));
                case 1, 2 -> {
                    for (int spins = random.nextInt(2000); spins > 0; spins--) {
                        Thread.onSpinWait();
                    }
                }
                case 3 -> LockSupport.parkNanos(1_000);
                default -> {}
            }
            long value = jpeg.get(JAVA_LONG, 0);
            target.set(JAVA_LONG, 0, value);
            busy.set(false);
            return value % 7 == 3 ? JpegStatus.BROKEN : JpegStatus.DECODED;
        }

        @Override
        public void close() {
            open.decrementAndGet();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void acceptedFramesAllComeInOrder(int threads) throws InterruptedException {
        Random random = new Random(4711 + threads);
        AtomicInteger open = new AtomicInteger();
        List<Copying> decoders = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            decoders.add(new Copying(random.nextLong(), open));
        }
        int buffers = threads + 2;
        List<JpegFrame.Compressed> compressed = compressed(buffers);
        List<JpegFrame.Target> targets = targets(buffers);
        ConcurrentLinkedQueue<Integer> free = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < buffers; i++) {
            free.add(i);
        }
        List<Long> seen = Collections.synchronizedList(new ArrayList<>());
        ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
        AtomicBoolean inListener = new AtomicBoolean();
        Random pauses = new Random(99);
        JpegFrame.Listener listener = f -> {
            if (inListener.getAndSet(true)) {
                wrong.add("two calls at once");
            }
            long n = f.sequence();
            if (f.target().memory().get(JAVA_LONG, 0) != n
                    || f.captureNanos() != 3 * n
                    || f.length() != 8
                    || f.compressed().index() != f.target().index()
                    || f.status() != (n % 7 == 3 ? JpegStatus.BROKEN : JpegStatus.DECODED)) {
                wrong.add("frame " + n);
            }
            if (pauses.nextInt(50) == 0) {
                LockSupport.parkNanos(200_000);
            }
            seen.add(n);
            inListener.set(false);
            free.add(f.compressed().index());
        };
        List<Long> accepted = new ArrayList<>();
        int refused = 0;
        try (JpegWorkers workers = JpegWorkers.start(decoders, listener, SECONDS_10)) {
            for (long n = 0; n < 10_000; n++) {
                Integer buffer = free.poll();
                while (buffer == null) {
                    Thread.onSpinWait();
                    buffer = free.poll();
                }
                compressed.get(buffer).memory().set(JAVA_LONG, 0, n);
                if (workers.offer(compressed.get(buffer), 8, targets.get(buffer), n, 3 * n)) {
                    accepted.add(n);
                } else {
                    refused++;
                    free.add(buffer);
                    LockSupport.parkNanos(random.nextInt(50_000));
                }
                if (random.nextInt(20) == 0) {
                    // Long enough for all to fall asleep: a lost wake-up would show.
                    LockSupport.parkNanos(random.nextInt(400_000));
                }
            }
            for (long end = System.nanoTime() + SECONDS_10;
                    seen.size() < accepted.size() && System.nanoTime() < end; ) {
                Thread.sleep(1);
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(seen).isEqualTo(accepted);
        assertThat(open.get()).isZero();
        assertThat(refused).isBetween(1, 9_000);
        System.out.println(threads + " JPEG workers: " + accepted.size() + " accepted, " + refused + " refused");
    }

    @Test
    void closingAtAnyMomentNeitherHangsNorDeliversLater() {
        Random random = new Random(815);
        AtomicInteger open = new AtomicInteger();
        for (int round = 0; round < 500; round++) {
            int threads = 1 + random.nextInt(3);
            List<Copying> decoders = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                decoders.add(new Copying(random.nextLong(), open));
            }
            AtomicBoolean closed = new AtomicBoolean();
            AtomicLong last = new AtomicLong(-1);
            AtomicBoolean wrong = new AtomicBoolean();
            JpegWorkers workers = JpegWorkers.start(
                    decoders,
                    f -> {
                        if (closed.get() || last.getAndSet(f.sequence()) != f.sequence() - 1) {
                            wrong.set(true);
                        }
                    },
                    SECONDS_10);
            JpegFrame.Compressed c = compressed(1).getFirst();
            JpegFrame.Target t = targets(1).getFirst();
            long n = 0;
            for (int i = random.nextInt(12); i > 0; i--) {
                if (workers.offer(c, 8, t, n, 0)) {
                    n++;
                }
            }
            LockSupport.parkNanos(random.nextInt(100_000));
            workers.close();
            closed.set(true);
            assertThat(workers.offer(c, 8, t, n, 0)).isFalse();
            workers.close();
            assertThat(wrong).isFalse();
            assertThat(last.get()).isLessThan(n);
        }
        assertThat(open.get()).isZero();
    }

    @Test
    void theNewestIsRefusedWhenAllAreBusy() throws InterruptedException {
        Semaphore go = new Semaphore(0);
        Semaphore delivered = new Semaphore(0);
        List<PictureDecoder> decoders = List.of(waiting(go), waiting(go));
        JpegFrame.Compressed c = compressed(1).getFirst();
        JpegFrame.Target t = targets(1).getFirst();
        try (JpegWorkers workers = JpegWorkers.start(decoders, f -> delivered.release(), SECONDS_10)) {
            assertThat(workers.capacity()).isEqualTo(3);
            assertThat(workers.offer(c, 8, t, 0, 0)).isTrue();
            assertThat(workers.offer(c, 8, t, 1, 0)).isTrue();
            assertThat(workers.offer(c, 8, t, 2, 0)).isTrue();
            assertThat(workers.offer(c, 8, t, 3, 0)).isFalse();
            go.release(3);
            assertThat(delivered.tryAcquire(3, 10, TimeUnit.SECONDS)).isTrue();
            // The room of the last frame is free when its listener has returned, a moment later.
            boolean taken = false;
            for (long end = System.nanoTime() + SECONDS_10; !taken && System.nanoTime() < end; ) {
                taken = workers.offer(c, 8, t, 4, 0);
            }
            assertThat(taken).isTrue();
            go.release();
            assertThat(delivered.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void closeWaitsForTheDecoderButNotForEver() throws InterruptedException {
        Semaphore go = new Semaphore(0);
        CountDownLatch started = new CountDownLatch(1);
        AtomicBoolean delivered = new AtomicBoolean();
        AtomicInteger open = new AtomicInteger(1);
        PictureDecoder slow = new PictureDecoder() {
            @Override
            public JpegStatus decode(MemorySegment jpeg, long length, MemorySegment target, JpegLayout layout) {
                started.countDown();
                go.acquireUninterruptibly();
                return JpegStatus.DECODED;
            }

            @Override
            public void close() {
                open.decrementAndGet();
            }
        };
        JpegWorkers workers =
                JpegWorkers.start(List.of(slow), f -> delivered.set(true), TimeUnit.MILLISECONDS.toNanos(100));
        workers.offer(compressed(1).getFirst(), 8, targets(1).getFirst(), 0, 0);
        started.await();
        assertThatThrownBy(workers::close)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("thread jpeg-0 still decodes a JPEG after 100 ms");
        assertThat(open.get()).isEqualTo(1);
        go.release();
        workers.close();
        assertThat(open.get()).isZero();
        assertThat(delivered).isFalse();
    }

    @Test
    void anInterruptedCallerStillClosesAndStaysInterrupted() {
        AtomicInteger open = new AtomicInteger();
        JpegWorkers workers = JpegWorkers.start(List.of(new Copying(1, open)), f -> {}, SECONDS_10);
        Thread.currentThread().interrupt();
        workers.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(open.get()).isZero();
    }

    @Test
    void aListenerThatThrowsIsToldToTheCaller() throws InterruptedException {
        AtomicInteger open = new AtomicInteger();
        JpegFrame.Compressed c = compressed(1).getFirst();
        JpegFrame.Target t = targets(1).getFirst();
        JpegWorkers workers = JpegWorkers.start(
                List.of(new Copying(1, open), new Copying(2, open)),
                f -> {
                    throw new UnsupportedOperationException("on purpose");
                },
                SECONDS_10);
        assertThat(workers.offer(c, 8, t, 0, 0)).isTrue();
        Throwable told = null;
        for (long end = System.nanoTime() + SECONDS_10; told == null && System.nanoTime() < end; Thread.sleep(1)) {
            try {
                workers.offer(c, 8, t, 1, 0);
            } catch (IllegalStateException e) {
                told = e;
            }
        }
        assertThat(told).hasMessageContaining("on purpose").hasCauseInstanceOf(UnsupportedOperationException.class);
        workers.close();
        assertThat(open.get()).isZero();
    }

    @Test
    void theListenerCannotClose() throws InterruptedException {
        AtomicInteger open = new AtomicInteger();
        JpegWorkers[] workers = new JpegWorkers[1];
        Semaphore refused = new Semaphore(0);
        workers[0] = JpegWorkers.start(
                List.of(new Copying(1, open)),
                f -> {
                    try {
                        workers[0].close();
                    } catch (IllegalStateException e) {
                        refused.release();
                    }
                },
                SECONDS_10);
        workers[0].offer(compressed(1).getFirst(), 8, targets(1).getFirst(), 0, 0);
        assertThat(refused.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        workers[0].close();
        assertThat(open.get()).isZero();
    }

    @Test
    void picturesAreDecodedForReal() {
        int width = 320;
        int height = 240;
        byte[] good = JpegPictures.of(ChromaSubsampling.S422, width, height);
        byte[] other = JpegPictures.of(ChromaSubsampling.S422, width, height / 2);
        byte[][] pictures = {good, Arrays.copyOf(good, good.length / 2), other, new byte[100]};
        JpegStatus[] expected = {JpegStatus.DECODED, JpegStatus.DAMAGED, JpegStatus.DIFFERENT, JpegStatus.BROKEN};
        JpegLayout layout = JpegLayout.aligned(new JpegHeader(width, height, ChromaSubsampling.S422), 64);
        MemorySegment reference = arena.allocate(layout.extent());
        try (JpegDecoder decoder = JpegDecoder.create()) {
            decoder.decode(JpegPictures.nativeCopy(arena, good), good.length, reference, layout);
        }
        AtomicInteger seen = new AtomicInteger();
        ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
        try (JpegWorkers workers = JpegWorkers.create(3, f -> {
            int kind = f.compressed().index();
            if (f.status() != expected[kind] || f.sequence() != seen.get()) {
                wrong.add(f.sequence() + " " + kind + " " + f.status());
            }
            if (kind == 0 && f.target().memory().mismatch(reference) != -1) {
                wrong.add(f.sequence() + " differs");
            }
            f.target().memory().set(JAVA_BYTE, 0, (byte) ~reference.get(JAVA_BYTE, 0));
            seen.incrementAndGet();
        })) {
            List<JpegFrame.Compressed> compressed = new ArrayList<>();
            for (int i = 0; i < pictures.length; i++) {
                compressed.add(new JpegFrame.Compressed(i, JpegPictures.nativeCopy(arena, pictures[i])));
            }
            List<JpegFrame.Target> targets = new ArrayList<>();
            for (int i = 0; i < workers.capacity(); i++) {
                targets.add(new JpegFrame.Target(i, arena.allocate(layout.extent()), layout));
            }
            Random random = new Random(5);
            int n = 0;
            for (long end = System.nanoTime() + 6 * SECONDS_10; n < 1000 && System.nanoTime() < end; ) {
                JpegFrame.Compressed c = compressed.get(random.nextInt(4));
                if (workers.offer(c, c.memory().byteSize(), targets.get(n % targets.size()), n, 0)) {
                    n++;
                } else {
                    LockSupport.parkNanos(1_000);
                }
            }
            assertThat(n).isEqualTo(1000);
            for (long end = System.nanoTime() + SECONDS_10; seen.get() < n && System.nanoTime() < end; ) {
                LockSupport.parkNanos(1_000);
            }
            assertThat(seen.get()).isEqualTo(n);
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void nothingIsAllocatedInSteadyState() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        byte[] jpeg = JpegPictures.of(ChromaSubsampling.S422, 64, 48);
        JpegLayout layout = JpegLayout.aligned(new JpegHeader(64, 48, ChromaSubsampling.S422), 64);
        JpegFrame.Compressed c = new JpegFrame.Compressed(0, JpegPictures.nativeCopy(arena, jpeg));
        JpegFrame.Target t = new JpegFrame.Target(0, arena.allocate(layout.extent()), layout);
        AtomicLong decoded = new AtomicLong();
        long[] workersAllocated = new long[1];
        // The one worker's own count, taken by itself.
        try (JpegWorkers workers = JpegWorkers.create(1, f -> {
            workersAllocated[0] = threads.getCurrentThreadAllocatedBytes();
            decoded.incrementAndGet();
        })) {
            double perFrame = Double.MAX_VALUE;
            long n = 0;
            for (long end = System.nanoTime() + 6 * SECONDS_10; perFrame >= 1 && System.nanoTime() < end; ) {
                await(decoded, n);
                long before = threads.getCurrentThreadAllocatedBytes() + workersAllocated[0];
                for (int i = 0; i < 2_000; i++) {
                    while (!workers.offer(c, jpeg.length, t, n, 0)) {
                        Thread.onSpinWait();
                    }
                    n++;
                    if (i % 10 == 0) {
                        await(decoded, n);
                    }
                }
                await(decoded, n);
                perFrame = (threads.getCurrentThreadAllocatedBytes() + workersAllocated[0] - before) / 2_000.0;
            }
            assertThat(perFrame).isLessThan(1);
        }
    }

    @Test
    void buffersThatAreNotAsTheyShouldBeAreTheCallersMistake() {
        MemorySegment heap = MemorySegment.ofArray(new byte[64]);
        assertThatThrownBy(() -> new JpegFrame.Compressed(0, heap)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new JpegFrame.Target(0, heap, SMALL)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new JpegFrame.Target(0, arena.allocate(63), SMALL))
                .isInstanceOf(IllegalArgumentException.class);
        try (JpegWorkers workers = JpegWorkers.create(1, f -> {})) {
            assertThatThrownBy(() -> workers.offer(
                            compressed(1).getFirst(), 9, targets(1).getFirst(), 0, 0))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(workers.offer(compressed(1).getFirst(), 0, targets(1).getFirst(), 0, 0))
                    .isTrue();
        }
    }

    @Test
    void halfOfTheProcessorsDecode() {
        assertThat(new int[] {1, 2, 4, 6, 32})
                .satisfies(p -> assertThat(Arrays.stream(p).map(JpegWorkers::threadsFor))
                        .containsExactly(1, 1, 2, 3, 3));
    }

    private static void await(AtomicLong counter, long value) {
        for (long end = System.nanoTime() + SECONDS_10; counter.get() < value && System.nanoTime() < end; ) {
            Thread.onSpinWait();
        }
        if (counter.get() < value) {
            throw new AssertionError("frame " + value + " was lost");
        }
    }

    private static PictureDecoder waiting(Semaphore go) {
        return new PictureDecoder() {
            @Override
            public JpegStatus decode(MemorySegment jpeg, long length, MemorySegment target, JpegLayout layout) {
                go.acquireUninterruptibly();
                return JpegStatus.DECODED;
            }

            @Override
            public void close() {}
        };
    }

    private List<JpegFrame.Compressed> compressed(int count) {
        List<JpegFrame.Compressed> list = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            list.add(new JpegFrame.Compressed(i, arena.allocate(8, 8)));
        }
        return list;
    }

    private List<JpegFrame.Target> targets(int count) {
        List<JpegFrame.Target> list = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            list.add(new JpegFrame.Target(i, arena.allocate(64, 8), SMALL));
        }
        return list;
    }
}
