package vitrine.capture;

import org.jspecify.annotations.Nullable;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.linux.FrameMemory;

/**
 * A frame on loan. {@link #close} gives its buffer back to the source, from any thread and once per loan: the consumer
 * calls it through the release queue when the GPU has read the frame. The object is lent again with its buffer, so
 * nothing may keep it past {@code close}.
 */
public final class CapturedFrame implements Capture, AutoCloseable {
    private final FramePool pool;
    private final int buffer;
    private final FrameMemory memory;

    // Written by the producer before the frame is published and by next() before it is lent.
    private long sequence;
    private long captureNanos;
    private long readyNanos;
    private String name = "";
    // What the producer keeps beside this buffer, such as views of its planes; closed with the buffer.
    private @Nullable AutoCloseable attachment;
    private boolean lent; // guarded by the pool's lock

    CapturedFrame(FramePool pool, int buffer, FrameMemory memory) {
        this.pool = pool;
        this.buffer = buffer;
        this.memory = memory;
    }

    /** Index in {@link FrameSource#buffers} of the format this frame has. */
    public int buffer() {
        return buffer;
    }

    /** The buffer itself, owned by the source. */
    public FrameMemory memory() {
        return memory;
    }

    public FrameFormat format() {
        return pool.format();
    }

    /** Counts the source's frames from 0; a gap is a frame that was dropped. */
    public long sequence() {
        return sequence;
    }

    /**
     * When the frame was captured, in the clock of {@link System#nanoTime}, which on Linux is CLOCK_MONOTONIC. Cameras:
     * the driver's timestamp; paced files and patterns: when the frame was due; live streams: when it had been read; unpaced stills: when it was
     * handed out.
     */
    public long captureNanos() {
        return captureNanos;
    }

    /** File name of a still picture, empty for video. */
    public String name() {
        return name;
    }

    /**
     * Gives the buffer back.
     *
     * @throws IllegalStateException when the frame is not on loan
     */
    @Override
    public void close() {
        pool.giveBack(this);
    }

    @Override
    public String toString() {
        return "frame " + sequence + " in buffer " + buffer + (name.isEmpty() ? "" : " of " + name);
    }

    boolean isOf(FramePool owner) {
        return pool == owner;
    }

    /** For a frame that was published but never lent. */
    void putBack() {
        pool.putBack(this);
    }

    void written(long sequence, long readyNanos) {
        this.sequence = sequence;
        this.readyNanos = readyNanos;
    }

    void setName(String name) {
        this.name = name;
    }

    long readyNanos() {
        return readyNanos;
    }

    void lend(long captureNanos) {
        this.captureNanos = captureNanos;
        this.lent = true;
    }

    boolean isLent() {
        return lent;
    }

    void returned() {
        lent = false;
    }

    @Nullable
    AutoCloseable attachment() {
        return attachment;
    }

    void attach(AutoCloseable attachment) {
        this.attachment = attachment;
    }
}
