package vitrine.engine.device;

import static org.lwjgl.vulkan.EXTDebugUtils.VK_OBJECT_TYPE_DEBUG_UTILS_MESSENGER_EXT;
import static org.lwjgl.vulkan.KHRSurface.VK_OBJECT_TYPE_SURFACE_KHR;
import static org.lwjgl.vulkan.KHRSwapchain.VK_OBJECT_TYPE_SWAPCHAIN_KHR;
import static org.lwjgl.vulkan.VK13.*;

/** VkObjectType in words. */
final class ObjectTypes {

    private ObjectTypes() {}

    static String word(int type) {
        return switch (type) {
            case VK_OBJECT_TYPE_INSTANCE -> "instance";
            case VK_OBJECT_TYPE_PHYSICAL_DEVICE -> "physical device";
            case VK_OBJECT_TYPE_DEVICE -> "device";
            case VK_OBJECT_TYPE_QUEUE -> "queue";
            case VK_OBJECT_TYPE_SEMAPHORE -> "semaphore";
            case VK_OBJECT_TYPE_COMMAND_BUFFER -> "command buffer";
            case VK_OBJECT_TYPE_FENCE -> "fence";
            case VK_OBJECT_TYPE_DEVICE_MEMORY -> "memory";
            case VK_OBJECT_TYPE_BUFFER -> "buffer";
            case VK_OBJECT_TYPE_IMAGE -> "image";
            case VK_OBJECT_TYPE_QUERY_POOL -> "query pool";
            case VK_OBJECT_TYPE_IMAGE_VIEW -> "image view";
            case VK_OBJECT_TYPE_SHADER_MODULE -> "shader module";
            case VK_OBJECT_TYPE_PIPELINE_LAYOUT -> "pipeline layout";
            case VK_OBJECT_TYPE_PIPELINE -> "pipeline";
            case VK_OBJECT_TYPE_DESCRIPTOR_SET_LAYOUT -> "descriptor set layout";
            case VK_OBJECT_TYPE_DESCRIPTOR_POOL -> "descriptor pool";
            case VK_OBJECT_TYPE_DESCRIPTOR_SET -> "descriptor set";
            case VK_OBJECT_TYPE_COMMAND_POOL -> "command pool";
            case VK_OBJECT_TYPE_SURFACE_KHR -> "surface";
            case VK_OBJECT_TYPE_SWAPCHAIN_KHR -> "swapchain";
            case VK_OBJECT_TYPE_DEBUG_UTILS_MESSENGER_EXT -> "messenger";
            default -> "object of type " + type;
        };
    }
}
