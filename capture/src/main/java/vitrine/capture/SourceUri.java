package vitrine.capture;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A source's URI in its parts: {@code scheme:target?key=value&key=value}. What has no scheme is a path. The query of
 * an {@code rtsp://} address belongs to the address and stays in the target.
 *
 * @param text as the user wrote it, a password replaced by stars
 * @param scheme what kind of source
 * @param target what follows the scheme, without the query
 * @param query keys in the order written
 */
record SourceUri(String text, Scheme scheme, String target, Query query) {
    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):(.*)", Pattern.DOTALL);
    /** User and password in front of a host. */
    private static final Pattern PASSWORD = Pattern.compile("([A-Za-z]+://[^/:@\\s]*):[^/@\\s]*@");

    private static final String SOURCES = "known sources are v4l2:, demo:, pattern:WxH@FPS, rtsp://... and paths";

    enum Scheme {
        DEMO,
        PATTERN,
        RTSP,
        V4L2,
        PATH
    }

    static SourceUri parse(String text) {
        if (text.isBlank()) {
            throw new SourceException("source", "is empty", SOURCES);
        }
        if (exists(text)) {
            return new SourceUri(text, Scheme.PATH, text, new Query(text, Map.of()));
        }
        Matcher m = SCHEME.matcher(text);
        if (!m.matches()) {
            return split(text, Scheme.PATH, text);
        }
        String rest = m.group(2);
        return switch (m.group(1)) {
            case "demo" -> split(text, Scheme.DEMO, rest);
            case "pattern" -> split(text, Scheme.PATTERN, rest);
            case "v4l2" -> split(text, Scheme.V4L2, rest);
            case "rtsp", "rtsps" -> {
                String shown = hidePassword(text);
                yield new SourceUri(shown, Scheme.RTSP, text, new Query(shown, Map.of()));
            }
            default -> {
                SourceUri path = split(text, Scheme.PATH, text);
                if (exists(path.target)) {
                    yield path;
                }
                throw new SourceException(
                        text, "unknown source scheme " + SourceException.quote(m.group(1)) + ":", SOURCES);
            }
        };
    }

    /** {@code line} with stars for the password of each address in it. */
    static String hidePassword(String line) {
        return PASSWORD.matcher(line).replaceAll("$1:***@");
    }

    /** The target as a path. */
    Path path() {
        try {
            return Path.of(target);
        } catch (InvalidPathException e) {
            throw new SourceException(text, "is not a path (" + e.getReason() + ")", "");
        }
    }

    private static boolean exists(String path) {
        try {
            return Files.exists(Path.of(path), LinkOption.NOFOLLOW_LINKS);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static SourceUri split(String text, Scheme scheme, String rest) {
        // A path may hold a question mark itself, so the last one counts.
        int mark = rest.lastIndexOf('?');
        if (mark < 0) {
            return new SourceUri(text, scheme, rest, new Query(text, Map.of()));
        }
        Map<String, String> query = new LinkedHashMap<>();
        for (String part : rest.substring(mark + 1).split("&", -1)) {
            int equals = part.indexOf('=');
            if (equals < 1 || equals == part.length() - 1) {
                throw new SourceException(
                        text, "\"" + SourceException.quote(part) + "\" in the query is not key=value", "");
            }
            String key = part.substring(0, equals);
            if (query.put(key, part.substring(equals + 1)) != null) {
                throw new SourceException(
                        text, "the query gives " + SourceException.quote(key) + " twice", "give it once");
            }
        }
        return new SourceUri(text, scheme, rest.substring(0, mark), new Query(text, query));
    }
}
