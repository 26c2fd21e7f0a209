package vitrine.present;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/**
 * Pictures that were looked at once and must stay. Two pictures are the same when, in Y'CbCr with chroma at half weight
 * as the eye has it, the mean difference is at most {@value #MEAN} steps of 255 and no more than {@value #SHARE} of the
 * pixels differ by over {@value #STEP} steps: room for another GPU's rounding, none for a moved edge or another glyph.
 *
 * <p>On failure the actual picture and the difference, times eight, lie in target/golden. Run the tests with
 * {@code -Dvitrine.golden.write=true} to write the pictures anew, and look at them.
 */
public final class Golden {

    private static final double MEAN = 0.5;
    private static final double SHARE = 0.001;
    private static final double STEP = 10;

    private static final Path FOLDER = Path.of("src/test/resources/golden");

    private Golden() {}

    /** Compares 0xRRGGBB pixels with the picture of that name. */
    public static void check(String name, int[] pixels, int width, int height) {
        BufferedImage actual = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        actual.setRGB(0, 0, width, height, pixels, 0, width);
        Path file = FOLDER.resolve(name + ".png");
        try {
            if (Boolean.getBoolean("vitrine.golden.write")) {
                Files.createDirectories(FOLDER);
                ImageIO.write(actual, "png", file.toFile());
                System.out.println("golden picture written anew, look at it: " + file);
                return;
            }
            compare(name, ImageIO.read(file.toFile()), actual);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void compare(String name, BufferedImage expected, BufferedImage actual) throws IOException {
        int width = actual.getWidth();
        int height = actual.getHeight();
        assertThat(expected.getWidth()).as(name).isEqualTo(width);
        assertThat(expected.getHeight()).as(name).isEqualTo(height);
        BufferedImage difference = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        double sum = 0;
        int over = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                double d = difference(expected.getRGB(x, y), actual.getRGB(x, y));
                sum += d;
                over += d > STEP ? 1 : 0;
                int grey = (int) Math.min(255, 8 * d);
                difference.setRGB(x, y, grey << 16 | grey << 8 | grey);
            }
        }
        double mean = sum / (width * height);
        double share = (double) over / (width * height);
        if (mean > MEAN || share > SHARE) {
            Path folder = Files.createDirectories(Path.of("target/golden"));
            ImageIO.write(actual, "png", folder.resolve(name + ".actual.png").toFile());
            ImageIO.write(
                    difference, "png", folder.resolve(name + ".difference.png").toFile());
            fail(
                    "picture %s: mean difference %.3f (at most %s), %.3f %% of pixels over %s steps (at most %.1f %%); see %s",
                    name, mean, MEAN, 100 * share, STEP, 100 * SHARE, folder);
        }
    }

    static double difference(int a, int b) {
        double red = (a >> 16 & 255) - (b >> 16 & 255);
        double green = (a >> 8 & 255) - (b >> 8 & 255);
        double blue = (a & 255) - (b & 255);
        double luma = 0.299 * red + 0.587 * green + 0.114 * blue;
        return Math.abs(luma) + 0.5 * (Math.abs(0.564 * (blue - luma)) + Math.abs(0.713 * (red - luma)));
    }
}
