package vitrine.tools.kiosk;

import java.lang.foreign.MemorySegment;
import vitrine.engine.memory.TensorMemory;
import vitrine.inference.preprocess.Letterbox;

/**
 * One tensor on its way from the GPU to the network, and the frame it was made of. It belongs to one side at a time:
 * {@link InferenceWorker} says which.
 */
final class TensorSlot {

    enum State {
        /** The frame loop may write it. */
        FREE,
        /** Submitted to the GPU; the worker may take it. */
        READY,
        /** The worker reads it. */
        READING
    }

    final TensorMemory memory;
    State state = State.FREE;
    long sequence;
    long captureNanos;
    long timelineValue;
    Letterbox letterbox;

    /** The tensor's elements, without the padding to whole words. */
    final MemorySegment elements;

    TensorSlot(TensorMemory memory, long bytes, Letterbox letterbox) {
        this.memory = memory;
        this.elements = memory.memory().asSlice(0, bytes);
        this.letterbox = letterbox;
    }
}
