package vitrine.tools.kiosk;

import static org.lwjgl.vulkan.VK13.*;

import java.util.ArrayList;
import java.util.List;
import org.lwjgl.vulkan.VkCommandBuffer;
import vitrine.capture.CapturedFrame;
import vitrine.capture.FrameSource;
import vitrine.engine.command.Barriers;
import vitrine.engine.command.OneTimeCommands;
import vitrine.engine.command.ReleaseQueue;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.Orientation;
import vitrine.engine.linux.FrameMemory;
import vitrine.engine.memory.FrameBuffers;
import vitrine.engine.memory.FrameInput;
import vitrine.engine.memory.GpuBuffer;
import vitrine.engine.profile.LatencyHistogram;
import vitrine.inference.preprocess.Letterbox;
import vitrine.inference.preprocess.PreprocessPass;
import vitrine.inference.preprocess.TensorSpec;
import vitrine.present.display.RenderImage;
import vitrine.present.overlay.Overlay;
import vitrine.present.scene.Composer;
import vitrine.present.video.VideoPass;

/**
 * Everything that depends on the camera's frame format: the imported buffers, the tensor pass and the video pass. A
 * format change makes a new one and retires the old through the release queue. Frame thread.
 */
final class CameraStage implements AutoCloseable {

    private final FrameFormat format;
    private final Orientation orientation;
    private final PreprocessPass preprocess;
    private final VideoPass video;
    private final Letterbox letterbox;
    private final Barriers barriers;
    private List<FrameInput> inputs;

    private CameraStage(
            FrameFormat format,
            Orientation orientation,
            List<FrameInput> inputs,
            PreprocessPass preprocess,
            VideoPass video,
            Letterbox letterbox,
            Barriers barriers) {
        this.format = format;
        this.orientation = orientation;
        this.inputs = inputs;
        this.preprocess = preprocess;
        this.video = video;
        this.letterbox = letterbox;
        this.barriers = barriers;
    }

    /** Imports the source's buffers, once each, and makes the passes for its format. */
    static CameraStage create(
            VulkanDevice device,
            ReleaseQueue releases,
            FrameSource source,
            RunSettings settings,
            TensorSpec tensor,
            LatencyHistogram importing) {
        FrameFormat format = source.info().format();
        Orientation orientation = settings.orientation();
        List<FrameInput> inputs = importAll(device, source, importing);
        PreprocessPass preprocess =
                PreprocessPass.create(device, format, orientation, settings.tensorSiting(), settings.filter(), tensor);
        VideoPass video = VideoPass.create(device, releases, format, orientation, settings.pictureSiting());
        Letterbox letterbox = Letterbox.of(
                tensor,
                orientation.width(format.width(), format.height()),
                orientation.height(format.width(), format.height()));
        return new CameraStage(format, orientation, inputs, preprocess, video, letterbox, Barriers.create(device));
    }

    private static List<FrameInput> importAll(VulkanDevice device, FrameSource source, LatencyHistogram importing) {
        FrameFormat format = source.info().format();
        List<FrameInput> inputs = new ArrayList<>();
        for (FrameMemory memory : source.buffers()) {
            long start = System.nanoTime();
            inputs.add(FrameInput.create(device, "source buffer " + inputs.size(), memory, format));
            importing.record(System.nanoTime() - start);
        }
        return inputs;
    }

    /** The buffers of a camera that was opened again take the old ones' place; the passes fit the same format and stay. */
    void importAgain(VulkanDevice device, FrameSource source, ReleaseQueue releases, LatencyHistogram importing) {
        List<FrameInput> old = inputs;
        inputs = importAll(device, source, importing);
        releases.defer(() -> old.forEach(FrameInput::close));
    }

    FrameFormat format() {
        return format;
    }

    Letterbox letterbox() {
        return letterbox;
    }

    int uprightWidth() {
        return orientation.width(format.width(), format.height());
    }

    int uprightHeight() {
        return orientation.height(format.width(), format.height());
    }

    /** Makes the captured bytes visible to the next submission; returns the bytes copied for it, 0 for an import. */
    long refresh(CapturedFrame frame) {
        return inputs.get(frame.buffer()).refresh();
    }

    /** Fills a tensor's pad, once for each geometry. Waits for the GPU. */
    void fillPad(VulkanDevice device, TensorSlot slot) {
        OneTimeCommands.run(device, "tensor pad", cmd -> {
            GpuBuffer tensor = slot.memory.buffer();
            barriers.acquire(tensor, VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT, VK_ACCESS_2_SHADER_STORAGE_WRITE_BIT)
                    .record(cmd);
            preprocess.recordPad(cmd, tensor);
            barriers.release(tensor, VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT, VK_ACCESS_2_SHADER_STORAGE_WRITE_BIT)
                    .record(cmd);
        });
    }

    /** Records frame to tensor, with the hand-over of both from and to the outside. */
    void recordTensor(VkCommandBuffer cmd, CapturedFrame frame, TensorSlot slot) {
        FrameBuffers input = inputs.get(frame.buffer()).buffers();
        GpuBuffer tensor = slot.memory.buffer();
        barriers.acquire(input, VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT, VK_ACCESS_2_SHADER_STORAGE_READ_BIT)
                .acquire(tensor, VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT, VK_ACCESS_2_SHADER_STORAGE_WRITE_BIT)
                .record(cmd);
        preprocess.record(cmd, input, tensor);
        barriers.release(input, VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT, VK_ACCESS_2_NONE)
                .release(tensor, VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT, VK_ACCESS_2_SHADER_STORAGE_WRITE_BIT)
                .record(cmd);
    }

    /** Records frame and overlay to picture, with the hand-over of the frame. */
    void recordPicture(
            VkCommandBuffer cmd, CapturedFrame frame, RenderImage image, Composer composer, Overlay overlay) {
        FrameBuffers input = inputs.get(frame.buffer()).buffers();
        barriers.acquire(input, composer.frameStages(), VK_ACCESS_2_SHADER_STORAGE_READ_BIT)
                .record(cmd);
        composer.record(cmd, image, video, input, overlay);
        barriers.release(input, composer.frameStages(), VK_ACCESS_2_NONE).record(cmd);
    }

    @Override
    public void close() {
        video.close();
        preprocess.close();
        inputs.forEach(FrameInput::close);
        barriers.close();
    }
}
