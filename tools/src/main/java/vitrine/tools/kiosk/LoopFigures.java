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

    /** Running sums from the start on; times in nanoseconds. */
    static final class Sums {
        /** The frame thread's waiting for frames, for the GPU to be done with an older frame, and for an image. */
        long cameraWait;

        long gpuWait;
        long displayWait;

        /** GPU time of all passes. */
        long gpu;

        /** Frames presented, and what passed from their capture until the loop had them, and until the hand-over. */
        long presented;

        long takenAfter;
        long presentedAfter;

        /** Frames presented with boxes, and the ages of these. */
        long aged;

        long age;

        /** What has come since those. */
        Sums since(Sums before) {
            Sums gained = new Sums();
            gained.cameraWait = cameraWait - before.cameraWait;
            gained.gpuWait = gpuWait - before.gpuWait;
            gained.displayWait = displayWait - before.displayWait;
            gained.gpu = gpu - before.gpu;
            gained.presented = presented - before.presented;
            gained.takenAfter = takenAfter - before.takenAfter;
            gained.presentedAfter = presentedAfter - before.presentedAfter;
            gained.aged = aged - before.aged;
            gained.age = age - before.age;
            return gained;
        }
    }

    private final Sums sums = new Sums();
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
        sums.presented++;
        sums.presentedAfter += now - captureNanos;
        sums.takenAfter += takenNanos - captureNanos;
    }

    /** A picture was presented with boxes of that age. */
    void countAge(long nanos) {
        detectionAge.record(nanos);
        sums.age += nanos;
        sums.aged++;
    }

    void waitedForCamera(long nanos) {
        sums.cameraWait += nanos;
    }

    void waitedForGpu(long nanos) {
        sums.gpuWait += nanos;
    }

    void waitedForDisplay(long nanos) {
        sums.displayWait += nanos;
    }

    /** A pass has taken that long on the GPU. */
    void countGpu(long nanos) {
        sums.gpu += nanos;
    }

    /** What goes on growing; to be read only. */
    Sums sums() {
        return sums;
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
