package vitrine.present.display;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import vitrine.present.PresentException;

/**
 * Which mode of a display to take.
 *
 * @param mode the choice
 * @param why in a line for the log where it is not simply what was asked for or preferred, else empty
 */
record ModeSelection(DisplayMode mode, String why) {

    /** How far a mode's rate may lie from the one asked for: 60 means 59.94 too. */
    private static final double TOLERANCE_HERTZ = 0.5;

    /** Above so many pixels a preferred mode has to prove that the GPU can fill it. */
    private static final long LARGE = 2560L * 1600;

    /** Share of the refresh interval that the picture may take; inference and scan-out want memory bandwidth too. */
    private static final double BUDGET = 0.6;

    /** What is taken of a screen too large: long and short side. */
    private static final int SMALLER_LONG = 1920;

    private static final int SMALLER_SHORT = 1200;

    /** Where no rate is asked for, no faster one than this where there is a choice: cameras have no use for it. */
    private static final int USUAL_MILLIHERTZ = 61_000;

    /**
     * Chooses.
     *
     * @param display its name, for messages
     * @param modes what it has, in its order
     * @param preferred size of the mode it prefers
     * @param request what the user asks for
     * @param cost asked when the preferred mode is large
     * @throws PresentException when it has not what is asked for, or nothing that fits an image; lists what it has
     */
    static ModeSelection choose(
            String display,
            List<DisplayMode> modes,
            PresentUri.Size preferred,
            PresentUri.ModeRequest request,
            PictureCost cost) {
        List<DisplayMode> usable = modes.stream()
                .filter(m -> m.width() <= PresentUri.Size.MAX_SIDE && m.height() <= PresentUri.Size.MAX_SIDE)
                .toList();
        if (usable.isEmpty()) {
            throw new PresentException("display " + display
                    + (modes.isEmpty()
                            ? " has no modes: is the monitor on, and its cable whole? A monitor that tells nothing of"
                                    + " itself needs video=" + display + ":1920x1080@60D in /boot/firmware/cmdline.txt"
                            : " has only modes of more than " + PresentUri.Size.MAX_SIDE + " pixels a side: "
                                    + list(modes)));
        }
        return request.isPreferred()
                ? preferred(usable, preferred, cost)
                : new ModeSelection(asked(display, usable, request), "");
    }

    private static DisplayMode asked(String display, List<DisplayMode> modes, PresentUri.ModeRequest request) {
        List<DisplayMode> sized = modes.stream()
                .filter(m -> m.width() == request.size().width()
                        && m.height() == request.size().height())
                .toList();
        if (request.refresh() == 0 && !sized.isEmpty()) {
            return usualRate(sized);
        }
        return sized.stream()
                .filter(m -> distance(m, request) <= TOLERANCE_HERTZ)
                .min(Comparator.comparingDouble(m -> distance(m, request)))
                .orElseThrow(() -> new PresentException(String.format(
                        Locale.ROOT,
                        "display %s has no mode %dx%d%s; it has %s",
                        display,
                        request.size().width(),
                        request.size().height(),
                        request.refresh() == 0 ? "" : "@" + trimmed(request.refresh()),
                        list(sized.isEmpty() ? modes : sized))));
    }

    private static double distance(DisplayMode m, PresentUri.ModeRequest request) {
        return Math.abs(m.hertz() - request.refresh());
    }

    private static ModeSelection preferred(List<DisplayMode> modes, PresentUri.Size size, PictureCost cost) {
        List<String> why = new ArrayList<>();
        DisplayMode mode = modes.stream()
                .filter(m -> m.width() == size.width() && m.height() == size.height())
                .findFirst()
                .orElse(null);
        if (mode == null) {
            mode = largest(modes);
            if (size.width() > PresentUri.Size.MAX_SIDE || size.height() > PresentUri.Size.MAX_SIDE) {
                why.add("its own " + size.width() + "x" + size.height() + " is larger than an image can be");
            }
        }
        if (mode.pixels() > LARGE) {
            long nanos = cost.nanos(mode.width(), mode.height());
            long budget = Math.round(mode.intervalNanos() * BUDGET);
            String figures = String.format(
                    Locale.ROOT,
                    "a picture of %dx%d takes %.1f ms, of %.1f ms that it may at %s",
                    mode.width(),
                    mode.height(),
                    nanos / 1e6,
                    budget / 1e6,
                    mode);
            if (nanos > budget) {
                DisplayMode smaller = smaller(modes, mode);
                why.add(figures
                        + (smaller == null
                                ? ", but there is no smaller mode"
                                : "; mode=" + mode.width() + "x" + mode.height() + " asks for it all the same"));
                mode = smaller == null ? mode : smaller;
            } else {
                why.add(figures);
            }
        }
        return new ModeSelection(mode, why.isEmpty() ? "" : mode + ": " + String.join("; ", why));
    }

    /** The largest mode that is not too large, of the same shape where there is one. */
    private static @Nullable DisplayMode smaller(List<DisplayMode> modes, DisplayMode than) {
        List<DisplayMode> small = modes.stream()
                .filter(m -> Math.max(m.width(), m.height()) <= SMALLER_LONG
                        && Math.min(m.width(), m.height()) <= SMALLER_SHORT)
                .toList();
        double aspect = (double) than.width() / than.height();
        List<DisplayMode> alike = small.stream()
                .filter(m -> Math.abs((double) m.width() / m.height() / aspect - 1) < 0.01)
                .toList();
        return small.isEmpty() ? null : largest(alike.isEmpty() ? small : alike);
    }

    private static DisplayMode largest(List<DisplayMode> modes) {
        long most = modes.stream().mapToLong(DisplayMode::pixels).max().orElse(0);
        DisplayMode first =
                modes.stream().filter(m -> m.pixels() == most).findFirst().orElseThrow();
        return usualRate(modes.stream()
                .filter(m -> m.width() == first.width() && m.height() == first.height())
                .toList());
    }

    /** The fastest of the usual rates, or the slowest of the others. */
    private static DisplayMode usualRate(List<DisplayMode> sized) {
        return sized.stream()
                .filter(m -> m.milliHertz() <= USUAL_MILLIHERTZ)
                .max(Comparator.comparingInt(DisplayMode::milliHertz))
                .orElseGet(() -> sized.stream()
                        .min(Comparator.comparingInt(DisplayMode::milliHertz))
                        .orElseThrow());
    }

    private static String trimmed(double hertz) {
        return hertz == Math.rint(hertz) ? Long.toString((long) hertz) : Double.toString(hertz);
    }

    private static String list(List<DisplayMode> modes) {
        return modes.stream().map(DisplayMode::toString).distinct().collect(Collectors.joining(", "));
    }
}
