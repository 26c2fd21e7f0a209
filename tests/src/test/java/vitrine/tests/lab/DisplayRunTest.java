package vitrine.tests.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import vitrine.engine.frame.Orientation;
import vitrine.inference.model.TinyOnnx;
import vitrine.present.display.OutputTransform;
import vitrine.tests.CommandRun;

/**
 * What a KMS display scans out, by the CRC that the kernel takes of it, is what the same command draws into files, turned
 * here: for every way to turn and mirror the output, in three modes, with the camera's own turn, boxes, text and margins.
 */
@Tag("lab")
final class DisplayRunTest {

    @TempDir
    static Path dir;

    /** A picture without symmetry. */
    @BeforeAll
    static void writePictureAndModel() throws IOException {
        BufferedImage image = new BufferedImage(320, 200, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        for (int y = 0; y < 200; y++) {
            for (int x = 0; x < 320; x++) {
                image.setRGB(x, y, (x * 255 / 319) << 16 | (y * 255 / 199) << 8 | ((x ^ y) & 63));
            }
        }
        g.setColor(Color.WHITE);
        g.fillRect(10, 10, 60, 20);
        g.fillRect(10, 10, 20, 90);
        g.dispose();
        Files.createDirectory(dir.resolve("photos"));
        ImageIO.write(image, "png", dir.resolve("photos/picture.png").toFile());
        Files.write(
                dir.resolve("tiny.onnx"),
                new TinyOnnx().answer(20, 0.5f, 0.5f, 0.1f, 0.1f, 0.9f, 0.9f).bytes());
        Files.writeString(dir.resolve("tiny.toml"), TinyOnnx.descriptor("tiny.onnx"));
    }

    /** @param camera turns the camera's picture, which the output's transform then turns again */
    record Case(int width, int height, OutputTransform transform, String camera) {

        /** What a viewer has in front of him. */
        int uprightWidth() {
            int w = width - 2 * transform.marginX(width);
            int h = height - 2 * transform.marginY(height);
            return transform.orientation().isSideways() ? h : w;
        }

        int uprightHeight() {
            int w = width - 2 * transform.marginX(width);
            int h = height - 2 * transform.marginY(height);
            return transform.orientation().isSideways() ? w : h;
        }

        @Override
        public String toString() {
            Orientation o = transform.orientation();
            return width + "x" + height + (o.mirror() ? ", mirrored" : "") + ", turned by " + o.degrees() + ", margin "
                    + 100 * transform.overscan() + " %";
        }
    }

    static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (int rotation = 0; rotation < 4; rotation++) {
            for (boolean mirror : new boolean[] {false, true}) {
                Orientation o = new Orientation(rotation, mirror);
                cases.add(new Case(640, 480, new OutputTransform(o, 0), "--rotate 0"));
                cases.add(new Case(800, 600, new OutputTransform(o, 0.025), "--rotate 90 --mirror"));
                cases.add(new Case(1024, 768, new OutputTransform(o, 0), "--rotate 180"));
            }
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    @Timeout(120)
    void theScreenShowsWhatIsDrawnIntoFiles(Case c) throws Exception {
        int expected = VkmsCrc.of(onScreen(c, drawnUpright(c)));
        Orientation o = c.transform.orientation();
        String present = String.format(
                Locale.ROOT,
                "display:?mode=%dx%d&rotate=%d&mirror=%b&margin=%.1f",
                c.width,
                c.height,
                o.degrees(),
                o.mirror(),
                100 * c.transform.overscan());
        FutureTask<Void> showing = new FutureTask<>(() -> run(c, present, 8), null);
        try (VkmsCrc crc = VkmsCrc.open(Vkms.number())) {
            Thread.ofPlatform().start(showing);
            boolean shown = crc.await(expected, 60_000);
            showing.get(60, TimeUnit.SECONDS);
            assertThat(shown).isTrue();
        }
    }

    /** The frame as the same command draws it into a file of the upright size, once for each size. */
    private static BufferedImage drawnUpright(Case c) throws IOException {
        String size = c.uprightWidth() + "x" + c.uprightHeight();
        Path files = dir.resolve(size);
        if (!Files.exists(files)) {
            run(c, "offscreen:" + files + "?size=" + size, 1);
        }
        return ImageIO.read(files.resolve("frame-000000.png").toFile());
    }

    /** Mirrored, turned and put between black margins, pixel by pixel: 0xRRGGBB of the whole screen. */
    private static int[] onScreen(Case c, BufferedImage upright) {
        int[] screen = new int[c.width * c.height];
        int left = c.transform.marginX(c.width);
        int top = c.transform.marginY(c.height);
        int turnedWidth = c.width - 2 * left;
        int turnedHeight = c.height - 2 * top;
        for (int y = 0; y < upright.getHeight(); y++) {
            for (int x = 0; x < upright.getWidth(); x++) {
                int mirrored = c.transform.orientation().mirror() ? upright.getWidth() - 1 - x : x;
                int tx;
                int ty;
                switch (c.transform.orientation().degrees()) {
                    case 0 -> {
                        tx = mirrored;
                        ty = y;
                    }
                    case 90 -> {
                        tx = turnedWidth - 1 - y;
                        ty = mirrored;
                    }
                    case 180 -> {
                        tx = turnedWidth - 1 - mirrored;
                        ty = turnedHeight - 1 - y;
                    }
                    default -> {
                        tx = y;
                        ty = turnedHeight - 1 - mirrored;
                    }
                }
                screen[(top + ty) * c.width + left + tx] = upright.getRGB(x, y) & 0xFFFFFF;
            }
        }
        return screen;
    }

    private static void run(Case c, String present, int frames) {
        CommandRun run = CommandRun.of(("run --source " + dir.resolve("photos")
                        + "?loop=true&fps=30 --filter bilinear --every-frame --threads 1 --model "
                        + dir.resolve("tiny.toml")
                        + " --frames "
                        + frames + " --present " + present + " " + c.camera)
                .split(" "));
        assertThat(run.code()).as(run.err()).isZero();
    }
}
