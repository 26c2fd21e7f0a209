package vitrine.capture;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.PixelFormat;
import vitrine.engine.frame.PlaneLayout;
import vitrine.engine.linux.FrameMemory;

/**
 * Draws a {@link PatternGeometry} into frame memory of any format. A rectangle of one colour is a copy of a prepared
 * row, and a buffer that holds an older frame is repaired where shapes were, so a 4K frame costs a few megabytes.
 */
final class PatternPainter implements AutoCloseable {
    private static final int DARK_TILE = 0;
    private static final int BLACK = 2;
    private static final int WHITE = 3;
    private static final int FIRST_SHAPE = 4;

    private final PatternGeometry geometry;
    private final FrameFormat format;
    private final Arena arena = Arena.ofShared();
    /** One full row of each colour, by colour and plane. */
    private final MemorySegment[][] rows;

    PatternPainter(PatternGeometry geometry, FrameFormat format) {
        this.geometry = geometry;
        this.format = format;
        int[] palette = PatternGeometry.palette();
        rows = new MemorySegment[palette.length][format.planes().size()];
        for (int c = 0; c < palette.length; c++) {
            for (int p = 0; p < rows[c].length; p++) {
                rows[c][p] = row(palette[c], p);
            }
        }
    }

    /**
     * Draws frame {@code frame}.
     *
     * @param previous the frame that {@code memory} holds, or -1 where it holds none
     * @return bytes written
     */
    long paint(FrameMemory memory, long frame, long previous) {
        long bytes = 0;
        if (previous < 0) {
            bytes += tiles(memory, 0, 0, geometry.width(), geometry.height());
        } else {
            for (int i = 0; i < geometry.shapeCount(); i++) {
                PatternGeometry.Shape s = geometry.shape(i, previous);
                bytes += tiles(memory, s.x(), s.y(), s.x() + s.width(), s.y() + s.height());
            }
        }
        for (int i = 0; i < geometry.shapeCount(); i++) {
            bytes += shape(memory, geometry.shape(i, frame), FIRST_SHAPE + i);
        }
        return bytes + strip(memory, frame);
    }

    @Override
    public void close() {
        arena.close();
    }

    private long shape(FrameMemory memory, PatternGeometry.Shape s, int color) {
        if (s.form() == PatternGeometry.Form.RECTANGLE) {
            return fill(memory, s.x(), s.y(), s.x() + s.width(), s.y() + s.height(), color);
        }
        long bytes = 0;
        for (int pair = 0; pair < s.height() / 2; pair++) {
            int inset = s.inset(pair);
            int y = s.y() + 2 * pair;
            bytes += fill(memory, s.x() + inset, y, s.x() + s.width() - inset, y + 2, color);
        }
        return bytes;
    }

    private long strip(FrameMemory memory, long frame) {
        long bits = PatternGeometry.stripBits(frame);
        int cell = geometry.stripCell();
        long bytes = 0;
        for (int i = 0; i < geometry.stripCells(); i++) {
            int color = PatternGeometry.stripWhite(bits, i) ? WHITE : BLACK;
            bytes += fill(memory, i * cell, 0, (i + 1) * cell, cell, color);
        }
        return bytes;
    }

    private long tiles(FrameMemory memory, int x0, int y0, int x1, int y1) {
        int tile = geometry.tile();
        long bytes = 0;
        for (int row = y0 / tile; row * tile < y1; row++) {
            for (int column = x0 / tile; column * tile < x1; column++) {
                bytes += fill(
                        memory,
                        Math.max(x0, column * tile),
                        Math.max(y0, row * tile),
                        Math.min(x1, (column + 1) * tile),
                        Math.min(y1, (row + 1) * tile),
                        DARK_TILE + PatternGeometry.tileColor(column, row));
            }
        }
        return bytes;
    }

    /** x0 and y0 are even; x1 and y1 are even or the picture's edge. */
    private long fill(FrameMemory memory, int x0, int y0, int x1, int y1, int color) {
        if (x1 <= x0) {
            return 0;
        }
        PixelFormat pixels = format.pixelFormat();
        long bytes = 0;
        for (int p = 0; p < rows[color].length; p++) {
            PlaneLayout plane = format.plane(p);
            MemorySegment target = memory.get(plane.memory()).memory();
            int from = pixels.rowBytes(p, x0);
            int length = pixels.rowBytes(p, x1) - from;
            int last = pixels.rows(p, y1);
            for (int y = pixels.rows(p, y0); y < last; y++) {
                MemorySegment.copy(
                        rows[color][p], 0, target, plane.offset() + (long) y * plane.stride() + from, length);
                bytes += length;
            }
        }
        return bytes;
    }

    private MemorySegment row(int rgb, int plane) {
        byte r = (byte) (rgb >> 16);
        byte g = (byte) (rgb >> 8);
        byte b = (byte) rgb;
        YuvColor c = YuvColor.of(rgb, format.color());
        byte y = (byte) c.y();
        byte cb = (byte) c.cb();
        byte cr = (byte) c.cr();
        byte[] unit = switch (format.pixelFormat()) {
            case NV12, NV16, NV24 -> plane == 0 ? new byte[] {y} : new byte[] {cb, cr};
            case NV21, NV61 -> plane == 0 ? new byte[] {y} : new byte[] {cr, cb};
            case I420, I422, I444 -> new byte[] {plane == 0 ? y : plane == 1 ? cb : cr};
            case GREY -> new byte[] {y};
            case YUYV -> new byte[] {y, cb, y, cr};
            case UYVY -> new byte[] {cb, y, cr, y};
            case YVYU -> new byte[] {y, cr, y, cb};
            case VYUY -> new byte[] {cr, y, cb, y};
            case RGB24 -> new byte[] {r, g, b};
            case BGR24 -> new byte[] {b, g, r};
            case RGBX32 -> new byte[] {r, g, b, -1};
            case BGRX32 -> new byte[] {b, g, r, -1};
        };
        int length = format.pixelFormat().rowBytes(plane, format.width());
        MemorySegment row = arena.allocate(length);
        for (int i = 0; i < length; i++) {
            row.set(JAVA_BYTE, i, unit[i % unit.length]);
        }
        return row;
    }
}
