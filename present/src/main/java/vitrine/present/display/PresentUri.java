package vitrine.present.display;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import vitrine.engine.frame.Orientation;
import vitrine.present.PresentException;

/**
 * Where pictures go, as written after {@code --present}: {@code auto}, {@code
 * display:[CONNECTOR][?mode=WxH[@R]&card=PATH&wait=S]}, {@code window:[?size=WxH&fullscreen=true]}, {@code
 * offscreen:DIR[?every=N&size=WxH&keep=N]}, {@code none:}. All that draw also take {@code
 * rotate=DEGREES&mirror=true&margin=PERCENT}. What exists is consistent; whether it can be opened is another question.
 */
public sealed interface PresentUri {

    /** The best there is: display, then window, then offscreen. */
    record Auto() implements PresentUri {}

    /**
     * PNG files.
     *
     * @param directory where they go, made when missing
     * @param every writes each N-th picture, 1 or more
     * @param size of the pictures, or {@link Size#SOURCE}
     * @param keep how many of this run's pictures stay, the newest ones; 0 for all
     * @param transform how the pictures lie in them
     */
    record Offscreen(Path directory, int every, Size size, int keep, OutputTransform transform) implements PresentUri {}

    /**
     * A window on X11 or Wayland.
     *
     * @param size of the window when not full screen, or {@link Size#SOURCE}: as large as the picture where it fits
     * @param fullscreen starts full screen
     * @param transform how the picture lies in it
     */
    record Window(Size size, boolean fullscreen, OutputTransform transform) implements PresentUri {}

    /** Nowhere. */
    record None() implements PresentUri {}

    /**
     * A whole screen, without X or Wayland.
     *
     * @param connector its name as the kernel has it, such as HDMI-A-1; empty for the first with a monitor
     * @param mode what is asked for, or {@link ModeRequest#PREFERRED}
     * @param card DRM device such as /dev/dri/card1, where the connector's name alone is not enough
     * @param waitSeconds how long to wait for a monitor, or for another program to let go of the screen; {@link
     *     #FOREVER} unless the URI says otherwise
     * @param transform how the picture lies on it
     */
    record Display(String connector, ModeRequest mode, Optional<Path> card, int waitSeconds, OutputTransform transform)
            implements PresentUri {

        public static final int FOREVER = Integer.MAX_VALUE;

        /** The same in the mode that the monitor prefers. */
        public Display inPreferredMode() {
            return new Display(connector, ModeRequest.PREFERRED, card, waitSeconds, transform);
        }
    }

    /**
     * A display mode as asked for.
     *
     * @param size visible pixels, or {@link Size#SOURCE} for the monitor's own choice
     * @param refresh Hz, or 0 for the best of that size
     */
    record ModeRequest(Size size, double refresh) {
        public static final ModeRequest PREFERRED = new ModeRequest(Size.SOURCE, 0);

        public boolean isPreferred() {
            return size.isSource();
        }
    }

    /** Pixels of a target; 0x0 stands for the source's own size. */
    record Size(int width, int height) {

        /** Largest width and height of a picture: V3D's maxImageDimension2D. */
        public static final int MAX_SIDE = 4096;

        public static final Size SOURCE = new Size(0, 0);

        public boolean isSource() {
            return width == 0;
        }
    }

    Pattern SIZE = Pattern.compile("(\\d{1,6})x(\\d{1,6})");

    Pattern MODE = Pattern.compile("(\\d{1,6}x\\d{1,6})(?:@(\\d{1,3}(?:\\.\\d{1,3})?))?");

    /**
     * Reads a URI.
     *
     * @throws PresentException in one line, when it is none of the forms above
     */
    static PresentUri parse(String uri) {
        if (uri.equals("auto") || uri.equals("auto:")) {
            return new Auto();
        }
        int colon = uri.indexOf(':');
        if (colon < 0) {
            throw bad(uri, "no scheme; write auto, display:, window:, offscreen:DIR or none:");
        }
        String scheme = uri.substring(0, colon);
        int question = uri.indexOf('?', colon);
        String body = question < 0 ? uri.substring(colon + 1) : uri.substring(colon + 1, question);
        String query = question < 0 ? "" : uri.substring(question + 1);
        return switch (scheme) {
            case "offscreen" -> {
                Map<String, String> keys =
                        query(uri, query, Set.of("every", "size", "keep", "rotate", "mirror", "margin"));
                if (body.isEmpty()) {
                    throw bad(uri, "no folder; write offscreen:DIR");
                }
                yield new Offscreen(
                        path(uri, body),
                        count(uri, keys, "every", 1),
                        size(uri, keys),
                        count(uri, keys, "keep", 0),
                        transform(uri, keys));
            }
            case "window" -> {
                Map<String, String> keys =
                        query(uri, query, Set.of("size", "fullscreen", "rotate", "mirror", "margin"));
                if (!body.isEmpty()) {
                    throw bad(uri, "window: takes no name, only ?size=WxH&fullscreen=true and the like");
                }
                yield new Window(size(uri, keys), flag(uri, keys, "fullscreen"), transform(uri, keys));
            }
            case "none" -> {
                if (!body.isEmpty() || question >= 0) {
                    throw bad(uri, "none: takes nothing after it");
                }
                yield new None();
            }
            case "display" -> {
                Map<String, String> keys =
                        query(uri, query, Set.of("mode", "card", "wait", "rotate", "mirror", "margin"));
                yield new Display(
                        body,
                        mode(uri, keys),
                        Optional.ofNullable(keys.get("card")).map(card -> path(uri, card)),
                        wait(uri, keys),
                        transform(uri, keys));
            }
            default ->
                throw bad(
                        uri, "unknown scheme '" + scheme + "'; write auto, display:, window:, offscreen:DIR or none:");
        };
    }

    private static Path path(String uri, String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw bad(uri, "'" + e.getInput().replace('\0', '?') + "' is not a path: " + e.getReason());
        }
    }

    private static Map<String, String> query(String uri, String query, Set<String> allowed) {
        Map<String, String> keys = new LinkedHashMap<>();
        if (query.isEmpty()) {
            return keys;
        }
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw bad(uri, "'" + pair + "' is not key=value");
            }
            String key = pair.substring(0, equals);
            if (!allowed.contains(key)) {
                throw bad(
                        uri,
                        "unknown key '" + key + "'; known here: "
                                + String.join(", ", allowed.stream().sorted().toList()));
            }
            if (keys.put(key, pair.substring(equals + 1)) != null) {
                throw bad(uri, "'" + key + "' stands there twice");
            }
        }
        return keys;
    }

    private static int count(String uri, Map<String, String> keys, String key, int otherwise) {
        String text = keys.get(key);
        if (text == null) {
            return otherwise;
        }
        if (!text.matches("\\d{1,9}") || Integer.parseInt(text) < 1) {
            throw bad(uri, key + "=" + text + " must be a whole number from 1");
        }
        return Integer.parseInt(text);
    }

    private static Size size(String uri, Map<String, String> keys) {
        String text = keys.get("size");
        return text == null ? Size.SOURCE : size(uri, "size", text);
    }

    private static Size size(String uri, String key, String text) {
        Matcher m = SIZE.matcher(text);
        if (!m.matches()) {
            throw bad(uri, key + "=" + text + " must be WIDTHxHEIGHT, such as 1280x720");
        }
        int width = Integer.parseInt(m.group(1));
        int height = Integer.parseInt(m.group(2));
        if (width < 1 || height < 1 || width > Size.MAX_SIDE || height > Size.MAX_SIDE) {
            throw bad(uri, key + "=" + text + " is outside 1x1 to " + Size.MAX_SIDE + "x" + Size.MAX_SIDE);
        }
        return new Size(width, height);
    }

    private static ModeRequest mode(String uri, Map<String, String> keys) {
        String text = keys.get("mode");
        if (text == null) {
            return ModeRequest.PREFERRED;
        }
        Matcher m = MODE.matcher(text);
        if (!m.matches()) {
            throw bad(uri, "mode=" + text + " must be WIDTHxHEIGHT or WIDTHxHEIGHT@HZ, such as 1920x1080@60");
        }
        double refresh = m.group(2) == null ? 0 : Double.parseDouble(m.group(2));
        if (m.group(2) != null && refresh < 1) {
            throw bad(uri, "mode=" + text + ": no screen shows " + m.group(2) + " pictures a second");
        }
        return new ModeRequest(size(uri, "mode", m.group(1)), refresh);
    }

    private static int wait(String uri, Map<String, String> keys) {
        String text = keys.get("wait");
        if (text == null) {
            return Display.FOREVER;
        }
        if (!text.matches("\\d{1,6}")) {
            throw bad(uri, "wait=" + text + " must be whole seconds, 0 to wait for nothing");
        }
        return Integer.parseInt(text);
    }

    private static OutputTransform transform(String uri, Map<String, String> keys) {
        String degrees = keys.getOrDefault("rotate", "0");
        if (!Set.of("0", "90", "180", "270").contains(degrees)) {
            throw bad(uri, "rotate=" + degrees + " must be 0, 90, 180 or 270");
        }
        String margin = keys.getOrDefault("margin", "0");
        double percent = margin.matches("\\d{1,3}(\\.\\d{1,3})?%?") ? Double.parseDouble(margin.replace("%", "")) : -1;
        if (percent < 0 || percent > 100 * OutputTransform.MAX_OVERSCAN) {
            throw bad(
                    uri,
                    "margin=" + margin + " must be percent of the screen on each side, 0 to "
                            + Math.round(100 * OutputTransform.MAX_OVERSCAN));
        }
        return new OutputTransform(
                Orientation.ofDegrees(Integer.parseInt(degrees), flag(uri, keys, "mirror")), percent / 100);
    }

    private static boolean flag(String uri, Map<String, String> keys, String key) {
        String text = keys.getOrDefault(key, "false");
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw bad(uri, key + "=" + text + " must be true or false");
        };
    }

    private static PresentException bad(String uri, String why) {
        return new PresentException("--present " + uri + ": " + why);
    }
}
