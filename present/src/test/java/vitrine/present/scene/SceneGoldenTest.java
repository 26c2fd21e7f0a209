package vitrine.present.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.lwjgl.vulkan.VK13.VK_FORMAT_R8G8B8A8_SRGB;
import static org.lwjgl.vulkan.VK13.VK_FORMAT_R8G8B8A8_UNORM;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import vitrine.engine.frame.ChromaSiting;
import vitrine.engine.frame.ColorEncoding;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.Orientation;
import vitrine.engine.frame.PixelFormat;
import vitrine.present.Frames;
import vitrine.present.Golden;
import vitrine.present.Gpu;
import vitrine.present.display.OutputTransform;
import vitrine.present.overlay.Figure;
import vitrine.present.overlay.Overlay;
import vitrine.present.overlay.Step;
import vitrine.present.text.Font;
import vitrine.present.video.VideoPass;

/** What visitors see, as pictures. */
class SceneGoldenTest {

    private static Gpu gpu;
    private static Font font;

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

    /** A sky, a field and a sun: smooth, so that outlines and text are what the picture is about. */
    static byte[] landscape(FrameFormat format) {
        BufferedImage image = new BufferedImage(format.width(), format.height(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < format.height(); y++) {
            for (int x = 0; x < format.width(); x++) {
                double v = (double) y / format.height();
                double u = (double) x / format.width();
                boolean sun = Math.hypot((u - 0.8) * 16 / 9, v - 0.22) < 0.1;
                int rgb = sun
                        ? 0xfff0c0
                        : v < 0.6
                                ? rgb(90 + 120 * v, 140 + 90 * v, 235 - 30 * u)
                                : rgb(70 + 60 * u, 130 - 60 * (v - 0.6), 50);
                image.setRGB(x, y, rgb);
            }
        }
        return Frames.nv12(image, format);
    }

    private static int rgb(double r, double g, double b) {
        return (int) r << 16 | (int) g << 8 | (int) b;
    }

    private static Overlay boxes() {
        Overlay overlay = new Overlay();
        overlay.box(40, 70, 70, 100, 0, "person", 0.97f);
        overlay.box(90, 100, 120, 60, 16, "dog", 0.86f);
        overlay.box(-10, 2, 60, 40, 1, "AVATAR Typ", 1f);
        overlay.box(240, 10, 70, 50, 7, "potted plant", 0.5f);
        overlay.box(230, 120, 12, 9, 3, "cup", 0.05f);
        overlay.box(260, 110, 40, 60, 11, null, -1);
        overlay.boxColored(170, 20, 50, 40, 0xFF103070, "own colour", -1);
        return overlay;
    }

    private static void scene(
            String name, Orientation orientation, int width, int height, Overlay overlay, int format) {
        FrameFormat frameFormat = FrameFormat.packed(PixelFormat.NV12, 320, 180, ColorEncoding.BT709_LIMITED);
        try (var frame = gpu.frame(landscape(frameFormat));
                Composer composer = Composer.create(gpu.device, gpu.timeline, gpu.releases, font);
                VideoPass video =
                        VideoPass.create(gpu.device, gpu.releases, frameFormat, orientation, ChromaSiting.LEFT)) {
            Golden.check(name, gpu.draw(composer, video, frame, overlay, width, height, format), width, height);
            gpu.releases.drain();
        }
    }

    @Test
    void boxesOverVideo() {
        scene("boxes-720p", Orientation.UPRIGHT, 1280, 720, boxes(), VK_FORMAT_R8G8B8A8_UNORM);
    }

    @Test
    void boxesAndBarsOnASquareTarget() {
        Overlay overlay = boxes();
        overlay.line("29.9 fps");
        overlay.line("capture to present 41 ms");
        scene("bars-480", Orientation.UPRIGHT, 480, 480, overlay, VK_FORMAT_R8G8B8A8_UNORM);
    }

    @Test
    void turnedAndMirrored() {
        Overlay overlay = new Overlay();
        overlay.box(20, 150, 100, 120, 4, "upright", 0.42f);
        scene("turned-480x640", new Orientation(1, true), 480, 640, overlay, VK_FORMAT_R8G8B8A8_UNORM);
    }

    @Test
    void missingGlyphsAndSmallTargets() {
        Overlay overlay = new Overlay();
        overlay.box(60, 60, 200, 100, 2, "猫 cat Ünïcødé Ж", 0.7f);
        scene("glyphs-320x200", Orientation.UPRIGHT, 320, 200, overlay, VK_FORMAT_R8G8B8A8_UNORM);
    }

    private static Overlay noSignal() {
        Overlay overlay = boxes();
        overlay.line("under the card nothing is drawn");
        overlay.card("No signal", "The picture returns with the camera.");
        return overlay;
    }

    @Test
    void cardOverTheLastPicture() {
        scene("card-720p", Orientation.UPRIGHT, 1280, 720, noSignal(), VK_FORMAT_R8G8B8A8_UNORM);
    }

    @Test
    void cardStandsUprightOnATurnedPicture() {
        scene("card-360x640", new Orientation(1, true), 360, 640, noSignal(), VK_FORMAT_R8G8B8A8_UNORM);
    }

    @Test
    void cardOnATinyTarget() {
        scene("card-320x240", Orientation.UPRIGHT, 320, 240, noSignal(), VK_FORMAT_R8G8B8A8_UNORM);
    }

    @Test
    void cardInOtherScripts() {
        Overlay overlay = new Overlay();
        overlay.card("Нет сигнала", "Η εικόνα επιστρέφει μαζί με την κάμερα, μόλις αυτή συνδεθεί ξανά.");
        scene("card-scripts-480x270", Orientation.UPRIGHT, 480, 270, overlay, VK_FORMAT_R8G8B8A8_UNORM);
    }

    @Test
    void figuresAndNoticeOverVideo() {
        Overlay overlay = boxes();
        overlay.hud(List.of(
                new Figure("video", "30.0", "fps", "camera"),
                new Figure("latency", "41", "ms", "display"),
                new Figure("detection", "9.1", "fps", "network"),
                new Figure("age", "130", "ms", "network")));
        overlay.notice("Detection unavailable");
        scene("hud-720p", Orientation.UPRIGHT, 1280, 720, overlay, VK_FORMAT_R8G8B8A8_UNORM);
    }

    @Test
    void startCardWithItsSteps() {
        Overlay overlay = new Overlay();
        overlay.card(
                "Vitrine",
                List.of(
                        new Step("Screen", Step.State.DONE),
                        new Step("Camera", Step.State.RUNNING),
                        new Step("Model", Step.State.WAITING)));
        scene("steps-640x480", Orientation.UPRIGHT, 640, 480, overlay, VK_FORMAT_R8G8B8A8_UNORM);
    }

    /** Before a camera's first frame there is no picture to dim. */
    @Test
    void cardWithoutAPictureIsOnBlack() {
        try (Composer composer = Composer.create(gpu.device, gpu.timeline, gpu.releases, font)) {
            int[] drawn = gpu.draw(
                    composer, null, null, noSignal(), 640, 360, VK_FORMAT_R8G8B8A8_UNORM, OutputTransform.IDENTITY);
            assertThat(drawn[0]).isZero();
            assertThat(drawn[359 * 640 + 639]).isZero();
            assertThat(IntStream.of(drawn).filter(p -> p == 0xffffff).count()).isGreaterThan(200);
            gpu.releases.drain();
        }
    }

    /** Dimming and panel are translucent, so their blending is matched to where it is done. */
    @Test
    void cardsLookTheSameOnTargetsThatEncode() {
        FrameFormat format = FrameFormat.packed(PixelFormat.NV12, 320, 180, ColorEncoding.BT709_LIMITED);
        try (var frame = gpu.frame(landscape(format));
                Composer composer = Composer.create(gpu.device, gpu.timeline, gpu.releases, font);
                VideoPass video =
                        VideoPass.create(gpu.device, gpu.releases, format, Orientation.UPRIGHT, ChromaSiting.LEFT)) {
            int[] bright = gpu.draw(composer, video, frame, new Overlay(), 640, 360, VK_FORMAT_R8G8B8A8_UNORM);
            int[] plain = gpu.draw(composer, video, frame, noSignal(), 640, 360, VK_FORMAT_R8G8B8A8_UNORM);
            int[] encoded = gpu.draw(composer, video, frame, noSignal(), 640, 360, VK_FORMAT_R8G8B8A8_SRGB);
            int different = 0;
            for (int i = 0; i < plain.length; i++) {
                for (int shift = 0; shift < 24; shift += 8) {
                    int d = (plain[i] >> shift & 255) - (encoded[i] >> shift & 255);
                    if (Math.abs(d) > 8) {
                        different++;
                        break;
                    }
                }
            }
            // What is left are the edges of letters.
            assertThat(different).isLessThan(plain.length / 50);
            // 45 % darker in the corners, boxes and lines gone.
            for (int i : new int[] {0, 639, 20 * 640 + 30, 359 * 640, 359 * 640 + 639}) {
                for (int shift = 0; shift < 24; shift += 8) {
                    assertThat((double) (plain[i] >> shift & 255))
                            .isCloseTo(0.55 * (bright[i] >> shift & 255), within(1.5));
                }
            }
            gpu.releases.drain();
        }
    }

    /** Opaque colours come out the same on a target that encodes; only blending differs, being done in linear light. */
    @Test
    void targetsThatEncodeLookTheSame() {
        FrameFormat format = FrameFormat.packed(PixelFormat.NV12, 320, 180, ColorEncoding.BT709_LIMITED);
        try (var frame = gpu.frame(landscape(format));
                Composer composer = Composer.create(gpu.device, gpu.timeline, gpu.releases, font);
                VideoPass video =
                        VideoPass.create(gpu.device, gpu.releases, format, Orientation.UPRIGHT, ChromaSiting.LEFT)) {
            int[] plain = gpu.draw(composer, video, frame, boxes(), 640, 360, VK_FORMAT_R8G8B8A8_UNORM);
            int[] encoded = gpu.draw(composer, video, frame, boxes(), 640, 360, VK_FORMAT_R8G8B8A8_SRGB);
            int different = 0;
            for (int i = 0; i < plain.length; i++) {
                different += Math.abs((plain[i] >> 8 & 255) - (encoded[i] >> 8 & 255)) > 2 ? 1 : 0;
            }
            assertThat(different).isLessThan(plain.length / 20);
            gpu.releases.drain();
        }
    }

    /** At 2160p a label's edges must be as sharp as at 720p: grey pixels grow with the outline's length only. */
    @Test
    void textIsSharpAtEverySize() {
        double small = greyShare(1280, 720);
        double large = greyShare(3840, 2160);
        // Stretched text would keep the share; drawn at its size it falls with the scale, three here.
        assertThat(large).isLessThan(small / 2);
    }

    private static double greyShare(int width, int height) {
        FrameFormat format = FrameFormat.packed(PixelFormat.NV12, 320, 180, ColorEncoding.BT709_LIMITED);
        byte[] grey = new byte[(int) format.extent()];
        java.util.Arrays.fill(grey, (byte) 128);
        Overlay overlay = new Overlay();
        overlay.boxColored(40, 60, 200, 100, 0xFFFFFFFF, "HEIMLICH", -1);
        try (var frame = gpu.frame(grey);
                Composer composer = Composer.create(gpu.device, gpu.timeline, gpu.releases, font);
                VideoPass video =
                        VideoPass.create(gpu.device, gpu.releases, format, Orientation.UPRIGHT, ChromaSiting.LEFT)) {
            int[] drawn = gpu.draw(composer, video, frame, overlay, width, height, VK_FORMAT_R8G8B8A8_UNORM);
            int scale = width / 320;
            int ink = 0;
            int soft = 0;
            // The inside of the chip: black text on white.
            for (int y = 60 * scale - height / 32; y < 60 * scale - height / 180; y++) {
                for (int x = 42 * scale; x < 60 * scale; x++) {
                    int level = drawn[y * width + x] & 255;
                    ink += level < 64 ? 1 : 0;
                    soft += level >= 64 && level < 224 ? 1 : 0;
                }
            }
            gpu.releases.drain();
            assertThat(ink).isGreaterThan(20);
            return (double) soft / ink;
        }
    }
}
