package vitrine.tests.lab;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import vitrine.engine.frame.ColorEncoding;
import vitrine.engine.frame.ColorEncoding.Range;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.PixelFormat;
import vitrine.engine.frame.PlaneLayout;
import vitrine.engine.linux.FrameMemory;

/**
 * vivid's test picture, eight upright bars: white, yellow, cyan, green, magenta, red, blue, black. Read here byte by byte
 * and independently of the shaders, so that a wrong plane, stride, order or range shows. Below the text that vivid writes
 * over them.
 */
final class ColorBars {
    private static final int[] BARS = {0b111, 0b110, 0b011, 0b010, 0b101, 0b100, 0b001, 0b000};

    private ColorBars() {}

    static void require(FrameFormat format, FrameMemory memory) {
        for (int row : new int[] {format.height() * 17 / 20, format.height() * 19 / 20, format.height() - 1}) {
            double last = 256;
            for (int bar = 0; bar < BARS.length; bar++) {
                int x = (2 * bar + 1) * format.width() / (2 * BARS.length);
                double[] rgb = rgb(format, memory, x, row);
                String at = "%s bar %d row %d: %.0f %.0f %.0f".formatted(format, bar, row, rgb[0], rgb[1], rgb[2]);
                if (format.pixelFormat() == PixelFormat.GREY) {
                    assertThat(rgb[0]).as(at).isLessThan(last);
                    last = rgb[0];
                    continue;
                }
                for (int c = 0; c < 3; c++) {
                    if ((BARS[bar] >> (2 - c) & 1) == 1) {
                        assertThat(rgb[c]).as(at).isBetween(150.0, 230.0);
                    } else {
                        assertThat(rgb[c]).as(at).isBetween(-30.0, 60.0);
                    }
                }
            }
        }
    }

    private static double[] rgb(FrameFormat f, FrameMemory memory, int x, int y) {
        double a = component(f, memory, 0, x, y);
        double b = component(f, memory, 1, x, y);
        double c = component(f, memory, 2, x, y);
        if (!f.pixelFormat().isYuv()) {
            return new double[] {a, b, c};
        }
        ColorEncoding e = f.color();
        boolean limited = e.range() == Range.LIMITED;
        double luma = limited ? (a - 16) * 255 / 219 : a;
        double cb = (b - 128) * (limited ? 255.0 / 224 : 1);
        double cr = (c - 128) * (limited ? 255.0 / 224 : 1);
        double kr = e.matrix().kr();
        double kb = e.matrix().kb();
        return new double[] {
            luma + 2 * (1 - kr) * cr,
            luma - 2 * kb * (1 - kb) / (1 - kr - kb) * cb - 2 * kr * (1 - kr) / (1 - kr - kb) * cr,
            luma + 2 * (1 - kb) * cb
        };
    }

    private static int component(FrameFormat f, FrameMemory memory, int c, int x, int y) {
        PixelFormat p = f.pixelFormat();
        int cx = x >> p.chromaShiftX();
        int cy = y >> p.chromaShiftY();
        return switch (p) {
            case NV12, NV16, NV24 -> c == 0 ? at(f, memory, 0, x, y) : at(f, memory, 1, 2 * cx + c - 1, cy);
            case NV21, NV61 -> c == 0 ? at(f, memory, 0, x, y) : at(f, memory, 1, 2 * cx + 2 - c, cy);
            case I420, I422, I444 -> c == 0 ? at(f, memory, 0, x, y) : at(f, memory, c, cx, cy);
            case YUYV -> at(f, memory, 0, c == 0 ? 2 * x : 4 * cx + 2 * c - 1, y);
            case YVYU -> at(f, memory, 0, c == 0 ? 2 * x : 4 * cx + 5 - 2 * c, y);
            case UYVY -> at(f, memory, 0, c == 0 ? 2 * x + 1 : 4 * cx + 2 * c - 2, y);
            case VYUY -> at(f, memory, 0, c == 0 ? 2 * x + 1 : 4 * cx + 4 - 2 * c, y);
            case GREY -> c == 0 ? at(f, memory, 0, x, y) : 128;
            case RGB24 -> at(f, memory, 0, 3 * x + c, y);
            case BGR24 -> at(f, memory, 0, 3 * x + 2 - c, y);
            case RGBX32 -> at(f, memory, 0, 4 * x + c, y);
            case BGRX32 -> at(f, memory, 0, 4 * x + 2 - c, y);
        };
    }

    private static int at(FrameFormat f, FrameMemory memory, int plane, int column, int row) {
        PlaneLayout layout = f.plane(plane);
        return memory.get(layout.memory())
                        .memory()
                        .get(JAVA_BYTE, layout.offset() + (long) row * layout.stride() + column)
                & 0xff;
    }
}
