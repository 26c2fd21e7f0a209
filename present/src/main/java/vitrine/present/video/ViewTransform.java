package vitrine.present.video;

import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.Orientation;

/**
 * Where the upright picture lies on the target's canvas, which is upright as well: as large as fits with its aspect
 * kept, centred, rounded to whole pixels; the rest is black bars. Video and boxes both go through this one mapping; how
 * the canvas lies in the target's image is {@link vitrine.present.display.Canvas}'s business.
 *
 * @param uprightWidth width of the picture once it stands upright, pixels
 * @param uprightHeight its height
 * @param targetWidth width of the canvas, pixels
 * @param targetHeight its height
 * @param x left edge of the picture on the target
 * @param y top edge
 * @param width width of the picture on the target, at least 1
 * @param height its height, at least 1
 */
public record ViewTransform(
        int uprightWidth, int uprightHeight, int targetWidth, int targetHeight, int x, int y, int width, int height) {

    /** The picture of a stored frame, fitted into a target. */
    public static ViewTransform fit(FrameFormat frame, Orientation orientation, int targetWidth, int targetHeight) {
        return fit(
                orientation.width(frame.width(), frame.height()),
                orientation.height(frame.width(), frame.height()),
                targetWidth,
                targetHeight);
    }

    /** A picture of a given upright size, fitted into a target. */
    public static ViewTransform fit(int uprightWidth, int uprightHeight, int targetWidth, int targetHeight) {
        if (uprightWidth < 1 || uprightHeight < 1 || targetWidth < 1 || targetHeight < 1) {
            throw new IllegalArgumentException(
                    "picture " + uprightWidth + "x" + uprightHeight + " on target " + targetWidth + "x" + targetHeight);
        }
        double scale = Math.min((double) targetWidth / uprightWidth, (double) targetHeight / uprightHeight);
        int width = Math.clamp(Math.round(uprightWidth * scale), 1, targetWidth);
        int height = Math.clamp(Math.round(uprightHeight * scale), 1, targetHeight);
        return new ViewTransform(
                uprightWidth,
                uprightHeight,
                targetWidth,
                targetHeight,
                (targetWidth - width) / 2,
                (targetHeight - height) / 2,
                width,
                height);
    }

    /** Target x of an upright x; both count from the left edge of pixel 0. */
    public double toTargetX(double uprightX) {
        return x + uprightX * width / uprightWidth;
    }

    /** Target y of an upright y. */
    public double toTargetY(double uprightY) {
        return y + uprightY * height / uprightHeight;
    }

    /** Upright x of a target x. */
    public double toUprightX(double targetX) {
        return (targetX - x) * uprightWidth / width;
    }

    /** Upright y of a target y. */
    public double toUprightY(double targetY) {
        return (targetY - y) * uprightHeight / height;
    }
}
