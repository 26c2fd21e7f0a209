package vitrine.present.pass;

import static org.lwjgl.vulkan.VK13.VK_BUFFER_USAGE_STORAGE_BUFFER_BIT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import vitrine.engine.command.FrameRing;
import vitrine.engine.command.Timeline;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.memory.DeviceBuffer;
import vitrine.present.video.ViewTransform;

/**
 * What passes are told of a picture beside its pixels: the time, and the newest detections with their age. Times are the
 * camera's, so that the age is how far the picture has gone on since the one in which the objects were found: a detector
 * that hangs lets it grow, one that is waited for keeps it at 0. Frame thread; nothing is allocated a picture.
 *
 * <p>The buffer is laid out as present/pass.glsl reads it.
 */
public final class Moment {

    /** Detections that a pass can see; more raise its overflow flag. */
    public static final int MAX_DETECTIONS = 256;

    /** Age in seconds where there are no detections to go by. */
    public static final float NEVER = 1e9f;

    private static final int HEAD_BYTES = 32;
    private static final int DETECTION_BYTES = 32;
    private static final long BYTES = HEAD_BYTES + (long) MAX_DETECTIONS * DETECTION_BYTES;

    /** A float of seconds stays fine enough to animate by: at an hour its step is a quarter of a millisecond. */
    private static final long TIME_WRAP_NANOS = 3_600_000_000_000L;

    private final float[] corners = new float[4 * MAX_DETECTIONS];
    private final int[] classes = new int[MAX_DETECTIONS];
    private final float[] scores = new float[MAX_DETECTIONS];
    private final int[] chosen = new int[MAX_DETECTIONS];
    private int count;
    private boolean overflow;
    private boolean known;
    private long foundNanos;

    private boolean begun;
    private long firstNanos;
    private long pictureNanos;
    private long drawnNanos;
    private int pictures;

    private List<PassSpec> passes = List.of();

    /** There are no detections to go by: none yet, the signal was lost, the detector has failed. */
    public void forgetDetections() {
        count = 0;
        overflow = false;
        known = false;
    }

    /**
     * Begins the detections of a picture, none at first.
     *
     * @param captureNanos when that picture was captured, as of {@link System#nanoTime()}
     */
    public void detections(long captureNanos) {
        count = 0;
        overflow = false;
        known = true;
        foundNanos = captureNanos;
    }

    /**
     * Adds one, by its box in upright source pixels.
     *
     * @param classIndex line of the model's labels, from 0
     * @param score 0 to 1
     */
    public void detection(float x, float y, float width, float height, int classIndex, float score) {
        // One without a place could be anywhere: the passes are told not to rely on the list.
        if (count == MAX_DETECTIONS || !Float.isFinite(x + y + width + height)) {
            overflow = true;
            return;
        }
        corners[4 * count] = x;
        corners[4 * count + 1] = y;
        corners[4 * count + 2] = x + width;
        corners[4 * count + 3] = y + height;
        classes[count] = classIndex;
        scores[count] = score;
        int bits = 0;
        for (int i = 0; i < passes.size(); i++) {
            bits |= passes.get(i).chooses(classIndex) ? 1 << i : 0;
        }
        chosen[count] = bits;
        count++;
    }

    /**
     * The picture drawn from now on.
     *
     * @param captureNanos when it was captured, as of {@link System#nanoTime()}
     */
    public void picture(long captureNanos) {
        if (!begun) {
            begun = true;
            firstNanos = captureNanos;
            drawnNanos = captureNanos;
        }
        pictureNanos = captureNanos;
    }

    void serve(List<PassSpec> specs) {
        passes = specs;
    }

    float age() {
        return known ? Math.abs(pictureNanos - foundNanos) / 1e9f : NEVER;
    }

    /** Writes it all for a picture in that place, which counts as drawn. */
    private void write(MemorySegment to, ViewTransform view) {
        to.set(ValueLayout.JAVA_FLOAT, 0, Math.max(0, pictureNanos - firstNanos) % TIME_WRAP_NANOS / 1e9f);
        to.set(ValueLayout.JAVA_FLOAT, 4, Math.max(0, pictureNanos - drawnNanos) / 1e9f);
        to.set(ValueLayout.JAVA_FLOAT, 8, age());
        to.set(ValueLayout.JAVA_INT, 12, pictures++);
        to.set(ValueLayout.JAVA_INT, 16, count);
        to.set(ValueLayout.JAVA_INT, 20, overflow ? 1 : 0);
        float scaleX = (float) view.width() / view.uprightWidth();
        float scaleY = (float) view.height() / view.uprightHeight();
        for (int i = 0; i < count; i++) {
            long at = HEAD_BYTES + (long) DETECTION_BYTES * i;
            to.set(ValueLayout.JAVA_FLOAT, at, corners[4 * i] * scaleX);
            to.set(ValueLayout.JAVA_FLOAT, at + 4, corners[4 * i + 1] * scaleY);
            to.set(ValueLayout.JAVA_FLOAT, at + 8, corners[4 * i + 2] * scaleX);
            to.set(ValueLayout.JAVA_FLOAT, at + 12, corners[4 * i + 3] * scaleY);
            to.set(ValueLayout.JAVA_INT, at + 16, classes[i]);
            to.set(ValueLayout.JAVA_FLOAT, at + 20, scores[i]);
            to.set(ValueLayout.JAVA_INT, at + 24, chosen[i]);
        }
        drawnNanos = pictureNanos;
    }

    /** A moment for trying a pass: one object, chosen by all, in the first quarter of a picture of that size. */
    static DeviceBuffer rehearsal(VulkanDevice device, int side) {
        DeviceBuffer buffer = DeviceBuffer.create(
                device, "moment of a rehearsal", BYTES, VK_BUFFER_USAGE_STORAGE_BUFFER_BIT, DeviceBuffer.Use.UPLOAD);
        MemorySegment to = buffer.memory();
        to.fill((byte) 0);
        to.set(ValueLayout.JAVA_FLOAT, 0, 1f);
        to.set(ValueLayout.JAVA_FLOAT, 4, 1 / 25f);
        to.set(ValueLayout.JAVA_INT, 12, 25);
        to.set(ValueLayout.JAVA_INT, 16, 1);
        to.set(ValueLayout.JAVA_FLOAT, HEAD_BYTES + 8, side / 2f);
        to.set(ValueLayout.JAVA_FLOAT, HEAD_BYTES + 12, side / 2f);
        to.set(ValueLayout.JAVA_FLOAT, HEAD_BYTES + 20, 1f);
        to.set(ValueLayout.JAVA_INT, HEAD_BYTES + 24, -1);
        return buffer;
    }

    /** The GPU's copies, one a picture in flight. */
    static final class Buffers implements AutoCloseable {

        private final Timeline timeline;
        private final @Nullable DeviceBuffer[] buffers = new DeviceBuffer[FrameRing.FRAMES];
        private final long[] inUse = new long[FrameRing.FRAMES];
        private int turn;

        Buffers(VulkanDevice device, Timeline timeline) {
            this.timeline = timeline;
            Arrays.setAll(
                    buffers,
                    i -> DeviceBuffer.create(
                            device, "moment " + i, BYTES, VK_BUFFER_USAGE_STORAGE_BUFFER_BIT, DeviceBuffer.Use.UPLOAD));
        }

        /** Writes the moment for the submission that comes next; returns the copy's device address. */
        long upload(Moment moment, ViewTransform view) {
            turn = (turn + 1) % buffers.length;
            // Submissions finish in order, and the ring has waited for the one three frames ago: this seldom waits.
            if (inUse[turn] <= timeline.submitted()) {
                timeline.await(inUse[turn], Long.MAX_VALUE);
            }
            DeviceBuffer buffer = buffers[turn];
            moment.write(buffer.memory(), view);
            inUse[turn] = timeline.submitted() + 1;
            return buffer.deviceAddress();
        }

        @Override
        public void close() {
            for (DeviceBuffer buffer : buffers) {
                buffer.close();
            }
        }
    }
}
