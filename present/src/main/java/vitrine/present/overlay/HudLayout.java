package vitrine.present.overlay;

import java.util.List;
import org.jspecify.annotations.Nullable;
import vitrine.present.text.ShapedText;
import vitrine.present.text.TextLayout;

/**
 * Where the head-up display's panel and figures lie at the top left of a canvas, in its pixels, for reading from two
 * metres. Worked out when the figures or the canvas' size change and kept in between. Columns only get wider, so that
 * the panel stands still.
 */
final class HudLayout {

    static final int COLUMNS = 4;

    static final int PANEL = 0xCC101318;
    static final int PANEL_LINEAR = Palette.forLinearLight(PANEL, 128);

    private static final int[] COLORS = {0xFFD5DAE0, 0xFFFFFFFF, 0xFFD5DAE0, 0xFF9FB4CC};

    /** Of the canvas' height, the pixels to the em; never less than {@value #READABLE}. */
    private static final float SHARE = 1 / 22f;

    private static final int READABLE = 13;
    private static final int LARGEST = 512;

    /** The value, which stands at the right of its column. */
    private static final int VALUE = 1;

    // In em.
    private static final float MARGIN = 0.5f;
    private static final float PAD_X = 0.6f;
    private static final float PAD_Y = 0.35f;
    private static final float PITCH = 1.3f;
    private static final float[] GAPS = {0, 0.9f, 0.28f, 0.9f};

    private final TextLayout layout;
    private @Nullable List<Figure> figures;
    private int width;
    private int height;
    private ShapedText[] texts = new ShapedText[0];

    /** Of the columns, in em. */
    private final float[] widths = new float[COLUMNS];

    private int size;
    private int left;
    private int right;
    private int bottom;

    HudLayout(TextLayout layout) {
        this.layout = layout;
    }

    /** Lays the figures out; true where that differs from the last call. */
    boolean place(List<Figure> figures, int width, int height) {
        if (figures.equals(this.figures) && width == this.width && height == this.height) {
            return false;
        }
        if (this.figures == null || figures.size() != this.figures.size()) {
            texts = new ShapedText[COLUMNS * figures.size()];
            java.util.Arrays.fill(widths, 0);
        }
        this.figures = figures;
        this.width = width;
        this.height = height;
        for (int row = 0; row < figures.size(); row++) {
            Figure figure = figures.get(row);
            String[] columns = {figure.name(), figure.value(), figure.unit(), figure.note()};
            for (int column = 0; column < COLUMNS; column++) {
                ShapedText text = layout.figures(columns[column]);
                texts[COLUMNS * row + column] = text;
                widths[column] = Math.max(widths[column], text.width());
            }
        }
        float em = 2 * PAD_X;
        for (int column = 0; column < COLUMNS; column++) {
            em += gap(column) + widths[column];
        }
        int wanted = Math.clamp(Math.round(height * SHARE), READABLE, LARGEST);
        // With its margins inside the canvas, smaller where it must be.
        int fitting =
                (int) Math.min(width / (em + 2 * MARGIN), height / (PITCH * figures.size() + 2 * PAD_Y + 2 * MARGIN));
        size = Math.clamp(fitting, 4, wanted);
        left = Math.round(MARGIN * size);
        right = left + (int) Math.ceil(em * size);
        bottom = left + (int) Math.ceil((PITCH * figures.size() + 2 * PAD_Y) * size);
        return true;
    }

    private float gap(int column) {
        return widths[column] == 0 ? 0 : GAPS[column];
    }

    /** Left edge of the panel, and as far from the top. */
    int left() {
        return left;
    }

    int right() {
        return right;
    }

    int bottom() {
        return bottom;
    }

    /** Of the panel's corners. */
    int radius() {
        return Math.min(Math.round(0.3f * size), 255);
    }

    /** Pixels to the em. */
    int size() {
        return size;
    }

    ShapedText text(int row, int column) {
        return texts[COLUMNS * row + column];
    }

    static int argb(int column) {
        return COLORS[column];
    }

    /** Left end of a text. */
    float x(int row, int column) {
        float em = PAD_X;
        for (int i = 0; i <= column; i++) {
            em += gap(i) + (i < column ? widths[i] : 0);
        }
        if (column == VALUE) {
            em += widths[column] - text(row, column).width();
        }
        return left + em * size;
    }

    int baseline(int row) {
        float middle = PAD_Y + PITCH * (row + 0.5f);
        return left + Math.round((middle + (layout.ascent() - layout.descent()) / 2) * size);
    }
}
