package vitrine.capture;

import java.util.ArrayList;
import java.util.List;
import vitrine.capture.v4l2.BufferQueue;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.linux.FrameMemory;

/**
 * Frames that lie where the driver wrote them. A frame that comes back is queued again at once, by the thread that
 * brings it: the release queue's, when the GPU has finished. Nothing is copied.
 */
final class DriverPool implements FramePool {
    private final Object lock;
    private final FrameFormat format;
    private final List<FrameMemory> memory;
    private final List<CapturedFrame> frames = new ArrayList<>();
    private final BufferQueue queue;
    private final Runnable onFailure;

    // Guarded by the lock.
    private int outside;
    private int failure;
    private boolean ended;
    private boolean retired;
    private boolean freed;

    /**
     * A pool over buffers that are all in the driver.
     *
     * @param memory becomes the pool's
     * @param queue outlives {@link #end}
     * @param onFailure called where a buffer could not be queued, with the lock held
     */
    DriverPool(Object lock, FrameFormat format, List<FrameMemory> memory, BufferQueue queue, Runnable onFailure) {
        this.lock = lock;
        this.format = format;
        this.memory = List.copyOf(memory);
        this.queue = queue;
        this.onFailure = onFailure;
        for (int i = 0; i < memory.size(); i++) {
            frames.add(new CapturedFrame(this, i, memory.get(i)));
        }
    }

    @Override
    public FrameFormat format() {
        return format;
    }

    @Override
    public List<FrameMemory> memory() {
        return memory;
    }

    /** The frame of a buffer that was dequeued. */
    CapturedFrame dequeued(int index) {
        synchronized (lock) {
            outside++;
            return frames.get(index);
        }
    }

    /** Errno of a buffer that could not be queued again, 0 where none failed. */
    int failure() {
        synchronized (lock) {
            return failure;
        }
    }

    @Override
    public void lend(CapturedFrame frame, long captureNanos) {
        synchronized (lock) {
            frame.lend(captureNanos);
        }
    }

    @Override
    public void giveBack(CapturedFrame frame) {
        synchronized (lock) {
            if (!frame.isLent()) {
                throw new IllegalStateException(frame + " was closed twice");
            }
            frame.returned();
            putBack(frame);
        }
    }

    @Override
    public void putBack(CapturedFrame frame) {
        synchronized (lock) {
            outside--;
            if (!ended) {
                int r = queue.queue(frame.buffer());
                if (r < 0 && failure == 0) {
                    failure = -r;
                    onFailure.run();
                }
            }
            freeIfUnused();
        }
    }

    /** Nothing is queued any more: the device is about to be closed. */
    void end() {
        synchronized (lock) {
            ended = true;
            freeIfUnused();
        }
    }

    @Override
    public void retire() {
        synchronized (lock) {
            retired = true;
            freeIfUnused();
        }
    }

    private void freeIfUnused() {
        // Until it has ended the driver may still write.
        if (ended && retired && outside == 0 && !freed) {
            freed = true;
            memory.forEach(FrameMemory::close);
        }
    }
}
