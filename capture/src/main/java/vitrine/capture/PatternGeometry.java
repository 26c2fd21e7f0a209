package vitrine.capture;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntBinaryOperator;

/**
 * What {@code pattern:} shows, as values: a test can say the colour of every pixel of every frame. A grey checkerboard,
 * six shapes that bounce between the edges, and on top a strip that tells the frame's number. All coordinates are even,
 * so each chroma sample of 4:2:0 and 4:2:2 lies in one colour.
 *
 * <p>The same width, height and seed give the same pictures. Immutable; any thread.
 */
public final class PatternGeometry {
    private static final int SHAPES = 6;
    private static final int MIN_SIDE_WITH_SHAPES = 16;
    private static final int STRIP_CELLS = 36;
    private static final int STRIP_BITS = 32;
    /** Black, white in front; parity and white behind: a reader knows a strip from a picture. */
    private static final int STRIP_FIRST_BIT = 2;

    private static final int WHITE = 0xFFFFFF;
    private static final int BLACK = 0x000000;
    private static final int[] TILES = {0x404850, 0x68707C};
    private static final int[] COLORS = {0xC83232, 0x32A046, 0x3250C8, 0xD8C832, 0xB43CB4, 0x32B4B4};

    private final int width;
    private final int height;
    private final int tile;
    private final int cell;
    private final List<Motion> motions;

    /** Form of a shape inside its rectangle. */
    public enum Form {
        RECTANGLE,
        /** The ellipse inscribed in the rectangle, in steps of 2x2 pixels. */
        ELLIPSE
    }

    /**
     * A shape in one frame, in pixels from the top left; all four numbers are even.
     *
     * @param rgb R, G, B of 8 bits each, red in the highest
     */
    public record Shape(Form form, int x, int y, int width, int height, int rgb) {
        /** True where the pixel is part of the shape. */
        public boolean contains(int px, int py) {
            if (px < x || py < y || px >= x + width || py >= y + height) {
                return false;
            }
            int inset = inset((py - y) / 2);
            return px >= x + inset && px < x + width - inset;
        }

        /** Pixels left free at both ends of the two rows {@code pair * 2} and the next; even. */
        int inset(int pair) {
            if (form == Form.RECTANGLE) {
                return 0;
            }
            double dy = (2 * pair + 1) / (height / 2.0) - 1;
            return 2 * (int) Math.round((1 - Math.sqrt(1 - dy * dy)) * (width / 4.0));
        }
    }

    /** A shape's path: x bounces between 0 and {@code rangeX}, y between 0 and {@code rangeY}. */
    private record Motion(Form form, int width, int height, int rgb, int x, int y, int vx, int vy) {}

    public PatternGeometry(int width, int height, long seed) {
        this.width = width;
        this.height = height;
        this.tile = Math.max(2, even(Math.min(width, height) / 8));
        this.cell = stripCell(width, height);
        this.motions = width < MIN_SIDE_WITH_SHAPES || height < MIN_SIDE_WITH_SHAPES ? List.of() : motions(seed);
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    /** The shapes of frame {@code frame}, lowest first; none where the picture is below 16 pixels either way. */
    public List<Shape> shapes(long frame) {
        List<Shape> shapes = new ArrayList<>();
        for (int i = 0; i < motions.size(); i++) {
            shapes.add(shape(i, frame));
        }
        return shapes;
    }

    int shapeCount() {
        return motions.size();
    }

    Shape shape(int index, long frame) {
        Motion m = motions.get(index);
        return new Shape(
                m.form,
                bounce(m.x + frame * m.vx, even(width - m.width)),
                bounce(m.y + frame * m.vy, even(height - m.height)),
                m.width,
                m.height,
                m.rgb);
    }

    /** The pixel's colour: R, G, B of 8 bits each, red in the highest. */
    public int rgbAt(long frame, int x, int y) {
        if (y < stripHeight() && x < stripWidth()) {
            return stripRgb(frame, x / cell);
        }
        for (int i = motions.size() - 1; i >= 0; i--) {
            Shape s = shape(i, frame);
            if (s.contains(x, y)) {
                return s.rgb();
            }
        }
        return TILES[tileColor(x / tile, y / tile)];
    }

    /**
     * Reads the strip back from a picture, also a scaled or compressed one.
     *
     * @param luma brightness 0 to 255 at x, y of this geometry's size
     * @return the lowest 32 bits of the frame's number, or -1 where the picture holds no strip
     */
    public long readFrameNumber(IntBinaryOperator luma) {
        if (cell == 0) {
            return -1;
        }
        long bits = 0;
        for (int i = 0; i < STRIP_CELLS; i++) {
            int white = luma.applyAsInt(i * cell + cell / 2, cell / 2) >= 128 ? 1 : 0;
            bits = bits << 1 | white;
        }
        long number = bits >>> 2 & 0xFFFFFFFFL;
        return bits == stripBits(number) ? number : -1;
    }

    // The painter's view of the same things.

    int tile() {
        return tile;
    }

    static int tileColor(int column, int row) {
        return (column + row) & 1;
    }

    int stripCell() {
        return cell;
    }

    int stripCells() {
        return cell == 0 ? 0 : STRIP_CELLS;
    }

    static long stripBits(long frame) {
        long number = frame & 0xFFFFFFFFL;
        long parity = Long.bitCount(number) & 1;
        return (0b01L << (STRIP_BITS + STRIP_FIRST_BIT)) | (number << 2) | (parity << 1) | 1;
    }

    static boolean stripWhite(long bits, int index) {
        return ((bits >> (STRIP_CELLS - 1 - index)) & 1) != 0;
    }

    /** Every colour that occurs; the first two are the tiles, then black, white, then the shapes'. */
    static int[] palette() {
        int[] all = new int[4 + COLORS.length];
        all[0] = TILES[0];
        all[1] = TILES[1];
        all[2] = BLACK;
        all[3] = WHITE;
        System.arraycopy(COLORS, 0, all, 4, COLORS.length);
        return all;
    }

    private int stripWidth() {
        return cell * STRIP_CELLS;
    }

    private int stripHeight() {
        return cell;
    }

    private static int stripRgb(long frame, int index) {
        return stripWhite(stripBits(frame), index) ? WHITE : BLACK;
    }

    private static int stripCell(int width, int height) {
        int cell = even(Math.min(width / STRIP_CELLS, height / 8));
        return cell < 2 ? 0 : Math.min(cell, 32);
    }

    private List<Motion> motions(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Motion> all = new ArrayList<>();
        for (int i = 0; i < SHAPES; i++) {
            int w = Math.max(4, even(random.nextInt(width / 10, width / 5 + 2)));
            int h = Math.max(4, even(random.nextInt(height / 10, height / 5 + 2)));
            all.add(new Motion(
                    i % 2 == 0 ? Form.RECTANGLE : Form.ELLIPSE,
                    w,
                    h,
                    COLORS[i],
                    random.nextInt(0, even(width - w) / 2 + 1) * 2,
                    random.nextInt(0, even(height - h) / 2 + 1) * 2,
                    speed(random, width),
                    speed(random, height)));
        }
        return List.copyOf(all);
    }

    /** Even pixels a frame, either way, up to a hundredth of the side. */
    private static int speed(SplittableRandom random, int side) {
        int v = 2 * random.nextInt(1, Math.max(2, side / 200 + 2));
        return random.nextBoolean() ? v : -v;
    }

    private static int bounce(long position, int range) {
        if (range == 0) {
            return 0;
        }
        long p = Math.floorMod(position, 2L * range);
        return (int) (p <= range ? p : 2L * range - p);
    }

    private static int even(int n) {
        return n & ~1;
    }
}
