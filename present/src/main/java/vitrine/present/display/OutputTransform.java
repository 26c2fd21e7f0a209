package vitrine.present.display;

import vitrine.engine.frame.Orientation;

/**
 * How everything drawn lies in a target's image, text and boxes included: for a screen that hangs on its side, is looked
 * at from behind or in a mirror, or whose frame hides the edges. Display planes do none of this on the Pi (VK_KHR_display
 * offers the identity transform only), so the passes do.
 *
 * @param orientation how the upright picture is turned to lie in the image: mirrored left to right first, then rotated
 *     clockwise
 * @param overscan share of the image's width and height left black on each side, 0 to {@value #MAX_OVERSCAN}
 */
public record OutputTransform(Orientation orientation, double overscan) {

    /** Largest margin on each side. */
    public static final double MAX_OVERSCAN = 0.2;

    public static final OutputTransform IDENTITY = new OutputTransform(Orientation.UPRIGHT, 0);

    public OutputTransform {
        if (!(overscan >= 0 && overscan <= MAX_OVERSCAN)) {
            throw new IllegalArgumentException("overscan " + overscan + " is outside 0 to " + MAX_OVERSCAN);
        }
    }

    /** Black columns on the left and on the right of an image of that width, in pixels. */
    public int marginX(int imageWidth) {
        return (int) Math.round(imageWidth * overscan);
    }

    /** Black rows at the top and at the bottom of an image of that height, in pixels. */
    public int marginY(int imageHeight) {
        return (int) Math.round(imageHeight * overscan);
    }
}
