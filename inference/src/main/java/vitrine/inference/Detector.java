package vitrine.inference;

import java.lang.foreign.MemorySegment;
import vitrine.inference.model.ModelSpec;
import vitrine.inference.preprocess.Letterbox;

/**
 * A detection network ready to run: tensor in, boxes out. Used by one thread at a time; whoever creates it closes
 * it.
 */
public sealed interface Detector extends AutoCloseable permits OpenCvDetector {

    /** What it was made from; its {@code input} is the tensor to give. */
    ModelSpec model();

    /** Engine and version, for reports: {@code OpenCV 4.13.0}. */
    String engine();

    /**
     * Runs the network on one tensor and adds what it finds, best score first. A network that answers with NaN or infinity
     * finds nothing there, see {@link #rejected}.
     *
     * @param tensor native memory laid out as {@code model().input()} says; read during the call, not kept
     * @param letterbox where the picture lies in the tensor
     * @param into already begun for its frame: boxes and the inference time are added
     * @throws IllegalArgumentException when the tensor is not native memory of the right size
     */
    void detect(MemorySegment tensor, Letterbox letterbox, Detections into);

    /** Time of the last call in the network, tensor copied in and outputs copied out. */
    long inferenceNanos();

    /** Time of the last call in decoding and suppression. */
    long decodeNanos();

    /** Rows of the last call's output left out because a value was NaN or infinite; 0 from a sound network. */
    int rejected();

    @Override
    void close();
}
