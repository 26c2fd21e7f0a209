package vitrine.engine.pipeline;

import static org.lwjgl.system.MemoryStack.stackPush;
import static org.lwjgl.vulkan.VK13.*;

import java.nio.LongBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.vulkan.VkDescriptorBufferInfo;
import org.lwjgl.vulkan.VkDescriptorImageInfo;
import org.lwjgl.vulkan.VkDescriptorPoolCreateInfo;
import org.lwjgl.vulkan.VkDescriptorPoolSize;
import org.lwjgl.vulkan.VkDescriptorSetAllocateInfo;
import org.lwjgl.vulkan.VkWriteDescriptorSet;
import vitrine.engine.device.VkCheck;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.memory.GpuBuffer;
import vitrine.engine.memory.Image;
import vitrine.shaders.Spirv;

/**
 * One descriptor set in a pool of its own: sets are few and long-lived here, one a capture buffer. Not to be written
 * while the GPU may read it. Frame thread.
 */
public final class DescriptorSet implements AutoCloseable {

    private final VulkanDevice device;
    private final long pool;
    private final LongBuffer handle;
    private boolean closed;

    private DescriptorSet(VulkanDevice device, long pool, LongBuffer handle) {
        this.device = device;
        this.pool = pool;
        this.handle = handle;
    }

    static DescriptorSet create(VulkanDevice device, String name, PipelineLayout layout) {
        if (layout.setLayout() == VK_NULL_HANDLE) {
            throw new AssertionError(name + ": the shaders declare no descriptor");
        }
        try (MemoryStack stack = stackPush()) {
            var sizes = VkDescriptorPoolSize.calloc(layout.bindings().size(), stack);
            int i = 0;
            for (Spirv.Binding b : layout.bindings()) {
                sizes.get(i++).type(PipelineLayout.type(b.kind())).descriptorCount(1);
            }
            var p = stack.mallocLong(1);
            VkCheck.check(
                    vkCreateDescriptorPool(
                            device.handle(),
                            VkDescriptorPoolCreateInfo.calloc(stack)
                                    .sType$Default()
                                    .maxSets(1)
                                    .pPoolSizes(sizes),
                            null,
                            p),
                    "vkCreateDescriptorPool",
                    name);
            long pool = p.get(0);
            device.created(VK_OBJECT_TYPE_DESCRIPTOR_POOL, pool, name + " pool");
            LongBuffer handle = MemoryUtil.memAllocLong(1);
            VkCheck.check(
                    vkAllocateDescriptorSets(
                            device.handle(),
                            VkDescriptorSetAllocateInfo.calloc(stack)
                                    .sType$Default()
                                    .descriptorPool(pool)
                                    .pSetLayouts(stack.longs(layout.setLayout())),
                            handle),
                    "vkAllocateDescriptorSets",
                    name);
            device.named(VK_OBJECT_TYPE_DESCRIPTOR_SET, handle.get(0), name);
            return new DescriptorSet(device, pool, handle);
        }
    }

    /** Points a storage buffer binding at a whole buffer. */
    public DescriptorSet storageBuffer(int binding, GpuBuffer buffer) {
        try (MemoryStack stack = stackPush()) {
            var info = VkDescriptorBufferInfo.calloc(1, stack);
            info.get(0).buffer(buffer.handle()).range(VK_WHOLE_SIZE);
            var write = VkWriteDescriptorSet.calloc(1, stack);
            write.get(0)
                    .sType$Default()
                    .dstSet(handle.get(0))
                    .dstBinding(binding)
                    .descriptorCount(1)
                    .descriptorType(VK_DESCRIPTOR_TYPE_STORAGE_BUFFER)
                    .pBufferInfo(info);
            vkUpdateDescriptorSets(device.handle(), write, null);
        }
        return this;
    }

    /** Points a combined image sampler binding at an image that is in SHADER_READ_ONLY_OPTIMAL when it is read. */
    public DescriptorSet sampledImage(int binding, Image image, Sampler sampler) {
        try (MemoryStack stack = stackPush()) {
            var info = VkDescriptorImageInfo.calloc(1, stack);
            info.get(0)
                    .imageView(image.view())
                    .sampler(sampler.handle())
                    .imageLayout(VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL);
            var write = VkWriteDescriptorSet.calloc(1, stack);
            write.get(0)
                    .sType$Default()
                    .dstSet(handle.get(0))
                    .dstBinding(binding)
                    .descriptorCount(1)
                    .descriptorType(VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER)
                    .pImageInfo(info);
            vkUpdateDescriptorSets(device.handle(), write, null);
        }
        return this;
    }

    /** Where the handle lies in memory, so that binding allocates nothing. */
    long address() {
        return MemoryUtil.memAddress(handle);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        device.destroyed(VK_OBJECT_TYPE_DESCRIPTOR_POOL, pool);
        vkDestroyDescriptorPool(device.handle(), pool, null);
        MemoryUtil.memFree(handle);
    }
}
