package vitrine.capture;

import java.util.ArrayDeque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * What a live source has ready for its consumer, in order: events, and of each pool the newest frames; older ones go
 * back. Its monitor is the one lock of the source and its pools. Object monitors, unlike conditions of a Lock, allocate
 * nothing to wait.
 */
final class ReadyFrames {
    /** More would only add latency. */
    private static final int MAX_WAITING = 2;

    private final ArrayDeque<Capture> ready = new ArrayDeque<>();
    private @Nullable Capture ending;
    private long dropped;

    /** The next frame or event, the ending where there is nothing more, or that there is nothing yet. */
    synchronized Capture await(long timeoutNanos) throws InterruptedException {
        long deadline = System.nanoTime() + Math.clamp(timeoutNanos, 0, Long.MAX_VALUE / 4);
        while (ready.isEmpty()) {
            if (ending != null) {
                return ending;
            }
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return Capture.NoFrame.INSTANCE;
            }
            wait(left / 1_000_000, (int) (left % 1_000_000));
        }
        return ready.remove();
    }

    /** An event, after what is there already. */
    synchronized void add(Capture event) {
        ready.add(event);
        notifyAll();
    }

    /** What {@link #await} returns once nothing is left; the first one given counts. */
    synchronized void end(Capture how) {
        ending = ending == null ? how : ending;
        notifyAll();
    }

    /** A frame of this pool. */
    synchronized void publish(FramePool pool, CapturedFrame frame) {
        while (waiting(pool) >= MAX_WAITING) {
            dropOldest(pool);
        }
        ready.add(frame);
        notifyAll();
    }

    /** A buffer to write to: a free one, or that of the oldest frame nobody has asked for; null where all are lent. */
    synchronized @Nullable CapturedFrame take(BufferPool pool) {
        CapturedFrame free = pool.takeFree();
        if (free == null) {
            dropOldest(pool);
            free = pool.takeFree();
        }
        return free;
    }

    private int waiting(FramePool pool) {
        int n = ready.size();
        if (n >= MAX_WAITING) {
            for (Capture c : ready) {
                n -= c instanceof CapturedFrame f && f.isOf(pool) ? 0 : 1;
            }
        }
        return n;
    }

    /** Of this pool: frames and events before a change stay. */
    private void dropOldest(FramePool pool) {
        for (Iterator<Capture> i = ready.iterator(); i.hasNext(); ) {
            if (i.next() instanceof CapturedFrame f && f.isOf(pool)) {
                i.remove();
                dropped++;
                pool.putBack(f);
                return;
            }
        }
    }

    /** Frames that nobody will ask for go back to their pools. */
    synchronized void clear() {
        for (Capture c : ready) {
            if (c instanceof CapturedFrame frame) {
                frame.putBack();
            }
        }
        ready.clear();
    }

    /** Counts frames that were lost elsewhere. */
    synchronized void drop(long frames) {
        dropped += frames;
    }

    synchronized long dropped() {
        return dropped;
    }
}
