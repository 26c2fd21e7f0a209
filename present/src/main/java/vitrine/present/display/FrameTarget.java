package vitrine.present.display;

import org.jspecify.annotations.Nullable;
import org.lwjgl.vulkan.VkCommandBuffer;

/**
 * Where frames go. One loop serves all of them:
 *
 * <pre>
 * ring.nextFrame();
 * switch (target.acquire(frame)) {
 *   case READY:
 *     target.begin(cmd); composer.record(cmd, target.image(), ...); target.end(cmd);
 *     target.present(ring.submit(cmd, target.waitSemaphore(), target.waitStage(), target.signalSemaphore()), captureNanos);
 *   case NOT_READY, SKIP: no picture of this frame
 *   case CLOSED: leave
 *   case LOST: close target, device and instance, and make them again
 * }
 * </pre>
 *
 * <p>A READY must be followed by a submission and {@link #present}. Frame thread only. Whoever made the target closes it,
 * before the device, its timeline and its release queue.
 */
public sealed interface FrameTarget extends AutoCloseable
        permits DisplayTarget, OffscreenTarget, WindowTarget, NoneTarget {

    /**
     * Gets the next image, and lets the user act on a window.
     *
     * @param frame number of the frame that will be drawn; files are named by it
     * @throws vitrine.present.PresentException when the target has failed for good: disk full, surface lost
     */
    AcquireResult acquire(long frame);

    /**
     * As {@link #acquire} for a picture that shows no new frame, but a card. It does not count as presented; a file of it
     * has a name of its own and is written whichever frames are.
     *
     * @param frame number of the frame that it stands in for, the next one expected
     */
    AcquireResult acquireCard(long frame);

    /** Whether the last picture presented is no longer what the target shows, as of a window resized or uncovered. */
    default boolean isDamaged() {
        return false;
    }

    /**
     * Lets the user act on a window, and a display find its monitor again, while no frame comes.
     *
     * @return CLOSED when the run shall end, LOST as {@link #acquire} does, else NOT_READY
     */
    default AcquireResult poll() {
        return AcquireResult.NOT_READY;
    }

    /** How long frames take to the screen; null where there is none. Closed with the target, but readable after it. */
    default @Nullable ScanOut scanOut() {
        return null;
    }

    /** Bytes of pictures that the CPU has read back so far. */
    default long cpuBytes() {
        return 0;
    }

    /** The image acquired; from READY to {@link #present}. */
    RenderImage image();

    /** Records what makes the image a colour attachment, contents undefined. */
    void begin(VkCommandBuffer cmd);

    /** Records what hands the drawn image on: to the screen, or into a file's buffer. */
    void end(VkCommandBuffer cmd);

    /** Binary semaphore that the drawing's submission waits for, or 0. */
    long waitSemaphore();

    /** VkPipelineStageFlags2 that waits. */
    long waitStage();

    /** Binary semaphore that the submission signals, or 0. */
    long signalSemaphore();

    /**
     * Shows the image or queues the file.
     *
     * @param value timeline value of the submission
     * @param captureNanos capture time of the frame in it, {@link System#nanoTime}; 0 for a card
     */
    void present(long value, long captureNanos);

    /** Frames presented, skipped ones of a target without pictures included. */
    long presented();

    /** The source is open and its upright pictures have that many pixels: a window that follows it takes its shape. */
    default void sourceSize(int uprightWidth, int uprightHeight) {}

    /** In one line, for the log: what it is and how large. */
    String describe();

    /** Finishes what is under way (files are written to the end) and frees everything; waits for the GPU. */
    @Override
    void close();
}
