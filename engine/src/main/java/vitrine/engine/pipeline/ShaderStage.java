package vitrine.engine.pipeline;

import static org.lwjgl.vulkan.VK13.*;

import java.nio.ByteBuffer;
import java.util.Map;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.vulkan.VkPipelineShaderStageCreateInfo;
import org.lwjgl.vulkan.VkShaderModuleCreateInfo;
import org.lwjgl.vulkan.VkSpecializationInfo;
import org.lwjgl.vulkan.VkSpecializationMapEntry;
import vitrine.engine.device.PipelineWorkshop;
import vitrine.engine.device.Request;
import vitrine.engine.device.VkCheck;
import vitrine.engine.device.VulkanDevice;
import vitrine.shaders.Spirv;
import vitrine.shaders.Stage;

/** A shader module for as long as a pipeline is being made. */
final class ShaderStage implements AutoCloseable {

    private final VulkanDevice device;
    private final long module;
    private final Spirv shader;

    private ShaderStage(VulkanDevice device, long module, Spirv shader) {
        this.device = device;
        this.module = module;
        this.shader = shader;
    }

    static ShaderStage create(VulkanDevice device, Spirv shader) {
        ByteBuffer code =
                MemoryUtil.memAlloc(shader.code().length).put(shader.code()).flip();
        try (MemoryStack stack = MemoryStack.stackPush()) {
            var p = stack.mallocLong(1);
            VkCheck.check(
                    vkCreateShaderModule(
                            device.handle(),
                            VkShaderModuleCreateInfo.calloc(stack)
                                    .sType$Default()
                                    .pCode(code),
                            null,
                            p),
                    "vkCreateShaderModule",
                    shader.name());
            device.created(VK_OBJECT_TYPE_SHADER_MODULE, p.get(0), shader.name());
            return new ShaderStage(device, p.get(0), shader);
        } finally {
            MemoryUtil.memFree(code);
        }
    }

    /** Fills a stage's create info, with memory from the stack. */
    void describe(VkPipelineShaderStageCreateInfo info, Specialization specialization, MemoryStack stack) {
        info.sType$Default().stage(flag(shader.stage())).module(module).pName(stack.UTF8("main"));
        PipelineWorkshop workshop = device.workshop();
        Map<Integer, Integer> constants =
                specialization.resolve(shader, workshop == null ? null : workshop.constants(shader));
        device.asks(new Request.Shader(shader, constants));
        if (constants.isEmpty()) {
            return;
        }
        var entries = VkSpecializationMapEntry.calloc(constants.size(), stack);
        ByteBuffer data = stack.malloc(4 * constants.size());
        int i = 0;
        for (Map.Entry<Integer, Integer> constant : constants.entrySet()) {
            entries.get(i).constantID(constant.getKey()).offset(4 * i).size(4);
            data.putInt(4 * i, constant.getValue());
            i++;
        }
        info.pSpecializationInfo(
                VkSpecializationInfo.calloc(stack).pMapEntries(entries).pData(data));
    }

    static int flag(Stage stage) {
        return switch (stage) {
            case VERTEX -> VK_SHADER_STAGE_VERTEX_BIT;
            case FRAGMENT -> VK_SHADER_STAGE_FRAGMENT_BIT;
            case COMPUTE -> VK_SHADER_STAGE_COMPUTE_BIT;
        };
    }

    @Override
    public void close() {
        device.destroyed(VK_OBJECT_TYPE_SHADER_MODULE, module);
        vkDestroyShaderModule(device.handle(), module, null);
    }
}
