package vitrine.present.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lwjgl.vulkan.VK13.VK_FORMAT_R8G8B8A8_SRGB;
import static org.lwjgl.vulkan.VK13.VK_FORMAT_R8G8B8A8_UNORM;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import vitrine.engine.frame.ChromaSiting;
import vitrine.engine.frame.ColorEncoding;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.Orientation;
import vitrine.engine.frame.PixelFormat;
import vitrine.engine.memory.DeviceBuffer;
import vitrine.engine.memory.FrameBuffers;
import vitrine.present.Frames;
import vitrine.present.Gpu;
import vitrine.present.display.Canvas;
import vitrine.present.display.OutputTransform;
import vitrine.present.overlay.Figure;
import vitrine.present.overlay.Overlay;
import vitrine.present.overlay.Step;
import vitrine.present.text.Font;
import vitrine.present.video.VideoPass;

/**
 * What a target's transform makes of a picture: every pixel that of the upright picture, in another place. Exactly, the
 * video's filtered pixels included, since all arithmetic is done on upright coordinates.
 */
class TurnedOutputTest {

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

    static Stream<Orientation> orientations() {
        List<Orientation> all = new ArrayList<>();
        for (int turn = 0; turn < 4; turn++) {
            all.add(new Orientation(turn, false));
            all.add(new Orientation(turn, true));
        }
        return all.stream();
    }

    private static Overlay boxes() {
        Overlay overlay = new Overlay();
        overlay.box(5, 20, 30, 20, 0, "Fg7j", 0.97f);
        overlay.box(-3, -2, 20, 12, 1, "corner", 0.5f);
        overlay.box(50, 30, 40, 40, 2, null, -1);
        overlay.box(40, 10, 3, 2, 3, "small", 0.1f);
        overlay.line("29.9 fps");
        overlay.hud(List.of(new Figure("video", "30.0", "fps", "camera")));
        overlay.notice("Detection unavailable");
        return overlay;
    }

    private static Overlay card() {
        Overlay overlay = new Overlay();
        overlay.card("Vitrine", List.of(new Step("Screen", Step.State.DONE), new Step("Camera", Step.State.RUNNING)));
        return overlay;
    }

    /** The image's pixels on the upright canvas, by the orientation's own definition; all others must be black. */
    private static int[] turnedBack(int[] image, int width, int height, Canvas canvas) {
        int[] rest = image.clone();
        int[] upright = new int[canvas.width() * canvas.height()];
        int areaWidth = canvas.orientation().width(canvas.width(), canvas.height());
        int areaHeight = canvas.orientation().height(canvas.width(), canvas.height());
        assertThat(areaWidth + 2 * canvas.left()).isEqualTo(width);
        assertThat(areaHeight + 2 * canvas.top()).isEqualTo(height);
        for (int y = 0; y < canvas.height(); y++) {
            for (int x = 0; x < canvas.width(); x++) {
                double u = (x + 0.5) / canvas.width();
                double v = (y + 0.5) / canvas.height();
                int column = canvas.left() + (int) (canvas.orientation().uprightX(u, v) * areaWidth);
                int row = canvas.top() + (int) (canvas.orientation().uprightY(u, v) * areaHeight);
                upright[y * canvas.width() + x] = image[row * width + column];
                rest[row * width + column] = 0;
            }
        }
        assertThat(IntStream.of(rest).filter(pixel -> pixel != 0))
                .as("pixels drawn on margins")
                .isEmpty();
        return upright;
    }

    /** A picture drawn with a transform, and the upright one of the canvas' size. */
    private record Pair(OutputTransform transform, Overlay overlay, boolean withVideo) {}

    private static void check(
            Orientation output, Orientation camera, List<Overlay> overlays, int width, int height, int format) {
        List<Pair> pairs = new ArrayList<>();
        for (double margin : new double[] {0, 0.05}) {
            for (Overlay overlay : overlays) {
                pairs.add(new Pair(new OutputTransform(output, margin), overlay, true));
                pairs.add(new Pair(new OutputTransform(output, margin), overlay, false));
            }
        }
        FrameFormat frameFormat = FrameFormat.packed(PixelFormat.NV12, 90, 58, ColorEncoding.BT709_LIMITED);
        try (DeviceBuffer buffer = gpu.frame(Frames.noise(frameFormat, 5));
                Composer composer = Composer.create(gpu.device, gpu.timeline, gpu.releases, font);
                VideoPass video = VideoPass.create(gpu.device, gpu.releases, frameFormat, camera, ChromaSiting.LEFT)) {
            FrameBuffers frame = FrameBuffers.of(buffer);
            List<int[]> turned = new ArrayList<>();
            for (Pair p : pairs) {
                turned.add(gpu.draw(
                        composer,
                        p.withVideo ? video : null,
                        p.withVideo ? frame : null,
                        p.overlay,
                        width,
                        height,
                        format,
                        p.transform));
            }
            for (int i = 0; i < pairs.size(); i++) {
                Pair p = pairs.get(i);
                Canvas canvas = Canvas.of(width, height, p.transform);
                int[] upright = gpu.draw(
                        composer,
                        p.withVideo ? video : null,
                        p.withVideo ? frame : null,
                        p.overlay,
                        canvas.width(),
                        canvas.height(),
                        format,
                        OutputTransform.IDENTITY);
                assertThat(Arrays.mismatch(turnedBack(turned.get(i), width, height, canvas), upright))
                        .as(
                                "first other pixel of picture %d: %s, camera %s, on %dx%d",
                                i, p.transform, camera, width, height)
                        .isEqualTo(-1);
            }
            gpu.releases.drain();
        }
    }

    /** Magnified, made smaller by odd ratios, and in a portrait image; of cameras that are turned themselves, too. */
    @ParameterizedTest
    @MethodSource("orientations")
    void everyPixelIsThatOfTheUprightPicture(Orientation output) {
        List<Overlay> both = List.of(boxes(), card());
        check(output, Orientation.UPRIGHT, both, 321, 200, VK_FORMAT_R8G8B8A8_UNORM);
        check(output, new Orientation(1, true), both, 240, 427, VK_FORMAT_R8G8B8A8_UNORM);
        check(output, Orientation.UPRIGHT, List.of(boxes()), 73, 61, VK_FORMAT_R8G8B8A8_UNORM);
        check(output, new Orientation(3, false), List.of(boxes()), 180, 116, VK_FORMAT_R8G8B8A8_SRGB);
    }

    /** The order of mirror and rotation, by a picture in which it shows: the upright picture's first row is red. */
    @Test
    void mirroredFirstThenTurnedClockwise() {
        FrameFormat format = FrameFormat.packed(PixelFormat.RGB24, 4, 2, ColorEncoding.BT601_FULL);
        byte[] bytes = new byte[(int) format.extent()];
        bytes[0] = (byte) 255; // top left red
        bytes[3 * 3 + 1] = (byte) 255; // top right green
        bytes[3 * 4 + 2] = (byte) 255; // bottom left blue
        OutputTransform transform = new OutputTransform(new Orientation(1, true), 0);
        try (DeviceBuffer frame = gpu.frame(bytes);
                Composer composer = Composer.create(gpu.device, gpu.timeline, gpu.releases, font);
                VideoPass video =
                        VideoPass.create(gpu.device, gpu.releases, format, Orientation.UPRIGHT, ChromaSiting.LEFT)) {
            int[] drawn = gpu.draw(
                    composer, video, FrameBuffers.of(frame), new Overlay(), 2, 4, VK_FORMAT_R8G8B8A8_UNORM, transform);
            // Mirrored: green . . red / . . . blue. Turned clockwise, the left column becomes the top row.
            assertThat(drawn).containsExactly(0, 0x00ff00, 0, 0, 0, 0, 0x0000ff, 0xff0000);
            gpu.releases.drain();
        }
    }

    @Test
    void marginsAreOfTheImagesSides() {
        OutputTransform transform = new OutputTransform(new Orientation(1, false), 0.05);
        assertThat(Canvas.of(1920, 1080, transform))
                .isEqualTo(new Canvas(972, 1728, new Orientation(1, false), 96, 54));
        assertThat(Canvas.of(1920, 1080, OutputTransform.IDENTITY))
                .isEqualTo(new Canvas(1920, 1080, Orientation.UPRIGHT, 0, 0));
        // The smallest images keep a pixel.
        OutputTransform wide = new OutputTransform(Orientation.UPRIGHT, OutputTransform.MAX_OVERSCAN);
        for (int side = 1; side < 12; side++) {
            assertThat(Canvas.of(side, side, wide).width()).isPositive();
        }
    }
}
