package vitrine.present.display;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vitrine.engine.frame.ChromaSiting;
import vitrine.engine.frame.ColorEncoding;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.Orientation;
import vitrine.engine.frame.PixelFormat;
import vitrine.present.Gpu;
import vitrine.present.PresentException;
import vitrine.present.overlay.Overlay;
import vitrine.present.scene.Composer;
import vitrine.present.text.Font;
import vitrine.present.video.VideoPass;

class OffscreenTargetTest {

    private static final FrameFormat FORMAT = FrameFormat.packed(PixelFormat.RGBX32, 40, 30, ColorEncoding.BT601_FULL);

    private static Gpu gpu;
    private static Font font;

    @TempDir
    Path folder;

    @BeforeAll
    static void open() {
        gpu = new Gpu();
        font = Font.bundled();
    }

    @AfterAll
    static void close() {
        if (gpu != null) {
            font.close();
            gpu.close();
        }
    }

    private static Composer composer() {
        return Composer.create(gpu.device, gpu.timeline, gpu.releases, font);
    }

    private static VideoPass video() {
        return VideoPass.create(gpu.device, gpu.releases, FORMAT, Orientation.UPRIGHT, ChromaSiting.LEFT);
    }

    private OffscreenTarget target(String query) {
        return OffscreenTarget.create(
                gpu.device,
                gpu.timeline,
                (PresentUri.Offscreen) PresentUri.parse("offscreen:" + folder.resolve("a/b") + query),
                FORMAT.width(),
                FORMAT.height());
    }

    private static byte[] colored(int rgb) {
        byte[] bytes = new byte[(int) FORMAT.extent()];
        for (int i = 0; i < bytes.length; i += 4) {
            bytes[i] = (byte) (rgb >> 16);
            bytes[i + 1] = (byte) (rgb >> 8);
            bytes[i + 2] = (byte) rgb;
        }
        return bytes;
    }

    @Test
    void writesEveryFrameByItsNumber() throws Exception {
        try (var red = gpu.frame(colored(0xff0000));
                var teal = gpu.frame(colored(0x008080));
                Composer composer = composer();
                VideoPass video = video()) {
            OffscreenTarget target = target("");
            for (int i = 0; i < 10; i++) {
                gpu.turn(target, 100 + 3L * i, composer, video, i % 2 == 0 ? red : teal, new Overlay());
            }
            target.close();
            target.close();
            assertThat(target.presented()).isEqualTo(10);
            assertThat(target.written()).isEqualTo(10);
            for (int i = 0; i < 10; i++) {
                var image = ImageIO.read(
                        folder.resolve("a/b/frame-000" + (100 + 3 * i) + ".png").toFile());
                assertThat(image.getWidth()).isEqualTo(40);
                assertThat(image.getHeight()).isEqualTo(30);
                assertThat(image.getRGB(20, 15) & 0xffffff).isEqualTo(i % 2 == 0 ? 0xff0000 : 0x008080);
            }
            try (var files = Files.list(folder.resolve("a/b"))) {
                assertThat(files).hasSize(10);
            }
        }
    }

    @Test
    void writesEveryNthInTheSizeAskedFor() throws Exception {
        try (var frame = gpu.frame(colored(0x808080));
                Composer composer = composer();
                VideoPass video = video()) {
            try (OffscreenTarget target = target("?every=4&size=50x20")) {
                for (int i = 0; i < 9; i++) {
                    gpu.turn(target, i, composer, video, frame, new Overlay());
                }
                assertThat(target.describe()).contains("every 4th").contains("50x20");
            }
            try (var files = Files.list(folder.resolve("a/b"))) {
                assertThat(files.map(f -> f.getFileName().toString()))
                        .containsExactlyInAnyOrder("frame-000000.png", "frame-000004.png", "frame-000008.png");
            }
            var image = ImageIO.read(folder.resolve("a/b/frame-000004.png").toFile());
            assertThat(image.getWidth()).isEqualTo(50);
            assertThat(image.getRGB(0, 10) & 0xffffff).isZero(); // a bar
            assertThat(image.getRGB(25, 10) & 0xffffff).isEqualTo(0x808080);
        }
    }

    /** The files show the image as a screen that is mounted so would get it. */
    @Test
    void transformsAreOfTheImage() throws Exception {
        byte[] bytes = colored(0x808080);
        for (int y = 0; y < FORMAT.height() / 2; y++) {
            for (int x = 0; x < FORMAT.width() / 2; x++) {
                bytes[4 * (y * FORMAT.width() + x)] = (byte) 255; // upper left quarter: reddish
            }
        }
        try (var frame = gpu.frame(bytes);
                Composer composer = composer();
                VideoPass video = video()) {
            try (OffscreenTarget target = target("?rotate=90&mirror=true&margin=5")) {
                gpu.turn(target, 0, composer, video, frame, new Overlay());
                card(target, 1, composer);
            }
            var image = ImageIO.read(folder.resolve("a/b/frame-000000.png").toFile());
            assertThat(image.getWidth()).isEqualTo(30);
            assertThat(image.getHeight()).isEqualTo(40);
            // Margins of 2 pixels; inside, mirrored to the upper right and turned from there to the lower right.
            for (int y = 0; y < 40; y++) {
                for (int x = 0; x < 30; x++) {
                    boolean margin = x < 2 || x >= 28 || y < 2 || y >= 38;
                    if (margin) {
                        assertThat(image.getRGB(x, y) & 0xffffff).isZero();
                    }
                }
            }
            assertThat(image.getRGB(22, 28) & 0xffffff).isEqualTo(0xff8080);
            assertThat(image.getRGB(22, 10) & 0xffffff).isEqualTo(0x808080);
            assertThat(image.getRGB(7, 28) & 0xffffff).isEqualTo(0x808080);
            assertThat(image.getRGB(7, 10) & 0xffffff).isEqualTo(0x808080);
            var card = ImageIO.read(folder.resolve("a/b/card-000001.png").toFile());
            assertThat(card.getRGB(0, 0) & 0xffffff).isZero();
        }
    }

    /** Draws a card as the loop does where the frame of that number does not come. */
    private static void card(FrameTarget target, long number, Composer composer) {
        Overlay overlay = new Overlay();
        overlay.card("No signal", "");
        gpu.ring.nextFrame();
        gpu.releases.collect();
        assertThat(target.acquireCard(number)).isEqualTo(AcquireResult.READY);
        var cmd = gpu.ring.begin();
        target.begin(cmd);
        composer.record(cmd, target.image(), overlay);
        target.end(cmd);
        target.present(gpu.ring.submit(cmd), 0);
    }

    @Test
    void cardsHaveTheirOwnNamesAndDoNotCount() throws Exception {
        try (var frame = gpu.frame(colored(0x808080));
                Composer composer = composer();
                VideoPass video = video()) {
            try (OffscreenTarget target = target("?every=2&keep=5")) {
                card(target, 0, composer);
                for (int i = 0; i < 5; i++) {
                    gpu.turn(target, i, composer, video, frame, new Overlay());
                    if (i >= 2) {
                        card(target, 3, composer);
                    }
                }
                assertThat(target.presented()).isEqualTo(5);
                assertThat(target.isDamaged()).isFalse();
            }
            // A card drawn three times over is one file, and takes one place of those kept.
            try (var files = Files.list(folder.resolve("a/b"))) {
                assertThat(files.map(f -> f.getFileName().toString()))
                        .containsExactlyInAnyOrder(
                                "card-000000.png",
                                "frame-000000.png",
                                "frame-000002.png",
                                "card-000003.png",
                                "frame-000004.png");
            }
        }
    }

    @Test
    void saysWhenTheDiskRefuses() throws Exception {
        try (var frame = gpu.frame(colored(0));
                Composer composer = composer();
                VideoPass video = video();
                OffscreenTarget target = target("")) {
            gpu.turn(target, 0, composer, video, frame, new Overlay());
            while (target.written() < 1) {
                Thread.sleep(1);
            }
            try (var all = Files.walk(folder.resolve("a"))) {
                for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(p);
                }
            }
            assertThatThrownBy(() -> {
                        for (int i = 1; i < 100; i++) {
                            gpu.turn(target, i, composer, video, frame, new Overlay());
                        }
                    })
                    .isInstanceOf(PresentException.class)
                    .hasMessageContaining("frame-000001.png cannot be written to ")
                    .hasMessageContaining("free space there or name another folder")
                    .hasMessageNotContaining("\n");
        } // and closing does not say it twice
    }

    @Test
    void closeSaysWhatNobodyHasHeard() throws Exception {
        try (var frame = gpu.frame(colored(0));
                Composer composer = composer();
                VideoPass video = video()) {
            OffscreenTarget target = target("");
            Files.delete(folder.resolve("a/b"));
            gpu.turn(target, 7, composer, video, frame, new Overlay());
            assertThatThrownBy(target::close)
                    .isInstanceOf(PresentException.class)
                    .hasMessageContaining("frame-000007.png");
        }
    }

    @Test
    void refusesFoldersThatCannotBe() throws Exception {
        Files.createFile(folder.resolve("a"));
        assertThatThrownBy(() -> target(""))
                .isInstanceOf(PresentException.class)
                .hasMessageContaining("the folder cannot be made")
                .hasMessageNotContaining("\n");
    }

    @Test
    void hugeSourcesAreMadeToFit() {
        assertThat(OffscreenTarget.fit(3840, 2160)).isEqualTo(new PresentUri.Size(3840, 2160));
        assertThat(OffscreenTarget.fit(8192, 4096)).isEqualTo(new PresentUri.Size(4096, 2048));
        assertThat(OffscreenTarget.fit(16384, 1)).isEqualTo(new PresentUri.Size(4096, 1));
    }

    /** The same loop, whatever the target. */
    @Test
    void noneCountsAndDrawsNothing() {
        try (var frame = gpu.frame(colored(0));
                Composer composer = composer();
                VideoPass video = video();
                NoneTarget none = NoneTarget.create()) {
            long submitted = gpu.timeline.submitted();
            for (int i = 0; i < 5; i++) {
                assertThat(gpu.turn(none, i, composer, video, frame, new Overlay()))
                        .isEqualTo(AcquireResult.SKIP);
            }
            assertThat(none.acquireCard(5)).isEqualTo(AcquireResult.SKIP);
            assertThat(none.presented()).isEqualTo(5);
            assertThat(gpu.timeline.submitted()).isEqualTo(submitted);
        }
    }
}
