package vitrine.capture;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import vitrine.capture.jpeg.JpegFrame;
import vitrine.capture.jpeg.JpegLayout;
import vitrine.capture.jpeg.JpegStatus;
import vitrine.capture.jpeg.JpegWorkers;
import vitrine.capture.v4l2.BufferQueue;
import vitrine.capture.v4l2.V4l2Exception;
import vitrine.engine.linux.FdMemory;

/** Pictures of an MJPG camera are decoded by threads of their own into buffers that the GPU reads. */
final class JpegDelivery implements FrameDelivery {
    private final Sink sink;
    private final BufferQueue queue;
    private final BufferPool pool;
    private final JpegWorkers workers;
    private final List<JpegFrame.Compressed> compressed = new ArrayList<>();
    private final List<JpegFrame.Target> targets = new ArrayList<>();
    private final List<CapturedFrame> decoding = new ArrayList<>();
    private long offered;
    // The workers' one at a time, and the closing thread's after they have ended.
    private long decoded;
    private volatile boolean closing;
    private volatile String failure = "";

    /**
     * Over buffers that are all in the driver.
     *
     * @param mapped the driver's buffers; live as long as the queue
     * @param pool where the planes go; becomes the delivery's
     */
    JpegDelivery(
            Sink sink, BufferQueue queue, List<MemorySegment> mapped, BufferPool pool, JpegLayout layout, int threads) {
        this.sink = sink;
        this.queue = queue;
        this.pool = pool;
        for (int i = 0; i < mapped.size(); i++) {
            compressed.add(new JpegFrame.Compressed(i, mapped.get(i)));
        }
        for (int i = 0; i < pool.memory().size(); i++) {
            targets.add(new JpegFrame.Target(i, pool.memory().get(i).get(0).memory(), layout));
            decoding.add(pool.frame(i));
        }
        workers = JpegWorkers.create(threads, this::decoded);
    }

    @Override
    public FramePool pool() {
        return pool;
    }

    @Override
    public String deliver(int index, long sequence, long captureNanos) {
        CapturedFrame frame = sink.take(pool);
        if (frame == null) {
            return late(index);
        }
        FdMemory memory = frame.memory().get(0);
        memory.beginCpuWrite();
        long length =
                Math.min(queue.bytesUsed(0), compressed.get(index).memory().byteSize());
        if (!workers.offer(compressed.get(index), length, targets.get(frame.buffer()), sequence, captureNanos)) {
            memory.endCpuWrite();
            pool.putBack(frame);
            return late(index);
        }
        offered++;
        return failure;
    }

    /** On a worker's thread. */
    private void decoded(JpegFrame picture) {
        decoded++;
        CapturedFrame frame = decoding.get(picture.target().index());
        FdMemory memory = frame.memory().get(0);
        memory.endCpuWrite();
        JpegStatus status = picture.status();
        if (status.isPicture()) {
            sink.wrote(picture.length() + picture.target().layout().extent());
            frame.written(picture.sequence(), picture.captureNanos());
            sink.publish(pool, frame);
        } else {
            pool.putBack(frame);
            sink.damaged();
            if (status == JpegStatus.DIFFERENT) {
                fail("the pictures have changed their size or subsampling");
            }
        }
        String problem = requeue(picture.compressed().index());
        if (!problem.isEmpty()) {
            fail(problem);
        }
    }

    @Override
    public String problem() {
        return failure;
    }

    private void fail(String reason) {
        failure = reason;
        sink.wake();
    }

    @Override
    public String discard(int index) {
        sink.damaged();
        return given(index);
    }

    private String late(int index) {
        sink.lost();
        return given(index);
    }

    private String given(int index) {
        String problem = requeue(index);
        return problem.isEmpty() ? failure : problem;
    }

    private String requeue(int index) {
        int r = closing ? 0 : queue.queue(index);
        return r >= 0 ? "" : V4l2Exception.words("VIDIOC_QBUF", -r);
    }

    /** Waits for the pictures that are being decoded; those that come too late are lost. */
    @Override
    public void close() {
        closing = true;
        workers.close();
        for (; decoded < offered; decoded++) {
            sink.lost();
        }
    }
}
