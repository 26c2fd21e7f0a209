package vitrine.engine.pipeline;

import static org.lwjgl.vulkan.VK13.*;

import java.nio.ByteBuffer;
import java.util.List;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.vulkan.VkCommandBuffer;
import vitrine.engine.device.VulkanDevice;
import vitrine.shaders.Spirv;

/** What compute and graphics pipelines share: layout, binding, push constants. */
public abstract sealed class Pipeline implements AutoCloseable permits ComputePipeline, GraphicsPipeline {

    private final VulkanDevice device;
    private final String name;
    private final long handle;
    private final int bindPoint;
    private final PipelineLayout layout;
    private boolean closed;

    /** Takes a VkPipeline and its layout over, with the VkPipelineBindPoint where it is bound. */
    Pipeline(VulkanDevice device, String name, long handle, int bindPoint, PipelineLayout layout) {
        this.device = device;
        this.name = name;
        this.handle = handle;
        this.bindPoint = bindPoint;
        this.layout = layout;
        device.created(VK_OBJECT_TYPE_PIPELINE, handle, name);
    }

    /** Records vkCmdBindPipeline. */
    public final void bind(VkCommandBuffer cmd) {
        vkCmdBindPipeline(cmd, bindPoint, handle);
    }

    /**
     * Records vkCmdPushConstants of all the buffer's bytes from position to limit; position and limit stay. The buffer
     * is direct and at most as long as the shaders' block.
     */
    public final void push(VkCommandBuffer cmd, ByteBuffer constants) {
        if (constants.remaining() > layout.pushBytes()) {
            throw new AssertionError(
                    name + " takes " + layout.pushBytes() + " bytes of push constants, not " + constants.remaining());
        }
        vkCmdPushConstants(cmd, layout.handle(), layout.pushStages(), 0, constants);
    }

    /** Records vkCmdBindDescriptorSets of set 0. */
    public final void bind(VkCommandBuffer cmd, DescriptorSet set) {
        nvkCmdBindDescriptorSets(cmd, bindPoint, layout.handle(), 0, 1, set.address(), 0, MemoryUtil.NULL);
    }

    /** What the shaders declare in set 0. */
    public final List<Spirv.Binding> bindings() {
        return layout.bindings();
    }

    /** Size of the shaders' push-constant block in bytes, 0 without one. */
    public final int pushConstantBytes() {
        return layout.pushBytes();
    }

    /** A descriptor set for this pipeline, to be filled and closed by the caller. */
    public final DescriptorSet createDescriptorSet(String setName) {
        return DescriptorSet.create(device, setName, layout);
    }

    @Override
    public final void close() {
        if (closed) {
            return;
        }
        closed = true;
        device.destroyed(VK_OBJECT_TYPE_PIPELINE, handle);
        vkDestroyPipeline(device.handle(), handle, null);
        layout.close();
    }
}
