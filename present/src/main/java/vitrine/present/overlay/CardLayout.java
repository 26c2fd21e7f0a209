package vitrine.present.overlay;

import java.text.BreakIterator;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import vitrine.present.text.ShapedText;
import vitrine.present.text.TextLayout;

/**
 * Where a card's panel and lines of text lie on a target, in its pixels: worked out when a text or the target's size
 * changes and kept in between, so that a card shown for hours allocates nothing. Line 0 is the title.
 */
final class CardLayout {

    /** Over the whole picture: 45 % black. */
    static final int DIM = 0x73000000;

    static final int PANEL = 0xE0121519;
    static final int EDGE = 0xF03A4048;
    static final int TITLE = 0xFFFFFFFF;
    static final int DETAIL = 0xFFC3C9D1;
    static final int WAITING = 0xFF8A939E;
    static final int MARK_DONE = 0xFF5CC98A;
    static final int MARK_TICK = 0xFF101418;
    static final int MARK_RUNNING = 0xFF69CAFF;
    static final int MARK_WAITING = 0xFF6B7480;
    static final int MARK_FAILED = NoticeLayout.MARK;

    // Matched over a middle grey, and over what the dimming makes of it.
    static final int DIM_LINEAR = Palette.forLinearLight(DIM, 128);
    static final int PANEL_LINEAR = Palette.forLinearLight(PANEL, 70);
    static final int EDGE_LINEAR = Palette.forLinearLight(EDGE, 70);

    /** No side of the panel takes more of the target's. */
    private static final float MAX_SHARE = 0.86f;

    private static final float TITLE_SHARE = 1 / 14f;
    private static final float DETAIL_SHARE = 1 / 32f;
    private static final float STEP_SHARE = 1 / 24f;

    /** Letters on tiny targets, and the smallest and largest that a text too long or a target too small can lead to. */
    private static final int READABLE_TITLE = 18;

    private static final int READABLE_DETAIL = 12;
    private static final int SMALLEST = 4;
    private static final int LARGEST = 512;
    private static final float SMALLEST_SCALE = 0.05f;

    /** Capitals reach to about this share of the ascent; the rest is for accents, and lies in the padding. */
    private static final float CAPITALS = 0.75f;

    /** A title and two lines of detail. */
    private static final int SENTENCE_LINES = 3;

    // Of steps, in em: the mark, the space to the name, from base line to base line, and from the title to the first.
    private static final float MARK = 0.74f;

    private static final float MARK_GAP = 0.6f;
    private static final float PITCH = 1.6f;
    private static final float FIRST = 2.0f;

    private final TextLayout layout;
    private @Nullable String title;
    private String detail = "";
    private List<Step> steps = List.of();
    private int width;
    private int height;

    private int left;
    private int top;
    private int right;
    private int bottom;
    private int radius;
    private int lines;
    private ShapedText[] texts = new ShapedText[SENTENCE_LINES];
    private int[] sizes = new int[SENTENCE_LINES];
    private int[] baselines = new int[SENTENCE_LINES];

    /** Of the widest step, mark included; 0 without steps. */
    private int stepsWidth;

    CardLayout(TextLayout layout) {
        this.layout = layout;
    }

    /** Lays the card out; true where that differs from the last call. */
    boolean place(String title, String detail, List<Step> steps, int width, int height) {
        if (title.equals(this.title)
                && detail.equals(this.detail)
                && steps.equals(this.steps)
                && width == this.width
                && height == this.height) {
            return false;
        }
        int most = Math.max(SENTENCE_LINES, 1 + steps.size());
        if (texts.length < most) {
            texts = new ShapedText[most];
            sizes = new int[most];
            baselines = new int[most];
        }
        this.steps = steps;
        this.title = title;
        this.detail = detail;
        this.width = width;
        this.height = height;
        float scale = 1;
        do {
            layOut(title, scale);
            scale *= 0.85f;
        } while (bottom - top > MAX_SHARE * height && scale > SMALLEST_SCALE);
        return true;
    }

    private void layOut(String title, float scale) {
        int large = clampSize(scale * Math.max(READABLE_TITLE, height * TITLE_SHARE));
        int padX = Math.min(Math.round(1.15f * large), width / 16);
        int padY = Math.round(0.85f * large);
        int room = Math.max(1, (int) (MAX_SHARE * width) - 2 * padX);

        texts[0] = layout.text(title);
        sizes[0] = fit(texts[0].width(), large, room);
        float share = steps.isEmpty() ? DETAIL_SHARE : STEP_SHARE;
        int small = Math.min(clampSize(scale * Math.max(READABLE_DETAIL, height * share)), sizes[0]);
        if (steps.isEmpty()) {
            breakDetail(small, room);
        } else {
            shapeSteps(small, room);
        }

        float widest = stepsWidth;
        float y = padY + CAPITALS * layout.ascent() * sizes[0];
        baselines[0] = Math.round(y);
        for (int i = 0; i < lines; i++) {
            widest = Math.max(widest, texts[i].width() * sizes[i]);
            if (i > 0 && stepsWidth > 0) {
                y += (i == 1 ? FIRST : PITCH) * sizes[i];
                baselines[i] = Math.round(y);
            } else if (i > 0) {
                // Descent and ascent never meet, whatever the script puts there.
                float gap = i == 1 ? 0.2f * sizes[0] : 0.1f * sizes[i];
                y += layout.descent() * sizes[i - 1] + gap + layout.ascent() * sizes[i];
                baselines[i] = Math.round(y);
            }
        }
        int panelWidth = centred(Math.min((int) Math.ceil(widest), room) + 2 * padX, width);
        int panelHeight = centred(baselines[lines - 1] + padY, height);
        left = (width - panelWidth) / 2;
        right = left + panelWidth;
        top = (height - panelHeight) / 2;
        bottom = top + panelHeight;
        radius = Math.min(Math.round(0.3f * large), 255);
        for (int i = 0; i < lines; i++) {
            baselines[i] += top;
        }
    }

    private void shapeSteps(int size, int room) {
        lines = 1 + steps.size();
        float widest = 0;
        for (int i = 1; i < lines; i++) {
            texts[i] = layout.text(steps.get(i - 1).name());
            widest = Math.max(widest, texts[i].width());
        }
        float em = MARK + MARK_GAP + widest;
        int fitting = fit(em, size, room);
        Arrays.fill(sizes, 1, lines, fitting);
        stepsWidth = (int) Math.ceil(em * fitting);
    }

    /** One line where it fits, else the two that differ least, smaller where even they do not fit. */
    private void breakDetail(int size, int room) {
        lines = 1;
        stepsWidth = 0;
        if (detail.isBlank()) {
            return;
        }
        ShapedText whole = layout.text(detail);
        float widest = whole.width();
        texts[1] = whole;
        lines = 2;
        if (widest * size > room) {
            BreakIterator breaks = BreakIterator.getLineInstance(Locale.ROOT);
            breaks.setText(detail);
            for (int at = breaks.next(); at != BreakIterator.DONE && at < detail.length(); at = breaks.next()) {
                ShapedText first = layout.text(detail.substring(0, at).strip());
                ShapedText second = layout.text(detail.substring(at).strip());
                if (Math.max(first.width(), second.width()) < widest) {
                    widest = Math.max(first.width(), second.width());
                    texts[1] = first;
                    texts[2] = second;
                    lines = 3;
                }
            }
        }
        sizes[1] = fit(widest, size, room);
        sizes[2] = sizes[1];
    }

    private static int clampSize(float size) {
        return Math.clamp(Math.round(size), SMALLEST, LARGEST);
    }

    private static int fit(float em, int size, int room) {
        return em * size <= room ? size : Math.max(SMALLEST, (int) (room / em));
    }

    /** The length made odd or even as the target's is, so that the middles coincide, and no longer than that. */
    private static int centred(int length, int target) {
        return Math.min(length + ((target - length) & 1), target);
    }

    int left() {
        return left;
    }

    int top() {
        return top;
    }

    int right() {
        return right;
    }

    int bottom() {
        return bottom;
    }

    /** Of the panel's corners. */
    int radius() {
        return radius;
    }

    /** Title and lines of the detail, 1 to 3, or title and steps. */
    int lines() {
        return lines;
    }

    ShapedText text(int line) {
        return texts[line];
    }

    /** Pixels to the em. */
    int size(int line) {
        return sizes[line];
    }

    /** Left end of a line. */
    float x(int line) {
        if (line > 0 && stepsWidth > 0) {
            return stepsX() + (MARK + MARK_GAP) * sizes[line];
        }
        return Math.max(left, (width - texts[line].width() * sizes[line]) / 2);
    }

    private int stepsX() {
        return Math.max(left, (width - stepsWidth) / 2);
    }

    /** The state that a line's mark shows, null where it has none. */
    Step.@Nullable State state(int line) {
        return line == 0 || steps.isEmpty() ? null : steps.get(line - 1).state();
    }

    /** Diameter of a line's mark. */
    int markSize(int line) {
        return Math.round(MARK * sizes[line]);
    }

    int markX() {
        return stepsX();
    }

    /** Top of a line's mark, whose middle is that of capitals. */
    int markY(int line) {
        return baselines[line] - Math.round((0.363f + MARK / 2) * sizes[line]);
    }

    int baseline(int line) {
        return baselines[line];
    }
}
