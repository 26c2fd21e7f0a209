package vitrine.tools.bench;

import vitrine.inference.preprocess.Filter;
import vitrine.inference.preprocess.Letterbox;
import vitrine.inference.preprocess.TensorSpec;

/**
 * Bytes of picture data that the CPU reads and writes for one frame, counted from the stages: each reads its input and
 * writes its output once, the network reads the tensor. A linear resize reads two whole rows for each of its own.
 */
final class TouchedBytes {

    private TouchedBytes() {}

    /** The network's own read of the tensor: all that is left for the CPU. */
    static long ours(TensorSpec spec) {
        return spec.bytes();
    }

    static long openCv(OpenCvWay.Form form, int width, int height, Filter filter, TensorSpec spec) {
        Letterbox box = Letterbox.of(spec, width, height);
        long frame = (long) width * height;
        long inner = (long) box.width() * box.height();
        long outer = (long) spec.width() * spec.height();
        long rows = filter == Filter.AREA ? height : Math.min(height, 2L * box.height());
        long border = 3 * inner + 3 * outer;
        long blob = 3 * outer + spec.bytes();
        long network = spec.bytes();
        long resizePlanes = rows * width * 3 / 2 + inner * 3 / 2;
        long convertSmall = inner * 3 / 2 + 3 * inner;
        return switch (form) {
            case NAIVE ->
                // cvtColor, resize of the picture, border, blob
                (frame * 3 / 2 + 3 * frame) + (3 * rows * width + 3 * inner) + border + blob + network;
            case SMART -> resizePlanes + convertSmall + border + blob + network;
            case PREPARED ->
                // split, convertTo
                resizePlanes
                        + convertSmall
                        + 6 * inner
                        + (3 * inner + 3 * inner * spec.type().bytes())
                        + network;
        };
    }
}
