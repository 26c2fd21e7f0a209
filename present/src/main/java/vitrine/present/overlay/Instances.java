package vitrine.present.overlay;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import vitrine.present.text.GlyphAtlas;
import vitrine.present.text.ShapedText;

/**
 * Instances of one quad in drawing order; their words are those of {@code present/overlay.vert}. Reused; allocates only
 * while it grows.
 */
final class Instances {

    /** 32-bit words of an instance. */
    static final int WORDS = 8;

    /** Kinds of instances, as KIND_* in present/overlay.frag. */
    static final int KIND_FILL = 0;

    static final int KIND_RING = 1;
    static final int KIND_GLYPH = 2;

    /** Corners that stay square, as SQUARE_* in present/overlay.frag. */
    static final int SQUARE_BOTTOM = 1;

    static final int SQUARE_TOP_LEFT = 2;

    /** Coordinates are stored in 16 bits. */
    private static final int LIMIT = 16384;

    private int[] words = new int[WORDS * 256];
    private int count;
    private @Nullable GlyphAtlas atlas;

    /** Forgets all instances; glyphs come from that atlas from now on. */
    void begin(GlyphAtlas atlas) {
        this.atlas = atlas;
        count = 0;
    }

    int[] words() {
        return words;
    }

    int count() {
        return count;
    }

    /** A rectangle with round corners. */
    void fill(int x0, int y0, int x1, int y1, int argb, int radius) {
        fill(x0, y0, x1, y1, argb, argb, 0, radius, 0);
    }

    /** A rectangle with an edge of another colour inside its border. */
    void fill(int x0, int y0, int x1, int y1, int argb, int edgeArgb, int edge, int radius, int square) {
        int at = next();
        words[at] = pack(x0, y0);
        words[at + 1] = pack(x1, y1);
        words[at + 2] = words[at];
        words[at + 3] = words[at + 1];
        words[at + 4] = argb;
        words[at + 5] = edgeArgb; // without an edge the same, else its share would thin the round edges twice
        words[at + 6] = shape(KIND_FILL, square, Math.min(radius, 255), 0, edge);
    }

    void disc(int x, int y, int size, int argb) {
        fill(x, y, x + size, y + size, argb, (size + 1) / 2);
    }

    void circle(int x, int y, int size, int argb) {
        int radius = Math.min((size + 1) / 2, 255);
        int line = Math.max(1, Math.round(size / 9f));
        ringPart(x, y, x + size, y + size, x, y, x + size, y + size, argb, argb, radius, line, 0, 0);
    }

    /** What lies between x0, y0 and x1, y1 of the outline of left, top, right, bottom, with a casing on both sides. */
    void ringPart(
            int x0,
            int y0,
            int x1,
            int y1,
            int left,
            int top,
            int right,
            int bottom,
            int argb,
            int radius,
            int line,
            int casing,
            int square) {
        ringPart(x0, y0, x1, y1, left, top, right, bottom, argb, Palette.casing(argb), radius, line, casing, square);
    }

    private void ringPart(
            int x0,
            int y0,
            int x1,
            int y1,
            int left,
            int top,
            int right,
            int bottom,
            int argb,
            int casingArgb,
            int radius,
            int line,
            int casing,
            int square) {
        int at = next();
        words[at] = pack(x0, y0);
        words[at + 1] = pack(x1, y1);
        words[at + 2] = pack(left, top);
        words[at + 3] = pack(right, bottom);
        words[at + 4] = argb;
        words[at + 5] = casingArgb;
        words[at + 6] = shape(KIND_RING, square, radius, line, casing);
    }

    /** Glyphs of a run, {@code size} pixels to the em; those that would pass {@code end} are left out. */
    void text(ShapedText run, float x, int baseline, int size, int argb, int end) {
        if (atlas == null) {
            throw new AssertionError("text before begin");
        }
        for (int i = 0; i < run.glyphCount(); i++) {
            float pen = x + run.x(i) * size;
            int slot = atlas.glyph(size, run.glyph(i), GlyphAtlas.phase(pen));
            if (slot == GlyphAtlas.EMPTY) {
                continue;
            }
            int x0 = (int) Math.floor(pen) + atlas.left(slot);
            int y0 = baseline - Math.round(run.y(i) * size) - atlas.top(slot);
            int x1 = x0 + atlas.width(slot);
            if (x1 > end) {
                return;
            }
            int at = next();
            words[at] = pack(x0, y0);
            words[at + 1] = pack(x1, y0 + atlas.height(slot));
            words[at + 2] = atlas.offset(slot);
            words[at + 3] = pack(atlas.width(slot), atlas.height(slot));
            words[at + 4] = argb;
            words[at + 5] = 0;
            words[at + 6] = shape(KIND_GLYPH, 0, 0, 0, 0);
        }
    }

    private int next() {
        int at = WORDS * count++;
        if (at == words.length) {
            words = Arrays.copyOf(words, 2 * at);
        }
        return at;
    }

    /** Two signed 16-bit coordinates. Targets end at 16384, and everything drawn is kept near them. */
    private static int pack(int x, int y) {
        return (Math.clamp(x, -LIMIT, LIMIT) & 0xffff) | Math.clamp(y, -LIMIT, LIMIT) << 16;
    }

    private static int shape(int kind, int square, int radius, int line, int casing) {
        return kind | square << 4 | radius << 8 | line << 16 | casing << 24;
    }
}
