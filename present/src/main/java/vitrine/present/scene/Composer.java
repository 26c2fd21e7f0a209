package vitrine.present.scene;

import static org.lwjgl.vulkan.VK13.*;

import org.jspecify.annotations.Nullable;
import org.lwjgl.vulkan.VkCommandBuffer;
import org.lwjgl.vulkan.VkRect2D;
import org.lwjgl.vulkan.VkRenderingAttachmentInfo;
import org.lwjgl.vulkan.VkRenderingInfo;
import org.lwjgl.vulkan.VkViewport;
import vitrine.engine.command.ReleaseQueue;
import vitrine.engine.command.Timeline;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.frame.ChromaSiting;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.Orientation;
import vitrine.engine.memory.GpuBuffer;
import vitrine.present.display.RenderImage;
import vitrine.present.overlay.Overlay;
import vitrine.present.overlay.OverlayPass;
import vitrine.present.text.Font;
import vitrine.present.video.VideoPass;
import vitrine.present.video.ViewTransform;

/**
 * Draws one frame: black bars, video, overlay, in one rendering scope. Serves any target and follows its size. Nothing
 * is allocated in steady state. Frame thread.
 */
public final class Composer implements AutoCloseable {

    private final FrameFormat format;
    private final Orientation orientation;
    private final VideoPass video;
    private final OverlayPass overlayPass;
    private final VkRenderingAttachmentInfo.Buffer attachment = VkRenderingAttachmentInfo.calloc(1);
    private final VkRenderingInfo rendering = VkRenderingInfo.calloc().sType$Default();
    private final VkViewport.Buffer viewport = VkViewport.calloc(1);
    private final VkRect2D.Buffer scissor = VkRect2D.calloc(1);
    private @Nullable ViewTransform view;
    private boolean closed;

    private Composer(FrameFormat format, Orientation orientation, VideoPass video, OverlayPass overlayPass) {
        this.format = format;
        this.orientation = orientation;
        this.video = video;
        this.overlayPass = overlayPass;
        // Opaque black by calloc, alpha apart.
        attachment
                .get(0)
                .sType$Default()
                .imageLayout(VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL)
                .loadOp(VK_ATTACHMENT_LOAD_OP_CLEAR)
                .storeOp(VK_ATTACHMENT_STORE_OP_STORE)
                .clearValue(c -> c.color().float32(3, 1f));
        rendering.layerCount(1).pColorAttachments(attachment);
        viewport.get(0).maxDepth(1);
    }

    /**
     * A composer for frames of one format.
     *
     * @param orientation stands the stored frame upright; boxes are in upright pixels
     * @param siting of the chroma, {@link ChromaSiting#LEFT} unless the source says otherwise
     * @param font of labels and lines; stays its maker's and outlives the composer
     */
    public static Composer create(
            VulkanDevice device,
            Timeline timeline,
            ReleaseQueue releases,
            FrameFormat format,
            Orientation orientation,
            ChromaSiting siting,
            Font font) {
        VideoPass video = VideoPass.create(device, releases, format, orientation, siting);
        return new Composer(format, orientation, video, OverlayPass.create(device, timeline, releases, font));
    }

    /**
     * Records the drawing. The command buffer must be the next one submitted.
     *
     * @param target in COLOR_ATTACHMENT_OPTIMAL; its contents are replaced
     * @param frame the whole frame, already visible to VK_PIPELINE_STAGE_2_FRAGMENT_SHADER_BIT, shader reads
     * @param overlay boxes and lines; read now, free for change afterwards
     */
    public void record(VkCommandBuffer cmd, RenderImage target, GpuBuffer frame, Overlay overlay) {
        ViewTransform v = view(target.width(), target.height());
        attachment.get(0).imageView(target.view());
        rendering.renderArea().extent().set(target.width(), target.height());
        vkCmdBeginRendering(cmd, rendering);
        area(cmd, v.x(), v.y(), v.width(), v.height());
        video.record(cmd, frame, v, target.format(), target.isSrgb());
        area(cmd, 0, 0, target.width(), target.height());
        overlayPass.record(cmd, overlay, v, target.format(), target.isSrgb());
        vkCmdEndRendering(cmd);
    }

    private void area(VkCommandBuffer cmd, int x, int y, int width, int height) {
        viewport.get(0).x(x).y(y).width(width).height(height);
        scissor.get(0).offset().set(x, y);
        scissor.get(0).extent().set(width, height);
        vkCmdSetViewport(cmd, 0, viewport);
        vkCmdSetScissor(cmd, 0, scissor);
    }

    /** Where the picture lies on a target of that size. */
    public ViewTransform view(int targetWidth, int targetHeight) {
        ViewTransform v = view;
        if (v == null || v.targetWidth() != targetWidth || v.targetHeight() != targetHeight) {
            v = ViewTransform.fit(format, orientation, targetWidth, targetHeight);
            view = v;
        }
        return v;
    }

    /** To be called when the GPU is done with what was recorded. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        video.close();
        overlayPass.close();
        attachment.free();
        rendering.free();
        viewport.free();
        scissor.free();
    }
}
