package vitrine.tools.kiosk;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lwjgl.vulkan.VkCommandBuffer;
import vitrine.capture.CapturedFrame;
import vitrine.present.StaleInstanceException;
import vitrine.present.display.AcquireResult;
import vitrine.present.display.FrameTarget;
import vitrine.present.overlay.Overlay;
import vitrine.present.overlay.Step;
import vitrine.present.pass.Moment;
import vitrine.present.scene.Composer;

/**
 * What the target shows: video with its overlay, or a card over what was there. A frame is drawn when it comes; a card
 * when it is put up, and again when the target has lost it. Frame thread.
 */
final class Picture {

    private final FrameTarget target;
    private final Composer composer;
    private final TimedRing ring;
    private final LoopFigures figures;
    private final Overlay overlay = new Overlay();
    private boolean card;
    private boolean cardDue;

    /** @param target stays its maker's, as the rest does */
    Picture(FrameTarget target, Composer composer, TimedRing ring, LoopFigures figures) {
        this.target = target;
        this.composer = composer;
        this.ring = ring;
        this.figures = figures;
    }

    /** What is drawn over the video next; a card comes and goes through {@link #card} and {@link #takeCardDown}. */
    Overlay overlay() {
        return overlay;
    }

    /** What the users' passes are told beside pixels. */
    Moment moment() {
        return composer.moment();
    }

    FrameTarget target() {
        return target;
    }

    /** Puts a card up, in the place of another; it is drawn by {@link #refresh}, or over the next frame. */
    void card(String title, String detail) {
        overlay.card(title, detail);
        card = true;
        cardDue = true;
    }

    /** Puts a card up that tells how far a start is. */
    void card(String title, List<Step> steps) {
        overlay.card(title, steps);
        card = true;
        cardDue = true;
    }

    boolean hasCard() {
        return card;
    }

    void takeCardDown() {
        overlay.clearCard();
        card = false;
        cardDue = false;
    }

    /**
     * Lets the user act, and draws the card if it is due.
     *
     * @param behind the last frame, null where there is none of this format
     * @param stage that knows the frame, null before there is a camera
     * @param sequence number of the frame expected next
     * @return false when the user has closed the target
     * @throws StaleInstanceException when only another Vulkan instance gets the screen back
     */
    boolean refresh(@Nullable CapturedFrame behind, @Nullable CameraStage stage, long sequence) {
        if (!card || (!cardDue && !target.isDamaged())) {
            return found(target.poll()) != AcquireResult.CLOSED;
        }
        ring.next(sequence);
        AcquireResult acquired = found(target.acquireCard(sequence));
        if (acquired == AcquireResult.READY) {
            submit(behind, stage, 0);
        }
        cardDue = acquired == AcquireResult.NOT_READY;
        return acquired != AcquireResult.CLOSED;
    }

    /** Draws a frame with the overlay, in the ring's present frame. */
    AcquireResult draw(CapturedFrame frame, CameraStage stage) {
        long start = System.nanoTime();
        AcquireResult acquired = found(target.acquire(frame.sequence()));
        figures.waitedForDisplay(System.nanoTime() - start);
        if (acquired == AcquireResult.READY) {
            composer.moment().picture(frame.captureNanos());
            submit(frame, stage, frame.captureNanos());
        }
        return acquired;
    }

    private static AcquireResult found(AcquireResult result) {
        if (result == AcquireResult.LOST) {
            throw new StaleInstanceException("the screen is there, but does not come back in this Vulkan instance");
        }
        return result;
    }

    private void submit(@Nullable CapturedFrame frame, @Nullable CameraStage stage, long captureNanos) {
        long start = System.nanoTime();
        VkCommandBuffer cmd = ring.begin(TimedRing.Pass.PICTURE);
        target.begin(cmd);
        if (stage == null || frame == null) {
            composer.record(cmd, target.image(), overlay);
        } else {
            stage.recordPicture(cmd, frame, target.image(), composer, overlay);
        }
        target.end(cmd);
        target.present(
                ring.submit(
                        TimedRing.Pass.PICTURE,
                        cmd,
                        target.waitSemaphore(),
                        target.waitStage(),
                        target.signalSemaphore()),
                captureNanos);
        figures.presenting().record(System.nanoTime() - start);
    }
}
