package vitrine.inference.decode;

import java.util.List;

/**
 * The layout Ultralytics exports since YOLOv8: [1, 4 + C, anchors], a row a quantity. Rows 0 to 3 are centre x, centre
 * y, width and height in tensor pixels, the others class scores. Read class by class along memory, without a transpose.
 */
public final class YoloV8Head implements Head {

    private final int classes;
    private final int anchors;
    private final float[] top;

    private YoloV8Head(int classes, int anchors) {
        this.classes = classes;
        this.anchors = anchors;
        top = new float[anchors];
    }

    static YoloV8Head create(int classes, List<OutputShape> outputs) {
        if (outputs.size() != 1
                || !outputs.getFirst().isMatrix()
                || outputs.getFirst().rows() != 4 + classes) {
            throw Head.mismatch(Kind.YOLO_V8, "[1," + (4 + classes) + ",N] for " + classes + " labels", outputs);
        }
        return new YoloV8Head(classes, outputs.getFirst().columns());
    }

    @Override
    public int anchors() {
        return anchors;
    }

    @Override
    public int decode(float[][] outputs, float threshold, Candidates into) {
        into.clear();
        float[] out = outputs[0];
        System.arraycopy(out, 4 * anchors, top, 0, anchors);
        for (int c = 1; c < classes; c++) {
            int row = (4 + c) * anchors;
            for (int i = 0; i < anchors; i++) {
                top[i] = Math.max(top[i], out[row + i]); // NaN wins, so that it is seen
            }
        }
        int rejected = 0;
        for (int i = 0; i < anchors; i++) {
            float score = top[i];
            if (score < threshold) {
                continue;
            }
            if (!into.addCentred(
                    classOf(out, i, score),
                    score,
                    out[i],
                    out[anchors + i],
                    out[2 * anchors + i],
                    out[3 * anchors + i])) {
                rejected++;
            }
        }
        return rejected;
    }

    private int classOf(float[] out, int i, float score) {
        for (int c = 0; c < classes; c++) {
            if (out[(4 + c) * anchors + i] == score) {
                return c;
            }
        }
        return 0; // NaN: the candidate is refused
    }
}
