package vitrine.present.overlay;

import java.util.ArrayList;
import java.util.List;
import vitrine.present.text.TextLayout;

/** Texts made to fit a width: wrapped, or cut with an ellipsis. Shapes a lot: only for what changes seldom. */
final class TextCut {

    private static final String ELLIPSIS = "…";

    /** Of a text, the rest is never looked at: nobody reads that much on a screen. */
    private static final int MOST = 1000;

    private final TextLayout layout;

    TextCut(TextLayout layout) {
        this.layout = layout;
    }

    private float width(String text) {
        return layout.code(text).width();
    }

    /** The text, or as much of its beginning as has room together with an ellipsis. */
    String end(String text, float room) {
        String shown = text.length() > MOST ? text.substring(0, whole(text, MOST)) : text;
        if (shown.length() == text.length() && width(text) <= room) {
            return text;
        }
        int low = 0;
        int high = shown.length();
        while (low < high) {
            int middle = (low + high + 1) / 2;
            if (width(shown.substring(0, middle).stripTrailing() + ELLIPSIS) <= room) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return shown.substring(0, whole(shown, low)).stripTrailing() + ELLIPSIS;
    }

    /** The text, or as much of its end as has room together with an ellipsis. */
    String start(String text, float room) {
        String shown = text.length() > MOST ? text.substring(text.length() - MOST) : text;
        if (shown.length() == text.length() && width(text) <= room) {
            return text;
        }
        int from = 0;
        while (from < shown.length() && width(ELLIPSIS + shown.substring(from)) > room) {
            from = shown.offsetByCodePoints(from, 1);
        }
        return ELLIPSIS + shown.substring(from);
    }

    /** Not between the two halves of a character. */
    private static int whole(String text, int at) {
        return at > 0 && at < text.length() && Character.isLowSurrogate(text.charAt(at)) ? at - 1 : at;
    }

    /** Lines of at most that width; the last of {@code most} is cut where there is more. */
    List<String> wrap(String text, float room, int most) {
        String rest = text.strip().replaceAll("\\s+", " ");
        List<String> lines = new ArrayList<>();
        while (!rest.isEmpty()) {
            if (lines.size() == most - 1) {
                lines.add(end(rest, room));
                break;
            }
            int at = fitting(rest, room);
            lines.add(rest.substring(0, at).strip());
            rest = rest.substring(at).strip();
        }
        return lines;
    }

    /** How much of the text stands on one line: whole words, for names such as a.b shall not be torn; or what fits. */
    private int fitting(String text, float room) {
        String shown = text.length() > MOST ? text.substring(0, whole(text, MOST)) : text;
        if (width(shown) <= room) {
            return shown.length();
        }
        int best = 0;
        for (int at = shown.indexOf(' '); at >= 0; at = shown.indexOf(' ', at + 1)) {
            if (width(shown.substring(0, at)) > room) {
                break;
            }
            best = at;
        }
        if (best > 0) {
            return best;
        }
        int next = shown.offsetByCodePoints(0, 1);
        do {
            best = next;
            next = best < shown.length() ? shown.offsetByCodePoints(best, 1) : best;
        } while (next > best && width(shown.substring(0, next)) <= room);
        return best;
    }

    /**
     * A stretch of a line of code with the character at {@code column} in it, an ellipsis at each end where there is more.
     *
     * @param text without tabs
     * @param column in it, from 0; below 0 where no character matters
     */
    Stretch stretch(String text, int column, float room) {
        int most = Math.min(MOST, text.length());
        int skipped = Math.clamp(column - MOST / 2L, 0, text.length() - most);
        String shown = text.substring(skipped, skipped + most);
        int at = Math.min(column - skipped, shown.length());
        int from = 0;
        if (at >= 0 && (skipped > 0 || width(shown.substring(0, Math.min(at + 1, shown.length()))) > 0.85f * room)) {
            while (from < at && width(ELLIPSIS + shown.substring(from, at)) > 0.6f * room) {
                from = shown.offsetByCodePoints(from, 1);
            }
        }
        String before = from > 0 || skipped > 0 ? ELLIPSIS : "";
        String drawn = end(before + shown.substring(from) + (skipped + most < text.length() ? ELLIPSIS : ""), room);
        return new Stretch(drawn, at < 0 ? -1 : before.length() + at - from);
    }

    /**
     * What is drawn of a line of code.
     *
     * @param column of the character that matters, from 0; at the text's end where it lies behind it; -1 without
     */
    record Stretch(String text, int column) {}
}
