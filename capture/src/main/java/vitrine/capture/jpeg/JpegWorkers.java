package vitrine.capture.jpeg;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Threads that decode the pictures of one camera and hand them on in the order in which they came.
 *
 * <p>Latency is bounded: there is room for one picture a thread and one that waits, counted until the listener has
 * returned, and what comes then is refused. {@link #offer} never waits for a decoder. Nothing is allocated after the
 * start.
 *
 * <p>One ring of frames in the order offered; {@code delivered <= started <= offered} count into it. Workers alone wait
 * on the lock, for {@code started < offered}.
 */
public final class JpegWorkers implements AutoCloseable {
    private static final int MAX_THREADS = 3;
    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Object lock = new Object();
    private final JpegFrame.Listener listener;
    private final JpegFrame[] ring;
    private final List<Thread> threads = new ArrayList<>();
    private final List<PictureDecoder> decoders;
    private final long closeNanos;

    // Guarded by the lock.
    private long offered;
    private long started;
    private long delivered;
    private boolean delivering;
    private boolean closing;
    private boolean closed;
    private @Nullable Throwable failure;

    private JpegWorkers(List<? extends PictureDecoder> decoders, JpegFrame.Listener listener, long closeNanos) {
        this.decoders = List.copyOf(decoders);
        this.listener = listener;
        this.closeNanos = closeNanos;
        ring = new JpegFrame[decoders.size() + 1];
        for (int i = 0; i < ring.length; i++) {
            ring[i] = new JpegFrame();
        }
    }

    /** Threads that leave half of the processors to the network and the pictures on the screen: 1 to 3. */
    public static int threadsFor(int processors) {
        return Math.clamp(processors / 2, 1, MAX_THREADS);
    }

    /**
     * Starts the threads, to be closed by whoever made them.
     *
     * @param threads 1 to 3
     * @throws JpegException where libjpeg-turbo's TurboJPEG library is missing
     */
    public static JpegWorkers create(int threads, JpegFrame.Listener listener) {
        if (threads < 1 || threads > MAX_THREADS) {
            throw new IllegalArgumentException(threads + " threads to decode JPEGs");
        }
        List<JpegDecoder> decoders = new ArrayList<>();
        try {
            for (int i = 0; i < threads; i++) {
                decoders.add(JpegDecoder.create());
            }
        } catch (RuntimeException e) {
            decoders.forEach(JpegDecoder::close);
            throw e;
        }
        return start(decoders, listener, CLOSE_NANOS);
    }

    /** One thread for each of the decoders, which become the workers' own. */
    static JpegWorkers start(List<? extends PictureDecoder> decoders, JpegFrame.Listener listener, long closeNanos) {
        JpegWorkers workers = new JpegWorkers(decoders, listener, closeNanos);
        for (int i = 0; i < decoders.size(); i++) {
            PictureDecoder decoder = decoders.get(i);
            workers.threads.add(Thread.ofPlatform().name("jpeg-" + i).daemon().start(() -> workers.work(decoder)));
        }
        return workers;
    }

    /** Pictures that are taken before the first is handed on: one a thread, and one. */
    public int capacity() {
        return ring.length;
    }

    /**
     * Hands a picture over. From any one thread at a time; does not wait for a decoder.
     *
     * @param length bytes of {@code compressed} that hold the picture
     * @param target where it goes
     * @param sequence of the caller, handed on
     * @param captureNanos of the caller, handed on
     * @return whether the picture was taken: if so, both buffers are the workers' until the listener gets the frame; if
     *     not, all are busy or closed, the buffers stay the caller's, and the caller drops and counts the picture
     * @throws IllegalArgumentException where the length is more than the buffer has
     * @throws IllegalStateException where the listener has thrown, or a buffer's memory was freed
     */
    public boolean offer(
            JpegFrame.Compressed compressed, long length, JpegFrame.Target target, long sequence, long captureNanos) {
        if (length < 0 || length > compressed.memory().byteSize()) {
            throw new IllegalArgumentException("JPEG picture of " + length + " bytes in buffer " + compressed);
        }
        synchronized (lock) {
            if (failure != null) {
                throw new IllegalStateException("decoding of JPEGs has broken down: " + failure, failure);
            }
            if (closing || offered - delivered == ring.length) {
                return false;
            }
            frame(offered).offered(compressed, length, target, sequence, captureNanos);
            offered++;
            // One picture for one worker: whichever wakes finds it, or another that was awake has taken it.
            lock.notify();
            return true;
        }
    }

    /**
     * Ends the threads, after the pictures that they are decoding; pictures not handed on by then never are. Afterwards
     * no thread touches a buffer any more. A second call does nothing.
     *
     * @throws IllegalStateException where a thread has not ended within 10 seconds: the buffers must then be neither
     *     freed nor written; or when called by the listener
     */
    @Override
    public void close() {
        if (threads.contains(Thread.currentThread())) {
            throw new IllegalStateException("the listener must not close the JPEG workers");
        }
        synchronized (lock) {
            if (closed) {
                return;
            }
            closing = true;
            lock.notifyAll();
        }
        long end = System.nanoTime() + closeNanos;
        for (Thread t : threads) {
            if (!join(t, end)) {
                throw new IllegalStateException("thread " + t.getName() + " still decodes a JPEG after "
                        + TimeUnit.NANOSECONDS.toMillis(closeNanos) + " ms");
            }
        }
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
        }
        decoders.forEach(PictureDecoder::close);
    }

    /** Whether the thread ended in time. An interrupt is kept for later: what follows frees memory. */
    private static boolean join(Thread thread, long end) {
        boolean interrupted = false;
        try {
            while (thread.isAlive()) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                try {
                    thread.join(1 + TimeUnit.NANOSECONDS.toMillis(left));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void work(PictureDecoder decoder) {
        try {
            for (JpegFrame frame = next(); frame != null; frame = next()) {
                frame.decode(decoder);
                deliver(frame);
            }
        } catch (Throwable t) {
            // The caller's mistake or ours. offer tells, since nobody would miss a thread.
            synchronized (lock) {
                if (failure == null) {
                    failure = t;
                }
                closing = true;
                lock.notifyAll();
            }
        }
    }

    /** The next picture to decode, or null when closing. */
    private @Nullable JpegFrame next() throws InterruptedException {
        synchronized (lock) {
            while (!closing && started == offered) {
                lock.wait();
            }
            return closing ? null : frame(started++);
        }
    }

    /**
     * Marks a frame as decoded, and hands on the oldest ones as far as they are. One worker at a time does that, without
     * the lock; another that ends meanwhile leaves its frame to it.
     */
    private void deliver(JpegFrame decoded) {
        synchronized (lock) {
            decoded.setDone();
            if (delivering) {
                return;
            }
            delivering = true;
        }
        while (true) {
            JpegFrame oldest;
            synchronized (lock) {
                if (closing || delivered == started || !frame(delivered).isDone()) {
                    delivering = false;
                    return;
                }
                oldest = frame(delivered);
            }
            listener.decoded(oldest);
            synchronized (lock) {
                delivered++;
            }
        }
    }

    private JpegFrame frame(long number) {
        return ring[(int) (number % ring.length)];
    }
}
