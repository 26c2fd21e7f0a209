package vitrine.capture;

import org.jspecify.annotations.Nullable;
import vitrine.engine.frame.FrameFormat;

/** Writes frames one after another. Called by the source's producer thread alone, except {@link #cancel}. */
interface FrameProducer extends AutoCloseable {
    /** Returned by {@link #produce} where there turned out to be no further frame. */
    long END = -1;

    /**
     * Format of the frame that {@link #produce} will write next, null at the end.
     *
     * @throws SourceException when the source has broken down for good
     */
    @Nullable
    FrameFormat nextFormat() throws InterruptedException;

    /**
     * Writes the next frame into {@code frame}'s memory, whose format is that of {@link #nextFormat}.
     *
     * @return bytes of frame data that the CPU touched, or {@link #END}
     */
    long produce(CapturedFrame frame) throws InterruptedException;

    /** Makes a call that waits for something outside this process return soon; from any thread. */
    default void cancel() {}

    @Override
    void close();
}
