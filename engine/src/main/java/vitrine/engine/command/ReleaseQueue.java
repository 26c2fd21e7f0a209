package vitrine.engine.command;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The one place where things wait for the GPU to be done with them: retired Vulkan objects and camera buffers alike.
 * Each is kept with the timeline value after which nobody reads it. Frame thread; allocates only while it grows.
 */
public final class ReleaseQueue implements AutoCloseable {

    private final Timeline timeline;
    private long[] values = new long[32];
    private @Nullable Runnable[] releases = new Runnable[32];
    private int size;

    public ReleaseQueue(Timeline timeline) {
        this.timeline = timeline;
    }

    /**
     * Runs {@code release} once the GPU has reached the value, on the frame thread.
     *
     * @param value timeline value of the last submission that uses the thing
     */
    public void defer(long value, Runnable release) {
        if (size == values.length) {
            values = Arrays.copyOf(values, 2 * size);
            releases = Arrays.copyOf(releases, 2 * size);
        }
        values[size] = value;
        releases[size] = release;
        size++;
    }

    /** As {@link #defer(long, Runnable)} after everything that has been submitted so far. */
    public void defer(Runnable release) {
        defer(timeline.submitted(), release);
    }

    /** Releases what the GPU is done with, in the order in which it was given. Called once a frame. */
    public void collect() {
        if (size == 0) {
            return;
        }
        long completed = timeline.completed();
        int kept = 0;
        int count = size;
        for (int i = 0; i < count; i++) {
            Runnable release = releases[i];
            if (values[i] <= completed && release != null) {
                releases[i] = null;
                release.run();
            } else {
                values[kept] = values[i];
                releases[kept] = release;
                if (kept != i) {
                    releases[i] = null;
                }
                kept++;
            }
        }
        // A release may have deferred something itself: it stands behind the ones seen here.
        for (int i = count; i < size; i++, kept++) {
            values[kept] = values[i];
            releases[kept] = releases[i];
            if (kept != i) {
                releases[i] = null;
            }
        }
        size = kept;
    }

    /** How many things wait. */
    public int size() {
        return size;
    }

    /** Waits for the GPU and releases everything. */
    public void drain() {
        while (size > 0) {
            timeline.await(timeline.submitted(), Long.MAX_VALUE);
            collect();
        }
    }

    /** As {@link #drain()}. */
    @Override
    public void close() {
        drain();
    }
}
