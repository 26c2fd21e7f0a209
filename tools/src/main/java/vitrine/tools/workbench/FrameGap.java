package vitrine.tools.workbench;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import vitrine.engine.command.Timeline;

/**
 * Where the workbench meets the frame thread: it leaves one act, the frame thread does it between two frames, and tells
 * when a picture has followed. The frame thread never waits.
 */
final class FrameGap {

    private volatile @Nullable Act next;
    private volatile boolean closed;

    /** Set in an act, so on the frame thread; read by it. */
    private @Nullable Picture awaited;

    private volatile @Nullable Picture asked;

    private static final class Act {
        final Runnable what;
        final CountDownLatch done = new CountDownLatch(1);

        Act(Runnable what) {
            this.what = what;
        }
    }

    private static final class Picture {
        final CountDownLatch drawn = new CountDownLatch(1);
        volatile long value;
    }

    /** Leaves an act and waits until it is done; false where it was not, since the run ends. Workbench's thread. */
    boolean run(Runnable what) throws InterruptedException {
        Act act = new Act(what);
        next = act;
        while (!act.done.await(20, TimeUnit.MILLISECONDS)) {
            if (closed && act.done.getCount() > 0) {
                next = null;
                return false;
            }
        }
        return true;
    }

    /** Does what was left. Frame thread. */
    void pass() {
        Act act = next;
        if (act != null) {
            next = null;
            act.what.run();
            act.done.countDown();
        }
    }

    /** From within an act: the next picture shall be told. Frame thread. */
    void awaitPicture() {
        Picture picture = new Picture();
        awaited = picture;
        asked = picture;
    }

    /** A picture was submitted. Frame thread. */
    void drawn(Timeline timeline) {
        Picture picture = awaited;
        if (picture != null) {
            awaited = null;
            picture.value = timeline.submitted();
            picture.drawn.countDown();
        }
    }

    /** Waits until the GPU has drawn the picture asked for; false where there is none in time. Workbench's thread. */
    boolean pictureDrawn(Timeline timeline, long millis) throws InterruptedException {
        Picture picture = asked;
        if (picture == null) {
            return false;
        }
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (!picture.drawn.await(20, TimeUnit.MILLISECONDS)) {
            if (closed || System.nanoTime() > end) {
                return false;
            }
        }
        return timeline.await(picture.value, Math.max(1, end - System.nanoTime()));
    }

    /** The frame thread passes no more. */
    void close() {
        closed = true;
    }
}
