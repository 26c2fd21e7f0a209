package vitrine.inference.decode;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Turns the raw outputs of a detection network into candidate boxes in pixels of the input tensor. Plain Java, no
 * allocation in {@link #decode}. One thread uses it.
 */
public sealed interface Head permits YoloxHead, YoloV8Head, SsdMobileNetHead {

    /**
     * Decodes one inference.
     *
     * @param outputs the network's outputs in the order of the shapes given at creation, each densely packed
     * @param threshold least score of a candidate, above 0 and below 1
     * @param into cleared first; must have room for {@link #anchors} boxes
     * @return rows left out because a value in them is NaN or infinite
     */
    int decode(float[][] outputs, float threshold, Candidates into);

    /** Rows of the network's output: the most candidates there can be. */
    int anchors();

    /**
     * The head of a kind for outputs of these shapes.
     *
     * @param width input tensor columns
     * @param height input tensor rows
     * @param classes labels there are, a background class included where the kind has one
     * @param permutedBoxes true where OpenCV 4.13's TFLite importer made the outputs: it reshapes an NHWC tensor without
     *     undoing its own NCHW order, which permutes the boxes of each SSD feature map
     * @throws HeadMismatchException when the outputs are not of this kind
     */
    static Head create(
            Kind kind, int width, int height, int classes, List<OutputShape> outputs, boolean permutedBoxes) {
        return switch (kind) {
            case YOLOX -> YoloxHead.create(width, height, classes, outputs);
            case YOLO_V8 -> YoloV8Head.create(classes, outputs);
            case SSD_MOBILENET_V2 -> SsdMobileNetHead.create(width, height, classes, outputs, permutedBoxes);
        };
    }

    /** How boxes and scores are coded. */
    enum Kind {
        /** [1, cells, 5 + C] of strides 8, 16, 32: offsets, log sizes, objectness, class scores. */
        YOLOX("yolox"),
        /** [1, 4 + C, anchors]: centre and size in tensor pixels, class scores. */
        YOLO_V8("yolov8"),
        /** [1, anchors, 4] and [1, anchors, C]: encodings against computed anchors, class logits. */
        SSD_MOBILENET_V2("ssd-mobilenet-v2");

        private final String key;

        Kind(String key) {
            this.key = key;
        }

        /** As written in a model descriptor. */
        public String key() {
            return key;
        }

        public static String keys() {
            return Arrays.stream(values()).map(k -> '"' + k.key + '"').collect(Collectors.joining(", "));
        }
    }

    /** Fails with the shapes found beside those wanted. */
    static HeadMismatchException mismatch(Kind kind, String wanted, List<OutputShape> outputs) {
        return new HeadMismatchException("head \"" + kind.key() + "\" decodes " + wanted + ", but the network gives "
                + outputs.stream().map(OutputShape::toString).collect(Collectors.joining(" and ")));
    }
}
