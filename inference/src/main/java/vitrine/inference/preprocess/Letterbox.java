package vitrine.inference.preprocess;

/**
 * Where the upright picture lies in the tensor, forward and back. Sizes are rounded to the nearest pixel, halves up, and
 * are never below 1; a centred picture's offset is rounded down, as Ultralytics and OpenCV do.
 *
 * @param sourceWidth upright picture width in pixels
 * @param sourceHeight upright picture height in pixels
 * @param x first tensor column of the picture
 * @param y first tensor row of the picture
 * @param width columns the picture fills
 * @param height rows the picture fills
 */
public record Letterbox(int sourceWidth, int sourceHeight, int x, int y, int width, int height) {

    public static Letterbox of(TensorSpec tensor, int sourceWidth, int sourceHeight) {
        if (tensor.fit() == TensorSpec.Fit.STRETCH) {
            return new Letterbox(sourceWidth, sourceHeight, 0, 0, tensor.width(), tensor.height());
        }
        double r = Math.min((double) tensor.width() / sourceWidth, (double) tensor.height() / sourceHeight);
        int width = Math.clamp(Math.round(sourceWidth * r), 1, tensor.width());
        int height = Math.clamp(Math.round(sourceHeight * r), 1, tensor.height());
        return tensor.fit() == TensorSpec.Fit.TOP_LEFT
                ? new Letterbox(sourceWidth, sourceHeight, 0, 0, width, height)
                : new Letterbox(
                        sourceWidth,
                        sourceHeight,
                        (tensor.width() - width) / 2,
                        (tensor.height() - height) / 2,
                        width,
                        height);
    }

    /** Source pixels per tensor column. */
    public double scaleX() {
        return (double) sourceWidth / width;
    }

    /** Source pixels per tensor row. */
    public double scaleY() {
        return (double) sourceHeight / height;
    }

    /** Source x of a tensor x; both count from the picture's left edge, pixel centres at one half. */
    public double toSourceX(double tensorX) {
        return (tensorX - x) * scaleX();
    }

    public double toSourceY(double tensorY) {
        return (tensorY - y) * scaleY();
    }

    public double toTensorX(double sourceX) {
        return sourceX / scaleX() + x;
    }

    public double toTensorY(double sourceY) {
        return sourceY / scaleY() + y;
    }
}
