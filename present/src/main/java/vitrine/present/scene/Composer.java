package vitrine.present.scene;

import static org.lwjgl.vulkan.VK13.*;

import org.jspecify.annotations.Nullable;
import org.lwjgl.vulkan.VkCommandBuffer;
import org.lwjgl.vulkan.VkExtent2D;
import org.lwjgl.vulkan.VkOffset2D;
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
import vitrine.engine.memory.FrameBuffers;
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
    // Each struct's view of an element is kept beside it: making one anew would be garbage in every frame.
    private final VkRenderingAttachmentInfo.Buffer attachments = VkRenderingAttachmentInfo.calloc(1);
    private final VkRenderingAttachmentInfo attachment = attachments.get(0);
    private final VkRenderingInfo rendering = VkRenderingInfo.calloc().sType$Default();
    private final VkExtent2D renderExtent = rendering.renderArea().extent();
    private final VkViewport.Buffer viewports = VkViewport.calloc(1);
    private final VkViewport viewport = viewports.get(0);
    private final VkRect2D.Buffer scissors = VkRect2D.calloc(1);
    private final VkOffset2D scissorOffset = scissors.get(0).offset();
    private final VkExtent2D scissorExtent = scissors.get(0).extent();
    private @Nullable ViewTransform view;
    private boolean closed;

    private Composer(FrameFormat format, Orientation orientation, VideoPass video, OverlayPass overlayPass) {
        this.format = format;
        this.orientation = orientation;
        this.video = video;
        this.overlayPass = overlayPass;
        // Opaque black by calloc, alpha apart.
        attachment
                .sType$Default()
                .imageLayout(VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL)
                .loadOp(VK_ATTACHMENT_LOAD_OP_CLEAR)
                .storeOp(VK_ATTACHMENT_STORE_OP_STORE)
                .clearValue(c -> c.color().float32(3, 1f));
        rendering.layerCount(1).pColorAttachments(attachments);
        viewport.maxDepth(1);
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
     * @param frame the whole frame, already visible to VK_PIPELINE_STAGE_2_FRAGMENT_SHADER_BIT, shader reads; null leaves
     *     the target black under the overlay
     * @param overlay boxes and lines, or a card; read now, free for change afterwards
     */
    public void record(VkCommandBuffer cmd, RenderImage target, @Nullable FrameBuffers frame, Overlay overlay) {
        ViewTransform v = view(target.width(), target.height());
        attachment.imageView(target.view());
        renderExtent.set(target.width(), target.height());
        vkCmdBeginRendering(cmd, rendering);
        if (frame != null) {
            area(cmd, v.x(), v.y(), v.width(), v.height());
            video.record(cmd, frame, v, target.format(), target.isSrgb());
        }
        area(cmd, 0, 0, target.width(), target.height());
        overlayPass.record(cmd, overlay, v, target.format(), target.isSrgb());
        vkCmdEndRendering(cmd);
    }

    private void area(VkCommandBuffer cmd, int x, int y, int width, int height) {
        viewport.x(x).y(y).width(width).height(height);
        scissorOffset.set(x, y);
        scissorExtent.set(width, height);
        vkCmdSetViewport(cmd, 0, viewports);
        vkCmdSetScissor(cmd, 0, scissors);
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
        attachments.free();
        rendering.free();
        viewports.free();
        scissors.free();
    }
}
