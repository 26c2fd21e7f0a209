package vitrine.present.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lwjgl.vulkan.VK13.VK_FORMAT_R8G8B8A8_SRGB;
import static org.lwjgl.vulkan.VK13.VK_FORMAT_R8G8B8A8_UNORM;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
import vitrine.present.overlay.Overlay;
import vitrine.present.scene.Composer;
import vitrine.present.text.Font;
import vitrine.present.video.VideoPass;
import vitrine.shaders.ShaderCompiler;
import vitrine.shaders.ShaderLibrary;
import vitrine.shaders.ShaderSources;
import vitrine.shaders.Spirv;

/** Users' passes against their twins in plain Java, and where they stand between video, target and overlay. */
class UserPassTest {

    /** Rounding of the image that a pass reads and of what it writes. */
    private static final int STEPS = 1;

    /** And where the pass reads between pixel centres: hardware weighs in 256ths. */
    private static final double FILTERED = 1.5;

    private static final int W = 64;
    private static final int H = 48;
    private static final FrameFormat FORMAT = FrameFormat.packed(PixelFormat.RGB24, W, H, ColorEncoding.BT601_FULL);
    private static final long SECOND = 1_000_000_000L;

    private static Gpu gpu;
    private static Font font;
    private static byte[] noise;
    private static int[] pixels;

    @TempDir
    Path dir;

    @BeforeAll
    static void open() {
        gpu = new Gpu();
        font = Font.bundled();
        noise = Frames.noise(FORMAT, 7);
        pixels = new int[W * H];
        for (int y = 0; y < H; y++) {
            for (int x = 0; x < W; x++) {
                int at = (int) FORMAT.plane(0).offset() + y * FORMAT.plane(0).stride() + 3 * x;
                pixels[y * W + x] = (noise[at] & 255) << 16 | (noise[at + 1] & 255) << 8 | (noise[at + 2] & 255);
            }
        }
    }

    @AfterAll
    static void close() {
        if (gpu != null) {
            font.close();
            gpu.close();
        }
    }

    static PassSpec sample(String name, @Nullable Set<Integer> classes, Map<String, Double> values) {
        Spirv look = ShaderLibrary.load("present/pass.frag", "PASS=" + name);
        int columns = switch (name) {
            case "heat" -> 160;
            case "privacy" -> 320;
            default -> 0;
        };
        return new PassSpec(
                name,
                look,
                columns == 0 ? null : ShaderLibrary.load("present/pass_state.comp", "PASS=" + name),
                columns,
                columns * 9 / 16,
                classes,
                values);
    }

    /** A pass of this text, with a state of that size where it is not 0. */
    private PassSpec written(String name, String text, int stateWidth, int stateHeight) throws IOException {
        Files.createDirectories(dir.resolve("passes"));
        Files.writeString(dir.resolve("passes/" + name + ".glsl"), text);
        try (ShaderCompiler compiler = ShaderCompiler.create(ShaderSources.overBuiltIn(List.of(dir)))) {
            return new PassSpec(
                    name,
                    compiler.compile("present/pass.frag", "PASS=" + name),
                    stateWidth == 0 ? null : compiler.compile("present/pass_state.comp", "PASS=" + name),
                    stateWidth,
                    stateHeight,
                    null,
                    Map.of());
        }
    }

    private PassSpec written(String name, String text) throws IOException {
        return written(name, text, 0, 0);
    }

    /** One run of a chain over the noise, with a picture of the same size drawn at each turn. */
    private interface Turns {
        void run(Moment moment, Drawing drawing);
    }

    private interface Drawing {
        int[] draw();
    }

    private static void run(List<PassSpec> passes, Turns turns) {
        try (DeviceBuffer frame = gpu.frame(noise);
                Composer composer = Composer.create(gpu.device, gpu.timeline, gpu.releases, font, passes);
                VideoPass video =
                        VideoPass.create(gpu.device, gpu.releases, FORMAT, Orientation.UPRIGHT, ChromaSiting.LEFT)) {
            turns.run(
                    composer.moment(),
                    () -> gpu.draw(composer, video, frame, new Overlay(), W, H, VK_FORMAT_R8G8B8A8_UNORM));
            gpu.releases.drain();
        }
    }

    private static int[] drawn(List<PassSpec> passes, Consumer<Moment> fill) {
        List<int[]> result = new ArrayList<>();
        run(passes, (moment, drawing) -> {
            fill.accept(moment);
            result.add(drawing.draw());
        });
        return result.getFirst();
    }

    // --- twins -------------------------------------------------------------------------------------------------------

    private static double channel(int[] picture, int x, int y, int c) {
        int pixel = picture[Math.clamp(y, 0, H - 1) * W + Math.clamp(x, 0, W - 1)];
        return pixel >> (16 - 8 * c) & 255;
    }

    private static double linear(int[] picture, double x, double y, int c) {
        int x0 = (int) Math.floor(x - 0.5);
        int y0 = (int) Math.floor(y - 0.5);
        double u = x - 0.5 - x0;
        double v = y - 0.5 - y0;
        return (channel(picture, x0, y0, c) * (1 - u) + channel(picture, x0 + 1, y0, c) * u) * (1 - v)
                + (channel(picture, x0, y0 + 1, c) * (1 - u) + channel(picture, x0 + 1, y0 + 1, c) * u) * v;
    }

    private interface Twin {
        double at(int x, int y, int channel);
    }

    private static void check(int[] drawn, Twin twin, double steps) {
        for (int y = 0; y < H; y++) {
            for (int x = 0; x < W; x++) {
                for (int c = 0; c < 3; c++) {
                    double expected = Math.clamp(twin.at(x, y, c), 0, 255);
                    assertThat(channel(drawn, x, y, c))
                            .as("pixel %d, %d, channel %d", x, y, c)
                            .isBetween(expected - steps, expected + steps);
                }
            }
        }
    }

    private static double square(int x, int y, int c, int cell) {
        double low = Math.floor((x + 0.5) / cell) * cell;
        double top = Math.floor((y + 0.5) / cell) * cell;
        double right = Math.min(low + cell, W);
        double bottom = Math.min(top + cell, H);
        double sum = 0;
        for (int j = 0; j < 4; j++) {
            for (int i = 0; i < 4; i++) {
                sum += linear(pixels, low + (i + 0.5) / 4 * (right - low), top + (j + 0.5) / 4 * (bottom - top), c);
            }
        }
        return sum / 16;
    }

    private static boolean touches(int x, int y, int cell, double left, double top, double right, double bottom) {
        double cellX = Math.floor((x + 0.5) / cell) * cell;
        double cellY = Math.floor((y + 0.5) / cell) * cell;
        return cellX < right && Math.min(cellX + cell, W) > left && cellY < bottom && Math.min(cellY + cell, H) > top;
    }

    // --- the frame around a pass -------------------------------------------------------------------------------------

    @Test
    void aPassThatChangesNothingChangesNothing() throws IOException {
        PassSpec same = written("same", "vec3 look(vec2 at) { return picture(at); }");
        int[] plain = drawn(List.of(), m -> {});
        assertThat(plain).isEqualTo(pixels);
        assertThat(drawn(List.of(same), m -> {})).isEqualTo(pixels);
        assertThat(drawn(List.of(same, same, same), m -> {})).isEqualTo(pixels);
    }

    @Test
    void passesAreDrawnInTheirOrder() throws IOException {
        PassSpec invert = written("invert", "vec3 look(vec2 at) { return 1.0 - picture(at); }");
        PassSpec half = written("half", "vec3 look(vec2 at) { return 0.5 * picture(at); }");
        check(drawn(List.of(invert, half), m -> {}), (x, y, c) -> 0.5 * (255 - channel(pixels, x, y, c)), STEPS);
        check(drawn(List.of(half, invert), m -> {}), (x, y, c) -> 255 - 0.5 * channel(pixels, x, y, c), STEPS);
        check(
                drawn(List.of(half, invert, half), m -> {}),
                (x, y, c) -> 0.5 * (255 - 0.5 * channel(pixels, x, y, c)),
                2 * STEPS);
    }

    @Test
    void aPassSeesTheCameraBehindOtherPasses() throws IOException {
        PassSpec black = written("black", "vec3 look(vec2 at) { return vec3(0.0); }");
        PassSpec camera = written("camera", "vec3 look(vec2 at) { return camera(at); }");
        assertThat(drawn(List.of(black), m -> {})).containsOnly(0);
        assertThat(drawn(List.of(black, camera), m -> {})).isEqualTo(pixels);
    }

    @Test
    void aPassIsToldWhatThereIsToKnow() throws IOException {
        PassSpec told = written("told", """
                vec3 look(vec2 at) {
                    ivec2 p = ivec2(at);
                    Detection d = detection(1u);
                    if (p.y > 0) { return vec3(0.0); }
                    switch (p.x) {
                    case 0: return vec3(picture_size / 255.0, float(detection_count()) / 255.0);
                    case 1: return vec3(time, time_step, detections_age);
                    case 2: return vec3(frame_number, detections_overflow ? 255 : 0, d.class_index) / 255.0;
                    case 3: return vec3(d.min / 255.0, d.score);
                    case 4: return vec3(d.max / 255.0, d.chosen ? 1.0 : 0.0);
                    default: return vec3(detection(0u).chosen ? 1.0 : 0.0);
                    }
                }
                """);
        PassSpec choosing = new PassSpec(told.name(), told.look(), null, 0, 0, Set.of(9), Map.of());
        PassSpec other = new PassSpec(told.name(), told.look(), null, 0, 0, Set.of(4), Map.of());
        for (PassSpec spec : List.of(choosing, other)) {
            run(List.of(other, spec), (moment, drawing) -> {
                moment.picture(5 * SECOND);
                drawing.draw();
                moment.detections(5 * SECOND + SECOND / 5);
                moment.detection(0, 0, 1, 1, 4, 1f);
                moment.detection(10, 20, 30, 5, 9, 0.4f);
                moment.picture(5 * SECOND + 2 * SECOND / 5);
                int[] row = Arrays.copyOf(drawing.draw(), 6);
                assertThat(row[0]).isEqualTo(W << 16 | H << 8 | 2);
                assertThat(row[1]).isEqualTo(102 << 16 | 102 << 8 | 51);
                assertThat(row[2]).isEqualTo(1 << 16 | 9);
                assertThat(row[3]).isEqualTo(10 << 16 | 20 << 8 | 102);
                assertThat(row[4]).isEqualTo(40 << 16 | 25 << 8 | (spec.equals(choosing) ? 255 : 0));
                assertThat(row[5]).isEqualTo(spec.equals(choosing) ? 0 : 0xffffff);
            });
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

    /** Every sample, in a row, on a turned target with margins, of a turned camera: the upright picture's pixels. */
    @ParameterizedTest
    @MethodSource("orientations")
    void aTurnedTargetShowsTheUprightPicture(Orientation output) {
        int width = 211;
        int height = 160;
        OutputTransform transform = new OutputTransform(output, 0.05);
        Canvas canvas = Canvas.of(width, height, transform);
        FrameFormat format = FrameFormat.packed(PixelFormat.NV12, 90, 58, ColorEncoding.BT709_LIMITED);
        List<PassSpec> passes = List.of(
                sample("heat", null, Map.of("FULL", 0.5)),
                sample("edges", null, Map.of("PICTURE", 0.8)),
                sample("privacy", Set.of(1), Map.of("CELL", 40.0)));
        for (int colorFormat : new int[] {VK_FORMAT_R8G8B8A8_UNORM, VK_FORMAT_R8G8B8A8_SRGB}) {
            int[] turned = scene(passes, format, transform, width, height, colorFormat);
            int[] upright =
                    scene(passes, format, OutputTransform.IDENTITY, canvas.width(), canvas.height(), colorFormat);
            assertThat(Arrays.stream(upright).distinct().count()).isGreaterThan(1000);
            int areaWidth = output.width(canvas.width(), canvas.height());
            int areaHeight = output.height(canvas.width(), canvas.height());
            int[] back = new int[canvas.width() * canvas.height()];
            for (int y = 0; y < canvas.height(); y++) {
                for (int x = 0; x < canvas.width(); x++) {
                    double u = (x + 0.5) / canvas.width();
                    double v = (y + 0.5) / canvas.height();
                    int column = canvas.left() + (int) (output.uprightX(u, v) * areaWidth);
                    int row = canvas.top() + (int) (output.uprightY(u, v) * areaHeight);
                    back[y * canvas.width() + x] = turned[row * width + column];
                    turned[row * width + column] = 0;
                }
            }
            assertThat(Arrays.mismatch(back, upright)).isEqualTo(-1);
            assertThat(turned).as("margins").containsOnly(0);
        }
    }

    private static int[] scene(
            List<PassSpec> passes, FrameFormat format, OutputTransform transform, int width, int height, int color) {
        try (DeviceBuffer frame = gpu.frame(Frames.noise(format, 5));
                Composer composer = Composer.create(gpu.device, gpu.timeline, gpu.releases, font, passes);
                VideoPass video = VideoPass.create(
                        gpu.device, gpu.releases, format, new Orientation(1, true), ChromaSiting.LEFT)) {
            Overlay overlay = new Overlay();
            overlay.box(5, 20, 30, 20, 0, "Fg7j", 0.97f);
            int[] drawn = {};
            for (int i = 0; i < 2; i++) { // the heat of one step
                composer.moment().detections(i * SECOND);
                composer.moment().detection(5, 20, 30, 20, 1, 0.9f);
                composer.moment().detection(30, 50, 20, 20, 2, 0.9f);
                composer.moment().picture(i * SECOND);
                drawn = gpu.draw(composer, video, FrameBuffers.of(frame), overlay, width, height, color, transform);
            }
            gpu.releases.drain();
            return drawn;
        }
    }

    /** Images are made anew when the picture's size changes, and the state stays. */
    @Test
    void aTargetMayChangeItsSize() throws IOException {
        PassSpec count = written("count", """
                //! state 3x2
                vec4 remember(ivec2 cell, vec4 before) { return before + 1.0; }
                vec3 look(vec2 at) { return recall(at).rgb / 255.0; }
                """, 3, 2);
        try (DeviceBuffer frame = gpu.frame(noise);
                Composer composer =
                        Composer.create(gpu.device, gpu.timeline, gpu.releases, font, List.of(count, count));
                VideoPass video =
                        VideoPass.create(gpu.device, gpu.releases, FORMAT, Orientation.UPRIGHT, ChromaSiting.LEFT)) {
            for (int i = 1; i < 8; i++) {
                int[] drawn = gpu.draw(
                        composer,
                        video,
                        frame,
                        new Overlay(),
                        W * (1 + i % 3),
                        H * (1 + i % 3),
                        VK_FORMAT_R8G8B8A8_UNORM);
                assertThat(drawn).containsOnly(i << 16 | i << 8 | i);
            }
            gpu.releases.drain();
        }
    }

    /** A cell may read its neighbours as they were: a mark that walks to the right. */
    @Test
    void stateIsReadAsItWas() throws IOException {
        PassSpec walk = written("walk", """
                //! state 64x48
                vec4 remember(ivec2 cell, vec4 before) {
                    if (frame_number == 0u) { return vec4(cell.x == 0 ? 1.0 : 0.0); }
                    return cell.x == 0 ? vec4(0.0) : recall(cell - ivec2(1, 0));
                }
                vec3 look(vec2 at) { return recall(ivec2(at)).rgb; }
                """, W, H);
        run(List.of(walk), (moment, drawing) -> {
            for (int i = 0; i < 5; i++) {
                int now = i;
                check(drawing.draw(), (x, y, c) -> x == now ? 255 : 0, 0);
            }
        });
    }

    // --- the samples -------------------------------------------------------------------------------------------------

    /** CELL for squares of that many pixels. */
    private static double rows(int cell) {
        return cell * 720.0 / H;
    }

    @Test
    void privacyHidesTheChosenAndNothingElse() {
        int cell = 8;
        Map<String, Double> values = Map.of("CELL", rows(cell), "MARGIN", 0.25, "MOTION", 0.5);
        for (double age : new double[] {0, 0.25, 0.5}) {
            int[] drawn = drawn(List.of(sample("privacy", Set.of(3), values)), m -> {
                m.detections(SECOND);
                m.detection(20, 15, 8, 4, 3, 0.9f);
                m.detection(40, 30, 10, 10, 2, 0.9f); // of another class
                m.picture(SECOND + (long) (age * SECOND));
            });
            double moved = 0.5 * age * H;
            check(
                    drawn,
                    (x, y, c) -> touches(x, y, cell, 18 - moved, 14 - moved, 30 + moved, 20 + moved)
                            ? square(x, y, c, cell)
                            : channel(pixels, x, y, c),
                    FILTERED);
        }
    }

    /** Squares at the right and bottom edge are cut. */
    @Test
    void privacyFailsClosed() {
        PassSpec privacy = sample("privacy", Set.of(3), Map.of("CELL", rows(10)));
        Twin coarse = (x, y, c) -> square(x, y, c, 10);
        check(drawn(List.of(privacy), m -> {}), coarse, FILTERED);
        check(drawn(List.of(privacy), m -> m.picture(SECOND)), coarse, FILTERED);
        check(
                drawn(List.of(privacy), m -> {
                    m.detections(SECOND);
                    m.picture(SECOND + 6 * SECOND / 10);
                }),
                coarse,
                FILTERED);
        check(
                drawn(List.of(privacy), m -> {
                    m.detections(SECOND);
                    m.picture(SECOND);
                    m.forgetDetections();
                }),
                coarse,
                FILTERED);
        check(
                drawn(List.of(privacy), m -> {
                    m.detections(SECOND);
                    for (int i = 0; i <= Moment.MAX_DETECTIONS; i++) {
                        m.detection(0, 0, 1, 1, 0, 0.5f);
                    }
                    m.picture(SECOND);
                }),
                coarse,
                FILTERED);
        check(
                drawn(List.of(privacy), m -> {
                    m.detections(SECOND);
                    m.detection(Float.NaN, 0, 1, 1, 0, 0.5f);
                    m.picture(SECOND);
                }),
                coarse,
                FILTERED);
        // And opens where nothing of that is so.
        int[] open = drawn(List.of(privacy), m -> {
            m.detections(SECOND);
            for (int i = 0; i < Moment.MAX_DETECTIONS; i++) {
                m.detection(0, 0, 1, 1, 0, 0.5f);
            }
            m.picture(SECOND + 4 * SECOND / 10);
        });
        assertThat(open).isEqualTo(pixels);
    }

    private static double luma(double x, double y) {
        return (0.2126 * linear(pixels, x, y, 0) + 0.7152 * linear(pixels, x, y, 1) + 0.0722 * linear(pixels, x, y, 2))
                / 255;
    }

    @Test
    void edgesAreSobels() {
        for (boolean ink : new boolean[] {false, true}) {
            for (double width : new double[] {1, 1.5}) {
                int[] drawn = drawn(
                        List.of(sample("edges", null, Map.of("STRENGTH", 0.2, "INK", ink ? 1.0 : 0.0, "WIDTH", width))),
                        m -> {});
                check(
                        drawn,
                        (px, py, c) -> {
                            double x = px + 0.5;
                            double y = py + 0.5;
                            double across = luma(x + width, y - width)
                                    + 2 * luma(x + width, y)
                                    + luma(x + width, y + width)
                                    - luma(x - width, y - width)
                                    - 2 * luma(x - width, y)
                                    - luma(x - width, y + width);
                            double down = luma(x - width, y + width)
                                    + 2 * luma(x, y + width)
                                    + luma(x + width, y + width)
                                    - luma(x - width, y - width)
                                    - 2 * luma(x, y - width)
                                    - luma(x + width, y - width);
                            double edge = Math.min(0.2 * Math.hypot(across, down), 1);
                            double here = channel(pixels, px, py, c) / 255;
                            return 255
                                    * (ink ? (1 - 0.25 + 0.25 * here) * (1 - edge) : 0.25 * here * (1 - edge) + edge);
                        },
                        STEPS);
            }
        }
    }

    /** Ten pictures of an object that stands, moves away and is forgotten. */
    @Test
    void heatAddsUpAndFades() {
        int columns = 160;
        int rows = 90;
        double[] heat = new double[columns * rows];
        PassSpec spec = sample("heat", Set.of(1), Map.of("HALF_LIFE", 2.0, "FULL", 1.5));
        run(List.of(spec), (moment, drawing) -> {
            long drawnAt = 0;
            for (int i = 0; i < 10; i++) {
                long now = i * SECOND / 4 + (i > 6 ? 3 * SECOND : 0);
                double step = (now - drawnAt) / 1e9;
                drawnAt = now;
                int left = i < 5 ? 10 : 30;
                boolean there = i != 8;
                if (there) {
                    moment.detections(now);
                    moment.detection(left, 12, 16, 20, 1, 0.8f);
                    moment.detection(2, 2, 60, 6, 0, 0.8f); // not chosen
                } else {
                    moment.forgetDetections();
                }
                moment.picture(now);
                int[] drawn = drawing.draw();
                for (int y = 0; y < rows; y++) {
                    for (int x = 0; x < columns; x++) {
                        double px = (x + 0.5) / columns * W;
                        double py = (y + 0.5) / rows * H;
                        boolean covered = there && px >= left && px < left + 16 && py >= 12 && py < 32;
                        heat[y * columns + x] =
                                heat[y * columns + x] * Math.pow(2, -step / 2) + (covered ? Math.min(step, 1) : 0);
                    }
                }
                check(drawn, (x, y, c) -> warmed(heat, columns, rows, x, y, c), STEPS);
            }
        });
        assertThat(Arrays.stream(heat).max().orElse(0)).isGreaterThan(0.5);
    }

    private static double warmed(double[] heat, int columns, int rows, int px, int py, int c) {
        double x = (px + 0.5) / W * columns - 0.5;
        double y = (py + 0.5) / H * rows - 0.5;
        int x0 = (int) Math.floor(x);
        int y0 = (int) Math.floor(y);
        double sum = 0;
        for (int j = 0; j < 2; j++) {
            for (int i = 0; i < 2; i++) {
                double weight = (i == 0 ? 1 - (x - x0) : x - x0) * (j == 0 ? 1 - (y - y0) : y - y0);
                sum += weight * heat[Math.clamp(y0 + j, 0, rows - 1) * columns + Math.clamp(x0 + i, 0, columns - 1)];
            }
        }
        double t = Math.clamp(sum / 1.5, 0, 1);
        double colour = Math.clamp(c == 0 ? 2 * t - 0.5 : c == 1 ? 1.5 - Math.abs(3 * t - 1.5) : 1 - 2 * t, 0, 1);
        double share = 0.6 * Math.sqrt(t);
        return 255 * (channel(pixels, px, py, c) / 255 * (1 - share) + colour * share);
    }

    // --- interface ---------------------------------------------------------------------------------------------------

    /** So that an edited pass may begin to use what it did not use at first. */
    @Test
    void everyPassHasTheSameInterface() throws IOException {
        PassSpec nothing = written("nothing", "vec3 look(vec2 at) { return vec3(0.5); }");
        PassSpec everything = written("everything", """
                //! state 8x8
                vec4 remember(ivec2 cell, vec4 before) {
                    return before + recall(cell + 1) + vec4(camera(cell_center(cell)) + picture(vec2(3.0)), time);
                }
                vec3 look(vec2 at) { return recall(at).rgb + camera(at) + picture(at) + detection(0u).score; }
                """, 8, 8);
        PassSpec idle = written("idle", """
                //! state 8x8
                vec4 remember(ivec2 cell, vec4 before) { return vec4(0.5); }
                vec3 look(vec2 at) { return vec3(0.5); }
                """, 8, 8);
        assertThat(nothing.look().bindings()).isEqualTo(everything.look().bindings());
        assertThat(nothing.look().pushConstantBytes()).isEqualTo(UserPass.PUSH_BYTES);
        assertThat(everything.look().pushConstantBytes()).isEqualTo(UserPass.PUSH_BYTES);
        Spirv busy = Objects.requireNonNull(everything.remember());
        Spirv lazy = Objects.requireNonNull(idle.remember());
        assertThat(lazy.bindings()).isEqualTo(busy.bindings()).hasSize(1);
        assertThat(lazy.pushConstantBytes()).isEqualTo(UserPass.PUSH_BYTES);
        drawn(List.of(nothing, everything, idle), m -> {});
    }
}
