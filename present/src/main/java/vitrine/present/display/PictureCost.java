package vitrine.present.display;

/** What the GPU needs for one picture, so that a screen of 4K is used as such only where that fits. */
@FunctionalInterface
public interface PictureCost {

    /**
     * Nanoseconds of GPU time for one picture of that size, measured or estimated. Called at set-up and when another
     * screen is plugged in, at most once each, on the frame thread; may take a while and may use the device.
     */
    long nanos(int width, int height);
}
