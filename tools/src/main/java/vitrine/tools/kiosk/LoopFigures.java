package vitrine.tools.kiosk;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import vitrine.engine.profile.LatencyHistogram;

/**
 * What the frame loop measures, for the report. Made and written on the frame thread, whose heap it counts; to be read
 * when the loop has ended. Recording allocates nothing.
 */
final class LoopFigures {

    /** Frames after which the loop counts as warm, for the figure of what it allocates. */
    private static final long WARM_FRAMES = 150;

    /** What the frame thread waits for. */
    enum Wait {
        CAMERA,
        GPU,
        DISPLAY
    }

    private final long[] waited = new long[Wait.values().length];
    private long gpuNanos;
    private long presented;
    private long takenAfterNanos;
    private long presentedAfterNanos;
    private long agedNanos;
    private long aged;

    private final LatencyHistogram importing = new LatencyHistogram();
    private final LatencyHistogram tensorPass = new LatencyHistogram();
    private final LatencyHistogram picturePass = new LatencyHistogram();
    private final LatencyHistogram presenting = new LatencyHistogram();
    private final LatencyHistogram captureToPresent = new LatencyHistogram();
    private final LatencyHistogram detectionAge = new LatencyHistogram();
    private long captured;
    private long bytesImported;
    private long signalLosses;
    private long firstFrameNanos;
    private long firstPresentNanos;
    private long lastFrameNanos;
    private final ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private long warmBytes;
    private long lastBytes;

    /** A frame was taken from the source, and so many of its bytes copied for the GPU. */
    void countFrame(long bytesCopied) {
        bytesImported += bytesCopied;
        captured++;
        if (captured >= WARM_FRAMES) {
            lastBytes = thread.getCurrentThreadAllocatedBytes();
            warmBytes = captured == WARM_FRAMES ? lastBytes : warmBytes;
        }
        lastFrameNanos = System.nanoTime();
        firstFrameNanos = firstFrameNanos == 0 ? lastFrameNanos : firstFrameNanos;
    }

    /** A frame captured at one time, and taken by the loop at another, has been presented now. */
    void countPresented(long now, long captureNanos, long takenNanos) {
        firstPresentNanos = firstPresentNanos == 0 ? now : firstPresentNanos;
        captureToPresent.record(now - captureNanos);
        presented++;
        presentedAfterNanos += now - captureNanos;
        takenAfterNanos += takenNanos - captureNanos;
    }

    /** A picture was presented with boxes of that age. */
    void countAge(long nanos) {
        detectionAge.record(nanos);
        agedNanos += nanos;
        aged++;
    }

    /** The frame thread has waited that long. */
    void waited(Wait what, long nanos) {
        waited[what.ordinal()] += nanos;
    }

    /** A pass has taken that long on the GPU. */
    void countGpu(long nanos) {
        gpuNanos += nanos;
    }

    /** The running sums, from the start, in nanoseconds: copied into the array, whose length is that of {@link Sum}. */
    void sums(long[] into) {
        into[Sum.CAMERA_WAIT.ordinal()] = waited[Wait.CAMERA.ordinal()];
        into[Sum.GPU_WAIT.ordinal()] = waited[Wait.GPU.ordinal()];
        into[Sum.DISPLAY_WAIT.ordinal()] = waited[Wait.DISPLAY.ordinal()];
        into[Sum.GPU.ordinal()] = gpuNanos;
        into[Sum.PRESENTED.ordinal()] = presented;
        into[Sum.TAKEN_AFTER.ordinal()] = takenAfterNanos;
        into[Sum.PRESENTED_AFTER.ordinal()] = presentedAfterNanos;
        into[Sum.AGED.ordinal()] = aged;
        into[Sum.AGE.ordinal()] = agedNanos;
    }

    /** A running sum of {@link #sums}. */
    enum Sum {
        CAMERA_WAIT,
        GPU_WAIT,
        DISPLAY_WAIT,
        /** GPU time of all passes. */
        GPU,
        /** Frames presented. */
        PRESENTED,
        /** From capture to the loop, of frames presented. */
        TAKEN_AFTER,
        /** From capture to the hand-over for the screen. */
        PRESENTED_AFTER,
        /** Frames presented with boxes. */
        AGED,
        /** Ages of the boxes. */
        AGE
    }

    void countSignalLoss() {
        signalLosses++;
    }

    /** Frames taken from the source. */
    long captured() {
        return captured;
    }

    /** Bytes that the CPU copied because memory could not be imported. */
    long bytesImported() {
        return bytesImported;
    }

    /** How often a camera's signal was lost. */
    long signalLosses() {
        return signalLosses;
    }

    /** System.nanoTime() of the first frame presented, 0 before. */
    long firstPresentNanos() {
        return firstPresentNanos;
    }

    /** From the first frame captured to the last. */
    double seconds() {
        return (lastFrameNanos - firstFrameNanos) / 1e9;
    }

    /** Java heap bytes that a frame costs the frame thread once warm; -1 when the run was too short to tell. */
    double allocatedBytesPerFrame() {
        return captured <= WARM_FRAMES ? -1 : (double) (lastBytes - warmBytes) / (captured - WARM_FRAMES);
    }

    /** Imports of the source's buffers, one entry a buffer. */
    LatencyHistogram importing() {
        return importing;
    }

    LatencyHistogram tensorPass() {
        return tensorPass;
    }

    LatencyHistogram picturePass() {
        return picturePass;
    }

    LatencyHistogram presenting() {
        return presenting;
    }

    LatencyHistogram captureToPresent() {
        return captureToPresent;
    }

    /** How old the boxes are that a presented frame shows. */
    LatencyHistogram detectionAge() {
        return detectionAge;
    }
}
