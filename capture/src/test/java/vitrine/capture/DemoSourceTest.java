package vitrine.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.InputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import vitrine.engine.frame.ColorEncoding;
import vitrine.engine.frame.PixelFormat;

class DemoSourceTest extends SourceTestSupport {

    @Test
    void isNv12Of720LinesAtThirtyFrames() throws Exception {
        try (FrameSource s = open("demo:")) {
            assertThat(s.info().format().pixelFormat()).isEqualTo(PixelFormat.NV12);
            assertThat(s.info().format().width()).isEqualTo(1280);
            assertThat(s.info().format().height()).isEqualTo(720);
            assertThat(s.info().format().color()).isEqualTo(ColorEncoding.BT709_LIMITED);
            assertThat(s.info().framesPerSecond()).isEqualTo(30);
            assertThat(s.info().live()).isFalse();
        }
    }

    /** The first frame is the photo's full width, from its 26 % line on; compared in blocks of 32x32 pixels. */
    @Test
    void theFirstFrameIsTheAstronaut() throws Exception {
        BufferedImage photo;
        try (InputStream in = DemoPhoto.class.getResourceAsStream("demo/astronaut.jpg")) {
            photo = ImageIO.read(in);
        }
        try (FrameSource s = open("demo:?pace=max");
                CapturedFrame f = frame(s)) {
            byte[] frame = packed(f);
            double worst = 0;
            double scale = 512 / 1280.0;
            double top = Math.max(0, 0.26 * 512 - 144);
            for (int by = 0; by < 704; by += 32) {
                for (int bx = 0; bx < 1280; bx += 32) {
                    double[] expected = new double[3];
                    double[] actual = new double[3];
                    for (int y = by; y < by + 32; y++) {
                        for (int x = bx; x < bx + 32; x++) {
                            YuvColor c = YuvColor.of(
                                    photo.getRGB((int) ((x + 0.5) * scale), (int) (top + (y + 0.5) * scale)),
                                    ColorEncoding.BT709_LIMITED);
                            expected[0] += c.y();
                            expected[1] += c.cb();
                            expected[2] += c.cr();
                            actual[0] += frame[y * 1280 + x] & 255;
                            int chroma = 1280 * 720 + y / 2 * 1280 + x / 2 * 2;
                            actual[1] += frame[chroma] & 255;
                            actual[2] += frame[chroma + 1] & 255;
                        }
                    }
                    for (int i = 0; i < 3; i++) {
                        worst = Math.max(worst, Math.abs(expected[i] - actual[i]) / 1024);
                    }
                }
            }
            assertThat(worst).isLessThan(3);
        }
    }

    @Test
    void movesSmoothlyThroughAllThreePhotosAndComesBack() throws Exception {
        try (FrameSource s = open("demo:?size=320x180&fps=10&pace=max")) {
            byte[] first = {};
            byte[] previous = {};
            double largest = 0;
            for (int i = 0; i <= 120; i++) {
                try (CapturedFrame f = frame(s)) {
                    byte[] now = packed(f);
                    if (i == 0) {
                        first = now;
                    } else {
                        double step = meanDifference(previous, now);
                        assertThat(step).as("frame " + i + " moves").isPositive();
                        largest = Math.max(largest, step);
                    }
                    if (i == 40 || i == 80) {
                        assertThat(meanDifference(first, now)).isGreaterThan(20);
                    }
                    previous = now;
                }
            }
            assertThat(previous).as("frame 120 is the first again").isEqualTo(first);
            // A hard cut between two of the photos changes a pixel by 40 to 70 on average; a fade of 0.4 s at 10
            // frames a second takes four steps.
            assertThat(largest).isLessThan(25);
        }
    }

    @ParameterizedTest
    @CsvSource({"1,1", "2,2", "33,17", "99,400", "1920,1080", "640,640"})
    void anySizeIsFilled(int width, int height) throws Exception {
        try (FrameSource s = open("demo:?size=" + width + "x" + height + "&pace=max")) {
            for (int i = 0; i < 3; i++) {
                try (CapturedFrame f = frame(s)) {
                    assertThat(f.format().width()).isEqualTo(width);
                    for (byte b : packed(f)) {
                        assertThat(b & 255).isBetween(16, 240);
                    }
                }
            }
        }
    }

    private static double meanDifference(byte[] a, byte[] b) {
        long sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.abs((a[i] & 255) - (b[i] & 255));
        }
        return (double) sum / a.length;
    }
}
