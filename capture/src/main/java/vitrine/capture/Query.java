package vitrine.capture;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import vitrine.engine.frame.ColorEncoding;
import vitrine.engine.frame.FrameFormat;

/** The {@code ?key=value} part of a source's URI, read with checks. */
final class Query {
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})[xX]([0-9]{1,9})");
    private static final Pattern RATIO = Pattern.compile("([0-9]{1,9})[/:]([0-9]{1,9})");
    private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,9})?");
    private static final double MAX_FPS = 1000;

    private final String uri;
    private final Map<String, String> values;

    /** Width and height in pixels. */
    record Size(int width, int height) {}

    Query(String uri, Map<String, String> values) {
        this.uri = uri;
        this.values = values;
    }

    /** Refuses every key but these. */
    Query allow(String... keys) {
        for (String key : values.keySet()) {
            if (!Arrays.asList(keys).contains(key)) {
                throw new SourceException(
                        uri,
                        "unknown key " + SourceException.quote(key) + " in the query",
                        keys.length == 0 ? "this source takes none" : "this source takes " + String.join(", ", keys));
            }
        }
        return this;
    }

    /** As {@link #allow}, and every key that starts with {@code prefix}. */
    Query allowWithPrefix(String prefix, String... keys) {
        Map<String, String> others = new LinkedHashMap<>(values);
        others.keySet().removeIf(k -> k.startsWith(prefix));
        new Query(uri, others).allow(keys);
        return this;
    }

    /** What is given for the keys that start with {@code prefix}, by the rest of the key. */
    Map<String, String> prefixed(String prefix) {
        Map<String, String> found = new LinkedHashMap<>();
        values.forEach((k, v) -> {
            if (k.startsWith(prefix)) {
                found.put(k.substring(prefix.length()), v);
            }
        });
        return found;
    }

    /** A value as written, or null. */
    @Nullable
    String text(String key) {
        return values.get(key);
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    @Nullable
    Size size() {
        String v = values.get("size");
        return v == null ? null : parseSize(uri, v);
    }

    static Size parseSize(String uri, String text) {
        Matcher m = SIZE.matcher(text);
        if (!m.matches()) {
            throw new SourceException(
                    uri, "\"" + SourceException.quote(text) + "\" is not a size", "write it as 1280x720");
        }
        int width = Integer.parseInt(m.group(1));
        int height = Integer.parseInt(m.group(2));
        if (width < 1 || height < 1 || width > FrameFormat.MAX_SIDE || height > FrameFormat.MAX_SIDE) {
            throw new SourceException(
                    uri,
                    "size " + width + "x" + height + " is outside 1x1 to " + FrameFormat.MAX_SIDE + "x"
                            + FrameFormat.MAX_SIDE,
                    "");
        }
        return new Size(width, height);
    }

    double fps(double otherwise) {
        String v = values.get("fps");
        return v == null ? otherwise : parseFps(uri, v);
    }

    /** Decimal number or ratio: 29.97, 30000/1001. */
    static double parseFps(String uri, String text) {
        double fps = -1;
        Matcher ratio = RATIO.matcher(text);
        if (ratio.matches()) {
            fps = Double.parseDouble(ratio.group(1)) / Double.parseDouble(ratio.group(2));
        } else if (DECIMAL.matcher(text).matches()) {
            fps = Double.parseDouble(text);
        }
        if (!(fps > 0 && fps <= MAX_FPS)) {
            throw new SourceException(
                    uri,
                    "\"" + SourceException.quote(text) + "\" is not a frame rate above 0 and up to 1000",
                    "write it as 30, 29.97 or 30000/1001");
        }
        return fps;
    }

    /** Frames a second to hand out: 0 with {@code pace=max}, else {@code fps=} or the source's own rate. */
    double pace(double own) {
        String v = values.get("pace");
        if (v == null) {
            return fps(own);
        }
        if (!v.equals("max")) {
            throw bad("pace", v, "max");
        }
        fps(own);
        return 0;
    }

    boolean flag(String key) {
        String v = values.get(key);
        if (v == null || v.equals("false")) {
            return false;
        }
        if (!v.equals("true")) {
            throw bad(key, v, "true or false");
        }
        return true;
    }

    long number(String key, long otherwise, long min, long max) {
        String v = values.get(key);
        if (v == null) {
            return otherwise;
        }
        try {
            long n = Long.parseLong(v);
            if (n >= min && n <= max) {
                return n;
            }
        } catch (NumberFormatException e) {
            // told below, with the limits
        }
        throw bad(key, v, "a whole number from " + min + " to " + max);
    }

    /** A constant's name in any case. */
    <E extends Enum<E>> E choice(String key, Class<E> type, E otherwise) {
        String v = values.get(key);
        if (v == null) {
            return otherwise;
        }
        for (E e : type.getEnumConstants()) {
            if (e.name().equalsIgnoreCase(v)) {
                return e;
            }
        }
        throw bad(
                key,
                v,
                Arrays.stream(type.getEnumConstants())
                        .map(e -> e.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(", ", "one of ", "")));
    }

    /** {@code matrix=} and {@code range=} over what the source says itself. */
    ColorEncoding color(ColorEncoding own) {
        return new ColorEncoding(
                choice("matrix", ColorEncoding.Matrix.class, own.matrix()),
                choice("range", ColorEncoding.Range.class, own.range()));
    }

    private SourceException bad(String key, String value, String wanted) {
        return new SourceException(uri, key + "=" + SourceException.quote(value) + " is not " + wanted, "");
    }
}
