package vitrine.capture;

import java.util.List;
import vitrine.engine.linux.FrameMemory;

/** Where frames come from. Opened by {@link FrameSources}; used by one consumer thread, which closes it. */
public sealed interface FrameSource extends AutoCloseable permits ProducedSource, CameraSource {

    /** What the source is, with the format that holds now. */
    SourceInfo info();

    /**
     * The buffers that frames lie in, owned by the source. Constant until {@link #close} or until {@link #next} has
     * returned a {@link Capture.FormatChanged}; each is imported once by the consumer. The index is
     * {@link CapturedFrame#buffer()}.
     */
    List<FrameMemory> buffers();

    /**
     * The next frame or event; a frame is the caller's until {@link CapturedFrame#close}. Allocates nothing in steady
     * state. After the end or a failure every further call returns the same event.
     *
     * @param timeoutNanos how long to wait at most; 0 only looks
     */
    Capture next(long timeoutNanos) throws InterruptedException;

    /** How the frames get to where the GPU reads them. */
    CaptureMemory memory();

    /**
     * Frames lost so far because the consumer was late, and those a camera counted but did not deliver whole; always 0
     * where {@link SourceInfo#live} is false.
     */
    long dropped();

    /** Bytes of frame data that the CPU has written or read so far to produce the frames. */
    long cpuBytes();

    /**
     * Ends the source, its threads and its child processes. Buffers whose frames are still lent out are freed when the
     * last of these is closed. A second call does nothing.
     */
    @Override
    void close();
}
