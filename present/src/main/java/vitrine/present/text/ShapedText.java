package vitrine.present.text;

/** A shaped run: glyph ids and where their pens stand, in em, so one result serves every pixel size. Immutable. */
public final class ShapedText {

    private final int[] glyphs;
    private final float[] x;
    private final float[] y;
    private final float width;

    ShapedText(int[] glyphs, float[] x, float[] y, float width) {
        this.glyphs = glyphs;
        this.x = x;
        this.y = y;
        this.width = width;
    }

    public int glyphCount() {
        return glyphs.length;
    }

    public int glyph(int index) {
        return glyphs[index];
    }

    /** Pen of a glyph to the right of the run's start, em. */
    public float x(int index) {
        return x[index];
    }

    /** Pen of a glyph above the base line, em. */
    public float y(int index) {
        return y[index];
    }

    /** Advance of the whole run, em. */
    public float width() {
        return width;
    }
}
