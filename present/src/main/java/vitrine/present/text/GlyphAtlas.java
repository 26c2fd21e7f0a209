package vitrine.present.text;

import java.util.Arrays;
import vitrine.present.text.Font.GlyphBitmap;

/**
 * The coverage of every glyph drawn so far, one byte a pixel, glyph after glyph; most at the atlas's own pixel size,
 * some at others. The GPU reads it as a storage buffer, byte by byte and pixel for pixel, so a glyph needs no packing,
 * no padding and no sampler, and text is as sharp as FreeType drew it. Filled on demand; a glyph's bytes never move or
 * change within a {@link #generation}. One thread.
 */
public final class GlyphAtlas {

    /** {@link #glyph} of what has no ink. */
    public static final int EMPTY = -1;

    private static final int UNKNOWN = 0;
    private static final int INKLESS = -1;

    private final Font font;
    private final int generation;

    /** Pixel sizes, the atlas's own first. */
    private int[] sizes;

    /** For each size, slot + 1 by glyph id and phase, UNKNOWN or INKLESS. */
    private int[][] slots;

    private int count;
    private int[] offsets = new int[64];
    private short[] boxes = new short[64 * 4];
    private byte[] coverage = new byte[1 << 14];
    private int used;

    private GlyphAtlas(Font font, int pixelSize, int generation) {
        this.font = font;
        this.generation = generation;
        sizes = new int[] {pixelSize};
        slots = new int[][] {new int[font.glyphCount() * Font.PHASES]};
    }

    /** An empty atlas for glyphs {@code pixelSize} pixels to the em. */
    public static GlyphAtlas create(Font font, int pixelSize) {
        return new GlyphAtlas(font, checkSize(pixelSize), 0);
    }

    /** An empty atlas of the same font at another size, for a target of another size. */
    public GlyphAtlas resized(int newPixelSize) {
        return new GlyphAtlas(font, checkSize(newPixelSize), generation + 1);
    }

    private static int checkSize(int pixelSize) {
        if (pixelSize < 4 || pixelSize > 512) {
            throw new IllegalArgumentException("text of " + pixelSize + " pixels to the em is outside 4 to 512");
        }
        return pixelSize;
    }

    /** Sub-pixel phase of a pen position: its fraction, in quarters. */
    public static int phase(float x) {
        return (int) Math.floor((x - Math.floor(x)) * Font.PHASES) & (Font.PHASES - 1);
    }

    /** The slot of a glyph, drawn now if this is its first use; {@link #EMPTY} where there is nothing to see. */
    public int glyph(int id, int phase) {
        return glyph(sizes[0], id, phase);
    }

    /** As {@link #glyph(int, int)} at another pixel size. Each size costs a table of all the font's glyphs: use few. */
    public int glyph(int size, int id, int phase) {
        int[] table = table(size);
        int key = id * Font.PHASES + phase;
        int slot = table[key];
        if (slot == UNKNOWN) {
            GlyphBitmap bitmap = font.draw(id, phase, size);
            slot = bitmap == null ? INKLESS : add(bitmap) + 1;
            table[key] = slot;
        }
        return slot == INKLESS ? EMPTY : slot - 1;
    }

    private int[] table(int size) {
        for (int i = 0; i < sizes.length; i++) {
            if (sizes[i] == size) {
                return slots[i];
            }
        }
        checkSize(size);
        int last = sizes.length;
        sizes = Arrays.copyOf(sizes, last + 1);
        slots = Arrays.copyOf(slots, last + 1);
        sizes[last] = size;
        slots[last] = new int[slots[0].length];
        return slots[last];
    }

    private int add(GlyphBitmap bitmap) {
        if (count == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * count);
            boxes = Arrays.copyOf(boxes, 8 * count);
        }
        int bytes = bitmap.coverage().length;
        if (used + bytes + 3 > coverage.length) {
            coverage = Arrays.copyOf(coverage, Math.max(2 * coverage.length, used + bytes + 3));
        }
        System.arraycopy(bitmap.coverage(), 0, coverage, used, bytes);
        offsets[count] = used;
        boxes[4 * count] = (short) bitmap.left();
        boxes[4 * count + 1] = (short) bitmap.top();
        boxes[4 * count + 2] = (short) bitmap.width();
        boxes[4 * count + 3] = (short) bitmap.height();
        used += (bytes + 3) & ~3; // no two glyphs in one of the GPU's words
        return count++;
    }

    /** First byte of a slot's coverage. */
    public int offset(int slot) {
        return offsets[slot];
    }

    /** Pixels from the pen to the bitmap's left edge. */
    public int left(int slot) {
        return boxes[4 * slot];
    }

    /** Pixels from the base line up to the bitmap's top edge. */
    public int top(int slot) {
        return boxes[4 * slot + 1];
    }

    public int width(int slot) {
        return boxes[4 * slot + 2];
    }

    public int height(int slot) {
        return boxes[4 * slot + 3];
    }

    /** Pixels to the em, for glyphs of the atlas's own size. */
    public int pixelSize() {
        return sizes[0];
    }

    /** Pixel sizes that glyphs were asked for at. */
    public int sizes() {
        return sizes.length;
    }

    /** Which atlas of its font this is; counts up with each {@link #resized}. */
    public int generation() {
        return generation;
    }

    /** Glyphs drawn. */
    public int glyphs() {
        return count;
    }

    /** Bytes of coverage in use. */
    public int usedBytes() {
        return used;
    }

    /** The coverage, valid to {@link #usedBytes}; read only, and only until the next {@link #glyph}. */
    public byte[] coverage() {
        return coverage;
    }
}
