package vitrine.capture.v4l2;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Chooses among what a device offers. Left to itself it takes what suits a full-screen picture on a Pi: the largest size
 * up to 1920x1080 that comes at 24 frames a second or more, in a format that need not be decoded where one keeps that
 * rate, at up to 60 frames a second.
 *
 * @param code pixel format
 * @param width in pixels; 0 where the device decides, as its sender does
 * @param height in pixels
 * @param rate frames a second, 0 where the driver does not say
 */
public record ModeChoice(PixelCode code, int width, int height, double rate) {
    static final int BEST_WIDTH = 1920;
    static final int BEST_HEIGHT = 1080;
    static final double FLUENT = 24;
    static final double ENOUGH = 60;

    /** What a continuous range of sizes is tried at. */
    private static final int[][] USUAL = {
        {3840, 2160},
        {2560, 1440},
        {1920, 1080},
        {1280, 720},
        {1024, 768},
        {800, 600},
        {640, 480},
        {640, 360},
        {320, 240}
    };

    /** Best first. */
    static final Comparator<ModeChoice> ORDER = Comparator.<ModeChoice, Boolean>comparing(m -> !m.isFluent())
            .thenComparing(m -> !m.fits())
            .thenComparingLong(m -> m.fits() ? -m.area() : m.area())
            .thenComparing(m -> m.code.isJpeg())
            .thenComparingDouble(m -> -Math.min(m.rate, ENOUGH))
            .thenComparing(ModeChoice::code);

    /** With a sender's size and rate. */
    ModeChoice as(DvTimings sent) {
        return new ModeChoice(code, sent.width(), sent.height(), sent.framesPerSecond());
    }

    private boolean isFluent() {
        return rate == 0 || rate >= FLUENT;
    }

    private boolean fits() {
        return width <= BEST_WIDTH && height <= BEST_HEIGHT;
    }

    private long area() {
        return (long) width * height;
    }

    /**
     * All modes that meet a request, best first.
     *
     * @param offered of {@link OfferedFormats}
     * @throws V4l2Exception that says what there is instead, where none does
     */
    static List<ModeChoice> of(V4l2Device device, List<OfferedFormat> offered, CameraRequest request) {
        List<OfferedFormat> readable =
                offered.stream().filter(f -> f.code() != null).toList();
        if (offered.isEmpty() && device.capability().isLibcamera()) {
            // Its open succeeds where the camera is taken (src/v4l2/v4l2_camera_file.cpp), and never again finds it
            // free.
            throw new V4l2Exception(
                    "libcamera offers no format, as when another program has the camera",
                    "end that program, then start this one again");
        }
        if (readable.isEmpty()) {
            throw unreadable(offered);
        }
        PixelCode wanted = request.code();
        List<OfferedFormat> named = readable.stream()
                .filter(f -> wanted == null || f.code() == wanted)
                .toList();
        if (named.isEmpty()) {
            throw new V4l2Exception(
                    "it has no format " + (wanted == null ? "" : wanted.fourcc()),
                    "it has " + names(readable) + "; vitrine list cameras shows all");
        }
        List<ModeChoice> sized = new ArrayList<>();
        for (OfferedFormat f : named) {
            addModes(device, f, request, sized);
        }
        if (sized.isEmpty()) {
            throw new V4l2Exception(
                    "it has no size " + request.width() + "x" + request.height() + " in "
                            + named.stream().map(OfferedFormat::fourcc).collect(Collectors.joining(", ")),
                    "it has "
                            + named.stream()
                                    .flatMap(f -> f.sizes().stream())
                                    .map(SizeRange::toString)
                                    .distinct()
                                    .collect(Collectors.joining(", ")));
        }
        List<ModeChoice> rated =
                sized.stream().filter(m -> m.rate >= 0).sorted(ORDER).toList();
        if (rated.isEmpty()) {
            throw new V4l2Exception(
                    "it does not give " + FrameRates.text(request.framesPerSecond()) + " frames a second"
                            + (request.width() > 0 ? " at " + request.width() + "x" + request.height() : "")
                            + (wanted == null ? "" : " in " + wanted.fourcc()),
                    "vitrine list cameras shows the rates of each size");
        }
        return rated;
    }

    /** Adds the modes of a format that have the size; those that lack the rate get a rate of -1. */
    private static void addModes(V4l2Device device, OfferedFormat f, CameraRequest request, List<ModeChoice> modes) {
        PixelCode code = f.code();
        if (code == null) {
            return;
        }
        boolean sized = request.width() > 0;
        if (f.sizes().isEmpty()) {
            // Drivers with one size, or with a sender's, list none; what is asked is tried.
            modes.add(new ModeChoice(code, request.width(), request.height(), request.framesPerSecond()));
        }
        for (SizeRange s : f.sizes()) {
            if (s.isDiscrete()) {
                if (!sized || s.contains(request.width(), request.height())) {
                    modes.add(new ModeChoice(code, s.maxWidth(), s.maxHeight(), rate(s.rates(), request)));
                }
                continue;
            }
            int[][] sizes = sized ? new int[][] {{request.width(), request.height()}} : USUAL;
            for (int[] size : sizes) {
                if (s.contains(size[0], size[1])) {
                    FrameRates rates = OfferedFormats.rates(device, code.code(), size[0], size[1]);
                    modes.add(new ModeChoice(code, size[0], size[1], rate(rates, request)));
                }
            }
        }
    }

    private static double rate(FrameRates rates, CameraRequest request) {
        double wanted = request.framesPerSecond();
        if (wanted > 0) {
            return rates.offers(wanted) ? wanted : -1;
        }
        return rates.best(ENOUGH);
    }

    /** Why none of these formats is read: raw sensors have their own way in. */
    static V4l2Exception unreadable(List<OfferedFormat> offered) {
        if (offered.stream().anyMatch(OfferedFormat::isRaw)) {
            return new V4l2Exception(
                    "delivers raw Bayer pictures (" + names(offered)
                            + "), as CSI sensors do, which must be developed first",
                    "open it through libcamera: v4l2:?via=libcamera (package libcamera-v4l2)");
        }
        return offered.isEmpty()
                ? new V4l2Exception("offers no pixel format at all", "it may be half of a pipeline that is not set up")
                : new V4l2Exception(
                        "has only formats that are not read here: " + names(offered),
                        "Vitrine reads " + String.join(", ", PixelCode.names()));
    }

    private static String names(List<OfferedFormat> formats) {
        return formats.stream().map(OfferedFormat::fourcc).distinct().collect(Collectors.joining(", "));
    }

    /** {@code NV12 1280x720 at 30 fps}. */
    @Override
    public String toString() {
        return code.fourcc()
                + (width == 0 ? ", size and rate as sent" : " " + width + "x" + height)
                + (rate > 0 ? " at " + FrameRates.text(rate) + " fps" : "");
    }
}
