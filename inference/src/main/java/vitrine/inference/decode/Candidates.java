package vitrine.inference.decode;

/**
 * Boxes a head found before non-maximum suppression, in plain arrays allocated once. Boxes are corners in pixels of the
 * input tensor and may reach beyond it. One owner, one thread.
 */
public final class Candidates {

    private final int[] classIndex;
    private final float[] score;
    private final float[] corners;
    private int size;

    /** @param capacity most boxes held: a head never finds more than it has anchors */
    public Candidates(int capacity) {
        classIndex = new int[capacity];
        score = new float[capacity];
        corners = new float[4 * capacity];
    }

    public void clear() {
        size = 0;
    }

    /**
     * Adds a box given by its centre.
     *
     * @return false, and nothing kept, when a value is not finite
     */
    boolean addCentred(int classIndex, float score, float cx, float cy, float w, float h) {
        return add(classIndex, score, cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2);
    }

    /**
     * Adds a box given by its corners.
     *
     * @return false, and nothing kept, when a value is not finite
     */
    public boolean add(int classIndex, float score, float left, float top, float right, float bottom) {
        if (!Float.isFinite(score)
                || !Float.isFinite(left)
                || !Float.isFinite(top)
                || !Float.isFinite(right)
                || !Float.isFinite(bottom)) {
            return false;
        }
        int i = size++;
        this.classIndex[i] = classIndex;
        this.score[i] = Math.min(score, 1);
        corners[4 * i] = left;
        corners[4 * i + 1] = top;
        corners[4 * i + 2] = right;
        corners[4 * i + 3] = bottom;
        return true;
    }

    public int size() {
        return size;
    }

    public int capacity() {
        return score.length;
    }

    public int classIndex(int i) {
        return classIndex[i];
    }

    /** 0 to 1. */
    public float score(int i) {
        return score[i];
    }

    public float left(int i) {
        return corners[4 * i];
    }

    public float top(int i) {
        return corners[4 * i + 1];
    }

    public float right(int i) {
        return corners[4 * i + 2];
    }

    public float bottom(int i) {
        return corners[4 * i + 3];
    }

    /** Intersection over union of two boxes; 0 where both are empty. */
    float overlap(int a, int b) {
        float w = Math.min(right(a), right(b)) - Math.max(left(a), left(b));
        float h = Math.min(bottom(a), bottom(b)) - Math.max(top(a), top(b));
        if (!(w > 0) || !(h > 0)) {
            return 0;
        }
        float shared = w * h;
        return shared / (area(a) + area(b) - shared);
    }

    private float area(int i) {
        return (right(i) - left(i)) * (bottom(i) - top(i));
    }
}
