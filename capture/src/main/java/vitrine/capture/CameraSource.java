package vitrine.capture;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vitrine.capture.v4l2.BufferQueue;
import vitrine.capture.v4l2.DeviceEvents;
import vitrine.capture.v4l2.V4l2Exception;
import vitrine.engine.linux.Errno;
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
    private static final long SILENCE_NANOS = 2_000_000_000L;
    private static final int MISSED_INTERVALS = 3;
    private static final long FIRST_PAUSE_NANOS = 50_000_000L;
    private static final long LONGEST_PAUSE_NANOS = 2_000_000_000L;
    private static final int SAME_WAY_ATTEMPTS = 3;
    private static final long CLOSE_TIMEOUT_NANOS = 10_000_000_000L;
    /** Timestamps further off than this are another clock's. */
    private static final long PLAUSIBLE_NANOS = 10_000_000_000L;

    private final CameraSettings settings;
    private final FdMemoryAllocator allocator;
    private final SourceOptions options;
    private final Thread thread;
    private final DevicePoll poll;
    private final AtomicLong cpuBytes = new AtomicLong();
    private final FrameDelivery.Sink sink = new Publisher();

    // Its monitor is the source's lock, which guards these, too.
    private final ReadyFrames ready = new ReadyFrames();
    private final ArrayDeque<CameraSession> coming = new ArrayDeque<>();
    private CameraSession consumed;
    private CaptureMemory memory;
    private boolean syncs;
    private SourceInfo info;
    private volatile boolean closed;
    /** Whether the present session has delivered a frame, and when it last did or could have. */
    private volatile boolean delivered;

    private volatile long heardNanos;

    // The camera's thread's own.
    private final SequenceCounter counter = new SequenceCounter();
    private boolean signalLost;
    private boolean silent;
    private long pauseNanos;
    private int attempts;

    private CameraSource(CameraSettings settings, FdMemoryAllocator allocator, SourceOptions options, DevicePoll poll) {
        this.settings = settings;
        this.allocator = allocator;
        this.options = options;
        this.poll = poll;
        CameraSession first = openSession(settings);
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
        DevicePoll poll = DevicePoll.create(uri.text());
        try {
            CameraSource source = new CameraSource(settings, allocator, options, poll);
            source.logMemory();
            source.thread.start();
            return source;
        } catch (V4l2Exception e) {
            poll.close();
            throw new SourceException(uri.text(), String.valueOf(e.getMessage()), e.mend());
        } catch (LinuxException e) {
            poll.close();
            throw new SourceException(uri.text(), String.valueOf(e.getMessage()), "");
        } catch (RuntimeException e) {
            poll.close();
            throw e;
        }
    }

    private CameraSession openSession(CameraSettings how) {
        return CameraSession.open(how, allocator, options, ready, sink, () -> closed);
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
        synchronized (ready) {
            return info;
        }
    }

    @Override
    public List<FrameMemory> buffers() {
        synchronized (ready) {
            return consumed.pool().memory();
        }
    }

    @Override
    public CaptureMemory memory() {
        synchronized (ready) {
            return memory;
        }
    }

    @Override
    public long dropped() {
        return ready.dropped();
    }

    @Override
    public long cpuBytes() {
        return cpuBytes.get();
    }

    @Override
    public Capture next(long timeoutNanos) throws InterruptedException {
        CapturedFrame frame;
        synchronized (ready) {
            Capture first = ready.await(timeoutNanos);
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
        ready.notifyAll();
    }

    @Override
    public void close() {
        synchronized (ready) {
            if (closed) {
                return;
            }
            closed = true;
            ready.end(Capture.EndOfStream.INSTANCE);
        }
        poll.wake();
        if (!join()) {
            // Memory that a driver may still write to is better leaked than unmapped.
            LOG.error("{}: the camera's thread does not end; its buffers are not freed", info.uri());
            return;
        }
        synchronized (ready) {
            ready.clear();
            consumed.pool().retire();
            coming.forEach(s -> s.pool().retire());
            coming.clear();
        }
        poll.close();
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
            ready.end(Capture.EndOfStream.INSTANCE);
        } catch (RuntimeException | Error e) {
            LOG.error("{}: the camera's thread failed", settings.uri().text(), e);
            ready.end(new Capture.Failed("the camera's thread failed: " + e));
        }
    }

    /** Publishes frames until something happens: why the session is over; empty where it is a change, not a failure. */
    private String stream(CameraSession session) {
        BufferQueue queue = session.queue();
        FrameDelivery delivery = session.delivery();
        counter.restart();
        silent = false;
        poll.watch(session.device().fd());
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
            int r = poll.await(left);
            if (closed) {
                return "closed";
            }
            if (r < 0 && r != -Errno.EINTR) {
                return V4l2Exception.words("poll", -r);
            }
            if (r <= 0) {
                continue;
            }
            short events = poll.events();
            if (poll.wasWoken()) {
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
            default -> V4l2Exception.words("VIDIOC_DQBUF", -result);
        };
    }

    private String frame(BufferQueue queue, FrameDelivery delivery, int index) {
        long sequence = counter.next(queue.sequence());
        if (counter.missed() > 0) {
            ready.drop(counter.missed());
        }
        if (queue.isDamaged()) {
            return delivery.discard(index);
        }
        long now = System.nanoTime();
        long captured = queue.timestampNanos();
        boolean plausible = captured <= now && captured >= now - PLAUSIBLE_NANOS;
        return delivery.deliver(index, sequence, plausible ? captured : now);
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
        synchronized (ready) {
            for (long left = pauseNanos; left > 0 && !closed; left = end - System.nanoTime()) {
                ready.wait(left / 1_000_000 + 1);
            }
        }
        return !closed;
    }

    /** False when closed meanwhile; the session is then over. */
    private boolean announce(CameraSession session) throws InterruptedException {
        synchronized (ready) {
            coming.add(session);
            ready.add(new Capture.FormatChanged(session.pool().format()));
            // One change ahead at most: a flapping camera must not fill the memory of a consumer that waits.
            while (coming.size() > 1 && !closed) {
                ready.wait();
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
            ready.add(new Capture.SignalLost(reason));
        }
    }

    /** Where the deliveries leave their frames. */
    private final class Publisher implements FrameDelivery.Sink {
        @Override
        public void publish(FramePool pool, CapturedFrame frame) {
            ready.publish(pool, frame);
            delivered = true;
            heardNanos = System.nanoTime();
        }

        @Override
        public @Nullable CapturedFrame take(BufferPool pool) {
            return ready.take(pool);
        }

        @Override
        public void lost() {
            heardNanos = System.nanoTime();
            damaged();
        }

        @Override
        public void damaged() {
            ready.drop(1);
        }

        @Override
        public void wrote(long bytes) {
            cpuBytes.addAndGet(bytes);
        }

        @Override
        public void wake() {
            poll.wake();
        }
    }
}
