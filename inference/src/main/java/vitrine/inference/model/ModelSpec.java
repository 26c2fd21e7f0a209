package vitrine.inference.model;

import java.nio.file.Path;
import java.util.List;
import vitrine.inference.decode.Head;
import vitrine.inference.preprocess.TensorSpec;

/**
 * A detection model: its file, what it must be fed with and how its outputs are read.
 *
 * @param name for people and reports
 * @param file the network
 * @param format of the file
 * @param licence of the weights, as an SPDX expression where there is one; empty when not stated
 * @param input the tensor the preprocessing pass writes
 * @param feed what the network still does to the tensor's values
 * @param head how the outputs are coded
 * @param labels one a class, in the network's order
 * @param scoreThreshold least score of a detection, above 0 and below 1
 * @param iouThreshold largest overlap of two detections of a class, 0 to 1
 */
public record ModelSpec(
        String name,
        Path file,
        Format format,
        String licence,
        TensorSpec input,
        Feed feed,
        Head.Kind head,
        List<String> labels,
        float scoreThreshold,
        float iouThreshold) {

    public ModelSpec {
        labels = List.copyOf(labels);
        if (labels.isEmpty()) {
            throw new IllegalArgumentException("a model needs one label at least");
        }
        if (!(scoreThreshold > 0 && scoreThreshold < 1)) {
            throw new IllegalArgumentException("score threshold " + scoreThreshold + " is not above 0 and below 1");
        }
        if (!(iouThreshold >= 0 && iouThreshold <= 1)) {
            throw new IllegalArgumentException("iou threshold " + iouThreshold + " is outside 0 to 1");
        }
    }

    /** The same model with other thresholds. */
    public ModelSpec withThresholds(float score, float iou) {
        return new ModelSpec(name, file, format, licence, input, feed, head, labels, score, iou);
    }

    /** File formats. */
    public enum Format {
        ONNX,
        TFLITE
    }

    /**
     * What the network's input layer does with a tensor value: {@code (v - mean) * scale}. It lets a u8 tensor serve a
     * network that wants other values than 0..255.
     *
     * @param scale for all channels
     * @param mean one a channel, in the tensor's channel order
     */
    public record Feed(float scale, List<Float> mean) {

        /** Values go in as they are. */
        public static final Feed AS_IS = new Feed(1, TensorSpec.ZEROS);

        public Feed {
            mean = List.copyOf(mean);
            if (mean.size() != 3) {
                throw new IllegalArgumentException("mean needs three values, one a channel");
            }
        }
    }
}
