package vitrine.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import vitrine.engine.frame.ColorEncoding;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.PixelFormat;

class PatternSourceTest extends SourceTestSupport {

    @ParameterizedTest
    @EnumSource(PixelFormat.class)
    void everyByteOfEveryFormatIsWhatTheGeometrySays(PixelFormat format) throws Exception {
        String uri = "pattern:322x170@30?pace=max&seed=7&format=" + format.lowerName();
        PatternGeometry geometry = new PatternGeometry(322, 170, 7);
        try (FrameSource s = open(uri)) {
            for (int i = 0; i < 60; i++) {
                try (CapturedFrame f = frame(s)) {
                    assertThat(f.sequence()).isEqualTo(i);
                    assertFrame(f, geometry);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1,1", "2,2", "3,3", "15,15", "16,16", "17,33", "73,41", "321,171", "8,300", "300,8"})
    void smallAndOddSizes(int width, int height) throws Exception {
        for (PixelFormat format : PixelFormat.values()) {
            PatternGeometry geometry = new PatternGeometry(width, height, 1);
            String uri = "pattern:" + width + "x" + height + "?pace=max&format=" + format.lowerName();
            try (FrameSource s = open(uri)) {
                for (int i = 0; i < 10; i++) {
                    try (CapturedFrame f = frame(s)) {
                        assertFrame(f, geometry);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"bt601,limited", "bt601,full", "bt709,limited", "bt709,full", "bt2020,limited", "bt2020,full"})
    void everyMatrixAndRange(String matrix, String range) throws Exception {
        String uri = "pattern:160x90?pace=max&matrix=" + matrix + "&range=" + range;
        try (FrameSource s = open(uri);
                CapturedFrame f = frame(s)) {
            assertThat(s.info().format().color().matrix().name()).isEqualToIgnoringCase(matrix);
            assertThat(s.info().format().color().range().name()).isEqualToIgnoringCase(range);
            assertFrame(f, new PatternGeometry(160, 90, 1));
        }
    }

    /** Published code values: ITU-R BT.601-7 and BT.709-6 colour bars at 100 %, as every broadcast table prints them. */
    @Test
    void colorsAreThoseOfTheStandards() {
        ColorEncoding sd = ColorEncoding.BT601_LIMITED;
        assertThat(YuvColor.of(0xFFFFFF, sd)).isEqualTo(new YuvColor(235, 128, 128));
        assertThat(YuvColor.of(0x000000, sd)).isEqualTo(new YuvColor(16, 128, 128));
        assertThat(YuvColor.of(0xFF0000, sd)).isEqualTo(new YuvColor(81, 90, 240));
        assertThat(YuvColor.of(0x00FF00, sd)).isEqualTo(new YuvColor(145, 54, 34));
        assertThat(YuvColor.of(0x0000FF, sd)).isEqualTo(new YuvColor(41, 240, 110));
        ColorEncoding hd = ColorEncoding.BT709_LIMITED;
        assertThat(YuvColor.of(0xFF0000, hd)).isEqualTo(new YuvColor(63, 102, 240));
        assertThat(YuvColor.of(0x00FF00, hd)).isEqualTo(new YuvColor(173, 42, 26));
        assertThat(YuvColor.of(0x0000FF, hd)).isEqualTo(new YuvColor(32, 240, 118));
        assertThat(YuvColor.of(0xFF0000, ColorEncoding.BT601_FULL)).isEqualTo(new YuvColor(76, 85, 255));
    }

    @Test
    void theStripTellsTheFramesNumber() throws Exception {
        PatternGeometry geometry = new PatternGeometry(640, 360, 1);
        try (FrameSource s = open("pattern:640x360@60?pace=max")) {
            for (int i = 0; i < 40; i++) {
                try (CapturedFrame f = frame(s)) {
                    MemorySegment m = f.memory().get(0).memory();
                    int stride = f.format().plane(0).stride();
                    assertThat(geometry.readFrameNumber(
                                    (x, y) -> m.get(ValueLayout.JAVA_BYTE, (long) y * stride + x) & 255))
                            .isEqualTo(i);
                }
            }
        }
        for (long n : new long[] {0, 1, 2, 0x7FFFFFFFL, 0xFFFFFFFFL, 123_456_789}) {
            assertThat(geometry.readFrameNumber((x, y) -> geometry.rgbAt(n, x, y) & 255))
                    .isEqualTo(n);
        }
        assertThat(geometry.readFrameNumber((x, y) -> 0)).isEqualTo(-1);
        assertThat(geometry.readFrameNumber((x, y) -> 255)).isEqualTo(-1);
    }

    @Test
    void shapesMoveStayInsideAndDependOnTheSeed() {
        PatternGeometry a = new PatternGeometry(1920, 1080, 1);
        assertThat(a.shapes(0)).hasSize(6).isEqualTo(new PatternGeometry(1920, 1080, 1).shapes(0));
        assertThat(a.shapes(0)).isNotEqualTo(new PatternGeometry(1920, 1080, 2).shapes(0));
        for (long n = 0; n < 5000; n += 7) {
            List<PatternGeometry.Shape> now = a.shapes(n);
            List<PatternGeometry.Shape> next = a.shapes(n + 1);
            for (int i = 0; i < 6; i++) {
                PatternGeometry.Shape s = now.get(i);
                assertThat(s.x()).isBetween(0, 1920 - s.width());
                assertThat(s.y()).isBetween(0, 1080 - s.height());
                assertThat((s.x() | s.y() | s.width() | s.height()) & 1).isZero();
                assertThat(Math.abs(next.get(i).x() - s.x())).isLessThanOrEqualTo(20);
            }
        }
    }

    @Test
    void a4kFrameCostsAFractionOfItsSize() throws Exception {
        try (FrameSource s = open("pattern:3840x2160@30?pace=max")) {
            long afterTen = 0;
            for (int i = 0; i < 40; i++) {
                try (CapturedFrame f = frame(s)) {
                    if (f.sequence() == 9) {
                        afterTen = s.cpuBytes();
                    }
                }
            }
            long perFrame = (s.cpuBytes() - afterTen) / 30;
            assertThat(perFrame).isLessThan(s.info().format().pictureBytes() / 2);
        }
    }

    private static void assertFrame(CapturedFrame frame, PatternGeometry g) {
        FrameFormat f = frame.format();
        byte[] actual = packed(frame);
        byte[] expected = expected(f, g, frame.sequence());
        int at = java.util.Arrays.mismatch(expected, actual);
        assertThat(at)
                .as(() -> f + " frame " + frame.sequence() + " differs at byte " + at)
                .isEqualTo(-1);
    }

    /** Straight from the definition, one component at a time. */
    private static byte[] expected(FrameFormat f, PatternGeometry g, long n) {
        PixelFormat p = f.pixelFormat();
        byte[] out = new byte[Math.toIntExact(f.pictureBytes())];
        int at = 0;
        for (int plane = 0; plane < p.planes(); plane++) {
            int rowBytes = p.rowBytes(plane, f.width());
            for (int row = 0; row < p.rows(plane, f.height()); row++) {
                for (int b = 0; b < rowBytes; b++) {
                    out[at++] = (byte) component(f, g, n, plane, row, b);
                }
            }
        }
        return out;
    }

    private static int component(FrameFormat f, PatternGeometry g, long n, int plane, int row, int b) {
        int x;
        int y = row;
        char c;
        switch (f.pixelFormat()) {
            case GREY -> {
                x = b;
                c = 'y';
            }
            case NV12, NV21, NV16, NV61, NV24 -> {
                boolean second = b % 2 == 1;
                boolean crFirst = f.pixelFormat() == PixelFormat.NV21 || f.pixelFormat() == PixelFormat.NV61;
                x = plane == 0 ? b : f.pixelFormat() == PixelFormat.NV24 ? b / 2 : b / 2 * 2;
                y = plane == 1 && f.pixelFormat().chromaShiftY() == 1 ? row * 2 : row;
                c = plane == 0 ? 'y' : second == crFirst ? 'b' : 'r';
            }
            case I420, I422, I444 -> {
                boolean half = plane > 0 && f.pixelFormat() != PixelFormat.I444;
                x = half ? b * 2 : b;
                y = plane > 0 && f.pixelFormat() == PixelFormat.I420 ? row * 2 : row;
                c = "ybr".charAt(plane);
            }
            case YUYV -> {
                x = b % 2 == 0 ? b / 2 : b / 4 * 2;
                c = "ybyr".charAt(b % 4);
            }
            case UYVY -> {
                x = b % 2 == 1 ? b / 2 : b / 4 * 2;
                c = "byry".charAt(b % 4);
            }
            case YVYU -> {
                x = b % 2 == 0 ? b / 2 : b / 4 * 2;
                c = "yryb".charAt(b % 4);
            }
            case VYUY -> {
                x = b % 2 == 1 ? b / 2 : b / 4 * 2;
                c = "ryby".charAt(b % 4);
            }
            case RGB24 -> {
                x = b / 3;
                c = "RGB".charAt(b % 3);
            }
            case BGR24 -> {
                x = b / 3;
                c = "BGR".charAt(b % 3);
            }
            case RGBX32 -> {
                x = b / 4;
                c = "RGBX".charAt(b % 4);
            }
            case BGRX32 -> {
                x = b / 4;
                c = "BGRX".charAt(b % 4);
            }
            default -> throw new AssertionError(f);
        }
        // The second pixel of an odd width's last pair repeats the colour of its block.
        int rgb = g.rgbAt(n, Math.min(x, f.width() - 1), y);
        YuvColor yuv = YuvColor.of(rgb, f.color());
        return switch (c) {
            case 'y' -> yuv.y();
            case 'b' -> yuv.cb();
            case 'r' -> yuv.cr();
            case 'R' -> rgb >> 16;
            case 'G' -> rgb >> 8;
            case 'B' -> rgb;
            default -> 255;
        };
    }
}
