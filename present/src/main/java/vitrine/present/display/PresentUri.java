package vitrine.present.display;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import vitrine.present.PresentException;

/**
 * Where pictures go, as written after {@code --present}: {@code auto}, {@code offscreen:DIR[?every=N&size=WxH&keep=N]}, {@code
 * window:[?size=WxH&fullscreen=true]}, {@code none:}, {@code display:}. What exists is consistent; whether it can be
 * opened is another question.
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
     */
    record Offscreen(Path directory, int every, Size size, int keep) implements PresentUri {}

    /**
     * A window on X11 or Wayland.
     *
     * @param size of the window when not full screen, or {@link Size#SOURCE}: as large as the picture where it fits
     * @param fullscreen starts full screen
     */
    record Window(Size size, boolean fullscreen) implements PresentUri {}

    /** Nowhere. */
    record None() implements PresentUri {}

    /** The kiosk's own screen; reserved. */
    record Display() implements PresentUri {

        /** Why it cannot be opened, in one line. */
        public static final String REASON = "display: (the screen without a desktop) is not part of this version";
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
            throw bad(uri, "no scheme; write auto, offscreen:DIR, window: or none:");
        }
        String scheme = uri.substring(0, colon);
        int question = uri.indexOf('?', colon);
        String body = question < 0 ? uri.substring(colon + 1) : uri.substring(colon + 1, question);
        String query = question < 0 ? "" : uri.substring(question + 1);
        return switch (scheme) {
            case "offscreen" -> {
                Map<String, String> keys = query(uri, query, Set.of("every", "size", "keep"));
                if (body.isEmpty()) {
                    throw bad(uri, "no folder; write offscreen:DIR");
                }
                yield new Offscreen(
                        path(uri, body), count(uri, keys, "every", 1), size(uri, keys), count(uri, keys, "keep", 0));
            }
            case "window" -> {
                Map<String, String> keys = query(uri, query, Set.of("size", "fullscreen"));
                if (!body.isEmpty()) {
                    throw bad(uri, "window: takes nothing but ?size=WxH&fullscreen=true");
                }
                yield new Window(size(uri, keys), flag(uri, keys, "fullscreen"));
            }
            case "none" -> {
                if (!body.isEmpty() || question >= 0) {
                    throw bad(uri, "none: takes nothing after it");
                }
                yield new None();
            }
            case "display" -> new Display();
            default -> throw bad(uri, "unknown scheme '" + scheme + "'; write auto, offscreen:DIR, window: or none:");
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
        if (text == null) {
            return Size.SOURCE;
        }
        Matcher m = SIZE.matcher(text);
        if (!m.matches()) {
            throw bad(uri, "size=" + text + " must be WIDTHxHEIGHT, such as 1280x720");
        }
        int width = Integer.parseInt(m.group(1));
        int height = Integer.parseInt(m.group(2));
        if (width < 1 || height < 1 || width > Size.MAX_SIDE || height > Size.MAX_SIDE) {
            throw bad(uri, "size=" + text + " is outside 1x1 to " + Size.MAX_SIDE + "x" + Size.MAX_SIDE);
        }
        return new Size(width, height);
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
