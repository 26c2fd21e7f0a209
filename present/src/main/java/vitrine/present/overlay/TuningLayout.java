package vitrine.present.overlay;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import vitrine.present.text.ShapedText;
import vitrine.present.text.TextLayout;

/**
 * Where the tuning panel lies at the top right of a canvas, below the figures where it has no room beside them: headings,
 * rows of name, bar and value, a note. Laid out when rows or the canvas' size change. Columns only get wider while the
 * number of rows stays, so that the panel stands still.
 */
final class TuningLayout {

    static final int SELECTED = 0xFF2A3340;
    static final int UNSAVED = NoticeLayout.MARK;
    static final int FILL = 0xFF69CAFF;
    private static final int FILL_OTHER = 0xFF8A97A6;
    private static final int PANEL_LINEAR = Palette.forLinearLight(ProblemLayout.PANEL, 128);
    private static final int TRACK = 0xFF39424E;
    private static final int PRESET = 0xFFE3E7EC;
    private static final int HEADING = 0xFF9FB4CC;
    private static final int NAME = 0xFFD5DAE0;
    private static final int VALUE = 0xFFFFFFFF;
    private static final int NOTE = 0xFF9AA3AE;

    private static final int SMALLEST = 4;
    private static final int NOTE_LINES = 6;

    // In em.
    private static final float PAD_X = 0.7f;
    private static final float PAD_Y = 0.5f;
    private static final float MARK = 0.4f;
    private static final float MARK_GAP = 0.4f;
    private static final float PITCH = 1.55f;
    private static final float GAP = 0.9f;
    private static final float NAME_LEAST = 5;
    private static final float BAR = 6;
    private static final float BAR_HEIGHT = 0.3f;
    private static final float NOTE_PITCH = 1.3f;
    private static final float NOTE_GAP = 0.35f;

    private final TextLayout layout;
    private final TextCut cut;
    private List<TuningRow> rows = List.of();
    private String note = "";
    private int width;
    private int height;
    private int hudRight;
    private int hudBottom;
    private int floor;

    /** Of a line the row, or the heading of that row as -1 - row. */
    private int[] lines = new int[0];

    private ShapedText[] headings = new ShapedText[0];
    private ShapedText[] names = new ShapedText[0];
    private ShapedText[] values = new ShapedText[0];
    private ShapedText[] notes = new ShapedText[0];

    /** Of the columns, in em. */
    private float nameWidth;

    private float valueWidth;

    private int size;
    private int left;
    private int top;
    private int right;
    private int bottom;

    /** First line shown, and how many. */
    private int first;

    private int shown;

    TuningLayout(TextLayout layout) {
        this.layout = layout;
        cut = new TextCut(layout);
    }

    /**
     * Lays the panel out; true where that differs from the last call.
     *
     * @param hudRight right end of the figures at the top left, 0 where there are none
     * @param hudBottom their bottom
     * @param floor top of what lies at the canvas' bottom, or its height
     */
    boolean place(List<TuningRow> rows, String note, int width, int height, int hudRight, int hudBottom, int floor) {
        boolean same = rows.equals(this.rows) && note.equals(this.note);
        if (same
                && width == this.width
                && height == this.height
                && hudRight == this.hudRight
                && hudBottom == this.hudBottom
                && floor == this.floor) {
            return false;
        }
        boolean sameCanvas = width == this.width && height == this.height;
        if (!same) {
            shape(rows);
        }
        this.rows = rows;
        this.note = note;
        this.width = width;
        this.height = height;
        this.hudRight = hudRight;
        this.hudBottom = hudBottom;
        this.floor = floor;
        OverlayStyle style = OverlayStyle.of(width, height);
        int margin = style.margin();
        float em = 2 * PAD_X + MARK + MARK_GAP + Math.max(nameWidth, NAME_LEAST) + GAP + BAR + GAP + valueWidth;
        size = Math.clamp((int) ((width - 2 * margin) / em), SMALLEST, style.text());
        right = width - margin;
        left = right - (int) Math.ceil(em * size);
        top = left < hudRight + margin ? hudBottom + margin : margin;
        List<String> wrapped = cut.wrap(note, em - 2 * PAD_X, NOTE_LINES);
        notes = wrapped.stream().map(layout::code).toArray(ShapedText[]::new);
        float rest = 2 * PAD_Y + (notes.length == 0 ? 0 : NOTE_GAP + NOTE_PITCH * notes.length);
        float room = (floor - margin - top) / (float) size - rest;
        shown = Math.min(Math.max(1, (int) (room / PITCH)), lines.length);
        bottom = top + (int) Math.ceil((PITCH * shown + rest) * size);
        scroll(sameCanvas ? first : 0);
        return true;
    }

    private void shape(List<TuningRow> rows) {
        if (rows.size() != this.rows.size()) {
            nameWidth = 0;
            valueWidth = 0;
        }
        names = Arrays.copyOf(names, rows.size());
        values = Arrays.copyOf(values, rows.size());
        headings = Arrays.copyOf(headings, rows.size());
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            TuningRow row = rows.get(i);
            boolean begins = i == 0 || !row.group().equals(rows.get(i - 1).group());
            names[i] = layout.code(row.name());
            values[i] = layout.figures(row.value());
            headings[i] = layout.code(begins ? row.group() : "");
            nameWidth = Math.max(nameWidth, names[i].width());
            valueWidth = Math.max(valueWidth, values[i].width());
            if (begins) {
                order.add(-1 - i);
                // A heading reaches over the bar.
                nameWidth = Math.max(nameWidth, headings[i].width() - BAR - GAP);
            }
            order.add(i);
        }
        lines = order.stream().mapToInt(Integer::intValue).toArray();
    }

    /** As little as shows the selected row, its heading too where it is the first one. */
    private void scroll(int before) {
        first = Math.clamp(before, 0, lines.length - shown);
        for (int i = 0; i < lines.length; i++) {
            if (lines[i] >= 0 && rows.get(lines[i]).selected()) {
                int from = i > 0 && lines[i - 1] < 0 && shown > 1 ? i - 1 : i;
                first = Math.clamp(first, i - shown + 1, from);
            }
        }
    }

    void draw(Instances to, boolean linear) {
        int radius = Math.round(0.4f * size);
        to.fill(left, top, right, bottom, linear ? PANEL_LINEAR : ProblemLayout.PANEL, radius);
        for (int i = 0; i < shown; i++) {
            int line = lines[first + i];
            float middle = PAD_Y + PITCH * (i + 0.5f);
            if (line < 0) {
                to.text(headings[-1 - line], left + PAD_X * size, baseline(middle), size, HEADING, right);
            } else {
                row(to, line, middle);
            }
        }
        float y = PAD_Y + PITCH * shown + NOTE_GAP;
        for (ShapedText text : notes) {
            to.text(text, left + PAD_X * size, baseline(y + NOTE_PITCH / 2), size, NOTE, right);
            y += NOTE_PITCH;
        }
    }

    private void row(Instances to, int index, float middle) {
        TuningRow row = rows.get(index);
        int centre = top + Math.round(middle * size);
        int inset = Math.max(1, Math.round(0.25f * size));
        if (row.selected()) {
            int half = Math.round(PITCH / 2 * size) - 1;
            to.fill(left + inset, centre - half, right - inset, centre + half, SELECTED, Math.round(0.3f * size));
        }
        float x = left + PAD_X * size;
        if (row.unsaved()) {
            int mark = Math.max(3, Math.round(MARK * size));
            to.disc(Math.round(x), centre - mark / 2, mark, UNSAVED);
        }
        x += (MARK + MARK_GAP) * size;
        to.text(names[index], x, baseline(middle), size, row.selected() ? VALUE : NAME, right);
        int barLeft = Math.round(x + (Math.max(nameWidth, NAME_LEAST) + GAP) * size);
        int barRight = barLeft + Math.round(BAR * size);
        int thick = Math.max(2, Math.round(BAR_HEIGHT * size));
        int barTop = centre - thick / 2;
        to.fill(barLeft, barTop, barRight, barTop + thick, TRACK, (thick + 1) / 2);
        int filled = Math.round(Math.clamp(row.place(), 0f, 1f) * (barRight - barLeft));
        if (filled > 0) {
            int argb = row.selected() ? FILL : FILL_OTHER;
            to.fill(barLeft, barTop, barLeft + Math.max(filled, thick), barTop + thick, argb, (thick + 1) / 2);
        }
        int tick = Math.max(1, Math.round(0.09f * size));
        int tickX = barLeft + Math.round(Math.clamp(row.preset(), 0f, 1f) * (barRight - barLeft - tick));
        to.fill(tickX, barTop - thick, tickX + tick, barTop + 2 * thick, PRESET, 0);
        float valueX = right - (PAD_X + values[index].width()) * size;
        to.text(values[index], valueX, baseline(middle), size, VALUE, right);
    }

    private int baseline(float middle) {
        return top + Math.round((middle + (layout.ascent() - layout.descent()) / 2) * size);
    }
}
