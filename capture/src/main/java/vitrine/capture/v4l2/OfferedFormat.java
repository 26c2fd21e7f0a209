package vitrine.capture.v4l2;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pixel format that a device offers.
 *
 * @param fourcc its code's four characters
 * @param description the driver's words
 * @param code what Vitrine knows it as; null where it cannot read it
 * @param emulated made by a library, not by the device
 * @param sizes empty where the driver does not list any
 */
public record OfferedFormat(
        String fourcc, String description, @Nullable PixelCode code, boolean emulated, List<SizeRange> sizes) {

    public OfferedFormat {
        sizes = List.copyOf(sizes);
    }

    /** What comes straight from a CSI sensor: one colour a pixel, or the Pi's compressed form of it. */
    boolean isRaw() {
        return description.contains("Bayer") || description.contains("PiSP");
    }
}
