package vitrine.tests.lab;

import static org.lwjgl.vulkan.VK13.*;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VkClearAttachment;
import org.lwjgl.vulkan.VkClearRect;
import org.lwjgl.vulkan.VkCommandBuffer;
import org.lwjgl.vulkan.VkRenderingAttachmentInfo;
import org.lwjgl.vulkan.VkRenderingInfo;
import vitrine.engine.GpuFixture;
import vitrine.engine.command.FrameRing;
import vitrine.engine.command.ReleaseQueue;
import vitrine.engine.command.Timeline;
import vitrine.present.display.AcquireResult;
import vitrine.present.display.DisplayProbe;
import vitrine.present.display.DisplayTarget;
import vitrine.present.display.PictureCost;
import vitrine.present.display.PresentUri;
import vitrine.present.display.RenderImage;

/**
 * A validated device and a display, drawn to without any of the pipeline: four rectangles in colours that follow from the
 * frame's number. Closing it fails the test on validation messages and leaks.
 */
final class DisplayRun implements AutoCloseable {

    private final GpuFixture gpu;
    private final Timeline timeline;
    private final ReleaseQueue releases;
    private final FrameRing ring;
    private @Nullable DisplayTarget target;
    private long number;

    private DisplayRun(GpuFixture gpu) {
        this.gpu = gpu;
        timeline = Timeline.create(gpu.device());
        releases = new ReleaseQueue(timeline);
        ring = FrameRing.create(gpu.device(), timeline);
    }

    /** An instance with what a display needs, whose driver has looked for one; and no target yet. */
    static DisplayRun withoutTarget() {
        return new DisplayRun(
                GpuFixture.open(DisplayProbe.INSTANCE_EXTENSIONS, DisplayProbe.OPTIONAL_INSTANCE_EXTENSIONS));
    }

    static DisplayRun open(String uri) {
        DisplayRun run = withoutTarget();
        try {
            run.take(uri, (width, height) -> 1);
            return run;
        } catch (RuntimeException e) {
            run.close();
            throw e;
        }
    }

    void take(String uri, PictureCost cost) {
        target = DisplayTarget.create(
                gpu.device(), timeline, releases, (PresentUri.Display) PresentUri.parse(uri), cost);
    }

    DisplayTarget target() {
        return Objects.requireNonNull(target);
    }

    /** One turn of the loop. */
    AcquireResult turn() {
        DisplayTarget target = target();
        ring.nextFrame();
        releases.collect();
        long captured = System.nanoTime();
        AcquireResult result = target.acquire(number);
        if (result == AcquireResult.READY) {
            VkCommandBuffer cmd = ring.begin();
            target.begin(cmd);
            draw(cmd, target.image());
            target.end(cmd);
            target.present(
                    ring.submit(cmd, target.waitSemaphore(), target.waitStage(), target.signalSemaphore()), captured);
            number++;
        }
        return result;
    }

    /** So many frames on the screen; false when that took longer than the time. */
    boolean frames(int count, long millis) throws InterruptedException {
        long deadline = System.nanoTime() + millis * 1_000_000;
        DisplayTarget target = target();
        long until = target.presented() + count;
        while (target.presented() < until) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            if (turn() != AcquireResult.READY) {
                Thread.sleep(5);
            }
        }
        return true;
    }

    /** The last frame drawn, 0xRRGGBB row after row. */
    int[] picture(int width, int height) {
        int[] pixels = new int[width * height];
        for (int i = 0; i < 4; i++) {
            int[] r = rectangle(i, width, height);
            for (int y = r[1]; y < r[1] + r[3]; y++) {
                for (int x = r[0]; x < r[0] + r[2]; x++) {
                    pixels[y * width + x] = color(number - 1, i);
                }
            }
        }
        return pixels;
    }

    /** All of it, and three parts that tell left from right and top from bottom. */
    private static int[] rectangle(int i, int width, int height) {
        return switch (i) {
            case 0 -> new int[] {0, 0, width, height};
            case 1 -> new int[] {0, 0, width / 3, height / 4};
            case 2 -> new int[] {width / 2, height / 2, width - width / 2, height - height / 2};
            default -> new int[] {width - 7, 3, 5, 2};
        };
    }

    private static int color(long number, int i) {
        long mixed = (number + 1) * 0x9E3779B1L * (i + 3);
        return (int) (mixed >>> 5) & 0xffffff;
    }

    private void draw(VkCommandBuffer cmd, RenderImage image) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            var attachment = VkRenderingAttachmentInfo.calloc(1, stack);
            attachment
                    .get(0)
                    .sType$Default()
                    .imageView(image.view())
                    .imageLayout(VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL)
                    .loadOp(VK_ATTACHMENT_LOAD_OP_DONT_CARE)
                    .storeOp(VK_ATTACHMENT_STORE_OP_STORE);
            vkCmdBeginRendering(
                    cmd,
                    VkRenderingInfo.calloc(stack)
                            .sType$Default()
                            .renderArea(a -> a.extent().set(image.width(), image.height()))
                            .layerCount(1)
                            .pColorAttachments(attachment));
            for (int i = 0; i < 4; i++) {
                int[] r = rectangle(i, image.width(), image.height());
                int c = color(number, i);
                var clear = VkClearAttachment.calloc(1, stack);
                clear.get(0)
                        .aspectMask(VK_IMAGE_ASPECT_COLOR_BIT)
                        .clearValue()
                        .color()
                        .float32(0, (c >> 16 & 255) / 255f)
                        .float32(1, (c >> 8 & 255) / 255f)
                        .float32(2, (c & 255) / 255f)
                        .float32(3, 1);
                var rect = VkClearRect.calloc(1, stack);
                rect.get(0).layerCount(1);
                rect.get(0).rect().offset().set(r[0], r[1]);
                rect.get(0).rect().extent().set(r[2], r[3]);
                vkCmdClearAttachments(cmd, clear, rect);
            }
            vkCmdEndRendering(cmd);
        }
    }

    @Override
    public void close() {
        if (target != null) {
            target.close();
        }
        releases.close();
        ring.close();
        timeline.close();
        gpu.close();
    }
}
