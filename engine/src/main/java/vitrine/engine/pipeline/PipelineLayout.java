package vitrine.engine.pipeline;

import static org.lwjgl.system.MemoryStack.stackPush;
import static org.lwjgl.vulkan.VK13.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VkDescriptorSetLayoutBinding;
import org.lwjgl.vulkan.VkDescriptorSetLayoutCreateInfo;
import org.lwjgl.vulkan.VkPipelineLayoutCreateInfo;
import org.lwjgl.vulkan.VkPushConstantRange;
import vitrine.engine.device.VkCheck;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.device.VulkanException;
import vitrine.shaders.Spirv;

/**
 * Descriptor set 0 and the push constants of one or two shaders, as their SPIR-V declares them. Vitrine's shaders use
 * no other set. Each version of a pipeline holds it; the last that lets go ends it. Any thread.
 */
final class PipelineLayout implements AutoCloseable {

    private final VulkanDevice device;
    private final long handle;
    private final long setLayout;
    private final int pushStages;
    private final int pushBytes;
    private final List<Spirv.Binding> bindings;
    private final AtomicInteger holders = new AtomicInteger(1);

    private PipelineLayout(
            VulkanDevice device,
            long handle,
            long setLayout,
            int pushStages,
            int pushBytes,
            List<Spirv.Binding> bindings) {
        this.device = device;
        this.handle = handle;
        this.setLayout = setLayout;
        this.pushStages = pushStages;
        this.pushBytes = pushBytes;
        this.bindings = bindings;
    }

    static PipelineLayout create(VulkanDevice device, String name, List<Spirv> shaders) {
        Map<Integer, Spirv.Binding> bindings = new TreeMap<>();
        Map<Integer, Integer> stages = new TreeMap<>();
        int pushStages = 0;
        int pushBytes = 0;
        for (Spirv shader : shaders) {
            int flag = ShaderStage.flag(shader.stage());
            for (Spirv.Binding b : shader.bindings()) {
                Spirv.Binding other = bindings.put(b.binding(), b);
                if (b.set() != 0 || (other != null && other.kind() != b.kind())) {
                    throw VulkanException.missing(
                            shader + ": descriptor " + b + " is outside set 0 or differs between stages", "");
                }
                stages.merge(b.binding(), flag, (x, y) -> x | y);
            }
            if (shader.pushConstantBytes() > 0) {
                pushStages |= flag;
                pushBytes = Math.max(pushBytes, shader.pushConstantBytes());
            }
        }
        try (MemoryStack stack = stackPush()) {
            var p = stack.mallocLong(1);
            long setLayout = VK_NULL_HANDLE;
            if (!bindings.isEmpty()) {
                var info = VkDescriptorSetLayoutBinding.calloc(bindings.size(), stack);
                int i = 0;
                for (Spirv.Binding b : bindings.values()) {
                    info.get(i++)
                            .binding(b.binding())
                            .descriptorType(type(b.kind()))
                            .descriptorCount(1)
                            .stageFlags(stages.getOrDefault(b.binding(), 0));
                }
                VkCheck.check(
                        vkCreateDescriptorSetLayout(
                                device.handle(),
                                VkDescriptorSetLayoutCreateInfo.calloc(stack)
                                        .sType$Default()
                                        .pBindings(info),
                                null,
                                p),
                        "vkCreateDescriptorSetLayout",
                        name);
                setLayout = p.get(0);
                device.created(VK_OBJECT_TYPE_DESCRIPTOR_SET_LAYOUT, setLayout, name + " set layout");
            }
            var layoutInfo = VkPipelineLayoutCreateInfo.calloc(stack).sType$Default();
            if (setLayout != VK_NULL_HANDLE) {
                layoutInfo.setLayoutCount(1).pSetLayouts(stack.longs(setLayout));
            }
            if (pushBytes > 0) {
                var range = VkPushConstantRange.calloc(1, stack);
                range.get(0).stageFlags(pushStages).size(pushBytes);
                layoutInfo.pPushConstantRanges(range);
            }
            VkCheck.check(vkCreatePipelineLayout(device.handle(), layoutInfo, null, p), "vkCreatePipelineLayout", name);
            device.created(VK_OBJECT_TYPE_PIPELINE_LAYOUT, p.get(0), name + " layout");
            return new PipelineLayout(
                    device, p.get(0), setLayout, pushStages, pushBytes, new ArrayList<>(bindings.values()));
        }
    }

    static int type(Spirv.Kind kind) {
        return switch (kind) {
            case STORAGE_BUFFER -> VK_DESCRIPTOR_TYPE_STORAGE_BUFFER;
            case UNIFORM_BUFFER -> VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER;
            case COMBINED_IMAGE_SAMPLER -> VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER;
            case STORAGE_IMAGE -> VK_DESCRIPTOR_TYPE_STORAGE_IMAGE;
            case UNIFORM_TEXEL_BUFFER -> VK_DESCRIPTOR_TYPE_UNIFORM_TEXEL_BUFFER;
        };
    }

    long handle() {
        return handle;
    }

    long setLayout() {
        return setLayout;
    }

    int pushStages() {
        return pushStages;
    }

    int pushBytes() {
        return pushBytes;
    }

    List<Spirv.Binding> bindings() {
        return bindings;
    }

    /** Holds it once more; false where it has ended. */
    boolean hold() {
        return holders.getAndUpdate(n -> n == 0 ? 0 : n + 1) > 0;
    }

    /** Lets go once. */
    @Override
    public void close() {
        if (holders.decrementAndGet() > 0) {
            return;
        }
        device.destroyed(VK_OBJECT_TYPE_PIPELINE_LAYOUT, handle);
        vkDestroyPipelineLayout(device.handle(), handle, null);
        if (setLayout != VK_NULL_HANDLE) {
            device.destroyed(VK_OBJECT_TYPE_DESCRIPTOR_SET_LAYOUT, setLayout);
            vkDestroyDescriptorSetLayout(device.handle(), setLayout, null);
        }
    }
}
