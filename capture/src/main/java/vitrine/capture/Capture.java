package vitrine.capture;

import vitrine.engine.frame.FrameFormat;

/** What {@link FrameSource#next} returns: a frame, or why there is none. Events are values, not exceptions. */
public sealed interface Capture
        permits CapturedFrame,
                Capture.NoFrame,
                Capture.EndOfStream,
                Capture.FormatChanged,
                Capture.SignalLost,
                Capture.Failed {

    /** No frame within the time given; a later call may have one. */
    record NoFrame() implements Capture {
        static final NoFrame INSTANCE = new NoFrame();
    }

    /** The source has delivered its last frame. */
    record EndOfStream() implements Capture {
        static final EndOfStream INSTANCE = new EndOfStream();
    }

    /**
     * The frames that follow have another format, or come from a camera opened again, and lie in other buffers: {@link FrameSource#buffers} has changed.
     * Old buffers stay valid until their frames are closed; the consumer drops its imports of them after that.
     *
     * @param format of the frames that follow
     */
    record FormatChanged(FrameFormat format) implements Capture {}

    /**
     * A camera delivers nothing for now, and is tried again. {@link FormatChanged} tells when it has been opened again,
     * its first frame that it is back.
     *
     * @param reason one line, for a log
     */
    record SignalLost(String reason) implements Capture {}

    /**
     * The source has broken down for good.
     *
     * @param message one line: the thing, the cause, the mend
     */
    record Failed(String message) implements Capture {}
}
