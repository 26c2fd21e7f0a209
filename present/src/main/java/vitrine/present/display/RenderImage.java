package vitrine.present.display;

import static org.lwjgl.vulkan.VK13.*;

/**
 * An image to draw into. Belongs to its target.
 *
 * @param image VkImage
 * @param view VkImageView of the whole image
 * @param format VkFormat
 * @param width pixels
 * @param height pixels
 * @param transform how what is drawn must lie in it
 */
public record RenderImage(long image, long view, int format, int width, int height, OutputTransform transform) {

    /** True where the hardware encodes what a shader writes, which must then be linear light. */
    public boolean isSrgb() {
        return isSrgb(format);
    }

    /** True for the _SRGB formats a target may have. */
    public static boolean isSrgb(int format) {
        return format == VK_FORMAT_B8G8R8A8_SRGB
                || format == VK_FORMAT_R8G8B8A8_SRGB
                || format == VK_FORMAT_A8B8G8R8_SRGB_PACK32;
    }
}
