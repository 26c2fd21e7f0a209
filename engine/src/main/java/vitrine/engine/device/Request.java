package vitrine.engine.device;

import java.util.List;
import java.util.Map;
import vitrine.shaders.Spirv;

/**
 * One thing that Vitrine asks of a Vulkan driver, told to {@link InstanceOptions#requests()} before the call that asks.
 * Numbers are Vulkan's own. All are made during set-up or when a format changes, none a frame.
 */
public sealed interface Request {

    /**
     * An extension that is enabled.
     *
     * @param scope whose
     * @param optional enabled only where it is offered, and done without elsewhere
     */
    record Extension(Scope scope, String name, boolean optional) implements Request {}

    /** Whose an extension is. */
    enum Scope {
        INSTANCE,
        DEVICE
    }

    /**
     * A feature that is enabled.
     *
     * @param structure the VkPhysicalDevice…Features structure
     * @param name its member
     * @param optional enabled only where it is offered, and done without elsewhere
     */
    record Feature(String structure, String name, boolean optional) implements Request {}

    /**
     * An image that is made.
     *
     * @param name what it is called in messages
     * @param format VkFormat
     * @param tiling VkImageTiling
     * @param usage VkImageUsageFlags
     */
    record Image(String name, int format, int tiling, int usage, int width, int height) implements Request {}

    /**
     * A buffer that is made.
     *
     * @param name what it is called in messages
     * @param size bytes
     * @param usage VkBufferUsageFlags
     * @param memory VkMemoryPropertyFlags that its memory must have
     */
    record Buffer(String name, long size, int usage, int memory) implements Request {}

    /**
     * A sampler that is made, without anisotropy, comparison or Y'CbCr conversion.
     *
     * @param name what it is called in messages
     * @param filter VkFilter
     * @param addressMode VkSamplerAddressMode
     */
    record Sampler(String name, int filter, int addressMode) implements Request {}

    /**
     * A swapchain that is made.
     *
     * @param format VkFormat, one that the surface offers
     * @param usage VkImageUsageFlags
     * @param presentMode VkPresentModeKHR
     */
    record Swapchain(int format, int usage, int presentMode, int width, int height) implements Request {}

    /**
     * A shader that becomes part of a pipeline.
     *
     * @param shader code and interface
     * @param constants specialisation constants by id, 32 bits each
     */
    record Shader(Spirv shader, Map<Integer, Integer> constants) implements Request {
        public Shader {
            constants = Map.copyOf(constants);
        }
    }

    /**
     * A graphics pipeline's fixed functions.
     *
     * @param name the pipeline's
     * @param colorFormat VkFormat of the attachment
     * @param blended fragments are blended with what is there
     * @param vertexFormats VkFormat of each vertex attribute
     */
    record Drawing(String name, int colorFormat, boolean blended, List<Integer> vertexFormats) implements Request {
        public Drawing {
            vertexFormats = List.copyOf(vertexFormats);
        }
    }
}
