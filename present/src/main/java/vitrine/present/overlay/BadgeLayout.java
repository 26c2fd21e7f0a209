package vitrine.present.overlay;

import vitrine.present.text.ShapedText;
import vitrine.present.text.TextLayout;

/** Where a badge lies at the bottom right of a canvas, in its pixels: a small panel with a dot and one line of text. */
final class BadgeLayout {

    private static final int TEXT = 0xFFE6E9ED;

    // In em.
    private static final float PAD = 0.6f;
    private static final float DOT = 0.5f;
    private static final float DOT_GAP = 0.45f;
    private static final float HEIGHT = 1.7f;

    private final TextLayout layout;
    private String badge = "";
    private Badge state = Badge.NEUTRAL;
    private int width;
    private int height;
    private int floor;
    private int beside;
    private int above;
    private ShapedText text;
    private int size;
    private int left;
    private int top;
    private int right;
    private int bottom;

    BadgeLayout(TextLayout layout) {
        this.layout = layout;
        text = layout.text("");
    }

    /**
     * Lays the badge out; true where that differs from the last call.
     *
     * @param floor what it stands on: the canvas' height, or the top of something at its bottom
     * @param beside right end of something at the bottom left
     * @param above top of that: the badge stands on it where it is too wide to stand beside it
     */
    boolean place(String badge, Badge state, int width, int height, int floor, int beside, int above) {
        this.state = state;
        if (badge.equals(this.badge)
                && width == this.width
                && height == this.height
                && floor == this.floor
                && beside == this.beside
                && above == this.above) {
            return false;
        }
        if (!badge.equals(this.badge)) {
            text = layout.figures(badge);
        }
        this.badge = badge;
        this.width = width;
        this.height = height;
        this.floor = floor;
        this.beside = beside;
        this.above = above;
        OverlayStyle style = OverlayStyle.of(width, height);
        float em = 2 * PAD + DOT + DOT_GAP + text.width();
        size = Math.clamp((int) ((width - 2 * style.margin()) / em), 4, style.text());
        right = width - style.margin();
        left = right - (int) Math.ceil(em * size);
        bottom = (left < beside + style.margin() ? above : floor) - style.margin();
        top = bottom - Math.round(HEIGHT * size);
        return true;
    }

    void draw(Instances to, boolean linear) {
        to.fill(left, top, right, bottom, linear ? HudLayout.PANEL_LINEAR : HudLayout.PANEL, (bottom - top + 1) / 2);
        int dot = Math.max(3, Math.round(DOT * size));
        dot -= (bottom - top - dot) & 1; // so that the middles coincide
        int x = left + Math.round(PAD * size);
        int y = (top + bottom - dot) / 2;
        if (state == Badge.WORKING) {
            to.circle(x, y, dot, CardLayout.MARK_RUNNING);
        } else {
            to.disc(x, y, dot, color(state));
        }
        int baseline = top + Math.round((HEIGHT + layout.ascent() - layout.descent()) / 2 * size);
        to.text(text, left + (PAD + DOT + DOT_GAP) * size, baseline, size, TEXT, right);
    }

    static int color(Badge state) {
        return switch (state) {
            case NEUTRAL -> CardLayout.WAITING;
            case WORKING -> CardLayout.MARK_RUNNING;
            case GOOD -> CardLayout.MARK_DONE;
            case BAD -> ProblemLayout.MARK;
        };
    }

    int left() {
        return left;
    }

    int top() {
        return top;
    }
}
