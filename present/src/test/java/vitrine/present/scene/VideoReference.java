package vitrine.present.scene;

import vitrine.engine.frame.ChromaSiting;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.Orientation;
import vitrine.present.video.ViewTransform;

/**
 * The video pass in plain Java and doubles, written from the format's definition and the conventions alone: half-pixel
 * centres, edges repeated, chroma linear in its own plane, and where the picture gets smaller the mean of evenly spaced
 * taps, one a sample covered.
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares it
record VideoReference(FrameFormat format, byte[][] bytes, Orientation orientation, ChromaSiting siting) {

    /** Most taps an axis, as VideoPass.MAX_TAPS. */
    private static final int MAX_TAPS = 8;

    /** 0xRRGGBB as doubles 0..255, three a pixel, of the whole target with its black bars. */
    double[] draw(ViewTransform view) {
        double[] rgb = new double[3 * view.targetWidth() * view.targetHeight()];
        for (int y = view.y(); y < view.y() + view.height(); y++) {
            for (int x = view.x(); x < view.x() + view.width(); x++) {
                double u = (x + 0.5 - view.x()) / view.width();
                double v = (y + 0.5 - view.y()) / view.height();
                double[] pixel = convert(
                        average(0, orientation.storedX(u, v), orientation.storedY(u, v), view),
                        average(1, orientation.storedX(u, v), orientation.storedY(u, v), view),
                        average(2, orientation.storedX(u, v), orientation.storedY(u, v), view));
                System.arraycopy(pixel, 0, rgb, 3 * (y * view.targetWidth() + x), 3);
            }
        }
        return rgb;
    }

    private double average(int component, double storedX, double storedY, ViewTransform view) {
        boolean chroma = format.pixelFormat().isYuv() && component > 0;
        int shiftX = chroma ? format.pixelFormat().chromaShiftX() : 0;
        int shiftY = chroma ? format.pixelFormat().chromaShiftY() : 0;
        int shownX = orientation.isSideways() ? view.height() : view.width();
        int shownY = orientation.isSideways() ? view.width() : view.height();
        double footprintX = (double) format.width() / shownX;
        double footprintY = (double) format.height() / shownY;
        int tapsX = Math.clamp((long) Math.ceil(footprintX / (1 << shiftX)), 1, MAX_TAPS);
        int tapsY = Math.clamp((long) Math.ceil(footprintY / (1 << shiftY)), 1, MAX_TAPS);
        double sum = 0;
        for (int j = 0; j < tapsY; j++) {
            for (int i = 0; i < tapsX; i++) {
                double x = storedX * format.width() + ((i + 0.5) / tapsX - 0.5) * footprintX;
                double y = storedY * format.height() + ((j + 0.5) / tapsY - 0.5) * footprintY;
                if (shiftX == 1) {
                    // Sample c lies on pixel 2c (left) or between 2c and 2c + 1 (centre).
                    x = siting == ChromaSiting.LEFT ? (x - 0.5) / 2 + 0.5 : x / 2;
                }
                if (shiftY == 1) {
                    y /= 2;
                }
                sum += bilinear(
                        component, x, y, (format.width() + shiftX) >> shiftX, (format.height() + shiftY) >> shiftY);
            }
        }
        return sum / (tapsX * tapsY);
    }

    private double bilinear(int component, double x, double y, int width, int height) {
        double px = Math.clamp(x - 0.5, 0, width - 1);
        double py = Math.clamp(y - 0.5, 0, height - 1);
        int x0 = (int) px;
        int y0 = (int) py;
        int x1 = Math.min(x0 + 1, width - 1);
        int y1 = Math.min(y0 + 1, height - 1);
        double wx = px - x0;
        double wy = py - y0;
        return (at(component, x0, y0) * (1 - wx) + at(component, x1, y0) * wx) * (1 - wy)
                + (at(component, x0, y1) * (1 - wx) + at(component, x1, y1) * wx) * wy;
    }

    private int at(int c, int x, int y) {
        int plane = 0;
        int byteOfRow;
        switch (format.pixelFormat()) {
            case NV12, NV16, NV24 -> {
                plane = c == 0 ? 0 : 1;
                byteOfRow = c == 0 ? x : 2 * x + c - 1;
            }
            case NV21, NV61 -> {
                plane = c == 0 ? 0 : 1;
                byteOfRow = c == 0 ? x : 2 * x + 2 - c;
            }
            case GREY -> {
                if (c > 0) {
                    return 128;
                }
                byteOfRow = x;
            }
            case I420, I422, I444 -> {
                plane = c;
                byteOfRow = x;
            }
            case YUYV -> byteOfRow = c == 0 ? 2 * x : 4 * x + (c == 1 ? 1 : 3);
            case UYVY -> byteOfRow = c == 0 ? 2 * x + 1 : 4 * x + (c == 1 ? 0 : 2);
            case YVYU -> byteOfRow = c == 0 ? 2 * x : 4 * x + (c == 1 ? 3 : 1);
            case VYUY -> byteOfRow = c == 0 ? 2 * x + 1 : 4 * x + (c == 1 ? 2 : 0);
            case RGB24 -> byteOfRow = 3 * x + c;
            case BGR24 -> byteOfRow = 3 * x + 2 - c;
            case RGBX32 -> byteOfRow = 4 * x + c;
            case BGRX32 -> byteOfRow = 4 * x + 2 - c;
            default -> throw new AssertionError(format);
        }
        return bytes[format.plane(plane).memory()][
                        Math.toIntExact(format.plane(plane).offset())
                                + y * format.plane(plane).stride()
                                + byteOfRow]
                & 255;
    }

    private double[] convert(double a, double b, double c) {
        if (!format.pixelFormat().isYuv()) {
            return new double[] {a, b, c};
        }
        boolean full = format.color().range() == vitrine.engine.frame.ColorEncoding.Range.FULL;
        double y = full ? a / 255 : (a - 16) / 219;
        double cb = (b - 128) / (full ? 255 : 224);
        double cr = (c - 128) / (full ? 255 : 224);
        double kr = format.color().matrix().kr();
        double kb = format.color().matrix().kb();
        double red = y + 2 * (1 - kr) * cr;
        double blue = y + 2 * (1 - kb) * cb;
        double green = (y - kr * red - kb * blue) / (1 - kr - kb);
        return new double[] {255 * Math.clamp(red, 0, 1), 255 * Math.clamp(green, 0, 1), 255 * Math.clamp(blue, 0, 1)};
    }
}
