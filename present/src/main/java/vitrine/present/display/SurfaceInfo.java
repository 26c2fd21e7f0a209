package vitrine.present.display;

import static org.lwjgl.system.MemoryStack.stackPush;
import static org.lwjgl.vulkan.KHRSurface.*;
import static org.lwjgl.vulkan.VK13.*;

import java.util.ArrayList;
import java.util.List;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VkSurfaceCapabilitiesKHR;
import org.lwjgl.vulkan.VkSurfaceFormatKHR;
import vitrine.engine.device.VkCheck;
import vitrine.engine.device.VulkanDevice;
import vitrine.present.PresentException;

/**
 * What a surface offers now (Vulkan specification, chapter "Window System Integration").
 *
 * @param minImages fewest images of a swapchain
 * @param maxImages most, 0 for no limit
 * @param width pixels, or -1 where the swapchain decides
 * @param height pixels, or -1
 * @param minWidth smallest swapchain
 * @param minHeight smallest swapchain
 * @param maxWidth largest swapchain
 * @param maxHeight largest swapchain
 * @param transform VkSurfaceTransformFlagBitsKHR to use: identity where it may be
 * @param compositeAlpha VkCompositeAlphaFlagBitsKHR to use: opaque where it may be
 * @param formats the formats to use, best first; at least one
 */
record SurfaceInfo(
        int minImages,
        int maxImages,
        int width,
        int height,
        int minWidth,
        int minHeight,
        int maxWidth,
        int maxHeight,
        int transform,
        int compositeAlpha,
        List<Format> formats) {

    SurfaceInfo {
        formats = List.copyOf(formats);
    }

    /**
     * A surface format.
     *
     * @param format VkFormat
     * @param colorSpace VkColorSpaceKHR
     */
    record Format(int format, int colorSpace) {}

    /** Best first: R'G'B' is written as it is into UNORM; the _SRGB ones need it undone in the shader. */
    private static final List<Integer> LADDER = List.of(
            VK_FORMAT_B8G8R8A8_UNORM,
            VK_FORMAT_R8G8B8A8_UNORM,
            VK_FORMAT_A8B8G8R8_UNORM_PACK32,
            VK_FORMAT_B8G8R8A8_SRGB,
            VK_FORMAT_R8G8B8A8_SRGB,
            VK_FORMAT_A8B8G8R8_SRGB_PACK32);

    static SurfaceInfo query(VulkanDevice device, long surface) {
        try (MemoryStack stack = stackPush()) {
            var caps = VkSurfaceCapabilitiesKHR.calloc(stack);
            VkCheck.check(
                    vkGetPhysicalDeviceSurfaceCapabilitiesKHR(device.physicalDevice(), surface, caps),
                    "vkGetPhysicalDeviceSurfaceCapabilitiesKHR",
                    "the surface");
            return new SurfaceInfo(
                    caps.minImageCount(),
                    caps.maxImageCount(),
                    caps.currentExtent().width(),
                    caps.currentExtent().height(),
                    caps.minImageExtent().width(),
                    caps.minImageExtent().height(),
                    caps.maxImageExtent().width(),
                    caps.maxImageExtent().height(),
                    (caps.supportedTransforms() & VK_SURFACE_TRANSFORM_IDENTITY_BIT_KHR) != 0
                            ? VK_SURFACE_TRANSFORM_IDENTITY_BIT_KHR
                            : caps.currentTransform(),
                    (caps.supportedCompositeAlpha() & VK_COMPOSITE_ALPHA_OPAQUE_BIT_KHR) != 0
                            ? VK_COMPOSITE_ALPHA_OPAQUE_BIT_KHR
                            : Integer.lowestOneBit(caps.supportedCompositeAlpha()),
                    usable(offered(device, surface)));
        }
    }

    private static List<Format> offered(VulkanDevice device, long surface) {
        try (MemoryStack stack = stackPush()) {
            var count = stack.mallocInt(1);
            VkCheck.check(
                    vkGetPhysicalDeviceSurfaceFormatsKHR(device.physicalDevice(), surface, count, null),
                    "vkGetPhysicalDeviceSurfaceFormatsKHR",
                    "the surface");
            VkSurfaceFormatKHR.Buffer found = VkSurfaceFormatKHR.calloc(count.get(0));
            try {
                vkGetPhysicalDeviceSurfaceFormatsKHR(device.physicalDevice(), surface, count, found);
                List<Format> formats = new ArrayList<>();
                for (int i = 0; i < count.get(0); i++) {
                    formats.add(new Format(found.get(i).format(), found.get(i).colorSpace()));
                }
                return formats;
            } finally {
                found.free();
            }
        }
    }

    /** The formats offered that can hold R'G'B' of a display, best first. */
    static List<Format> usable(List<Format> offered) {
        List<Format> usable = new ArrayList<>();
        for (int wanted : LADDER) {
            for (Format f : offered) {
                if (f.format() == wanted && f.colorSpace() == VK_COLOR_SPACE_SRGB_NONLINEAR_KHR) {
                    usable.add(f);
                }
            }
        }
        if (!usable.isEmpty()) {
            return usable;
        }
        throw new PresentException("the screen offers no 8-bit RGBA format (VkFormats "
                + offered.stream().map(f -> Integer.toString(f.format())).toList()
                + "); take another presentation, such as offscreen:DIR");
    }

    /**
     * A swapchain to try.
     *
     * @param format of the images
     * @param images how many
     */
    record Attempt(Format format, int images) {}

    /** What to try one after the other: for each format the number of images wanted, then fewer down to the least. */
    List<Attempt> ladder(int wanted) {
        List<Attempt> attempts = new ArrayList<>();
        for (Format format : formats) {
            for (int count = images(wanted); count >= Math.max(1, minImages); count--) {
                attempts.add(new Attempt(format, count));
            }
        }
        return attempts;
    }

    /** How many images to ask for. */
    int images(int wanted) {
        int atLeast = Math.max(minImages, wanted);
        return maxImages == 0 ? atLeast : Math.min(atLeast, maxImages);
    }

    /** Width to make, where the window has so many pixels. */
    int widthFor(int pixels) {
        return width == -1 ? Math.clamp(pixels, minWidth, maxWidth) : width;
    }

    int heightFor(int pixels) {
        return height == -1 ? Math.clamp(pixels, minHeight, maxHeight) : height;
    }
}
