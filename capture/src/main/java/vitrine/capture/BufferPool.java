package vitrine.capture;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.linux.FdMemoryAllocator;
import vitrine.engine.linux.FrameMemory;

/**
 * The buffers of one format. Frees them when it is retired and no frame is on loan any more. Guarded by the source's
 * lock, which all its methods take.
 */
final class BufferPool implements FramePool {
    private final Object lock;
    private final FrameFormat format;
    private final List<FrameMemory> memory;
    private final List<CapturedFrame> frames = new ArrayList<>();
    private final ArrayDeque<CapturedFrame> free = new ArrayDeque<>();
    private int lent;
    private boolean retired;

    private BufferPool(Object lock, FrameFormat format, List<FrameMemory> memory) {
        this.lock = lock;
        this.format = format;
        this.memory = List.copyOf(memory);
        for (int i = 0; i < memory.size(); i++) {
            frames.add(new CapturedFrame(this, i, memory.get(i)));
        }
        free.addAll(frames);
    }

    static BufferPool create(Object lock, FrameFormat format, int count, FdMemoryAllocator allocator) {
        List<FrameMemory> memory = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                memory.add(FrameMemory.allocate(allocator, "frame-" + i, format));
            }
            return new BufferPool(lock, format, memory);
        } catch (RuntimeException e) {
            memory.forEach(FrameMemory::close);
            throw e;
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

    /** The frame that a buffer is lent as. */
    CapturedFrame frame(int buffer) {
        return frames.get(buffer);
    }

    /** A buffer to write into, or null where all are in use. */
    @Nullable
    CapturedFrame takeFree() {
        synchronized (lock) {
            return free.poll();
        }
    }

    @Override
    public void putBack(CapturedFrame frame) {
        synchronized (lock) {
            free.add(frame);
            lock.notifyAll();
        }
    }

    @Override
    public void lend(CapturedFrame frame, long captureNanos) {
        synchronized (lock) {
            frame.lend(captureNanos);
            lent++;
        }
    }

    @Override
    public void giveBack(CapturedFrame frame) {
        synchronized (lock) {
            if (!frame.isLent()) {
                throw new IllegalStateException(frame + " was closed twice");
            }
            frame.returned();
            lent--;
            free.add(frame);
            if (retired && lent == 0) {
                free();
            }
            lock.notifyAll();
        }
    }

    @Override
    public void retire() {
        synchronized (lock) {
            if (!retired) {
                retired = true;
                if (lent == 0) {
                    free();
                }
            }
        }
    }

    private void free() {
        for (CapturedFrame f : frames) {
            AutoCloseable attachment = f.attachment();
            if (attachment != null) {
                try {
                    attachment.close();
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }
        }
        memory.forEach(FrameMemory::close);
    }
}
