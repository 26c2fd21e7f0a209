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
import vitrine.engine.device.DebugLabels;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.memory.FrameBuffers;
import vitrine.present.display.Canvas;
import vitrine.present.display.OutputTransform;
import vitrine.present.display.RenderImage;
import vitrine.present.overlay.Overlay;
import vitrine.present.overlay.OverlayPass;
import vitrine.present.text.Font;
import vitrine.present.video.VideoPass;
import vitrine.present.video.ViewTransform;

/**
 * Draws one picture: black bars, video, overlay, in one rendering scope. Lives as long as the target, before any camera
 * and from camera to camera, since the video's pass comes with each call. Serves any target, follows its size, and lays
 * the picture into its image as the target's transform says. Nothing is allocated in steady state. Frame thread.
 */
public final class Composer implements AutoCloseable {

    private final OverlayPass overlayPass;
    private final DebugLabels labels;
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
    private @Nullable Canvas canvas;
    private @Nullable OutputTransform canvasTransform;
    private int canvasImageWidth;
    private int canvasImageHeight;
    private boolean closed;

    private Composer(OverlayPass overlayPass, DebugLabels labels) {
        this.overlayPass = overlayPass;
        this.labels = labels;
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
     * Makes a composer.
     *
     * @param font of labels and lines; stays its maker's and outlives the composer
     */
    public static Composer create(VulkanDevice device, Timeline timeline, ReleaseQueue releases, Font font) {
        return new Composer(OverlayPass.create(device, timeline, releases, font), device.labels());
    }

    /**
     * Records the drawing of a frame under an overlay. The command buffer must be the next one submitted.
     *
     * @param target in COLOR_ATTACHMENT_OPTIMAL; its contents are replaced
     * @param video the pass of the frame's format; boxes are in its upright pixels
     * @param frame the whole frame, already visible to VK_PIPELINE_STAGE_2_FRAGMENT_SHADER_BIT, shader reads
     * @param overlay read now, free for change afterwards
     */
    public void record(VkCommandBuffer cmd, RenderImage target, VideoPass video, FrameBuffers frame, Overlay overlay) {
        Canvas c = canvas(target);
        ViewTransform view = video.view(c.width(), c.height());
        begin(cmd, target);
        area(
                cmd,
                c.imageX(view.x(), view.y(), view.width(), view.height()),
                c.imageY(view.x(), view.y(), view.width(), view.height()),
                c.orientation().width(view.width(), view.height()),
                c.orientation().height(view.width(), view.height()));
        labels.begin(cmd, "video");
        video.record(cmd, frame, c, target.format(), target.isSrgb());
        labels.end(cmd);
        area(cmd, c.left(), c.top(), c.imageWidth(), c.imageHeight());
        overlay(cmd, target, overlay, view, c);
        vkCmdEndRendering(cmd);
    }

    /** As above without a frame: cards, lines and figures on black. Boxes, which have no place there, are left out. */
    public void record(VkCommandBuffer cmd, RenderImage target, Overlay overlay) {
        Canvas c = canvas(target);
        begin(cmd, target);
        area(cmd, c.left(), c.top(), c.imageWidth(), c.imageHeight());
        overlay(cmd, target, overlay, null, c);
        vkCmdEndRendering(cmd);
    }

    private void overlay(
            VkCommandBuffer cmd, RenderImage target, Overlay overlay, @Nullable ViewTransform view, Canvas c) {
        labels.begin(cmd, "overlay");
        overlayPass.record(cmd, overlay, view, c, target.format(), target.isSrgb());
        labels.end(cmd);
    }

    private void begin(VkCommandBuffer cmd, RenderImage target) {
        attachment.imageView(target.view());
        renderExtent.set(target.width(), target.height());
        vkCmdBeginRendering(cmd, rendering);
    }

    private void area(VkCommandBuffer cmd, int x, int y, int width, int height) {
        viewport.x(x).y(y).width(width).height(height);
        scissorOffset.set(x, y);
        scissorExtent.set(width, height);
        vkCmdSetViewport(cmd, 0, viewports);
        vkCmdSetScissor(cmd, 0, scissors);
    }

    private Canvas canvas(RenderImage target) {
        Canvas c = canvas;
        if (c == null
                || target.width() != canvasImageWidth
                || target.height() != canvasImageHeight
                || !target.transform().equals(canvasTransform)) {
            c = Canvas.of(target.width(), target.height(), target.transform());
            canvas = c;
            canvasTransform = target.transform();
            canvasImageWidth = target.width();
            canvasImageHeight = target.height();
        }
        return c;
    }

    /** To be called when the GPU is done with what was recorded. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        overlayPass.close();
        attachments.free();
        rendering.free();
        viewports.free();
        scissors.free();
    }
}
