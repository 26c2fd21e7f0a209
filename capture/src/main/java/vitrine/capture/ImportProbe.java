package vitrine.capture;

import vitrine.engine.frame.FrameFormat;
import vitrine.engine.linux.FrameMemory;

/** Asks the consumer's device whether it takes a buffer, before frames are put into it. */
@FunctionalInterface
public interface ImportProbe {
    /** Takes everything: for consumers that import nothing. */
    ImportProbe ANY = (memory, format) -> "";

    /**
     * Tries to import a buffer and lets go of it again. Called when a camera is opened or opened again, on the source's
     * thread.
     *
     * @return why it is refused, one line; empty where it is taken
     */
    String refusal(FrameMemory memory, FrameFormat format);
}
