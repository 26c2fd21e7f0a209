package vitrine.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import vitrine.engine.frame.PixelFormat;

class PhotoSourceTest extends SourceTestSupport {
    /** Two decoders of the same JPEG differ by rounding in the inverse transform and in chroma interpolation. */
    private static final int JPEG_TOLERANCE = 6;

    @TempDir
    Path dir;

    @ParameterizedTest
    @CsvSource({"png,61,43", "png,64,64", "bmp,61,43", "png,1,1"})
    void losslessPhotosArriveExactly(String type, int width, int height) throws Exception {
        BufferedImage picture = smooth(width, height);
        Path file = write(picture, type, "picture." + type);
        try (FrameSource s = open(file.toString())) {
            assertThat(s.info().still()).isTrue();
            assertThat(s.info().format().pixelFormat()).isEqualTo(PixelFormat.BGR24);
            assertThat(s.buffers()).hasSize(1);
            try (CapturedFrame f = frame(s)) {
                assertThat(f.name()).isEqualTo("picture." + type);
                assertThat(packed(f)).isEqualTo(bgr(picture));
            }
            assertThat(s.next(SECONDS_30)).isInstanceOf(Capture.EndOfStream.class);
            assertThat(s.cpuBytes()).isEqualTo(3L * 3 * width * height);
        }
    }

    @Test
    void jpegsArriveAsImageIoDecodesThem() throws Exception {
        Path file = write(smooth(200, 120), "jpg", "p.JPG");
        try (FrameSource s = open(file.toString());
                CapturedFrame f = frame(s)) {
            assertClose(packed(f), bgr(ImageIO.read(file.toFile())));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void exifOrientationIsApplied(int orientation) throws Exception {
        Path plain = write(smooth(96, 64), "jpg", "plain.jpg");
        byte[] jpeg = Files.readAllBytes(plain);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(jpeg, 0, 2);
        out.write(exif(orientation));
        out.write(jpeg, 2, jpeg.length - 2);
        Path file = Files.write(dir.resolve("turned.jpg"), out.toByteArray());
        BufferedImage expected = turn(ImageIO.read(plain.toFile()), orientation);
        try (FrameSource s = open(file.toString());
                CapturedFrame f = frame(s)) {
            assertThat(f.format().width()).isEqualTo(expected.getWidth());
            assertClose(packed(f), bgr(expected));
        }
    }

    @Test
    void repeatShowsItAgainWithoutCopyingItAgain() throws Exception {
        BufferedImage picture = smooth(30, 20);
        Path file = write(picture, "png", "again.png");
        try (FrameSource s = open(file + "?repeat=9")) {
            assertThat(all(s)).hasSize(9).allMatch(b -> Arrays.equals(b, bgr(picture)));
            // Decoded once, copied into each of four buffers once.
            assertThat(s.cpuBytes()).isEqualTo((1 + 4 * 2) * 3L * 30 * 20);
        }
        try (FrameSource s = open(file + "?loop=true")) {
            for (int i = 0; i < 50; i++) {
                try (CapturedFrame f = frame(s)) {
                    assertThat(f.sequence()).isEqualTo(i);
                    assertThat(packed(f)).isEqualTo(bgr(picture));
                }
            }
            assertThat(s.cpuBytes()).isEqualTo((1 + 4 * 2) * 3L * 30 * 20);
        }
    }

    @Test
    void aFolderComesInOrderOfNamesWithChangesOfFormatBetween() throws Exception {
        int[][] sizes = {{20, 10}, {20, 10}, {33, 7}, {8, 40}, {20, 10}};
        List<BufferedImage> pictures = new ArrayList<>();
        for (int i = 0; i < sizes.length; i++) {
            pictures.add(smooth(sizes[i][0], sizes[i][1], i));
            write(pictures.get(i), "png", "p" + i + ".png");
        }
        Files.writeString(dir.resolve("readme.txt"), "not a photo");
        Files.createDirectory(dir.resolve("folder.png"));
        List<String> events = new ArrayList<>();
        try (FrameSource s = open(dir.toString())) {
            assertThat(s.info().description()).startsWith("folder of 5 photos");
            while (true) {
                Capture c = s.next(SECONDS_30);
                if (c instanceof CapturedFrame f) {
                    int i = Math.toIntExact(f.sequence());
                    assertThat(packed(f)).isEqualTo(bgr(pictures.get(i)));
                    assertThat(s.buffers().get(f.buffer())).isSameAs(f.memory());
                    events.add(f.name());
                    f.close();
                } else if (c instanceof Capture.FormatChanged change) {
                    assertThat(s.info().format()).isEqualTo(change.format());
                    events.add(change.format().width() + "x" + change.format().height());
                } else {
                    assertThat(c).isInstanceOf(Capture.EndOfStream.class);
                    break;
                }
            }
        }
        assertThat(events).containsExactly("p0.png", "p1.png", "33x7", "p2.png", "8x40", "p3.png", "20x10", "p4.png");
    }

    @Test
    void aFolderLoopsAndLeavesOutWhatCannotBeDecoded() throws Exception {
        write(smooth(10, 10, 1), "png", "a.png");
        Files.writeString(dir.resolve("b.png"), "no picture at all");
        write(smooth(10, 10, 2), "png", "c.png");
        StringBuilder names = new StringBuilder();
        try (FrameSource s = open(dir + "?loop=true&repeat=2")) {
            for (int i = 0; i < 8; i++) {
                try (CapturedFrame f = frame(s)) {
                    names.append(f.name().charAt(0));
                    int seed = f.name().startsWith("a") ? 1 : 2;
                    assertThat(packed(f)).isEqualTo(bgr(smooth(10, 10, seed)));
                }
            }
        }
        assertThat(names.toString()).isEqualTo("aaccaacc");
    }

    @Test
    void webp() throws Exception {
        BufferedImage picture = smooth(61, 43);
        Path png = write(picture, "png", "p.png");
        Path webp = dir.resolve("p.webp");
        ffmpeg("-i", png.toString(), "-c:v", "libwebp", "-lossless", "1", "-pix_fmt", "bgra", webp.toString());
        try (FrameSource s = open(webp.toString());
                CapturedFrame f = frame(s)) {
            assertThat(packed(f)).isEqualTo(bgr(picture));
        }
        byte[] bytes = Files.readAllBytes(webp);
        Path cut = Files.write(dir.resolve("cut.webp"), Arrays.copyOf(bytes, bytes.length - 5));
        assertThatThrownBy(() -> open(cut.toString())).hasMessageContaining("is cut short");
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg", "bmp"})
    void aCutPhotoIsRefused(String type) throws Exception {
        Path whole = write(smooth(100, 80), type, "whole." + type);
        byte[] bytes = Files.readAllBytes(whole);
        for (int length : new int[] {bytes.length - 3, bytes.length / 2, 30}) {
            Path cut = Files.write(dir.resolve("cut." + type), Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> open(cut.toString()))
                    .isInstanceOf(SourceException.class)
                    .hasMessage(cut + ": is cut short: its " + length
                            + " bytes end before the picture does; copy it again");
        }
    }

    @Test
    void damagedPhotosAreRefused() throws Exception {
        byte[] png = Files.readAllBytes(write(smooth(50, 50), "png", "p.png"));
        png[20] ^= 0x7F; // the height, so that the header's checksum fails
        Path file = Files.write(dir.resolve("damaged.png"), png);
        assertThatThrownBy(() -> open(file.toString()))
                .hasMessage(file + ": cannot be decoded as a picture; check that it opens in a picture viewer");
        Path text = Files.writeString(dir.resolve("text.jpg"), "hello, I am no photo");
        assertThatThrownBy(() -> open(text.toString())).hasMessage(text + ": is not a JPEG, PNG, WebP or BMP picture");
    }

    private Path write(BufferedImage picture, String type, String name) throws Exception {
        Path file = dir.resolve(name);
        assertThat(ImageIO.write(picture, type, file.toFile())).isTrue();
        return file;
    }

    private static BufferedImage smooth(int width, int height) {
        return smooth(width, height, 0);
    }

    /** Gradients with a little noise: every pixel differs, and JPEG keeps it well. */
    private static BufferedImage smooth(int width, int height, int seed) {
        Random random = new Random(seed);
        BufferedImage p = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int r = 30 + 190 * x / width + random.nextInt(3);
                int g = 30 + 190 * y / height + random.nextInt(3);
                int b = 60 + 80 * (x + y) / (width + height) + seed;
                p.setRGB(x, y, r << 16 | g << 8 | b);
            }
        }
        return p;
    }

    private static byte[] bgr(BufferedImage p) {
        byte[] out = new byte[p.getWidth() * p.getHeight() * 3];
        int at = 0;
        for (int y = 0; y < p.getHeight(); y++) {
            for (int x = 0; x < p.getWidth(); x++) {
                int rgb = p.getRGB(x, y);
                out[at++] = (byte) rgb;
                out[at++] = (byte) (rgb >> 8);
                out[at++] = (byte) (rgb >> 16);
            }
        }
        return out;
    }

    private static void assertClose(byte[] actual, byte[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        int worst = 0;
        for (int i = 0; i < actual.length; i++) {
            worst = Math.max(worst, Math.abs((actual[i] & 255) - (expected[i] & 255)));
        }
        assertThat(worst).isLessThanOrEqualTo(JPEG_TOLERANCE);
    }

    /** APP1 with one TIFF entry, tag 0x0112. */
    private static byte[] exif(int orientation) {
        ByteBuffer b = ByteBuffer.allocate(36);
        b.putShort((short) 0xFFE1).putShort((short) 34);
        b.put("Exif\0\0".getBytes(StandardCharsets.US_ASCII));
        b.put("MM".getBytes(StandardCharsets.US_ASCII)).putShort((short) 42).putInt(8);
        b.putShort((short) 1).putShort((short) 0x0112).putShort((short) 3).putInt(1);
        b.putShort((short) orientation).putShort((short) 0).putInt(0);
        return b.array();
    }

    /** TIFF 6.0, Orientation: where row 0 and column 0 of the stored picture lie. */
    private static BufferedImage turn(BufferedImage p, int orientation) {
        boolean sideways = orientation >= 5;
        int w = sideways ? p.getHeight() : p.getWidth();
        int h = sideways ? p.getWidth() : p.getHeight();
        BufferedImage out = new BufferedImage(w, h, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < h; y++) {
            for (int x = 0; x < w; x++) {
                int sx = switch (orientation) {
                    case 1, 4 -> x;
                    case 2, 3 -> w - 1 - x;
                    case 5, 6 -> y;
                    default -> h - 1 - y;
                };
                int sy = switch (orientation) {
                    case 1, 2 -> y;
                    case 3, 4 -> h - 1 - y;
                    case 5, 8 -> x;
                    default -> w - 1 - x;
                };
                out.setRGB(x, y, p.getRGB(sx, sy));
            }
        }
        return out;
    }
}
