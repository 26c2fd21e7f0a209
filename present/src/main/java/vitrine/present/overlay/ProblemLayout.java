package vitrine.present.overlay;

import java.util.List;
import org.jspecify.annotations.Nullable;
import vitrine.present.text.ShapedText;
import vitrine.present.text.TextLayout;

/**
 * Where an error's panel lies along the bottom of a canvas, in its pixels: file and line, the message on a few lines, and
 * the line of code on a strip of its own with a caret. Laid out when the error or the canvas' size changes.
 */
final class ProblemLayout {

    /** The mark beside the title, and the caret. */
    static final int MARK = 0xFFFF6B6B;

    static final int PANEL = 0xEB101318;
    static final int STRIP = 0xFF1D232C;
    private static final int PANEL_LINEAR = Palette.forLinearLight(PANEL, 128);
    private static final int TITLE = 0xFFFFFFFF;
    private static final int MESSAGE = 0xFFE3E7EC;
    static final int CODE = 0xFFD3DEEA;
    private static final int FAINT = 0xFF8A939E;

    /** Of the canvas' height: the video stays visible. */
    private static final float MAX_SHARE = 0.45f;

    private static final int MESSAGE_LINES = 3;
    private static final int TAB = 4;
    private static final int SMALLEST = 4;
    private static final int LARGEST = 512;

    // In em.
    private static final float PAD_X = 0.9f;
    private static final float PAD_Y = 0.6f;
    private static final float TITLE_SIZE = 1.15f;
    private static final float TITLE_HEIGHT = 1.7f;
    private static final float DOT = 0.55f;
    private static final float DOT_GAP = 0.55f;
    private static final float PITCH = 1.4f;
    private static final float GAP = 0.5f;
    private static final float STRIP_PAD = 0.7f;
    private static final float STRIP_HEIGHT = 2.5f;
    private static final float CODE_HEIGHT = 1.65f;
    private static final float NUMBER_GAP = 0.9f;

    /** Larger than the code, to be found at a glance. */
    private static final float CARET_SIZE = 1.6f;

    /** From the base line of the code to that of the caret, whose ink begins high above it. */
    private static final float CARET_DROP = 1.45f;

    private final TextLayout layout;
    private final TextCut cut;
    private final ShapedText caret;
    private @Nullable Problem problem;
    private int width;
    private int height;
    private int size;
    private int left;
    private int top;
    private int right;
    private int bottom;
    private ShapedText title;
    private ShapedText more;
    private ShapedText number;
    private ShapedText code;
    private final ShapedText[] message = new ShapedText[MESSAGE_LINES];
    private int messageLines;
    private boolean strip;

    private boolean pointing;

    /** Left end of the caret after that of the code, em. */
    private float caretX;

    ProblemLayout(TextLayout layout) {
        this.layout = layout;
        cut = new TextCut(layout);
        caret = layout.code("^");
        ShapedText none = layout.code("");
        title = none;
        more = none;
        number = none;
        code = none;
    }

    /** Lays the panel out; true where that differs from the last call. */
    boolean place(Problem problem, int width, int height) {
        if (problem.equals(this.problem) && width == this.width && height == this.height) {
            return false;
        }
        this.problem = problem;
        this.width = width;
        this.height = height;
        OverlayStyle style = OverlayStyle.of(width, height);
        int most = MESSAGE_LINES;
        size = style.text();
        layOut(problem, style.margin(), most);
        while (bottom - top > MAX_SHARE * height && (most > 1 || size > SMALLEST)) {
            if (most > 1) {
                most--;
            } else {
                size = Math.max(SMALLEST, Math.round(0.85f * size));
            }
            layOut(problem, style.margin(), most);
        }
        return true;
    }

    private void layOut(Problem problem, int margin, int most) {
        left = margin;
        right = Math.max(left + 1, width - margin);
        float room = Math.max(1, (right - left) / (float) size - 2 * PAD_X);

        more = layout.code(problem.more() > 0 ? "and " + problem.more() + " more" : "");
        float titleRoom = room - DOT - DOT_GAP - (problem.more() > 0 ? more.width() + 1 : 0);
        title = layout.code(cut.start(problem.title(), Math.max(1, titleRoom / TITLE_SIZE)));
        List<String> lines = cut.wrap(problem.message(), room, most);
        messageLines = lines.size();
        for (int i = 0; i < messageLines; i++) {
            message[i] = layout.code(lines.get(i));
        }
        strip = !problem.source().isBlank();
        if (strip) {
            number = layout.code(problem.line() > 0 ? String.valueOf(problem.line()) : "");
            placeCode(problem, room - 2 * STRIP_PAD - numberWidth());
        }
        float em = 2 * PAD_Y + TITLE_HEIGHT + PITCH * messageLines + (strip ? GAP + STRIP_HEIGHT + PAD_X - PAD_Y : 0);
        bottom = height - margin;
        top = bottom - (int) Math.ceil(em * size);
    }

    private void placeCode(Problem problem, float room) {
        StringBuilder text = new StringBuilder();
        String source = problem.source();
        int column = -1;
        for (int i = 0; i < source.length(); i++) {
            if (i == problem.column() - 1) {
                column = text.length();
            }
            char c = source.charAt(i);
            if (c == '\t') {
                text.repeat(' ', TAB - text.length() % TAB);
            } else {
                text.append(Character.isISOControl(c) ? ' ' : c);
            }
        }
        if (problem.column() > source.length()) {
            column = text.length();
        }
        String expanded = text.toString();
        int indent = expanded.length() - expanded.stripLeading().length();
        TextCut.Stretch stretch = cut.stretch(
                expanded.strip(),
                column < 0
                        ? -1
                        : Math.clamp(column - indent, 0, expanded.strip().length()),
                Math.max(1, room));
        code = layout.code(stretch.text());
        pointing = stretch.column() >= 0;
        if (!pointing) {
            return;
        }
        int at = Math.min(stretch.column(), stretch.text().length());
        float from = layout.code(stretch.text().substring(0, at)).width();
        int next = at < stretch.text().length() ? stretch.text().offsetByCodePoints(at, 1) : at;
        float to = next == at
                ? from + CARET_SIZE * caret.width()
                : layout.code(stretch.text().substring(0, next)).width();
        caretX = Math.max(-STRIP_PAD, (from + to - CARET_SIZE * caret.width()) / 2);
    }

    private float numberWidth() {
        return number.width() == 0 ? 0 : number.width() + NUMBER_GAP;
    }

    void draw(Instances to, boolean linear) {
        int radius = Math.round(0.4f * size);
        to.fill(left, top, right, bottom, linear ? PANEL_LINEAR : PANEL, radius);
        float x = left + PAD_X * size;
        int end = right - Math.round(0.4f * size);
        float y = PAD_Y + TITLE_HEIGHT / 2;
        int titleSize = titleSize();
        int dot = Math.max(3, Math.round(DOT * size));
        to.disc(Math.round(x), top + Math.round(y * size - dot / 2f), dot, MARK);
        to.text(title, x + (DOT + DOT_GAP) * size, baseline(y, titleSize), titleSize, TITLE, end);
        to.text(more, right - (PAD_X + more.width()) * size, baseline(y, titleSize), size, FAINT, end);
        y = PAD_Y + TITLE_HEIGHT;
        for (int i = 0; i < messageLines; i++) {
            to.text(message[i], x, baseline(y + PITCH / 2, size), size, MESSAGE, end);
            y += PITCH;
        }
        if (!strip) {
            return;
        }
        y += GAP;
        int stripTop = top + Math.round(y * size);
        int stripBottom = stripTop + Math.round(STRIP_HEIGHT * size);
        int stripLeft = Math.round(x);
        int stripRight = right - (stripLeft - left);
        to.fill(stripLeft, stripTop, stripRight, stripBottom, STRIP, radius / 2);
        x += STRIP_PAD * size;
        int codeBaseline = baseline(y + CODE_HEIGHT / 2, size);
        to.text(number, x, codeBaseline, size, FAINT, stripRight);
        x += numberWidth() * size;
        to.text(code, x, codeBaseline, size, CODE, stripRight);
        if (pointing) {
            int drop = Math.round(CARET_DROP * size);
            to.text(
                    caret,
                    x + caretX * size,
                    codeBaseline + drop,
                    Math.min(Math.round(CARET_SIZE * size), LARGEST),
                    MARK,
                    stripRight);
        }
    }

    private int titleSize() {
        return Math.min(Math.round(TITLE_SIZE * size), LARGEST);
    }

    /** Of a text of that size whose middle lies {@code middle} em below the panel's top. */
    private int baseline(float middle, int textSize) {
        return top + Math.round(middle * size + (layout.ascent() - layout.descent()) / 2 * textSize);
    }

    int top() {
        return top;
    }
}
