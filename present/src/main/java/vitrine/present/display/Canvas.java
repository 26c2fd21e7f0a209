package vitrine.present.display;

import vitrine.engine.frame.Orientation;

/**
 * The upright surface that everything is laid out on, and where it lies in a target's image: inside the margins,
 * mirrored and turned. Whole pixels fall on whole pixels.
 *
 * @param width of the upright surface, pixels
 * @param height of the upright surface
 * @param orientation how it is turned to lie in the image
 * @param left column of the image at which the surface begins
 * @param top row of the image at which the surface begins
 */
public record Canvas(int width, int height, Orientation orientation, int left, int top) {

    /** The surface of an image of that size. */
    public static Canvas of(int imageWidth, int imageHeight, OutputTransform transform) {
        int left = Math.min(transform.marginX(imageWidth), (imageWidth - 1) / 2);
        int top = Math.min(transform.marginY(imageHeight), (imageHeight - 1) / 2);
        Orientation orientation = transform.orientation();
        int width = imageWidth - 2 * left;
        int height = imageHeight - 2 * top;
        return new Canvas(orientation.width(width, height), orientation.height(width, height), orientation, left, top);
    }

    /** Width of what the surface covers of the image. */
    public int imageWidth() {
        return orientation.width(width, height);
    }

    /** Height of what the surface covers of the image. */
    public int imageHeight() {
        return orientation.height(width, height);
    }

    /** Left column in the image of an upright rectangle. */
    public int imageX(int x, int y, int rectWidth, int rectHeight) {
        int u = orientation.mirror() ? width - x - rectWidth : x;
        return left
                + switch (orientation.rotation()) {
                    case 0 -> u;
                    case 1 -> height - y - rectHeight;
                    case 2 -> width - u - rectWidth;
                    default -> y;
                };
    }

    /** Top row in the image of an upright rectangle. */
    public int imageY(int x, int y, int rectWidth, int rectHeight) {
        int u = orientation.mirror() ? width - x - rectWidth : x;
        return top
                + switch (orientation.rotation()) {
                    case 0 -> y;
                    case 1 -> u;
                    case 2 -> height - y - rectHeight;
                    default -> width - u - rectWidth;
                };
    }
}
