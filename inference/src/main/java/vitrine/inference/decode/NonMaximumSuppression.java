package vitrine.inference.decode;

/**
 * Greedy class-aware non-maximum suppression: best score first, of equal scores the earlier candidate first; a box is
 * dropped when it overlaps a kept box of its own class by more than the threshold. Allocates nothing after creation. One
 * thread uses it.
 */
public final class NonMaximumSuppression {

    private final long[] order;
    private final int[] kept;

    /**
     * @param most best candidates looked at; the rest is left out before suppression
     * @param keep most boxes kept
     */
    public NonMaximumSuppression(int most, int keep) {
        order = new long[most];
        kept = new int[keep];
    }

    /**
     * Chooses boxes.
     *
     * @param overlap largest intersection over union two kept boxes of a class may have, 0 to 1
     * @return how many are kept; {@link #kept} tells which
     */
    public int select(Candidates candidates, float overlap) {
        int n = sorted(candidates);
        int count = 0;
        for (int k = 0; k < n && count < kept.length; k++) {
            int i = index(order[k]);
            boolean keep = true;
            for (int j = 0; j < count && keep; j++) {
                int other = kept[j];
                keep = candidates.classIndex(i) != candidates.classIndex(other)
                        || candidates.overlap(i, other) <= overlap;
            }
            if (keep) {
                kept[count++] = i;
            }
        }
        return count;
    }

    /** Candidate index of the k-th kept box of the last {@link #select}, best score first. */
    public int kept(int k) {
        return kept[k];
    }

    /** Leaves the best candidates in {@link #order}, best first, by a bounded heap with the worst on top. */
    private int sorted(Candidates candidates) {
        int n = 0;
        for (int i = 0; i < candidates.size(); i++) {
            long key = key(candidates.score(i), i);
            if (n < order.length) {
                up(n++, key);
            } else if (n > 0 && key > order[0]) {
                down(0, n, key);
            }
        }
        for (int end = n - 1; end > 0; end--) {
            long last = order[end];
            order[end] = order[0];
            down(0, end, last);
        }
        return n;
    }

    /** Greater is better: scores are not negative, so their bits sort as they do; then the smaller index. */
    private static long key(float score, int index) {
        return (long) Float.floatToRawIntBits(score) << 32 | (~index & 0xFFFF_FFFFL);
    }

    private static int index(long key) {
        return ~(int) key;
    }

    private void up(int at, long key) {
        int i = at;
        while (i > 0 && order[(i - 1) / 2] > key) {
            order[i] = order[(i - 1) / 2];
            i = (i - 1) / 2;
        }
        order[i] = key;
    }

    private void down(int at, int n, long key) {
        int i = at;
        for (int child = 2 * i + 1; child < n; child = 2 * i + 1) {
            if (child + 1 < n && order[child + 1] < order[child]) {
                child++;
            }
            if (order[child] >= key) {
                break;
            }
            order[i] = order[child];
            i = child;
        }
        order[i] = key;
    }
}
