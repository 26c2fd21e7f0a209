package vitrine.present.scene;

import static org.lwjgl.vulkan.VK13.*;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.lwjgl.vulkan.VkCommandBuffer;
import vitrine.engine.command.Barriers;
import vitrine.engine.command.OneTimeCommands;
import vitrine.engine.command.ReleaseQueue;
import vitrine.engine.command.Timeline;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.frame.ChromaSiting;
import vitrine.engine.frame.ColorEncoding;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.Orientation;
import vitrine.engine.frame.PixelFormat;
import vitrine.engine.memory.DeviceBuffer;
import vitrine.engine.memory.FrameBuffers;
import vitrine.engine.memory.Image;
import vitrine.engine.profile.GpuTimer;
import vitrine.present.display.OutputTransform;
import vitrine.present.display.RenderImage;
import vitrine.present.overlay.Overlay;
import vitrine.present.text.Font;
import vitrine.present.video.VideoPass;

/** How long pictures take the GPU, measured by drawing some: for choosing a screen's mode before it is set. */
public final class PictureTiming {

    /** What most cameras of kiosks send. */
    private static final FrameFormat FRAME =
            FrameFormat.packed(PixelFormat.NV12, 1920, 1080, ColorEncoding.BT709_LIMITED);

    private static final int COLOR_FORMAT = VK_FORMAT_B8G8R8A8_UNORM;

    /** The first has the driver compile and map, the second raises the clocks. */
    private static final int WARM_UP = 2;

    private static final int MEASURED = 5;

    private PictureTiming() {}

    /**
     * GPU time of one picture without boxes: a frame of NV12, 1920x1080, on an image of that size. The median of a few,
     * by timestamps, or where the driver has none by the clock, submission and waiting included. Draws now and waits;
     * takes a few times the result. Frame thread, before the loop.
     *
     * @return nanoseconds
     */
    public static long measure(VulkanDevice device, Timeline timeline, ReleaseQueue releases, int width, int height) {
        try (Font font = Font.bundled();
                Composer composer = Composer.create(device, timeline, releases, font);
                VideoPass video = VideoPass.create(device, releases, FRAME, Orientation.UPRIGHT, ChromaSiting.LEFT);
                DeviceBuffer frame = DeviceBuffer.create(
                        device,
                        "measured frame",
                        FRAME.extent(),
                        VK_BUFFER_USAGE_STORAGE_BUFFER_BIT,
                        DeviceBuffer.Use.UPLOAD);
                Image image = Image.create(
                        device, "measured picture", width, height, COLOR_FORMAT, VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT);
                Barriers barriers = Barriers.create(device);
                GpuTimer timer = GpuTimer.create(device, 1, 1)) {
            grey(frame.memory());
            FrameBuffers buffers = FrameBuffers.of(frame);
            Overlay overlay = new Overlay();
            RenderImage target = new RenderImage(
                    image.handle(), image.view(), COLOR_FORMAT, width, height, OutputTransform.IDENTITY);
            long[] nanos = new long[MEASURED];
            for (int i = -WARM_UP; i < MEASURED; i++) {
                long start = System.nanoTime();
                OneTimeCommands.run(device, "timed pictures", cmd -> {
                    timer.begin(cmd, 0, 0);
                    begin(cmd, barriers, image);
                    composer.record(cmd, target, video, buffers, overlay);
                    timer.end(cmd, 0, 0);
                });
                long waited = System.nanoTime() - start;
                if (i >= 0) {
                    long timed = timer.nanos(0, 0);
                    nanos[i] = timed > 0 ? timed : waited;
                }
            }
            Arrays.sort(nanos);
            return nanos[MEASURED / 2];
        }
    }

    /** Any contents cost the same; these are not whatever the memory held. */
    private static void grey(MemorySegment memory) {
        memory.fill((byte) 128);
    }

    private static void begin(VkCommandBuffer cmd, Barriers barriers, Image image) {
        barriers.image(
                        image.handle(),
                        VK_IMAGE_LAYOUT_UNDEFINED,
                        VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL,
                        VK_PIPELINE_STAGE_2_COLOR_ATTACHMENT_OUTPUT_BIT,
                        VK_ACCESS_2_COLOR_ATTACHMENT_WRITE_BIT,
                        VK_PIPELINE_STAGE_2_COLOR_ATTACHMENT_OUTPUT_BIT,
                        VK_ACCESS_2_COLOR_ATTACHMENT_READ_BIT | VK_ACCESS_2_COLOR_ATTACHMENT_WRITE_BIT)
                .record(cmd);
    }
}
