package vitrine.inference.decode;

import java.util.List;

/**
 * YOLOX (Ge et al., "YOLOX: Exceeding YOLO Series in 2021", arXiv 2107.08430): one row a cell, cells of strides 8, 16,
 * 32 one after another, rows of cells outside. A row is x, y, w, h, objectness and class scores, the last two already
 * through the sigmoid.
 */
public final class YoloxHead implements Head {

    private static final int[] STRIDES = {8, 16, 32};

    private final int classes;
    private final int anchors;
    private final float[] cellX;
    private final float[] cellY;
    private final float[] stride;

    private YoloxHead(int width, int height, int classes) {
        this.classes = classes;
        anchors = cells(width, height);
        cellX = new float[anchors];
        cellY = new float[anchors];
        stride = new float[anchors];
        int i = 0;
        for (int s : STRIDES) {
            for (int y = 0; y < height / s; y++) {
                for (int x = 0; x < width / s; x++, i++) {
                    cellX[i] = x;
                    cellY[i] = y;
                    stride[i] = s;
                }
            }
        }
    }

    static YoloxHead create(int width, int height, int classes, List<OutputShape> outputs) {
        if (width % 32 != 0
                || height % 32 != 0
                || outputs.size() != 1
                || !outputs.getFirst().isMatrix()
                || outputs.getFirst().rows() != cells(width, height)
                || outputs.getFirst().columns() != 5 + classes) {
            throw Head.mismatch(
                    Kind.YOLOX,
                    "[1," + cells(width, height) + "," + (5 + classes) + "] for a " + width + "x" + height
                            + " input (sides in multiples of 32) and " + classes + " labels",
                    outputs);
        }
        return new YoloxHead(width, height, classes);
    }

    static int cells(int width, int height) {
        int n = 0;
        for (int s : STRIDES) {
            n += (width / s) * (height / s);
        }
        return n;
    }

    @Override
    public int anchors() {
        return anchors;
    }

    @Override
    public int decode(float[][] outputs, float threshold, Candidates into) {
        into.clear();
        float[] out = outputs[0];
        int rejected = 0;
        for (int i = 0, row = 0; i < anchors; i++, row += 5 + classes) {
            float objectness = out[row + 4];
            if (objectness < threshold) { // class scores are at most 1
                continue;
            }
            int first = row + 5;
            float top = out[first];
            for (int c = 1; c < classes; c++) {
                top = Math.max(top, out[first + c]); // NaN wins, so that it is seen
            }
            float score = objectness * top;
            if (score < threshold) {
                continue;
            }
            float s = stride[i];
            if (!into.addCentred(
                    classOf(out, first, top),
                    score,
                    (out[row] + cellX[i]) * s,
                    (out[row + 1] + cellY[i]) * s,
                    (float) Math.exp(out[row + 2]) * s,
                    (float) Math.exp(out[row + 3]) * s)) {
                rejected++;
            }
        }
        return rejected;
    }

    private int classOf(float[] out, int first, float score) {
        int c = 0;
        while (c < classes - 1 && out[first + c] != score) {
            c++;
        }
        return c;
    }
}
