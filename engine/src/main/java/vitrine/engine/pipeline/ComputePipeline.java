package vitrine.engine.pipeline;

import static org.lwjgl.system.MemoryStack.stackPush;
import static org.lwjgl.vulkan.VK13.*;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VkComputePipelineCreateInfo;
import vitrine.engine.device.VkCheck;
import vitrine.engine.device.VulkanDevice;
import vitrine.shaders.Spirv;

/** A compute pipeline. Made on any thread, recorded on the frame thread, closed once the GPU is done with it. */
public final class ComputePipeline extends Pipeline {

    private ComputePipeline(VulkanDevice device, String name, PipelineLayout layout, Recipe recipe) {
        super(device, name, VK_PIPELINE_BIND_POINT_COMPUTE, layout, recipe);
    }

    /**
     * Makes the pipeline; the layout is the shader's own.
     *
     * @param specialization values by the GLSL names of the shader's constants
     */
    public static ComputePipeline create(
            VulkanDevice device, String name, Spirv shader, Specialization specialization) {
        return create(device, name, shader, specialization, shader, null);
    }

    /**
     * As above, with the layout of another shader, whose interface this one's is a part of.
     *
     * @param contract a shader whose interface stays when this one's changes
     */
    public static ComputePipeline create(
            VulkanDevice device, String name, Spirv shader, Specialization specialization, Spirv contract) {
        return create(device, name, shader, specialization, contract, null);
    }

    /**
     * As above.
     *
     * @param rehearsal how to try it, null where that is not known
     */
    public static ComputePipeline create(
            VulkanDevice device,
            String name,
            Spirv shader,
            Specialization specialization,
            Spirv contract,
            @Nullable Rehearsal rehearsal) {
        PipelineLayout layout = PipelineLayout.create(device, name, List.of(contract));
        ComputePipeline pipeline;
        try {
            pipeline = new ComputePipeline(
                    device,
                    name,
                    layout,
                    new Recipe(
                            List.of(shader),
                            List.of(contract),
                            rehearsal,
                            shaders -> make(device, name, shaders.getFirst(), specialization, layout)));
        } catch (RuntimeException e) {
            layout.close();
            throw e;
        }
        pipeline.tellMade();
        return pipeline;
    }

    private static long make(
            VulkanDevice device, String name, Spirv shader, Specialization specialization, PipelineLayout layout) {
        try (MemoryStack stack = stackPush();
                ShaderStage stage = ShaderStage.create(device, shader)) {
            var info = VkComputePipelineCreateInfo.calloc(1, stack);
            info.get(0).sType$Default().flags(CompiledStages.flags(device)).layout(layout.handle());
            stage.describe(info.get(0).stage(), specialization, stack);
            var p = stack.mallocLong(1);
            VkCheck.check(
                    vkCreateComputePipelines(device.handle(), VK_NULL_HANDLE, info, null, p),
                    "vkCreateComputePipelines",
                    name);
            CompiledStages.tell(device, p.get(0), List.of(shader));
            return p.get(0);
        }
    }
}
