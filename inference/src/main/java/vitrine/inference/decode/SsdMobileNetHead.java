package vitrine.inference.decode;

import java.util.List;

/**
 * SSD (Liu et al., "SSD: Single Shot MultiBox Detector", arXiv 1512.02325) with the anchors and box coding of the
 * TensorFlow object detection API's MobileNetV2 configuration: six feature maps, scales 0.2 to 0.95, coder scales
 * 10, 10, 5, 5. Class 0 is the background and never found.
 */
public final class SsdMobileNetHead implements Head {

    private static final int MAPS = 6;
    private static final float CENTRE_SCALE = 10;
    private static final float SIZE_SCALE = 5;

    private final int width;
    private final int height;
    private final int classes;
    private final int anchors;
    private final int boxes;
    /** Centre y, centre x, height, width of each anchor, 0 to 1. */
    private final float[] anchor;
    /** Where in the box output each of the 4 encodings of each anchor lies. */
    private final int[] at;

    private SsdMobileNetHead(int width, int height, int classes, int boxes, boolean permuted) {
        this.width = width;
        this.height = height;
        this.classes = classes;
        this.boxes = boxes;
        anchor = anchorsOf(width);
        anchors = anchor.length / 4;
        at = new int[4 * anchors];
        for (int i = 0; i < at.length; i++) {
            at[i] = i;
        }
        if (permuted) {
            int first = 0;
            for (int map = 0; map < MAPS; map++) {
                int cells = side(width, map) * side(width, map);
                permute(at, 4 * first, cells, perCell(map));
                first += cells * perCell(map);
            }
        }
    }

    static SsdMobileNetHead create(int width, int height, int classes, List<OutputShape> outputs, boolean permuted) {
        int wanted = width == height && width >= 32 ? anchorsOf(width).length / 4 : 0;
        int boxes = -1;
        int scores = -1;
        if (outputs.size() == 2 && classes >= 2) {
            for (int i = 0; i < 2; i++) {
                OutputShape box = outputs.get(i);
                OutputShape score = outputs.get(1 - i);
                if (isBoxes(box, wanted)
                        && score.isMatrix()
                        && score.rows() == wanted
                        && score.columns() == classes
                        && (boxes < 0 || box.name().contains("box"))) {
                    boxes = i;
                    scores = 1 - i;
                }
            }
        }
        if (boxes < 0 || scores < 0) {
            throw Head.mismatch(
                    Kind.SSD_MOBILENET_V2,
                    "[1," + wanted + ",4] and [1," + wanted + "," + classes + "] for a " + width + "x" + height
                            + " input (square) and " + classes + " labels, background included",
                    outputs);
        }
        return new SsdMobileNetHead(width, height, classes, boxes, permuted);
    }

    /** Importers write the box output as [1,N,4] or [1,N,1,4]. */
    private static boolean isBoxes(OutputShape shape, int rows) {
        return rows > 0 && shape.columns() == 4 && shape.elements() == 4L * rows;
    }

    /** Feature map sides: an output stride of 16, then halved, rounded up each time. */
    private static int side(int inputSide, int map) {
        return Math.ceilDiv(inputSide, 16 << map);
    }

    private static int perCell(int map) {
        return map == 0 ? 3 : 6;
    }

    /**
     * Writes where the true encodings lie after an NHWC map [cells, 4 * perCell] was reshaped to rows of 4 in NCHW order:
     * the value of cell p, channel c is element c * cells + p of the importer's channel-major order, whose rows of 4 are
     * in turn laid out column by column.
     */
    static void permute(int[] at, int base, int cells, int perCell) {
        int rows = cells * perCell;
        int channels = 4 * perCell;
        for (int p = 0; p < cells; p++) {
            for (int c = 0; c < channels; c++) {
                int m = c * cells + p;
                at[base + p * channels + c] = base + (m % rows) * 4 + m / rows;
            }
        }
    }

    /** Anchors in the order of the outputs: map, row, column, anchor. Each as centre y, centre x, height, width. */
    static float[] anchorsOf(int inputSide) {
        int n = 0;
        for (int map = 0; map < MAPS; map++) {
            n += side(inputSide, map) * side(inputSide, map) * perCell(map);
        }
        float[] out = new float[4 * n];
        int i = 0;
        for (int map = 0; map < MAPS; map++) {
            double[] sizes = sizesOf(map);
            int f = side(inputSide, map);
            for (int y = 0; y < f; y++) {
                for (int x = 0; x < f; x++) {
                    for (int a = 0; a < sizes.length; a += 2, i += 4) {
                        out[i] = (float) ((y + 0.5) / f);
                        out[i + 1] = (float) ((x + 0.5) / f);
                        out[i + 2] = (float) sizes[a + 1];
                        out[i + 3] = (float) sizes[a];
                    }
                }
            }
        }
        return out;
    }

    /** Width and height of the anchors of one cell. */
    private static double[] sizesOf(int map) {
        double s = scale(map);
        if (map == 0) {
            double r = Math.sqrt(2);
            return new double[] {0.1, 0.1, s * r, s / r, s / r, s * r};
        }
        double[] aspects = {1, 2, 1.0 / 2, 3, 1.0 / 3};
        double[] sizes = new double[12];
        for (int i = 0; i < aspects.length; i++) {
            sizes[2 * i] = s * Math.sqrt(aspects[i]);
            sizes[2 * i + 1] = s / Math.sqrt(aspects[i]);
        }
        sizes[10] = Math.sqrt(s * scale(map + 1));
        sizes[11] = sizes[10];
        return sizes;
    }

    private static double scale(int map) {
        return map == MAPS ? 1 : 0.2 + 0.75 * map / (MAPS - 1);
    }

    @Override
    public int anchors() {
        return anchors;
    }

    @Override
    public int decode(float[][] outputs, float threshold, Candidates into) {
        into.clear();
        float[] box = outputs[boxes];
        float[] logits = outputs[1 - boxes];
        float least = (float) Math.log(threshold / (1.0 - threshold));
        int rejected = 0;
        for (int i = 0, row = 0; i < anchors; i++, row += classes) {
            float top = logits[row + 1];
            for (int c = 2; c < classes; c++) {
                top = Math.max(top, logits[row + c]); // NaN wins, so that it is seen
            }
            if (top < least) {
                continue;
            }
            if (!Float.isFinite(top)
                    || !add(box, i, classOf(logits, row, top), (float) (1 / (1 + Math.exp(-top))), into)) {
                rejected++;
            }
        }
        return rejected;
    }

    private int classOf(float[] logits, int row, float top) {
        int c = 1;
        while (c < classes - 1 && logits[row + c] != top) {
            c++;
        }
        return c;
    }

    private boolean add(float[] box, int i, int best, float score, Candidates into) {
        int k = 4 * i;
        float ah = anchor[k + 2];
        float aw = anchor[k + 3];
        float cy = box[at[k]] / CENTRE_SCALE * ah + anchor[k];
        float cx = box[at[k + 1]] / CENTRE_SCALE * aw + anchor[k + 1];
        float h = (float) Math.exp(box[at[k + 2]] / SIZE_SCALE) * ah;
        float w = (float) Math.exp(box[at[k + 3]] / SIZE_SCALE) * aw;
        return into.addCentred(best, score, cx * width, cy * height, w * width, h * height);
    }
}
