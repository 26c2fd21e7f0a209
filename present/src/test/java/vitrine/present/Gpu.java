package vitrine.present;

import static org.lwjgl.vulkan.VK13.*;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VkBufferImageCopy;
import vitrine.engine.GpuFixture;
import vitrine.engine.command.Barriers;
import vitrine.engine.command.FrameRing;
import vitrine.engine.command.ReleaseQueue;
import vitrine.engine.command.Timeline;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.memory.DeviceBuffer;
import vitrine.engine.memory.FrameBuffers;
import vitrine.engine.memory.Image;
import vitrine.present.display.AcquireResult;
import vitrine.present.display.FrameTarget;
import vitrine.present.display.OutputTransform;
import vitrine.present.display.RenderImage;
import vitrine.present.overlay.Overlay;
import vitrine.present.scene.Composer;
import vitrine.present.video.VideoPass;

/** A validated device with its timeline, ring and release queue; one loop turn for tests. */
public final class Gpu implements AutoCloseable {

    private final GpuFixture fixture;
    public final VulkanDevice device;
    public final Timeline timeline;
    public final ReleaseQueue releases;
    public final FrameRing ring;

    public Gpu() {
        this(GpuFixture.open());
    }

    /** For presenting: an instance with these extensions, a device with swapchains. */
    public Gpu(List<String> instanceExtensions) {
        this(GpuFixture.open(instanceExtensions));
    }

    private Gpu(GpuFixture fixture) {
        this.fixture = fixture;
        device = fixture.device();
        timeline = Timeline.create(device);
        releases = new ReleaseQueue(timeline);
        ring = FrameRing.create(device, timeline);
    }

    /** A buffer holding a frame's bytes, with slack. */
    public DeviceBuffer frame(byte[] bytes) {
        DeviceBuffer buffer = DeviceBuffer.create(
                device, "test frame", bytes.length + 64L, VK_BUFFER_USAGE_STORAGE_BUFFER_BIT, DeviceBuffer.Use.UPLOAD);
        MemorySegment.copy(bytes, 0, buffer.memory(), ValueLayout.JAVA_BYTE, 0, bytes.length);
        return buffer;
    }

    /**
     * Draws one frame into an image of any format and reads it back.
     *
     * @param format VkFormat, 8-bit RGBA in that order of bytes
     * @return 0xRRGGBB row after row
     */
    public int[] draw(
            Composer composer,
            VideoPass video,
            DeviceBuffer frame,
            Overlay overlay,
            int width,
            int height,
            int format) {
        return draw(composer, video, FrameBuffers.of(frame), overlay, width, height, format, OutputTransform.IDENTITY);
    }

    /** As above; without a frame where it and its pass are null. */
    public int[] draw(
            Composer composer,
            @Nullable VideoPass video,
            @Nullable FrameBuffers frame,
            Overlay overlay,
            int width,
            int height,
            int format,
            OutputTransform transform) {
        int usage = VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT;
        int[] pixels = new int[width * height];
        try (Image image = Image.create(device, "drawn", width, height, format, usage);
                DeviceBuffer read = DeviceBuffer.create(
                        device,
                        "read back",
                        4L * width * height,
                        VK_BUFFER_USAGE_TRANSFER_DST_BIT,
                        DeviceBuffer.Use.READBACK);
                Barriers barriers = Barriers.create(device);
                MemoryStack stack = MemoryStack.stackPush()) {
            ring.nextFrame();
            releases.collect();
            var cmd = ring.begin();
            barriers.image(
                            image.handle(),
                            VK_IMAGE_LAYOUT_UNDEFINED,
                            VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL,
                            VK_PIPELINE_STAGE_2_NONE,
                            0,
                            VK_PIPELINE_STAGE_2_COLOR_ATTACHMENT_OUTPUT_BIT,
                            VK_ACCESS_2_COLOR_ATTACHMENT_WRITE_BIT | VK_ACCESS_2_COLOR_ATTACHMENT_READ_BIT)
                    .record(cmd);
            if (frame != null) {
                barriers.acquire(frame, composer.frameStages(), VK_ACCESS_2_SHADER_STORAGE_READ_BIT)
                        .record(cmd);
            }
            RenderImage target = new RenderImage(image.handle(), image.view(), format, width, height, transform);
            if (frame != null && video != null) {
                composer.record(cmd, target, video, frame, overlay);
            } else {
                composer.record(cmd, target, overlay);
            }
            if (frame != null) {
                barriers.release(frame, composer.frameStages(), VK_ACCESS_2_NONE);
            }
            barriers.image(
                            image.handle(),
                            VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL,
                            VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL,
                            VK_PIPELINE_STAGE_2_COLOR_ATTACHMENT_OUTPUT_BIT,
                            VK_ACCESS_2_COLOR_ATTACHMENT_WRITE_BIT,
                            VK_PIPELINE_STAGE_2_COPY_BIT,
                            VK_ACCESS_2_TRANSFER_READ_BIT)
                    .record(cmd);
            var copy = VkBufferImageCopy.calloc(1, stack);
            copy.get(0)
                    .imageSubresource(
                            s -> s.aspectMask(VK_IMAGE_ASPECT_COLOR_BIT).layerCount(1))
                    .imageExtent(e -> e.set(width, height, 1));
            vkCmdCopyImageToBuffer(cmd, image.handle(), VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, read.handle(), copy);
            barriers.hostRead(read, VK_PIPELINE_STAGE_2_COPY_BIT, VK_ACCESS_2_TRANSFER_WRITE_BIT)
                    .record(cmd);
            timeline.await(ring.submit(cmd), Long.MAX_VALUE);
            for (int i = 0; i < pixels.length; i++) {
                int rgba = read.memory().getAtIndex(ValueLayout.JAVA_INT, i);
                pixels[i] = (rgba & 255) << 16 | (rgba & 0xff00) | (rgba >> 16 & 255);
            }
        }
        return pixels;
    }

    /** What the application's loop does with a frame and a target. */
    public AcquireResult turn(
            FrameTarget target, long number, Composer composer, VideoPass video, DeviceBuffer frame, Overlay overlay) {
        ring.nextFrame();
        releases.collect();
        long captured = System.nanoTime();
        AcquireResult result = target.acquire(number);
        if (result == AcquireResult.READY) {
            var cmd = ring.begin();
            target.begin(cmd);
            composer.record(cmd, target.image(), video, FrameBuffers.of(frame), overlay);
            target.end(cmd);
            target.present(
                    ring.submit(cmd, target.waitSemaphore(), target.waitStage(), target.signalSemaphore()), captured);
        }
        return result;
    }

    @Override
    public void close() {
        releases.close();
        ring.close();
        timeline.close();
        fixture.close();
    }
}
