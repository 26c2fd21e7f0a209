package vitrine.capture;

import org.jspecify.annotations.Nullable;

/**
 * What becomes of a buffer that the driver has filled. Called by the camera's thread, which has dequeued it; closed by
 * the same thread before the device is.
 */
sealed interface FrameDelivery extends AutoCloseable permits DirectDelivery, CopyDelivery, JpegDelivery {

    /** Takes finished frames. */
    interface Sink {
        /** A frame is there; any thread. */
        void publish(FramePool pool, CapturedFrame frame);

        /** A free buffer of the pool; where there is none, one that waits unseen is taken back. Null where all are lent. */
        @Nullable
        CapturedFrame take(BufferPool pool);

        /** A frame was lost because the consumer or the decoder is late; any thread. */
        void lost();

        /** A frame was lost because it came damaged; any thread. */
        void damaged();

        /** The CPU wrote this many bytes of frame data; any thread. */
        void wrote(long bytes);

        /** Something ails that the camera's thread must see to; any thread. */
        void wake();
    }

    /** What the frames are lent out of. */
    FramePool pool();

    /** Passes a filled, undamaged buffer on. Why that cannot be done and the stream must be set up anew, or empty. */
    String deliver(int index, long sequence, long captureNanos);

    /** Gives a damaged buffer back to the driver. As {@link #deliver}. */
    String discard(int index);

    /** Why the stream must be set up anew, as seen by another thread; empty where nothing ails. */
    String problem();

    /** After this nothing is queued or published. */
    @Override
    void close();
}
