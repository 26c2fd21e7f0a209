package vitrine.capture;

import java.util.List;
import vitrine.capture.v4l2.BufferQueue;
import vitrine.capture.v4l2.V4l2Exception;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.linux.FrameMemory;

/** Frames go out in the buffer that the driver filled. */
final class DirectDelivery implements FrameDelivery {
    private final Sink sink;
    private final BufferQueue queue;
    private final DriverPool pool;
    private final long[] dataOffsets;
    private final long[] extents;

    /**
     * Over buffers that are all in the driver.
     *
     * @param memory becomes the delivery's
     * @param dataOffsets where the format takes the picture to start
     */
    DirectDelivery(
            Object lock,
            Sink sink,
            FrameFormat format,
            List<FrameMemory> memory,
            BufferQueue queue,
            long[] dataOffsets) {
        this.sink = sink;
        this.queue = queue;
        this.dataOffsets = dataOffsets.clone();
        pool = new DriverPool(lock, format, memory, queue, sink::wake);
        extents = new long[format.memories()];
        for (int i = 0; i < extents.length; i++) {
            extents[i] = format.extent(i);
        }
    }

    @Override
    public FramePool pool() {
        return pool;
    }

    @Override
    public String deliver(int index, long sequence, long captureNanos) {
        for (int i = 0; i < dataOffsets.length; i++) {
            if (queue.dataOffset(i) != dataOffsets[i]) {
                sink.damaged();
                return "the picture starts elsewhere in its buffer";
            }
            if (queue.bytesUsed(i) < extents[i]) {
                return discard(index);
            }
        }
        CapturedFrame frame = pool.dequeued(index);
        frame.written(sequence, captureNanos);
        sink.publish(pool, frame);
        return problem();
    }

    @Override
    public String discard(int index) {
        sink.damaged();
        pool.putBack(pool.dequeued(index));
        return problem();
    }

    @Override
    public String problem() {
        int errno = pool.failure();
        return errno == 0 ? "" : V4l2Exception.words("VIDIOC_QBUF", errno);
    }

    @Override
    public void close() {
        pool.end();
    }
}
