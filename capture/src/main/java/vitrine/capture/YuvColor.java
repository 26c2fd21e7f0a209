package vitrine.capture;

import vitrine.engine.frame.ColorEncoding;
import vitrine.engine.frame.ColorEncoding.Range;

/** A colour's code values, rounded to nearest; ITU-R BT.601-7, BT.709-6 and BT.2020-2, 8 bits. */
record YuvColor(int y, int cb, int cr) {

    /** @param rgb R, G, B of 8 bits each, red in the highest */
    static YuvColor of(int rgb, ColorEncoding color) {
        double r = (rgb >> 16 & 255) / 255.0;
        double g = (rgb >> 8 & 255) / 255.0;
        double b = (rgb & 255) / 255.0;
        double kr = color.matrix().kr();
        double kb = color.matrix().kb();
        double y = kr * r + (1 - kr - kb) * g + kb * b;
        double cb = (b - y) / (2 * (1 - kb));
        double cr = (r - y) / (2 * (1 - kr));
        boolean full = color.range() == Range.FULL;
        return new YuvColor(
                clamp(full ? 255 * y : 16 + 219 * y),
                clamp(128 + (full ? 255 : 224) * cb),
                clamp(128 + (full ? 255 : 224) * cr));
    }

    private static int clamp(double v) {
        return Math.clamp(Math.round(v), 0, 255);
    }
}
