package vitrine.capture;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.linux.FdMemoryAllocator;
import vitrine.engine.linux.FrameMemory;
import vitrine.engine.linux.LinuxException;

/**
 * A source whose frames a thread of its own writes ahead, as far as there are free buffers. Frames that are not live
 * wait for the consumer (back-pressure) and are handed out when due; live ones are handed out at once, and the oldest
 * gives way when the consumer is late.
 */
final class ProducedSource implements FrameSource {
    private static final Logger LOG = LoggerFactory.getLogger(FrameSource.class);
    /** Live frames that may wait for the consumer; more would only add latency. */
    private static final int MAX_WAITING_LIVE = 2;

    private static final long CLOSE_TIMEOUT_MILLIS = 10_000;

    private final FrameProducer producer;
    private final FdMemoryAllocator allocator;
    private final int bufferCount;
    private final boolean live;
    private final Pacing pacing;
    private final Thread thread;
    private final AtomicLong cpuBytes = new AtomicLong();

    // One lock for the queue and the pools. Object monitors, unlike conditions of a Lock, allocate nothing to wait.
    private final Object lock = new Object();
    private final ArrayDeque<Capture> ready = new ArrayDeque<>();
    private final ArrayDeque<BufferPool> coming = new ArrayDeque<>();
    private BufferPool consumed;
    private SourceInfo info;
    private @Nullable Capture ending;
    private long dropped;
    private boolean closed;

    private ProducedSource(Opened opened, FdMemoryAllocator allocator, int bufferCount) {
        this.info = opened.info();
        this.live = opened.info().live();
        this.pacing = new Pacing(live ? 0 : opened.pace());
        this.producer = opened.producer();
        this.allocator = allocator;
        this.bufferCount = bufferCount;
        BufferPool first = BufferPool.create(lock, info.format(), bufferCount, allocator);
        this.consumed = first;
        this.thread = Thread.ofPlatform().daemon().name("capture").unstarted(() -> run(first));
    }

    /**
     * What a scheme's opening yields.
     *
     * @param pace frames a second to hand out, 0 for as fast as they are taken
     * @param frames how many there will be, {@link Long#MAX_VALUE} where unknown
     */
    record Opened(SourceInfo info, double pace, long frames, FrameProducer producer) {}

    /** Allocates the buffers and starts the producer's thread; takes ownership of the producer. */
    static ProducedSource start(Opened opened, FdMemoryAllocator allocator, SourceOptions options) {
        try {
            // The consumer keeps a live source's last frame until the next.
            int wanted = options.buffers() + (opened.info().live() ? 1 : 0);
            int count = (int) Math.min(wanted, opened.frames());
            ProducedSource source = new ProducedSource(opened, allocator, count);
            source.thread.start();
            return source;
        } catch (RuntimeException e) {
            opened.producer().close();
            throw e;
        }
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
            return consumed.memory();
        }
    }

    @Override
    public CaptureMemory memory() {
        return new CaptureMemory("written to " + allocator.description(), allocator.rejections());
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
        long start = System.nanoTime();
        long wait = Math.clamp(timeoutNanos, 0, Long.MAX_VALUE / 4);
        long deadline = start + wait;
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
            if (ready.peek() instanceof Capture.FormatChanged change) {
                ready.remove();
                consumed.retire();
                consumed = coming.remove();
                info = info.withFormat(change.format());
                return change;
            }
        }
        // Only this thread takes frames that are not live from the queue, so the first stays where it is.
        if (pacing.isPaced() && !waitUntilDue(deadline)) {
            return Capture.NoFrame.INSTANCE;
        }
        synchronized (lock) {
            if (closed || !(ready.peek() instanceof CapturedFrame frame)) {
                return closed ? Capture.EndOfStream.INSTANCE : Capture.NoFrame.INSTANCE;
            }
            ready.remove();
            long now = System.nanoTime();
            long captured = live ? frame.readyNanos() : now;
            if (pacing.isPaced()) {
                captured = Math.min(now, Math.max(pacing.due(now), frame.readyNanos()));
                pacing.delivered(now);
            }
            consumed.lend(frame, captured);
            return frame;
        }
    }

    private boolean waitUntilDue(long deadline) throws InterruptedException {
        while (true) {
            long now = System.nanoTime();
            long until = pacing.due(now) - now;
            if (until <= 0) {
                return true;
            }
            if (deadline - now <= 0) {
                return false;
            }
            LockSupport.parkNanos(lock, Math.min(until, deadline - now));
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
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
        producer.cancel();
        thread.interrupt();
        try {
            thread.join(CLOSE_TIMEOUT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            // Memory that a thread may still write to is better leaked than unmapped.
            LOG.error("{}: the capture thread does not end; its buffers are not freed", info.uri());
            return;
        }
        synchronized (lock) {
            ready.clear();
            consumed.retire();
            coming.forEach(BufferPool::retire);
            coming.clear();
        }
    }

    private void run(BufferPool first) {
        try {
            finish(produceAll(first));
        } catch (InterruptedException e) {
            finish(Capture.EndOfStream.INSTANCE);
        } catch (SourceException | LinuxException e) {
            finish(new Capture.Failed(String.valueOf(e.getMessage())));
        } catch (RuntimeException | Error e) {
            LOG.error("{}: the capture thread failed", info.uri(), e);
            finish(new Capture.Failed(info.uri() + ": " + e));
        } finally {
            producer.close();
        }
    }

    private Capture produceAll(BufferPool first) throws InterruptedException {
        BufferPool pool = first;
        long sequence = 0;
        while (true) {
            FrameFormat format = producer.nextFormat();
            if (format == null) {
                return Capture.EndOfStream.INSTANCE;
            }
            if (!format.equals(pool.format())) {
                pool = change(format);
            }
            CapturedFrame frame = take(pool);
            FrameMemory memory = frame.memory();
            long bytes = FrameProducer.END;
            try {
                memory.beginCpuWrite();
                bytes = producer.produce(frame);
                memory.endCpuWrite();
            } finally {
                if (bytes == FrameProducer.END) {
                    pool.putBack(frame);
                }
            }
            if (bytes == FrameProducer.END) {
                // A source may end here, or go on with another format.
                continue;
            }
            cpuBytes.addAndGet(bytes);
            frame.written(sequence++, System.nanoTime());
            publish(pool, frame);
        }
    }

    private BufferPool change(FrameFormat format) throws InterruptedException {
        BufferPool pool = BufferPool.create(lock, format, bufferCount, allocator);
        synchronized (lock) {
            coming.add(pool);
            ready.add(new Capture.FormatChanged(format));
            lock.notifyAll();
            // One change ahead at most: a folder of pictures of many sizes must not fill the memory.
            while (coming.size() > 1 && !closed) {
                lock.wait();
            }
        }
        return pool;
    }

    /** A free buffer; waits for one, or takes back the oldest live frame that nobody has asked for. */
    private CapturedFrame take(BufferPool pool) throws InterruptedException {
        synchronized (lock) {
            while (true) {
                if (closed) {
                    throw new InterruptedException();
                }
                CapturedFrame free = pool.takeFree();
                if (free == null && live) {
                    dropOldest(pool);
                    free = pool.takeFree();
                }
                if (free != null) {
                    return free;
                }
                lock.wait();
            }
        }
    }

    private void publish(BufferPool pool, CapturedFrame frame) {
        synchronized (lock) {
            if (live && ready.size() >= MAX_WAITING_LIVE) {
                dropOldest(pool);
            }
            ready.add(frame);
            lock.notifyAll();
        }
    }

    private void dropOldest(BufferPool pool) {
        // Frames before a change of format lie in another pool and stay.
        if (pool == consumed && ready.peek() instanceof CapturedFrame oldest) {
            ready.remove();
            dropped++;
            pool.putBack(oldest);
        }
    }

    private void finish(Capture how) {
        synchronized (lock) {
            ending = how;
            lock.notifyAll();
        }
    }
}
