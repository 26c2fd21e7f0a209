package vitrine.present.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lwjgl.vulkan.VK13.VK_FORMAT_R8G8B8A8_SRGB;
import static org.lwjgl.vulkan.VK13.VK_FORMAT_R8G8B8A8_UNORM;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import vitrine.engine.frame.ChromaSiting;
import vitrine.engine.frame.ColorEncoding;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.Orientation;
import vitrine.engine.frame.PixelFormat;
import vitrine.present.Golden;
import vitrine.present.Gpu;
import vitrine.present.overlay.Badge;
import vitrine.present.overlay.Figure;
import vitrine.present.overlay.Overlay;
import vitrine.present.overlay.Problem;
import vitrine.present.overlay.TuningRow;
import vitrine.present.text.Font;
import vitrine.present.video.VideoPass;

/** What whoever edits shaders sees, as pictures. */
class DevelopmentGoldenTest {

    private static final String KEYS = "Arrows choose and change, Backspace resets, Ctrl+S saves, Tab hides";

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

    private static int[] draw(Overlay overlay, int width, int height, int format) {
        FrameFormat frameFormat = FrameFormat.packed(PixelFormat.NV12, 320, 180, ColorEncoding.BT709_LIMITED);
        try (var frame = gpu.frame(SceneGoldenTest.landscape(frameFormat));
                Composer composer = Composer.create(gpu.device, gpu.timeline, gpu.releases, font);
                VideoPass video = VideoPass.create(
                        gpu.device, gpu.releases, frameFormat, Orientation.UPRIGHT, ChromaSiting.LEFT)) {
            int[] pixels = gpu.draw(composer, video, frame, overlay, width, height, format);
            gpu.releases.drain();
            return pixels;
        }
    }

    private static void scene(String name, Overlay overlay, int width, int height) {
        Golden.check(name, draw(overlay, width, height, VK_FORMAT_R8G8B8A8_UNORM), width, height);
    }

    private static Overlay boxes() {
        Overlay overlay = new Overlay();
        overlay.box(40, 70, 70, 100, 0, "person", 0.97f);
        overlay.box(90, 100, 120, 60, 16, "dog", 0.86f);
        return overlay;
    }

    private static Problem undeclared() {
        return new Problem(
                "present/video.frag",
                42,
                37,
                "'strenght' : undeclared identifier",
                "\tresult = vec4(mix(rgb, vec3(luma), strenght), 1.0); // as much grey as asked for",
                3);
    }

    private static void addTuning(Overlay overlay, String note) {
        overlay.tuning(
                List.of(
                        new TuningRow("privacy", "CELL", "24", 0.3f, 0.2f, false, false),
                        new TuningRow("privacy", "SOFT", "on", 1, 1, false, false),
                        new TuningRow("present/video.frag", "STRENGTH", "1.5", 0.375f, 0.25f, true, true),
                        new TuningRow("present/video.frag", "GAMMA", "2.2", 0.6f, 0.6f, false, false)),
                note);
    }

    private static void addHud(Overlay overlay) {
        overlay.hud(List.of(
                new Figure("video", "30.0", "fps", "camera"),
                new Figure("latency", "41", "ms", "display"),
                new Figure("detection", "9.1", "fps", "network"),
                new Figure("age", "130", "ms", "network")));
    }

    @Test
    void everythingAtOnce() {
        Overlay overlay = boxes();
        addHud(overlay);
        overlay.notice("Detection unavailable");
        overlay.badge("video.frag has an error", Badge.BAD);
        overlay.problem(undeclared());
        addTuning(overlay, KEYS);
        scene("dev-720p", overlay, 1280, 720);
        scene("dev-640x480", overlay, 640, 480);
        scene("dev-480x854", overlay, 480, 854);
    }

    @Test
    void aGoodReload() {
        Overlay overlay = boxes();
        overlay.badge("reloaded video.frag  84 ms", Badge.GOOD);
        addTuning(
                overlay,
                "/etc/vitrine/kiosk.toml:4: pass.privacy is not written as a table of its own there, so nothing was"
                        + " saved; write [pass.privacy] on a line and its keys below it");
        scene("dev-good-960x540", overlay, 960, 540);
    }

    @Test
    void aLongLineOfCodeBelowACard() {
        Overlay overlay = boxes();
        overlay.card("No signal", "The picture returns with the camera.");
        overlay.problem(new Problem(
                "passes/a_pass_with_a_rather_long_name_in_a_folder_of_its_own/privacy_by_pixelation.glsl",
                107,
                110,
                "'mosaic' : no matching overloaded function found, and then the compiler goes on to tell at great length"
                        + " which functions it has looked at, what their arguments are, and why none of them is the one,"
                        + " until nobody reads on",
                "    vec3 shown = clamp(fetch(at) * exposure + vec3(offset.x, offset.y, offset.z), 0.0, 1.0)"
                        + " * (1.0 - mask) + mosaic(at, cell, 1.0 -> 2) * mask + bloom(at, radius) * glow; // all in all",
                0));
        overlay.badge("privacy.glsl has an error", Badge.BAD);
        scene("dev-card-800x600", overlay, 800, 600);
    }

    @Test
    void panelsLookTheSameOnTargetsThatEncode() {
        Overlay overlay = boxes();
        overlay.badge("compiling", Badge.WORKING);
        overlay.problem(undeclared());
        addTuning(overlay, KEYS);
        int[] plain = draw(overlay, 640, 360, VK_FORMAT_R8G8B8A8_UNORM);
        int[] encoded = draw(overlay, 640, 360, VK_FORMAT_R8G8B8A8_SRGB);
        int different = 0;
        for (int i = 0; i < plain.length; i++) {
            different += Math.abs((plain[i] >> 8 & 255) - (encoded[i] >> 8 & 255)) > 8 ? 1 : 0;
        }
        assertThat(different).isLessThan(plain.length / 15);
    }
}
