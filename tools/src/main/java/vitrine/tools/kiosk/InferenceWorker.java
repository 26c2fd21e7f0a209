package vitrine.tools.kiosk;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vitrine.engine.command.Timeline;
import vitrine.engine.linux.NotifySocket;
import vitrine.engine.profile.LatencyHistogram;
import vitrine.inference.Detections;
import vitrine.inference.Detector;
import vitrine.inference.OpenCvDetector;
import vitrine.inference.model.ModelSpec;
import vitrine.tools.report.DetectionsWriter;

/**
 * The detector's own thread. It loads the network, then takes the newest tensor again and again; the frame loop never
 * waits for it unless it wants every frame inferred. Three tensors: one being read, one ready, one to write.
 *
 * <p>The frame thread calls everything that is not private; {@link #close} too.
 */
final class InferenceWorker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(InferenceWorker.class);
    private static final long WAIT_NANOS = 100_000_000;

    /** Tensors in flight. */
    static final int SLOTS = 3;

    private final ModelSpec model;
    private final int threads;
    private final @Nullable DetectionsWriter writer;
    private final Thread thread = new Thread(this::work, "inference");

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Guarded by the lock.
    private List<TensorSlot> slots = List.of();
    private @Nullable Timeline timeline;
    private boolean stopping;
    private @Nullable Throwable failure;
    private final Detections latest = new Detections();
    private long inferred;
    private long inferredBefore;
    private long rejected;
    private String engine = "";
    private final AtomicLong busyNanos = new AtomicLong();
    private volatile long startedNanos;

    private final LatencyHistogram readback = new LatencyHistogram();
    private final LatencyHistogram inference = new LatencyHistogram();
    private final LatencyHistogram decode = new LatencyHistogram();

    private InferenceWorker(ModelSpec model, int threads, @Nullable DetectionsWriter writer) {
        this.model = model;
        this.threads = threads;
        this.writer = writer;
        thread.setDaemon(true);
    }

    /** Starts the thread, which begins to load the network at once. */
    static InferenceWorker start(ModelSpec model, int threads, @Nullable DetectionsWriter writer) {
        InferenceWorker worker = new InferenceWorker(model, threads, writer);
        worker.thread.start();
        return worker;
    }

    /** Hands over the tensors, which stay their maker's and must outlive {@link #close}. */
    void use(List<TensorSlot> tensors, Timeline deviceTimeline) {
        lock.lock();
        try {
            slots = List.copyOf(tensors);
            timeline = deviceTimeline;
            inferredBefore = inferred;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Lets go of the tensors, after the one being read is done with, so that their maker may close them. */
    void letGo() {
        lock.lock();
        try {
            while (failure == null && isReading()) {
                changed.awaitUninterruptibly();
            }
            slots = List.of();
            timeline = null;
        } finally {
            lock.unlock();
        }
    }

    private boolean isReading() {
        for (TensorSlot slot : slots) {
            if (slot.state == TensorSlot.State.READING) {
                return true;
            }
        }
        return false;
    }

    /**
     * A tensor to write, or null when there is none; an older ready one that nobody took is written over, and none is to
     * be had of a detector that has failed.
     */
    @Nullable
    TensorSlot writable() {
        lock.lock();
        try {
            TensorSlot candidate = null;
            for (int i = 0; i < slots.size(); i++) {
                TensorSlot slot = slots.get(i);
                if (slot.state == TensorSlot.State.FREE) {
                    return slot;
                }
                if (slot.state == TensorSlot.State.READY) {
                    candidate = slot;
                }
            }
            if (candidate != null) {
                candidate.state = TensorSlot.State.FREE;
            }
            return candidate;
        } finally {
            lock.unlock();
        }
    }

    /** The slot's pass has been submitted: it is the newest now, and one that was ready before is free again. */
    void publish(TensorSlot slot) {
        lock.lock();
        try {
            for (int i = 0; i < slots.size(); i++) {
                if (slots.get(i).state == TensorSlot.State.READY) {
                    slots.get(i).state = TensorSlot.State.FREE;
                }
            }
            slot.state = TensorSlot.State.READY;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until the frame, or a later one of the same tensors, has been inferred, or the detector has failed.
     *
     * @param service told that the wait is alive: the first includes the loading of the network
     * @return false when asked to stop meanwhile
     */
    boolean awaitInferred(long sequence, StopSignal stop, NotifySocket service) throws InterruptedException {
        lock.lock();
        try {
            // A source that was opened again counts its frames from the start.
            while (failure == null && (inferred == inferredBefore || latest.sequence() < sequence)) {
                if (stop.isRaised()) {
                    return false;
                }
                service.watchdog();
                long _ = changed.awaitNanos(WAIT_NANOS);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Copies the newest result unless it is the one that {@code into} holds already.
     *
     * @param known what the last call returned, 0 at first
     * @return how many tensors had been inferred when the result was copied
     */
    long latest(Detections into, long known) {
        lock.lock();
        try {
            if (inferred != known) {
                into.copyFrom(latest);
            }
            return inferred;
        } finally {
            lock.unlock();
        }
    }

    /** Tensors inferred so far. */
    long inferred() {
        lock.lock();
        try {
            return inferred;
        } finally {
            lock.unlock();
        }
    }

    /** Output rows with NaN or infinity so far; a sound network has none. */
    long rejected() {
        lock.lock();
        try {
            return rejected;
        } finally {
            lock.unlock();
        }
    }

    /** Engine and version, empty until the network is loaded. */
    String engine() {
        lock.lock();
        try {
            return engine;
        } finally {
            lock.unlock();
        }
    }

    /** The histograms may be read once the worker is closed. */
    LatencyHistogram readback() {
        return readback;
    }

    LatencyHistogram inference() {
        return inference;
    }

    LatencyHistogram decode() {
        return decode;
    }

    /** Whether the network is loaded: detections can be expected. */
    boolean isLoaded() {
        return !engine().isEmpty();
    }

    /** What ended the detector, null while it works. It is over then for the rest of the run. */
    @Nullable
    Throwable failure() {
        lock.lock();
        try {
            return failure;
        } finally {
            lock.unlock();
        }
    }

    /** Throws what ended the detector, if something did. */
    void throwFailure() {
        Throwable cause = failure();
        if (cause instanceof RuntimeException e) {
            throw e;
        }
        if (cause instanceof Error e) {
            throw e;
        }
    }

    /** Nanoseconds spent on tensors so far, from reading to boxes, the one under way included. */
    long busyNanos() {
        long since = startedNanos;
        return busyNanos.get() + (since == 0 ? 0 : System.nanoTime() - since);
    }

    private void work() {
        try (Detector detector = OpenCvDetector.create(model, threads)) {
            lock.lock();
            try {
                engine = detector.engine();
                changed.signalAll();
            } finally {
                lock.unlock();
            }
            Detections found = new Detections();
            while (true) {
                TensorSlot slot = take();
                if (slot == null) {
                    return;
                }
                detect(detector, slot, found);
                finish(slot, found, detector.rejected());
            }
        } catch (InterruptedException e) {
            LOG.debug("inference interrupted");
        } catch (RuntimeException | Error e) {
            lock.lock();
            try {
                failure = e;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private @Nullable TensorSlot take() throws InterruptedException {
        lock.lock();
        try {
            while (true) {
                if (stopping) {
                    return null;
                }
                for (int i = 0; i < slots.size(); i++) {
                    if (slots.get(i).state == TensorSlot.State.READY) {
                        slots.get(i).state = TensorSlot.State.READING;
                        return slots.get(i);
                    }
                }
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private void detect(Detector detector, TensorSlot slot, Detections found) {
        Timeline written = timeline;
        if (written == null) {
            throw new AssertionError("tensors come with their timeline");
        }
        boolean _ = written.await(slot.timelineValue, Long.MAX_VALUE);
        found.begin(slot.sequence, slot.captureNanos, slot.letterbox.sourceWidth(), slot.letterbox.sourceHeight());
        long start = System.nanoTime();
        startedNanos = start;
        slot.memory.beginCpuRead();
        readback.record(System.nanoTime() - start);
        try {
            detector.detect(slot.elements, slot.letterbox, found);
        } finally {
            slot.memory.endCpuRead();
        }
        startedNanos = 0;
        long _ = busyNanos.addAndGet(System.nanoTime() - start);
        inference.record(detector.inferenceNanos());
        decode.record(detector.decodeNanos());
        if (writer != null) {
            writer.write(found);
        }
    }

    private void finish(TensorSlot slot, Detections found, int badRows) {
        lock.lock();
        try {
            if (badRows > 0 && rejected == 0) {
                LOG.warn(
                        "{}: {} output rows of frame {} are NaN or infinite and were left out",
                        model.name(),
                        badRows,
                        found.sequence());
            }
            rejected += badRows;
            inferred++;
            latest.copyFrom(found);
            slot.state = TensorSlot.State.FREE;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Lets the inference under way end, then the thread. */
    @Override
    public void close() {
        lock.lock();
        try {
            stopping = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
