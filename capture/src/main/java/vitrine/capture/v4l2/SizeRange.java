package vitrine.capture.v4l2;

/**
 * The sizes that go with a pixel format, in pixels: one, or every step of a range.
 *
 * @param rates at the largest size
 */
public record SizeRange(
        int minWidth, int maxWidth, int stepWidth, int minHeight, int maxHeight, int stepHeight, FrameRates rates) {

    static SizeRange discrete(int width, int height, FrameRates rates) {
        return new SizeRange(width, width, 1, height, height, 1, rates);
    }

    public boolean isDiscrete() {
        return minWidth == maxWidth && minHeight == maxHeight;
    }

    boolean contains(int width, int height) {
        return width >= minWidth
                && width <= maxWidth
                && height >= minHeight
                && height <= maxHeight
                && (width - minWidth) % Math.max(1, stepWidth) == 0
                && (height - minHeight) % Math.max(1, stepHeight) == 0;
    }

    /** {@code 1280x720} or {@code 48x32 to 3840x2160}. */
    @Override
    public String toString() {
        String largest = maxWidth + "x" + maxHeight;
        return isDiscrete() ? largest : minWidth + "x" + minHeight + " to " + largest;
    }
}
