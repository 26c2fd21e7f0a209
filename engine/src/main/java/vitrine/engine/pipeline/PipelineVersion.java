package vitrine.engine.pipeline;

import static org.lwjgl.vulkan.VK13.*;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.vulkan.VkCommandBuffer;
import vitrine.engine.device.VulkanDevice;
import vitrine.shaders.Spirv;

/**
 * One VkPipeline of a {@link Pipeline}: the one in use, or one that may take its place. Each holder closes it once, when
 * the GPU is done with what he recorded; the last close ends it. Any thread.
 */
public final class PipelineVersion implements AutoCloseable {

    private final VulkanDevice device;
    private final String name;
    private final long handle;
    private final int bindPoint;
    private final PipelineLayout layout;
    private final List<Spirv> shaders;
    private final AtomicInteger holders = new AtomicInteger(1);

    /** Takes a VkPipeline and one hold on its layout over. */
    PipelineVersion(
            VulkanDevice device, String name, long handle, int bindPoint, PipelineLayout layout, List<Spirv> shaders) {
        this.device = device;
        this.name = name;
        this.handle = handle;
        this.bindPoint = bindPoint;
        this.layout = layout;
        this.shaders = List.copyOf(shaders);
        device.created(VK_OBJECT_TYPE_PIPELINE, handle, name);
    }

    /** Name with the generation, as {@code video NV12 #3}. */
    public String name() {
        return name;
    }

    /** What it was made of: the compute shader, or vertex and fragment shader. */
    public List<Spirv> shaders() {
        return shaders;
    }

    /** As {@link Pipeline#bind(VkCommandBuffer)}. */
    public void bind(VkCommandBuffer cmd) {
        vkCmdBindPipeline(cmd, bindPoint, handle);
    }

    /** As {@link Pipeline#push}. */
    public void push(VkCommandBuffer cmd, ByteBuffer constants) {
        if (constants.remaining() > layout.pushBytes()) {
            throw new AssertionError(
                    name + " takes " + layout.pushBytes() + " bytes of push constants, not " + constants.remaining());
        }
        vkCmdPushConstants(cmd, layout.handle(), layout.pushStages(), 0, constants);
    }

    /** As {@link Pipeline#bind(VkCommandBuffer, DescriptorSet)}. */
    public void bind(VkCommandBuffer cmd, DescriptorSet set) {
        nvkCmdBindDescriptorSets(cmd, bindPoint, layout.handle(), 0, 1, set.address(), 0, MemoryUtil.NULL);
    }

    /** As {@link Pipeline#bindings}. */
    public List<Spirv.Binding> bindings() {
        return layout.bindings();
    }

    /** As {@link Pipeline#pushConstantBytes}. */
    public int pushConstantBytes() {
        return layout.pushBytes();
    }

    /** As {@link Pipeline#createDescriptorSet}. */
    public DescriptorSet createDescriptorSet(String setName) {
        return DescriptorSet.create(device, setName, layout);
    }

    long handle() {
        return handle;
    }

    /** Holds it once more; false where it has ended. */
    boolean hold() {
        return holders.getAndUpdate(n -> n == 0 ? 0 : n + 1) > 0;
    }

    /** Lets go once. */
    @Override
    public void close() {
        int left = holders.decrementAndGet();
        if (left < 0) {
            throw new AssertionError(name + " was closed more often than held");
        }
        if (left == 0) {
            device.destroyed(VK_OBJECT_TYPE_PIPELINE, handle);
            vkDestroyPipeline(device.handle(), handle, null);
            layout.close();
        }
    }
}
