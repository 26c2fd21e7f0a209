package vitrine.capture;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vitrine.capture.v4l2.BufferQueue;
import vitrine.capture.v4l2.DeviceEvents;
import vitrine.capture.v4l2.V4l2Exception;
import vitrine.engine.linux.Errno;
import vitrine.engine.linux.Fd;
import vitrine.engine.linux.FdMemoryAllocator;
import vitrine.engine.linux.FrameMemory;
import vitrine.engine.linux.Libc;
import vitrine.engine.linux.LinuxException;

/**
 * A V4L2 camera. Its thread waits for the driver, takes filled buffers and publishes them; the newest two wait for the
 * consumer, older ones go back. A steady frame costs that thread poll, VIDIOC_DQBUF and a wake-up of the consumer; the
 * buffer is queued again by whoever gives the frame back.
 *
 * <p>Where the camera fails, falls silent or changes its format, the session is closed and a new one opened, again and
 * again with pauses of up to two seconds. The consumer sees {@link Capture.SignalLost} where that is not over at once,
 * and {@link Capture.FormatChanged} where it is.
 */
final class CameraSource implements FrameSource {
    private static final Logger LOG = LoggerFactory.getLogger(FrameSource.class);
    /** Frames that may wait for the consumer; more would only add latency. */
    private static final int MAX_WAITING = 2;

    private static final long SILENCE_NANOS = 2_000_000_000L;
    private static final int MISSED_INTERVALS = 3;
    private static final long FIRST_PAUSE_NANOS = 50_000_000L;
    private static final long LONGEST_PAUSE_NANOS = 2_000_000_000L;
    private static final int SAME_WAY_ATTEMPTS = 3;
    private static final long CLOSE_TIMEOUT_NANOS = 10_000_000_000L;
    /** Timestamps further off than this are another clock's. */
    private static final long PLAUSIBLE_NANOS = 10_000_000_000L;

    private static final int DEVICE_REVENTS = 6;
    private static final int WAKE_REVENTS = 14;

    private final CameraSettings settings;
    private final FdMemoryAllocator allocator;
    private final SourceOptions options;
    private final Thread thread;
    private final Fd wake;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment polled = arena.allocate(Libc.POLLFD, 2);
    private final MemorySegment counter = arena.allocate(JAVA_LONG);
    private final MemorySegment one = arena.allocateFrom(JAVA_LONG, 1);
    private final AtomicLong cpuBytes = new AtomicLong();
    private final FrameDelivery.Sink sink = new Publisher();

    // One lock for the queue and the pools. Object monitors, unlike conditions of a Lock, allocate nothing to wait.
    private final Object lock = new Object();
    private final ArrayDeque<Capture> ready = new ArrayDeque<>();
    private final ArrayDeque<CameraSession> coming = new ArrayDeque<>();
    private CameraSession consumed;
    private CaptureMemory memory;
    private boolean syncs;
    private SourceInfo info;
    private @Nullable Capture ending;
    private long dropped;
    private volatile boolean closed;
    /** Whether the present session has delivered a frame, and when it last did or could have. */
    private volatile boolean delivered;

    private volatile long heardNanos;

    // The camera's thread's own.
    private long sequence = -1;
    private int driverSequence;
    private boolean sequenceKnown;
    private boolean signalLost;
    private boolean silent;
    private long pauseNanos;
    private int attempts;

    private CameraSource(CameraSettings settings, FdMemoryAllocator allocator, SourceOptions options, Fd wake) {
        this.settings = settings;
        this.allocator = allocator;
        this.options = options;
        this.wake = wake;
        CameraSession first;
        try {
            first = openSession(settings);
        } catch (RuntimeException e) {
            arena.close();
            throw e;
        }
        consumed = first;
        memory = first.memory();
        syncs = first.needsSync(options);
        info = describe(first);
        thread = Thread.ofPlatform().daemon().name("camera").unstarted(() -> run(first));
    }

    /**
     * Opens the camera; its frames begin to arrive at once.
     *
     * @throws SourceException where it is not there, not free, or has no such mode
     */
    static CameraSource open(SourceUri uri, FdMemoryAllocator allocator, SourceOptions options) {
        CameraSettings settings = CameraSettings.of(uri);
        Fd wake = Fd.own(
                LinuxException.check(Libc.eventfd(0, Libc.EFD_CLOEXEC | Libc.EFD_NONBLOCK), "eventfd", uri.text()),
                "camera wake-up");
        try {
            CameraSource source = new CameraSource(settings, allocator, options, wake);
            source.logMemory();
            source.thread.start();
            return source;
        } catch (V4l2Exception e) {
            wake.close();
            throw new SourceException(uri.text(), String.valueOf(e.getMessage()), e.mend());
        } catch (LinuxException e) {
            wake.close();
            throw new SourceException(uri.text(), String.valueOf(e.getMessage()), "");
        } catch (RuntimeException e) {
            wake.close();
            throw e;
        }
    }

    private CameraSession openSession(CameraSettings how) {
        return CameraSession.open(how, allocator, options, lock, sink, () -> closed);
    }

    private SourceInfo describe(CameraSession s) {
        return new SourceInfo(
                settings.uri().text(),
                s.device() + ", " + s.mode() + ", " + s.memory().way(),
                s.pool().format(),
                s.mode().framesPerSecond(),
                false,
                true);
    }

    private void logMemory() {
        LOG.info(
                "camera buffers: {}{}",
                memory.way(),
                memory.rejected().isEmpty() ? "" : " (" + String.join("; ", memory.rejected()) + ")");
    }

    @Override
    public SourceInfo info() {
        synchronized (lock) {
            return info;
        }
    }

    @Override
    public List<FrameMemory> buffers() {
        synchronized (lock) {
            return consumed.pool().memory();
        }
    }

    @Override
    public CaptureMemory memory() {
        synchronized (lock) {
            return memory;
        }
    }

    @Override
    public long dropped() {
        synchronized (lock) {
            return dropped;
        }
    }

    @Override
    public long cpuBytes() {
        return cpuBytes.get();
    }

    @Override
    public Capture next(long timeoutNanos) throws InterruptedException {
        long wait = Math.clamp(timeoutNanos, 0, Long.MAX_VALUE / 4);
        long deadline = System.nanoTime() + wait;
        CapturedFrame frame;
        synchronized (lock) {
            while (ready.isEmpty()) {
                if (closed) {
                    return Capture.EndOfStream.INSTANCE;
                }
                if (ending != null) {
                    return ending;
                }
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return Capture.NoFrame.INSTANCE;
                }
                lock.wait(left / 1_000_000, (int) (left % 1_000_000));
            }
            Capture first = ready.remove();
            if (!(first instanceof CapturedFrame f)) {
                if (first instanceof Capture.FormatChanged) {
                    adopt(coming.remove());
                }
                return first;
            }
            frame = f;
            consumed.pool().lend(frame, frame.readyNanos());
        }
        if (syncs) {
            // The driver wrote through the CPU's cache; DMA_BUF_IOCTL_SYNC writes it back for the GPU.
            frame.memory().beginCpuWrite();
            frame.memory().endCpuWrite();
        }
        return frame;
    }

    /** With the lock. */
    private void adopt(CameraSession session) {
        consumed.pool().retire();
        consumed = session;
        memory = session.memory();
        syncs = session.needsSync(options);
        info = describe(session);
        lock.notifyAll();
    }

    @Override
    public void close() {
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            lock.notifyAll();
        }
        sink.wake();
        if (!join()) {
            // Memory that a driver may still write to is better leaked than unmapped.
            LOG.error("{}: the camera's thread does not end; its buffers are not freed", info.uri());
            return;
        }
        synchronized (lock) {
            dropWaiting();
            consumed.pool().retire();
            coming.forEach(s -> s.pool().retire());
            coming.clear();
        }
        wake.close();
        arena.close();
    }

    /** Whether the thread has ended in time. An interrupt is kept for later: what follows frees memory. */
    private boolean join() {
        long end = System.nanoTime() + CLOSE_TIMEOUT_NANOS;
        boolean interrupted = false;
        long left = CLOSE_TIMEOUT_NANOS;
        while (thread.isAlive() && left > 0) {
            try {
                thread.join(left / 1_000_000 + 1);
            } catch (InterruptedException e) {
                interrupted = true;
            }
            left = end - System.nanoTime();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }

    /** With the lock: frames that nobody will ask for go back to their pools. */
    private void dropWaiting() {
        FramePool pool = consumed.pool();
        int next = 0;
        for (Capture c : ready) {
            if (c instanceof CapturedFrame frame) {
                pool.putBack(frame);
            } else if (c instanceof Capture.FormatChanged) {
                pool = List.copyOf(coming).get(next++).pool();
            }
        }
        ready.clear();
    }

    private void run(CameraSession first) {
        CameraSession session = first;
        try {
            while (session != null) {
                String reason;
                delivered = false;
                try {
                    reason = stream(session);
                } finally {
                    session.end();
                }
                if (delivered) {
                    signalLost = false;
                    pauseNanos = 0;
                    attempts = 0;
                }
                session = closed ? null : reopen(reason, session.way());
            }
        } catch (InterruptedException e) {
            finish(Capture.EndOfStream.INSTANCE);
        } catch (RuntimeException | Error e) {
            LOG.error("{}: the camera's thread failed", settings.uri().text(), e);
            finish(new Capture.Failed("the camera's thread failed: " + e));
        }
    }

    private void finish(Capture how) {
        synchronized (lock) {
            ending = how;
            lock.notifyAll();
        }
    }

    /** Publishes frames until something happens: why the session is over; empty where it is a change, not a failure. */
    private String stream(CameraSession session) {
        BufferQueue queue = session.queue();
        FrameDelivery delivery = session.delivery();
        sequenceKnown = false;
        silent = false;
        polled.set(JAVA_INT, 0, session.device().fd());
        polled.set(JAVA_SHORT, 4, (short) (Libc.POLLIN | Libc.POLLPRI));
        polled.set(JAVA_INT, 8, wake.number());
        polled.set(JAVA_SHORT, 12, Libc.POLLIN);
        double rate = session.mode().framesPerSecond();
        long patience = Math.max(SILENCE_NANOS, rate > 0 ? (long) (MISSED_INTERVALS * 1e9 / rate) : 0);
        heardNanos = System.nanoTime();
        while (true) {
            // Where the consumer holds all buffers, it is the consumer that is waited for.
            boolean fed = queue.isFed();
            long now = System.nanoTime();
            long since = fed ? Math.max(heardNanos, queue.fedNanos()) : now;
            long left = since + patience - now;
            if (left <= 0) {
                silent = true;
                return "no whole frame for " + patience / 1_000_000 + " ms";
            }
            int r = Libc.poll(polled, (int) (left / 1_000_000) + 1);
            if (closed) {
                return "closed";
            }
            if (r < 0 && r != -Errno.EINTR) {
                return String.valueOf(V4l2Exception.of("poll", -r).getMessage());
            }
            if (r <= 0) {
                continue;
            }
            short events = polled.get(JAVA_SHORT, DEVICE_REVENTS);
            if (polled.get(JAVA_SHORT, WAKE_REVENTS) != 0) {
                long ignored = Libc.read(wake.number(), counter);
                String problem = delivery.problem();
                if (!problem.isEmpty()) {
                    return problem;
                }
            }
            if ((events & Libc.POLLPRI) != 0) {
                for (DeviceEvents.Kind k = session.events().next();
                        k != DeviceEvents.Kind.NONE;
                        k = session.events().next()) {
                    if (k == DeviceEvents.Kind.SOURCE_CHANGE) {
                        return "";
                    }
                    if (k == DeviceEvents.Kind.END_OF_STREAM) {
                        return "the stream has ended";
                    }
                }
            }
            if ((events & ~Libc.POLLPRI) != 0) {
                int index = queue.dequeue();
                if (index >= 0) {
                    String problem = frame(queue, delivery, index);
                    if (!problem.isEmpty()) {
                        return problem;
                    }
                } else if (index != -Errno.EAGAIN || (events & (Libc.POLLERR | Libc.POLLHUP)) != 0) {
                    return lossOf(index);
                }
            }
        }
    }

    private static String lossOf(int result) {
        return switch (-result) {
            case Errno.ENODEV, Errno.ENXIO -> "it was unplugged";
            case Errno.EPIPE -> "the stream has ended";
            case Errno.EAGAIN -> "the driver reports an error";
            default -> String.valueOf(V4l2Exception.of("VIDIOC_DQBUF", -result).getMessage());
        };
    }

    private String frame(BufferQueue queue, FrameDelivery delivery, int index) {
        count(queue.sequence());
        if (queue.isDamaged()) {
            return delivery.discard(index);
        }
        long now = System.nanoTime();
        long captured = queue.timestampNanos();
        boolean plausible = captured <= now && captured >= now - PLAUSIBLE_NANOS;
        return delivery.deliver(index, sequence, plausible ? captured : now);
    }

    /** Continues the sequence; the driver counts modulo 2^32, from anywhere, and a gap is frames it had no buffer for. */
    private void count(int driver) {
        long step = sequenceKnown ? Integer.toUnsignedLong(driver - driverSequence) : 1;
        if (step == 0 || step > Integer.MAX_VALUE) {
            step = 1; // drivers that do not count, or begin anew
        }
        sequenceKnown = true;
        driverSequence = driver;
        sequence += step;
        if (step > 1) {
            synchronized (lock) {
                dropped += step - 1;
            }
        }
    }

    /** A new session, however long it takes; null when closed. */
    private @Nullable CameraSession reopen(String reason, CameraSettings.Way way) throws InterruptedException {
        long since = System.nanoTime();
        if (!reason.isEmpty()) {
            if (silent || pauseNanos > 0) {
                tellLost(reason);
            } else {
                LOG.warn("{}: {}; opening it again", settings.uri().text(), reason);
            }
        }
        while (pause()) {
            // What ends before it has delivered anything is as good as not opened.
            pauseNanos = Math.clamp(2 * pauseNanos, FIRST_PAUSE_NANOS, LONGEST_PAUSE_NANOS);
            try {
                // What worked before is not given up for a passing fault: the next best way lasts as long as the
                // session.
                CameraSession session = openSession(attempts++ < SAME_WAY_ATTEMPTS ? settings.onlyBy(way) : settings);
                if (!announce(session)) {
                    return null;
                }
                LOG.info(
                        "{}: goes on after {} ms with {}",
                        settings.uri().text(),
                        (System.nanoTime() - since) / 1_000_000,
                        session.mode());
                return session;
            } catch (V4l2Exception | LinuxException e) {
                if (!closed) {
                    tellLost(String.valueOf(e.getMessage()));
                }
            }
        }
        return null;
    }

    /** Waits as long as is due; false when closed. */
    private boolean pause() throws InterruptedException {
        long end = System.nanoTime() + pauseNanos;
        synchronized (lock) {
            for (long left = pauseNanos; left > 0 && !closed; left = end - System.nanoTime()) {
                lock.wait(left / 1_000_000 + 1);
            }
        }
        return !closed;
    }

    /** False when closed meanwhile; the session is then over. */
    private boolean announce(CameraSession session) throws InterruptedException {
        synchronized (lock) {
            coming.add(session);
            ready.add(new Capture.FormatChanged(session.pool().format()));
            lock.notifyAll();
            // One change ahead at most: a flapping camera must not fill the memory of a consumer that waits.
            while (coming.size() > 1 && !closed) {
                lock.wait();
            }
        }
        if (closed) {
            session.end();
        }
        return !closed;
    }

    private void tellLost(String reason) {
        if (!signalLost) {
            signalLost = true;
            LOG.warn("{}: no signal: {}", settings.uri().text(), reason);
            synchronized (lock) {
                ready.add(new Capture.SignalLost(reason));
                lock.notifyAll();
            }
        }
    }

    /** Where the deliveries leave their frames. */
    private final class Publisher implements FrameDelivery.Sink {
        @Override
        public void publish(FramePool pool, CapturedFrame frame) {
            synchronized (lock) {
                while (waiting(pool) >= MAX_WAITING) {
                    dropOldest(pool);
                }
                ready.add(frame);
                lock.notifyAll();
            }
            delivered = true;
            heardNanos = System.nanoTime();
        }

        @Override
        public @Nullable CapturedFrame take(BufferPool pool) {
            synchronized (lock) {
                CapturedFrame free = pool.takeFree();
                if (free == null) {
                    dropOldest(pool);
                    free = pool.takeFree();
                }
                return free;
            }
        }

        /** Frames of this pool. */
        private int waiting(FramePool pool) {
            int n = ready.size();
            if (n >= MAX_WAITING) {
                for (Capture c : ready) {
                    n -= c instanceof CapturedFrame f && f.isOf(pool) ? 0 : 1;
                }
            }
            return n;
        }

        /** Of this pool: frames and events before a change stay. */
        private void dropOldest(FramePool pool) {
            for (Iterator<Capture> i = ready.iterator(); i.hasNext(); ) {
                if (i.next() instanceof CapturedFrame f && f.isOf(pool)) {
                    i.remove();
                    dropped++;
                    pool.putBack(f);
                    return;
                }
            }
        }

        @Override
        public void lost() {
            heardNanos = System.nanoTime();
            damaged();
        }

        @Override
        public void damaged() {
            synchronized (lock) {
                dropped++;
            }
        }

        @Override
        public void wrote(long bytes) {
            cpuBytes.addAndGet(bytes);
        }

        @Override
        public void wake() {
            long ignored = Libc.write(wake.number(), one);
        }
    }
}
