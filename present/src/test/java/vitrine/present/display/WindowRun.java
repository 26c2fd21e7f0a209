package vitrine.present.display;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lwjgl.glfw.GLFW.*;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import vitrine.engine.XvfbScreen;
import vitrine.engine.frame.ChromaSiting;
import vitrine.engine.frame.ColorEncoding;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.Orientation;
import vitrine.engine.frame.PixelFormat;
import vitrine.engine.memory.DeviceBuffer;
import vitrine.engine.memory.FrameBuffers;
import vitrine.present.Frames;
import vitrine.present.Gpu;
import vitrine.present.overlay.Overlay;
import vitrine.present.scene.Composer;
import vitrine.present.text.Font;
import vitrine.present.video.VideoPass;

/**
 * The window's test itself, in a process of its own: DISPLAY must be set before the JVM starts. Argument: the file with
 * the screen's pixels. Ends with 0 and a last line "done" when all held.
 */
final class WindowRun {

    private static final FrameFormat FORMAT =
            FrameFormat.packed(PixelFormat.NV12, 320, 240, ColorEncoding.BT709_LIMITED);

    private final Gpu gpu;
    private final WindowTarget target;
    private final Composer composer;
    private final VideoPass video;
    private final DeviceBuffer frame;
    private final Path screen;
    private final Overlay overlay = new Overlay();
    private long number;
    private boolean cardDrawn;

    private WindowRun(
            Gpu gpu, WindowTarget target, Composer composer, VideoPass video, DeviceBuffer frame, Path screen) {
        this.gpu = gpu;
        this.target = target;
        this.composer = composer;
        this.video = video;
        this.frame = frame;
        this.screen = screen;
        overlay.box(60, 60, 120, 100, 0, "person", 0.97f);
        overlay.line("Xvfb");
    }

    public static void main(String[] args) throws Exception {
        WindowTarget.Probe probe = WindowTarget.probe();
        assertThat(probe.reason()).isNull();
        assertThat(probe.instanceExtensions()).contains("VK_KHR_surface");
        try (Gpu gpu = new Gpu(probe.instanceExtensions());
                Font font = Font.bundled();
                DeviceBuffer frame = gpu.frame(picture());
                Composer composer = Composer.create(gpu.device, gpu.timeline, gpu.releases, font);
                VideoPass video =
                        VideoPass.create(gpu.device, gpu.releases, FORMAT, Orientation.UPRIGHT, ChromaSiting.LEFT);
                WindowTarget target = WindowTarget.create(gpu.device, gpu.timeline, gpu.releases, (PresentUri.Window)
                        PresentUri.parse("window:?size=640x480"))) {
            new WindowRun(gpu, target, composer, video, frame, Path.of(args[0])).run();
            gpu.device.waitIdle();
        }
        System.out.println("done");
    }

    private static byte[] picture() {
        BufferedImage image = new BufferedImage(320, 240, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 240; y++) {
            for (int x = 0; x < 320; x++) {
                image.setRGB(x, y, (x * 255 / 319) << 16 | (y * 255 / 239) << 8 | 0x60);
            }
        }
        return Frames.nv12(image, FORMAT);
    }

    private void run() throws Exception {
        frames(60);
        System.out.println("OUT: " + target.describe() + ", presented " + target.presented());
        assertThat(target.presented()).isEqualTo(60);
        assertThat(target.swapchains()).isEqualTo(1);
        compare(640, 480);

        glfwSetWindowSize(target.window(), 500, 400);
        settle(500, 400);
        frames(30);
        assertThat(target.swapchains()).isGreaterThan(1);
        compare(500, 400);

        for (int i = 0; i < 12; i++) {
            glfwSetWindowSize(target.window(), 300 + 37 * i, 500 - 21 * i);
            frames(3);
        }
        settle(300 + 37 * 11, 500 - 21 * 11);
        compare(300 + 37 * 11, 500 - 21 * 11);

        card();
        glfwSetWindowSize(target.window(), 300 + 37 * 11, 500 - 21 * 11);
        settle(300 + 37 * 11, 500 - 21 * 11);

        target.key(GLFW_KEY_F11, 0, GLFW_RELEASE, 0);
        target.key(GLFW_KEY_F11, 0, GLFW_PRESS, 0);
        settle(1024, 768);
        compare(1024, 768);
        target.key(GLFW_KEY_F11, 0, GLFW_PRESS, 0);
        settle(300 + 37 * 11, 500 - 21 * 11);
        compare(300 + 37 * 11, 500 - 21 * 11);

        // Cards, and frames that a resize overtook, are not measured; what is under way still may be.
        ScanOut scanOut = target.scanOut();
        assertThat(scanOut.source()).isEqualTo(gpu.device.presentWait() ? "VK_KHR_present_wait" : "GPU done");
        assertThat(scanOut.isMeasured()).isEqualTo(gpu.device.presentWait());
        assertThat(scanOut.latency().count()).isBetween(target.presented() / 2, target.presented());
        assertThat(scanOut.latestNanos()).isPositive();
        System.out.println("OUT: " + scanOut.latency().count() + " times to " + scanOut.source() + ", p50 "
                + scanOut.latency().millis(50) + " ms");

        target.key(GLFW_KEY_A, 0, GLFW_PRESS, 0);
        assertThat(turn()).isEqualTo(AcquireResult.READY);
        target.key(GLFW_KEY_ESCAPE, 0, GLFW_PRESS, 0);
        assertThat(turn()).isEqualTo(AcquireResult.CLOSED);
        System.out.println("OUT: " + target.swapchains() + " swapchains, " + target.presented() + " frames");
    }

    /** A card is drawn once, and again when the window has another size or was covered. */
    private void card() throws Exception {
        overlay.card("No signal", "The picture returns with the camera.");
        long before = target.presented();
        cards();
        glfwSetWindowSize(target.window(), 420, 300);
        for (int i = 0;
                i < 200 && (target.image().width() != 420 || target.image().height() != 300);
                i++) {
            Thread.sleep(5);
            cards();
        }
        assertThat(target.presented()).isEqualTo(before);
        compareAfter(this::cards, 420, 300);
        assertThat(target.isDamaged()).isFalse();
        glfwHideWindow(target.window());
        glfwShowWindow(target.window());
        boolean damaged = false;
        for (int i = 0; i < 200 && !damaged; i++) {
            Thread.sleep(5);
            target.poll();
            damaged = target.isDamaged();
        }
        assertThat(damaged).isTrue();
        compareAfter(this::cards, 420, 300);
        overlay.clear();
        overlay.box(60, 60, 120, 100, 0, "person", 0.97f);
        overlay.line("Xvfb");
    }

    private void cards() {
        target.poll();
        if (cardDrawn && !target.isDamaged()) {
            return;
        }
        gpu.ring.nextFrame();
        gpu.releases.collect();
        cardDrawn = target.acquireCard(number) == AcquireResult.READY;
        if (cardDrawn) {
            var cmd = gpu.ring.begin();
            target.begin(cmd);
            composer.record(cmd, target.image(), video, FrameBuffers.of(frame), overlay);
            target.end(cmd);
            target.present(
                    gpu.ring.submit(cmd, target.waitSemaphore(), target.waitStage(), target.signalSemaphore()), 0);
        }
    }

    private AcquireResult turn() {
        return gpu.turn(target, number++, composer, video, frame, overlay);
    }

    private void frames(int count) {
        long before = target.presented();
        for (int i = 0; i < 10 * count && target.presented() < before + count; i++) {
            turn();
        }
        assertThat(target.presented()).isEqualTo(before + count);
    }

    /** Until the swapchain has the size, as X tells it when it likes. */
    private void settle(int width, int height) throws Exception {
        for (int i = 0; i < 200; i++) {
            frames(1);
            if (target.image().width() == width && target.image().height() == height) {
                frames(4);
                return;
            }
            Thread.sleep(5);
        }
        assertThat(target.image().width() + "x" + target.image().height()).isEqualTo(width + "x" + height);
    }

    /** What the screen shows where the window is, against the same frame drawn offscreen. */
    private void compare(int width, int height) throws Exception {
        compareAfter(this::turn, width, height);
    }

    private void compareAfter(Runnable drawing, int width, int height) throws Exception {
        int[] x = new int[1];
        int[] y = new int[1];
        int[] expected = gpu.draw(
                composer, video, frame, overlay, width, height, org.lwjgl.vulkan.VK10.VK_FORMAT_R8G8B8A8_UNORM);
        int worst = 0;
        // Presents reach the X server in their own time.
        for (int attempt = 0; attempt < 50; attempt++) {
            drawing.run();
            gpu.device.waitIdle();
            Thread.sleep(20);
            glfwGetWindowPos(target.window(), x, y);
            int[] shown = XvfbScreen.pixels(screen, x[0], y[0], width, height);
            worst = 0;
            for (int i = 0; i < shown.length; i++) {
                for (int shift = 0; shift < 24; shift += 8) {
                    worst = Math.max(worst, Math.abs((shown[i] >> shift & 255) - (expected[i] >> shift & 255)));
                }
            }
            if (worst <= 1) {
                return;
            }
        }
        assertThat(worst)
                .as("difference between the screen and the drawing at %dx%d", width, height)
                .isLessThanOrEqualTo(1);
    }
}
