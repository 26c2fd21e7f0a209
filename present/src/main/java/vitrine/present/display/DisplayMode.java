package vitrine.present.display;

import java.util.Locale;

/**
 * A mode of a display (VkDisplayModePropertiesKHR).
 *
 * @param handle VkDisplayModeKHR
 * @param width visible pixels
 * @param height visible pixels
 * @param milliHertz refresh rate in thousandths of Hz; of an interlaced mode, whole pictures
 */
record DisplayMode(long handle, int width, int height, int milliHertz) {

    double hertz() {
        return milliHertz / 1000.0;
    }

    /** Nanoseconds from one refresh to the next. */
    long intervalNanos() {
        return milliHertz == 0 ? 16_666_667 : 1_000_000_000_000L / milliHertz;
    }

    long pixels() {
        return (long) width * height;
    }

    /** {@code 1920x1080@60} or {@code 1920x1080@59.94}, as a URI takes it. */
    @Override
    public String toString() {
        String hertz = String.format(Locale.ROOT, "%.2f", hertz()).replaceAll("\\.?0+$", "");
        return width + "x" + height + "@" + hertz;
    }
}
