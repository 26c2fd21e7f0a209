package vitrine.engine.command;

import static org.lwjgl.vulkan.VK13.*;

import org.lwjgl.vulkan.VkCommandBuffer;
import org.lwjgl.vulkan.VkExtent2D;
import org.lwjgl.vulkan.VkOffset2D;
import org.lwjgl.vulkan.VkRect2D;
import org.lwjgl.vulkan.VkRenderingAttachmentInfo;
import org.lwjgl.vulkan.VkRenderingInfo;
import org.lwjgl.vulkan.VkViewport;

/**
 * Dynamic rendering into one colour attachment, with the viewport and scissor of each area drawn. Its structs are made
 * once: recording allocates nothing. One thread at a time.
 */
public final class RenderingScope implements AutoCloseable {

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
    private boolean closed;

    private RenderingScope(int loadOp) {
        // Opaque black by calloc, alpha apart.
        attachment
                .sType$Default()
                .imageLayout(VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL)
                .loadOp(loadOp)
                .storeOp(VK_ATTACHMENT_STORE_OP_STORE)
                .clearValue(c -> c.color().float32(3, 1f));
        rendering.layerCount(1).pColorAttachments(attachments);
        viewport.maxDepth(1);
    }

    /** A scope that begins with opaque black. */
    public static RenderingScope onBlack() {
        return new RenderingScope(VK_ATTACHMENT_LOAD_OP_CLEAR);
    }

    /** A scope whose every pixel is drawn: what the image held is not read. */
    public static RenderingScope overAll() {
        return new RenderingScope(VK_ATTACHMENT_LOAD_OP_DONT_CARE);
    }

    /**
     * Records vkCmdBeginRendering.
     *
     * @param view VkImageView of an image in COLOR_ATTACHMENT_OPTIMAL
     */
    public void begin(VkCommandBuffer cmd, long view, int width, int height) {
        attachment.imageView(view);
        renderExtent.set(width, height);
        vkCmdBeginRendering(cmd, rendering);
    }

    /** Records viewport and scissor of what is drawn next, in pixels of the image. */
    public void area(VkCommandBuffer cmd, int x, int y, int width, int height) {
        viewport.x(x).y(y).width(width).height(height);
        scissorOffset.set(x, y);
        scissorExtent.set(width, height);
        vkCmdSetViewport(cmd, 0, viewports);
        vkCmdSetScissor(cmd, 0, scissors);
    }

    /** Records vkCmdEndRendering. */
    public void end(VkCommandBuffer cmd) {
        vkCmdEndRendering(cmd);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        attachments.free();
        rendering.free();
        viewports.free();
        scissors.free();
    }
}
