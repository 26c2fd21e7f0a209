package vitrine.engine.memory;

import static org.lwjgl.system.MemoryStack.stackPush;
import static org.lwjgl.vulkan.VK13.*;

import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VkImageViewCreateInfo;
import vitrine.engine.device.VkCheck;
import vitrine.engine.device.VulkanDevice;

/** A view of the first level and layer of a colour image, an {@link Image}'s or a swapchain's. */
public final class ImageView implements AutoCloseable {

    private final VulkanDevice device;
    private final long handle;
    private boolean closed;

    private ImageView(VulkanDevice device, long handle) {
        this.device = device;
        this.handle = handle;
    }

    /**
     * Makes the view.
     *
     * @param image VkImage, which must outlive the view
     * @param format VkFormat
     */
    public static ImageView create(VulkanDevice device, String name, long image, int format) {
        try (MemoryStack stack = stackPush()) {
            var info = VkImageViewCreateInfo.calloc(stack)
                    .sType$Default()
                    .image(image)
                    .viewType(VK_IMAGE_VIEW_TYPE_2D)
                    .format(format)
                    .subresourceRange(r -> r.aspectMask(VK_IMAGE_ASPECT_COLOR_BIT)
                            .levelCount(1)
                            .layerCount(1));
            var view = stack.mallocLong(1);
            VkCheck.check(vkCreateImageView(device.handle(), info, null, view), "vkCreateImageView", name);
            device.created(VK_OBJECT_TYPE_IMAGE_VIEW, view.get(0), name);
            return new ImageView(device, view.get(0));
        }
    }

    /** VkImageView. */
    public long handle() {
        return handle;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        device.destroyed(VK_OBJECT_TYPE_IMAGE_VIEW, handle);
        vkDestroyImageView(device.handle(), handle, null);
    }
}
