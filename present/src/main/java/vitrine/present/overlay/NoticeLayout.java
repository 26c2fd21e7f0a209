package vitrine.present.overlay;

import vitrine.present.text.ShapedText;
import vitrine.present.text.TextLayout;

/** Where a notice lies at the bottom left of a canvas, in its pixels: a small panel with a mark and one line of text. */
final class NoticeLayout {

    static final int MARK = 0xFFEDB417;
    static final int TEXT = 0xFFFFFFFF;

    /** Of the canvas' height, the pixels to the em; never less than {@value #READABLE}. */
    private static final float SHARE = 1 / 32f;

    private static final int READABLE = 12;
    private static final int LARGEST = 512;

    // In em.
    private static final float MARGIN = 0.6f;
    private static final float PAD = 0.55f;
    private static final float MARK_SIZE = 0.46f;
    private static final float MARK_GAP = 0.45f;
    private static final float HEIGHT = 1.6f;

    private final TextLayout layout;
    private String notice = "";
    private int width;
    private int height;
    private int floor;
    private ShapedText text;
    private int size;
    private int left;
    private int top;
    private int right;
    private int bottom;

    NoticeLayout(TextLayout layout) {
        this.layout = layout;
        text = layout.text("");
    }

    /**
     * Lays the notice out; true where that differs from the last call.
     *
     * @param floor what it stands on: the canvas' height, or the top of something at its bottom
     */
    boolean place(String notice, int width, int height, int floor) {
        if (notice.equals(this.notice) && width == this.width && height == this.height && floor == this.floor) {
            return false;
        }
        this.notice = notice;
        this.width = width;
        this.height = height;
        this.floor = floor;
        text = layout.text(notice);
        float em = 2 * PAD + MARK_SIZE + MARK_GAP + text.width();
        int wanted = Math.clamp(Math.round(height * SHARE), READABLE, LARGEST);
        size = Math.clamp((int) (width / (em + 2 * MARGIN)), 4, wanted);
        left = Math.round(MARGIN * size);
        right = left + (int) Math.ceil(em * size);
        bottom = floor - left;
        top = bottom - Math.round(HEIGHT * size);
        return true;
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
        return Math.min(Math.round(0.35f * size), 255);
    }

    /** Pixels to the em. */
    int size() {
        return size;
    }

    ShapedText text() {
        return text;
    }

    float x() {
        return left + (PAD + MARK_SIZE + MARK_GAP) * size;
    }

    int baseline() {
        return top + Math.round((HEIGHT + layout.ascent() - layout.descent()) / 2 * size);
    }

    int markSize() {
        return Math.max(3, Math.round(MARK_SIZE * size));
    }

    int markX() {
        return left + Math.round(PAD * size);
    }

    int markY() {
        return (top + bottom - markSize()) / 2;
    }
}
