package vitrine.engine.pipeline;

import static org.lwjgl.system.MemoryStack.stackPush;
import static org.lwjgl.vulkan.VK13.*;

import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VkSamplerCreateInfo;
import vitrine.engine.device.Request;
import vitrine.engine.device.VkCheck;
import vitrine.engine.device.VulkanDevice;

/** A sampler: linear between texels, the edge repeated, one level. Closed once the GPU is done with it. */
public final class Sampler implements AutoCloseable {

    private final VulkanDevice device;
    private final long handle;
    private boolean closed;

    private Sampler(VulkanDevice device, long handle) {
        this.device = device;
        this.handle = handle;
    }

    /** Makes the sampler. */
    public static Sampler create(VulkanDevice device, String name) {
        device.asks(new Request.Sampler(name, VK_FILTER_LINEAR, VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_EDGE));
        try (MemoryStack stack = stackPush()) {
            var info = VkSamplerCreateInfo.calloc(stack)
                    .sType$Default()
                    .magFilter(VK_FILTER_LINEAR)
                    .minFilter(VK_FILTER_LINEAR)
                    .mipmapMode(VK_SAMPLER_MIPMAP_MODE_NEAREST)
                    .addressModeU(VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_EDGE)
                    .addressModeV(VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_EDGE)
                    .addressModeW(VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_EDGE);
            var sampler = stack.mallocLong(1);
            VkCheck.check(vkCreateSampler(device.handle(), info, null, sampler), "vkCreateSampler", name);
            device.created(VK_OBJECT_TYPE_SAMPLER, sampler.get(0), name);
            return new Sampler(device, sampler.get(0));
        }
    }

    /** VkSampler. */
    long handle() {
        return handle;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        device.destroyed(VK_OBJECT_TYPE_SAMPLER, handle);
        vkDestroySampler(device.handle(), handle, null);
    }
}
