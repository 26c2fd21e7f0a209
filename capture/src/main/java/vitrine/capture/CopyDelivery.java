package vitrine.capture;

import java.lang.foreign.MemorySegment;
import java.util.List;
import vitrine.capture.v4l2.BufferQueue;
import vitrine.capture.v4l2.V4l2Exception;
import vitrine.engine.linux.FdMemory;
import vitrine.engine.linux.FrameMemory;

/** Frames are copied out of the driver's buffers, which go back to it at once: where the GPU can read none of them. */
final class CopyDelivery implements FrameDelivery {
    private final Sink sink;
    private final BufferQueue queue;
    private final BufferPool pool;
    private final List<List<MemorySegment>> mapped;
    private final List<FrameMemory> cached;

    /**
     * Over buffers that are all in the driver.
     *
     * @param mapped the driver's buffers, one segment a memory object; live as long as the queue
     * @param cached the same as dma-bufs where the CPU's cache must be told; else empty. Become the delivery's
     * @param pool where the copies go, in the same layout; becomes the delivery's
     */
    CopyDelivery(
            Sink sink, BufferQueue queue, List<List<MemorySegment>> mapped, List<FrameMemory> cached, BufferPool pool) {
        this.sink = sink;
        this.queue = queue;
        this.mapped = mapped;
        this.cached = cached;
        this.pool = pool;
    }

    @Override
    public FramePool pool() {
        return pool;
    }

    @Override
    public String deliver(int index, long sequence, long captureNanos) {
        List<MemorySegment> from = mapped.get(index);
        for (int i = 0; i < from.size(); i++) {
            if (queue.bytesUsed(i) < pool.format().extent(i)) {
                return discard(index);
            }
        }
        CapturedFrame frame = sink.take(pool);
        if (frame == null) {
            sink.lost();
            return requeue(index);
        }
        if (!cached.isEmpty()) {
            cached.get(index).beginCpuRead();
        }
        for (int i = 0; i < from.size(); i++) {
            FdMemory to = frame.memory().get(i);
            long bytes = pool.format().extent(i);
            to.beginCpuWrite();
            MemorySegment.copy(from.get(i), 0, to.memory(), 0, bytes);
            to.endCpuWrite();
            sink.wrote(bytes);
        }
        if (!cached.isEmpty()) {
            cached.get(index).endCpuRead();
        }
        frame.written(sequence, captureNanos);
        sink.publish(pool, frame);
        return requeue(index);
    }

    @Override
    public String discard(int index) {
        sink.damaged();
        return requeue(index);
    }

    private String requeue(int index) {
        int r = queue.queue(index);
        return r >= 0 ? "" : V4l2Exception.words("VIDIOC_QBUF", -r);
    }

    @Override
    public String problem() {
        return "";
    }

    @Override
    public void close() {
        cached.forEach(FrameMemory::close);
    }
}
