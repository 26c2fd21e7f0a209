package vitrine.engine.memory;

import static org.lwjgl.system.MemoryStack.stackPush;
import static org.lwjgl.vulkan.VK13.*;

import org.lwjgl.system.MemoryStack;
import org.lwjgl.util.vma.Vma;
import org.lwjgl.util.vma.VmaAllocationCreateInfo;
import org.lwjgl.vulkan.VkImageCreateInfo;
import vitrine.engine.device.Request;
import vitrine.engine.device.VkCheck;
import vitrine.engine.device.VulkanDevice;

/** A two-dimensional image in OPTIMAL tiling with its view. Closed by whoever made it, once the GPU is done with it. */
public final class Image implements AutoCloseable {

    private final VulkanDevice device;
    private final long handle;
    private final long allocation;
    private final ImageView view;
    private final int width;
    private final int height;
    private final int format;
    private boolean closed;

    private Image(
            VulkanDevice device, long handle, long allocation, ImageView view, int width, int height, int format) {
        this.device = device;
        this.handle = handle;
        this.allocation = allocation;
        this.view = view;
        this.width = width;
        this.height = height;
        this.format = format;
    }

    /**
     * Makes an image of one level and one layer, in VK_IMAGE_LAYOUT_UNDEFINED.
     *
     * @param format VkFormat
     * @param usage VkImageUsageFlags
     */
    public static Image create(VulkanDevice device, String name, int width, int height, int format, int usage) {
        device.asks(new Request.Image(name, format, VK_IMAGE_TILING_OPTIMAL, usage, width, height));
        try (MemoryStack stack = stackPush()) {
            var info = VkImageCreateInfo.calloc(stack)
                    .sType$Default()
                    .imageType(VK_IMAGE_TYPE_2D)
                    .format(format)
                    .extent(e -> e.set(width, height, 1))
                    .mipLevels(1)
                    .arrayLayers(1)
                    .samples(VK_SAMPLE_COUNT_1_BIT)
                    .tiling(VK_IMAGE_TILING_OPTIMAL)
                    .usage(usage)
                    .sharingMode(VK_SHARING_MODE_EXCLUSIVE)
                    .initialLayout(VK_IMAGE_LAYOUT_UNDEFINED);
            var image = stack.mallocLong(1);
            var allocation = stack.mallocPointer(1);
            VkCheck.check(
                    Vma.vmaCreateImage(
                            device.allocator(),
                            info,
                            VmaAllocationCreateInfo.calloc(stack).usage(Vma.VMA_MEMORY_USAGE_AUTO),
                            image,
                            allocation,
                            null),
                    "vmaCreateImage",
                    name + " (" + width + "x" + height + ")");
            device.created(VK_OBJECT_TYPE_IMAGE, image.get(0), name);
            ImageView view = ImageView.create(device, name + " view", image.get(0), format);
            return new Image(device, image.get(0), allocation.get(0), view, width, height, format);
        }
    }

    public long handle() {
        return handle;
    }

    /** VkImageView of the whole image. */
    public long view() {
        return view.handle();
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    /** VkFormat. */
    public int format() {
        return format;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        view.close();
        device.destroyed(VK_OBJECT_TYPE_IMAGE, handle);
        Vma.vmaDestroyImage(device.allocator(), handle, allocation);
    }
}
