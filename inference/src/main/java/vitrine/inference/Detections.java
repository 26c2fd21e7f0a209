package vitrine.inference;

import java.util.Arrays;

/**
 * What a detector found in one frame: a reusable list of boxes in plain arrays, so that steady state allocates nothing.
 * Boxes are in pixels of the upright source picture, from its top left corner. Not thread-safe: one owner at a time.
 */
public final class Detections {

    /** Most boxes kept of one frame. */
    public static final int MAX = 300;

    private final int[] classIndex = new int[MAX];
    private final float[] score = new float[MAX];
    private final float[] box = new float[4 * MAX];
    private int size;
    private long sequence;
    private long captureNanos;
    private int width;
    private int height;
    private long inferenceNanos;

    /** Empties the list and notes which frame it is about. */
    public void begin(long sequence, long captureNanos, int width, int height) {
        this.sequence = sequence;
        this.captureNanos = captureNanos;
        this.width = width;
        this.height = height;
        this.inferenceNanos = 0;
        size = 0;
    }

    /** Adds a box; false, and nothing kept, when the list is full. */
    public boolean add(int classIndex, float score, float x, float y, float w, float h) {
        if (size == MAX) {
            return false;
        }
        this.classIndex[size] = classIndex;
        this.score[size] = score;
        box[4 * size] = x;
        box[4 * size + 1] = y;
        box[4 * size + 2] = w;
        box[4 * size + 3] = h;
        size++;
        return true;
    }

    public void copyFrom(Detections other) {
        begin(other.sequence, other.captureNanos, other.width, other.height);
        inferenceNanos = other.inferenceNanos;
        size = other.size;
        System.arraycopy(other.classIndex, 0, classIndex, 0, size);
        System.arraycopy(other.score, 0, score, 0, size);
        System.arraycopy(other.box, 0, box, 0, 4 * size);
    }

    public int size() {
        return size;
    }

    public int classIndex(int i) {
        return classIndex[i];
    }

    public float score(int i) {
        return score[i];
    }

    public float x(int i) {
        return box[4 * i];
    }

    public float y(int i) {
        return box[4 * i + 1];
    }

    public float w(int i) {
        return box[4 * i + 2];
    }

    public float h(int i) {
        return box[4 * i + 3];
    }

    /** Number of the frame, from 0. */
    public long sequence() {
        return sequence;
    }

    /** CLOCK_MONOTONIC time of capture. */
    public long captureNanos() {
        return captureNanos;
    }

    /** Upright source width in pixels. */
    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    /** Time in the network, decode not counted. */
    public long inferenceNanos() {
        return inferenceNanos;
    }

    public void inferenceNanos(long nanos) {
        this.inferenceNanos = nanos;
    }

    @Override
    public String toString() {
        return "frame " + sequence + ": " + size + " boxes " + Arrays.toString(Arrays.copyOf(box, 4 * size));
    }
}
