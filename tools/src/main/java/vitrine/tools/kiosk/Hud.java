package vitrine.tools.kiosk;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import vitrine.present.overlay.Figure;
import vitrine.tools.kiosk.LoopFigures.Sum;

/**
 * The figures of {@code --hud}, new once a second: pictures a second, how long after its capture a picture is handed to
 * the screen, detections a second, how old the boxes in a picture are; and of each what governs it, which is the part that
 * would have to be faster. Frame thread.
 */
final class Hud {

    private static final long INTERVAL_NANOS = 1_000_000_000;

    /** With this share of its time spent on waiting for the camera, the loop could show more if there were more. */
    private static final double IDLE = 0.03;

    private final LoopFigures figures;
    private final InferenceWorker worker;
    private final long[] before = new long[Sum.values().length];
    private final long[] now = new long[Sum.values().length];
    private long lastNanos;
    private long inferredBefore;
    private long busyBefore;

    Hud(LoopFigures figures, InferenceWorker worker) {
        this.figures = figures;
        this.worker = worker;
        lastNanos = System.nanoTime();
    }

    /** The figures, or null while those of the last call are not a second old. */
    @Nullable List<Figure> update(long nanos) {
        long interval = nanos - lastNanos;
        if (interval < INTERVAL_NANOS) {
            return null;
        }
        figures.sums(now);
        long inferred = worker.inferred();
        long busy = worker.busyNanos();
        List<Figure> figures = List.of(
                pictures(interval),
                latency(),
                boxesPerSecond(interval, inferred - inferredBefore, busy - busyBefore),
                age(interval, busy - busyBefore));
        System.arraycopy(now, 0, before, 0, now.length);
        Arrays.fill(now, 0);
        inferredBefore = inferred;
        busyBefore = busy;
        lastNanos = nanos;
        return figures;
    }

    private Figure pictures(long interval) {
        String governor = "camera";
        if (gained(Sum.CAMERA_WAIT) < IDLE * interval) {
            long gpu = gained(Sum.GPU_WAIT);
            long display = gained(Sum.DISPLAY_WAIT);
            long cpu = interval - gpu - display - gained(Sum.CAMERA_WAIT);
            governor = largest(gpu, "GPU", display, "display", cpu, "CPU");
        }
        return figure("video", gained(Sum.PRESENTED) * 1e9 / interval, "fps", governor);
    }

    /** Of a picture's way: until the loop took the frame, on the GPU, and the rest, which is waiting for an image. */
    private Figure latency() {
        long count = gained(Sum.PRESENTED);
        if (count == 0) {
            return new Figure("latency", "-", "ms", "");
        }
        long total = gained(Sum.PRESENTED_AFTER);
        long camera = gained(Sum.TAKEN_AFTER);
        long gpu = gained(Sum.GPU);
        return figure("latency", total / 1e6 / count, "ms", largest(gpu, "GPU", total - camera - gpu, "display", camera, "camera"));
    }

    private Figure boxesPerSecond(long interval, long inferred, long busy) {
        return figure("detection", inferred * 1e9 / interval, "fps", detectionGovernor(interval, busy));
    }

    private Figure age(long interval, long busy) {
        long count = gained(Sum.AGED);
        return count == 0
                ? new Figure("box age", "-", "ms", "")
                : figure("box age", gained(Sum.AGE) / 1e6 / count, "ms", detectionGovernor(interval, busy));
    }

    /** A network that never rests is what boxes wait for. */
    private static String detectionGovernor(long interval, long busy) {
        return busy > (1 - 2 * IDLE) * interval ? "network" : "camera";
    }

    private long gained(Sum sum) {
        return now[sum.ordinal()] - before[sum.ordinal()];
    }

    private static Figure figure(String name, double value, String unit, String governor) {
        return new Figure(name, String.format(Locale.ROOT, value < 100 ? "%.1f" : "%.0f", value), unit, governor);
    }

    private static String largest(long a, String nameA, long b, String nameB, long c, String nameC) {
        if (a >= b && a >= c) {
            return nameA;
        }
        return b >= c ? nameB : nameC;
    }
}
