package vitrine.present.scene;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vitrine.engine.frame.ChromaSiting;
import vitrine.engine.frame.ColorEncoding;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.Orientation;
import vitrine.engine.frame.PixelFormat;
import vitrine.engine.memory.FrameBuffers;
import vitrine.present.Frames;
import vitrine.present.Gpu;
import vitrine.present.display.OffscreenTarget;
import vitrine.present.display.OutputTransform;
import vitrine.present.display.PresentUri;
import vitrine.present.overlay.Badge;
import vitrine.present.overlay.Figure;
import vitrine.present.overlay.Overlay;
import vitrine.present.overlay.Problem;
import vitrine.present.overlay.TuningRow;
import vitrine.present.text.Font;
import vitrine.present.video.VideoPass;

/** Filling an overlay and recording a frame makes no garbage worth the name. */
class ComposerAllocationTest {

    private static final int FRAMES = 400;
    private static final long BYTES_A_FRAME = 300;

    private static final String[] LABELS = {"person", "dog", "bicycle", "potted plant"};

    @Test
    void steadyStateMakesNoGarbage(@TempDir Path folder) {
        assertThat(bytesAFrame(folder, false)).isLessThan(BYTES_A_FRAME);
    }

    @Test
    void cardsMakeNoGarbage(@TempDir Path folder) {
        assertThat(bytesAFrame(folder, true)).isLessThan(BYTES_A_FRAME);
    }

    private static long bytesAFrame(Path folder, boolean card) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        FrameFormat format = FrameFormat.packed(PixelFormat.NV12, 64, 48, ColorEncoding.BT601_LIMITED);
        PresentUri.Offscreen uri = new PresentUri.Offscreen(
                folder, Integer.MAX_VALUE, new PresentUri.Size(160, 120), 0, OutputTransform.IDENTITY);
        Overlay overlay = new Overlay();
        overlay.hud(List.of(new Figure("video", "30.0", "fps", "camera"), new Figure("age", "130", "ms", "network")));
        overlay.notice("Detection unavailable");
        overlay.badge("video.frag has an error", Badge.BAD);
        overlay.problem(new Problem("present/video.frag", 3, 2, "'x' : undeclared identifier", "\tx = 1;", 1));
        overlay.tuning(List.of(new TuningRow("privacy", "CELL", "24", 0.3f, 0.2f, true, true)), "Ctrl+S saves");
        long allocated = 0;
        try (Gpu gpu = new Gpu();
                Font font = Font.bundled();
                var frame = gpu.frame(Frames.noise(format, 1));
                OffscreenTarget target = OffscreenTarget.create(gpu.device, gpu.timeline, uri, 64, 48);
                Composer composer = Composer.create(gpu.device, gpu.timeline, gpu.releases, font);
                VideoPass video =
                        VideoPass.create(gpu.device, gpu.releases, format, Orientation.UPRIGHT, ChromaSiting.LEFT)) {
            FrameBuffers buffers = FrameBuffers.of(frame);
            for (int i = 0; i < 3 * FRAMES; i++) {
                gpu.ring.nextFrame();
                gpu.releases.collect();
                long before = threads.getCurrentThreadAllocatedBytes();
                overlay.clear();
                for (int b = 0; b < 20; b++) {
                    int at = (i + b) % 40;
                    overlay.box(at, at / 2f, 10 + b % 5, 12, b, LABELS[b % 4], (i + b) % 101 / 100f);
                }
                overlay.line("steady state");
                if (card) {
                    overlay.card("No signal", "The picture returns with the camera.");
                }
                target.acquire(i);
                var cmd = gpu.ring.begin();
                target.begin(cmd);
                composer.record(cmd, target.image(), video, buffers, overlay);
                target.end(cmd);
                long after = threads.getCurrentThreadAllocatedBytes();
                target.present(gpu.ring.submit(cmd), 0);
                allocated += i < 2 * FRAMES ? 0 : after - before;
            }
            gpu.device.waitIdle();
        }
        System.out.println(
                "OUT: recording allocates " + allocated / FRAMES + " bytes a frame" + (card ? " with a card" : ""));
        return allocated / FRAMES;
    }
}
