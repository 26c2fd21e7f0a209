package vitrine.present.display;

/** What {@link FrameTarget#acquire} found. */
public enum AcquireResult {
    /** An image is there: record, submit, present. */
    READY,
    /** No image now (minimised, hidden, being resized); the frame is not shown and the loop goes on. */
    NOT_READY,
    /** The target shows nothing; the frame counts as presented without being drawn. */
    SKIP,
    /** The user closed the target: the run ends. */
    CLOSED,
    /** The screen is there, but this Vulkan instance does not get it back: it and the device must be made again. */
    LOST
}
