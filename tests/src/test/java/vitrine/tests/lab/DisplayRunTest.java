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
import vitrine.inference.model.TinyOnnx;
import vitrine.tests.CommandRun;

/**
 * What a KMS display scans out, by the CRC that the kernel takes of it, is what the same command draws into files: for
 * every way to turn and mirror the output, in three modes, with the camera's own turn, boxes, text and margins.
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

    record Case(String mode, int rotate, boolean mirror, String margin, String camera) {
        @Override
        public String toString() {
            return mode + " rotate=" + rotate + (mirror ? " mirrored" : "") + " margin=" + margin + " camera:" + camera;
        }
    }

    static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>();
        int i = 0;
        for (String mode : List.of("640x480", "800x600", "1024x768")) {
            for (int rotate = 0; rotate < 360; rotate += 90) {
                for (boolean mirror : new boolean[] {false, true}) {
                    // The camera's own turn goes through all eight, whatever the output's.
                    int camera = i++ * 3 % 8;
                    cases.add(new Case(
                            mode,
                            rotate,
                            mirror,
                            i % 2 == 0 ? "0" : "2.5",
                            "--rotate " + 90 * (camera / 2) + (camera % 2 == 0 ? "" : " --mirror")));
                }
            }
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    @Timeout(120)
    void theScreenShowsWhatIsDrawnIntoFiles(Case c) throws Exception {
        String transform = String.format(Locale.ROOT, "rotate=%d&mirror=%b&margin=%s", c.rotate, c.mirror, c.margin);
        Path files = dir.resolve("files");
        run(c, "offscreen:" + files + "?every=3&keep=1&size=" + c.mode + "&" + transform, 3);
        int expected;
        try (Stream<Path> written = Files.list(files)) {
            Path picture = written.filter(p -> p.getFileName().toString().startsWith("frame-"))
                    .findFirst()
                    .orElseThrow();
            BufferedImage image = ImageIO.read(picture.toFile());
            int[] rgb = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
            expected = VkmsCrc.of(rgb);
            Files.delete(picture);
        }
        FutureTask<Void> showing = new FutureTask<>(() -> run(c, "display:?mode=" + c.mode + "&" + transform, 8), null);
        try (VkmsCrc crc = VkmsCrc.open(Vkms.number())) {
            Thread.ofPlatform().start(showing);
            boolean shown = crc.await(expected, 60_000);
            showing.get(60, TimeUnit.SECONDS);
            assertThat(shown).isTrue();
        }
    }

    private static void run(Case c, String present, int frames) {
        CommandRun run = CommandRun.of(("run --source " + dir.resolve("photos")
                        + "?loop=true&fps=10 --every-frame --threads 1 --model " + dir.resolve("tiny.toml")
                        + " --frames "
                        + frames + " --present " + present + " " + c.camera)
                .split(" "));
        assertThat(run.code()).as(run.err()).isZero();
    }
}
