package vitrine.tools.kiosk;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import vitrine.present.display.ScanOut;
import vitrine.present.overlay.Figure;
import vitrine.tools.kiosk.LoopFigures.Sums;

/**
 * The figures of {@code --hud}, new once a second: pictures a second, how long after its capture a picture is on the
 * screen, as well as {@link ScanOut} knows, detections a second, how old the boxes in a picture are; and of each what governs it, which is the part that
 * would have to be faster. Frame thread.
 */
final class Hud {

    private static final long INTERVAL_NANOS = 1_000_000_000;

    /** With this share of its time spent on waiting for the camera, the loop could show more if there were more. */
    private static final double IDLE = 0.03;

    private final LoopFigures figures;
    private final InferenceWorker worker;
    private final @Nullable ScanOut scanOut;
    private long shownBefore;
    private long scanOutBefore;
    private Sums before;
    private long lastNanos;
    private long inferredBefore;
    private long busyBefore;
    private long inferredNanos;
    private double detectionRate;

    /**
     * Counts from now on: figures and worker may have had an earlier loop.
     *
     * @param scanOut the screen's, null where pictures are only handed over
     * @param nanos time of {@link System#nanoTime}, as in {@link #update}
     */
    Hud(LoopFigures figures, InferenceWorker worker, @Nullable ScanOut scanOut, long nanos) {
        this.scanOut = scanOut;
        this.figures = figures;
        this.worker = worker;
        lastNanos = nanos;
        inferredNanos = nanos;
        before = figures.sums().since(new Sums());
        inferredBefore = worker.inferred();
        busyBefore = worker.busyNanos();
    }

    /** The figures, or null while those of the last call are not a second old. */
    @Nullable
    List<Figure> update(long nanos) {
        long interval = nanos - lastNanos;
        if (interval < INTERVAL_NANOS) {
            return null;
        }
        Sums now = figures.sums().since(new Sums());
        Sums gained = now.since(before);
        before = now;
        long inferred = worker.inferred();
        long busy = worker.busyNanos();
        String detection = detectionGovernor(interval, busy - busyBefore);
        List<Figure> lines = List.of(
                pictures(gained, interval),
                latency(gained),
                figure("detection", detectionsPerSecond(inferred - inferredBefore, nanos), "fps", detection),
                gained.aged == 0
                        ? new Figure("box age", "-", "ms", "")
                        : figure("box age", gained.age / 1e6 / gained.aged, "ms", detection));
        inferredBefore = inferred;
        busyBefore = busy;
        lastNanos = nanos;
        return lines;
    }

    private static Figure pictures(Sums gained, long interval) {
        String governor = "camera";
        if (gained.cameraWait < IDLE * interval) {
            long cpu = interval - gained.gpuWait - gained.displayWait - gained.cameraWait;
            governor = largest(gained.gpuWait, "GPU", gained.displayWait, "display", cpu, "CPU");
        }
        return figure("video", gained.presented * 1e9 / interval, "fps", governor);
    }

    /** Of a picture's way: until the loop took the frame, on the GPU, and the rest, which is waiting for the screen. */
    private Figure latency(Sums gained) {
        long nanos = gained.presented == 0 ? 0 : gained.presentedAfter / gained.presented;
        if (scanOut != null) {
            long shown = scanOut.shown();
            long total = scanOut.totalNanos();
            nanos = shown == shownBefore ? 0 : (total - scanOutBefore) / (shown - shownBefore);
            shownBefore = shown;
            scanOutBefore = total;
        }
        if (gained.presented == 0 || nanos == 0) {
            return new Figure("latency", "-", "ms", "");
        }
        long camera = gained.takenAfter / gained.presented;
        long gpu = gained.gpu / gained.presented;
        long display = nanos - camera - gpu;
        return figure("latency", nanos / 1e6, "ms", largest(gpu, "GPU", display, "display", camera, "camera"));
    }

    /**
     * Over the time since one was done last, which is several seconds where a network takes so long. Until the next, no
     * more than if that came now: a detector that has failed goes down to nothing.
     */
    private double detectionsPerSecond(long inferred, long nanos) {
        double since = nanos - inferredNanos;
        if (inferred > 0) {
            detectionRate = inferred * 1e9 / since;
            inferredNanos = nanos;
        } else {
            detectionRate = Math.min(detectionRate, 1e9 / since);
        }
        return detectionRate;
    }

    /** A network that never rests is what boxes wait for. */
    private static String detectionGovernor(long interval, long busy) {
        return busy > (1 - 2 * IDLE) * interval ? "network" : "camera";
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
