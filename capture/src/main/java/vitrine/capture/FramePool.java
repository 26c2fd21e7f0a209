package vitrine.capture;

import java.util.List;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.linux.FrameMemory;

/** The buffers of one format, wherever their frames come from. All methods take the source's lock. */
sealed interface FramePool permits BufferPool, DriverPool {

    FrameFormat format();

    /** One entry a buffer; owned by the pool. */
    List<FrameMemory> memory();

    /** Hands a published frame to the consumer. */
    void lend(CapturedFrame frame, long captureNanos);

    /** The consumer is done with a frame; any thread. */
    void giveBack(CapturedFrame frame);

    /** A frame taken or published but never lent. */
    void putBack(CapturedFrame frame);

    /** No frame of this pool will be published or lent again; its memory goes when the last one on loan is back. */
    void retire();
}
