package vitrine.engine.pipeline;

import static org.lwjgl.system.MemoryStack.stackPush;
import static org.lwjgl.vulkan.VK13.*;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VkGraphicsPipelineCreateInfo;
import org.lwjgl.vulkan.VkPipelineColorBlendAttachmentState;
import org.lwjgl.vulkan.VkPipelineColorBlendStateCreateInfo;
import org.lwjgl.vulkan.VkPipelineDynamicStateCreateInfo;
import org.lwjgl.vulkan.VkPipelineInputAssemblyStateCreateInfo;
import org.lwjgl.vulkan.VkPipelineMultisampleStateCreateInfo;
import org.lwjgl.vulkan.VkPipelineRasterizationStateCreateInfo;
import org.lwjgl.vulkan.VkPipelineRenderingCreateInfo;
import org.lwjgl.vulkan.VkPipelineShaderStageCreateInfo;
import org.lwjgl.vulkan.VkPipelineVertexInputStateCreateInfo;
import org.lwjgl.vulkan.VkPipelineViewportStateCreateInfo;
import org.lwjgl.vulkan.VkVertexInputAttributeDescription;
import org.lwjgl.vulkan.VkVertexInputBindingDescription;
import vitrine.engine.device.Request;
import vitrine.engine.device.VkCheck;
import vitrine.engine.device.VulkanDevice;
import vitrine.shaders.Spirv;

/** A graphics pipeline for dynamic rendering. Closed once the GPU is done with it. */
public final class GraphicsPipeline extends Pipeline {

    private GraphicsPipeline(VulkanDevice device, String name, PipelineLayout layout, Recipe recipe) {
        super(device, name, VK_PIPELINE_BIND_POINT_GRAPHICS, layout, recipe);
    }

    /** Makes the pipeline; the layout is that of the specification's contract. */
    public static GraphicsPipeline create(VulkanDevice device, String name, GraphicsPipelineSpec spec) {
        return create(device, name, spec, null);
    }

    /**
     * As above.
     *
     * @param rehearsal how to try it, null where that is not known
     */
    public static GraphicsPipeline create(
            VulkanDevice device, String name, GraphicsPipelineSpec spec, @Nullable Rehearsal rehearsal) {
        device.asks(new Request.Drawing(
                name,
                spec.colorFormat(),
                spec.blend() != GraphicsPipelineSpec.Blend.NONE,
                spec.input().attributes().stream()
                        .map(GraphicsPipelineSpec.Attribute::format)
                        .toList()));
        PipelineLayout layout = PipelineLayout.create(device, name, spec.contract());
        GraphicsPipeline pipeline;
        try {
            pipeline = new GraphicsPipeline(
                    device,
                    name,
                    layout,
                    new Recipe(
                            List.of(spec.vertex(), spec.fragment()),
                            spec.contract(),
                            rehearsal,
                            shaders -> make(device, name, spec, shaders.getFirst(), shaders.getLast(), layout)));
        } catch (RuntimeException e) {
            layout.close();
            throw e;
        }
        pipeline.tellMade();
        return pipeline;
    }

    private static long make(
            VulkanDevice device,
            String name,
            GraphicsPipelineSpec spec,
            Spirv vertexShader,
            Spirv fragmentShader,
            PipelineLayout layout) {
        try (MemoryStack stack = stackPush();
                ShaderStage vertex = ShaderStage.create(device, vertexShader);
                ShaderStage fragment = ShaderStage.create(device, fragmentShader)) {
            var stages = VkPipelineShaderStageCreateInfo.calloc(2, stack);
            vertex.describe(stages.get(0), spec.vertexConstants(), stack);
            fragment.describe(stages.get(1), spec.fragmentConstants(), stack);
            var info = VkGraphicsPipelineCreateInfo.calloc(1, stack);
            info.get(0)
                    .sType$Default()
                    .flags(CompiledStages.flags(device))
                    .pNext(VkPipelineRenderingCreateInfo.calloc(stack)
                            .sType$Default()
                            .colorAttachmentCount(1)
                            .pColorAttachmentFormats(stack.ints(spec.colorFormat())))
                    .pStages(stages)
                    .pVertexInputState(vertexInput(spec.input(), stack))
                    .pInputAssemblyState(VkPipelineInputAssemblyStateCreateInfo.calloc(stack)
                            .sType$Default()
                            .topology(
                                    spec.topology() == GraphicsPipelineSpec.Topology.TRIANGLE_LIST
                                            ? VK_PRIMITIVE_TOPOLOGY_TRIANGLE_LIST
                                            : VK_PRIMITIVE_TOPOLOGY_TRIANGLE_STRIP))
                    .pViewportState(VkPipelineViewportStateCreateInfo.calloc(stack)
                            .sType$Default()
                            .viewportCount(1)
                            .scissorCount(1))
                    .pRasterizationState(VkPipelineRasterizationStateCreateInfo.calloc(stack)
                            .sType$Default()
                            .polygonMode(VK_POLYGON_MODE_FILL)
                            .cullMode(VK_CULL_MODE_NONE)
                            .frontFace(VK_FRONT_FACE_COUNTER_CLOCKWISE)
                            .lineWidth(1))
                    .pMultisampleState(VkPipelineMultisampleStateCreateInfo.calloc(stack)
                            .sType$Default()
                            .rasterizationSamples(VK_SAMPLE_COUNT_1_BIT))
                    .pColorBlendState(VkPipelineColorBlendStateCreateInfo.calloc(stack)
                            .sType$Default()
                            .pAttachments(blend(spec.blend(), stack)))
                    .pDynamicState(VkPipelineDynamicStateCreateInfo.calloc(stack)
                            .sType$Default()
                            .pDynamicStates(stack.ints(VK_DYNAMIC_STATE_VIEWPORT, VK_DYNAMIC_STATE_SCISSOR)))
                    .layout(layout.handle());
            var p = stack.mallocLong(1);
            VkCheck.check(
                    vkCreateGraphicsPipelines(device.handle(), VK_NULL_HANDLE, info, null, p),
                    "vkCreateGraphicsPipelines",
                    name);
            CompiledStages.tell(device, p.get(0), List.of(vertexShader, fragmentShader));
            return p.get(0);
        }
    }

    private static VkPipelineVertexInputStateCreateInfo vertexInput(
            GraphicsPipelineSpec.InstanceInput input, MemoryStack stack) {
        var state = VkPipelineVertexInputStateCreateInfo.calloc(stack).sType$Default();
        if (input.attributes().isEmpty()) {
            return state;
        }
        var binding = VkVertexInputBindingDescription.calloc(1, stack);
        binding.get(0).stride(input.stride()).inputRate(VK_VERTEX_INPUT_RATE_INSTANCE);
        var attributes =
                VkVertexInputAttributeDescription.calloc(input.attributes().size(), stack);
        for (int i = 0; i < input.attributes().size(); i++) {
            GraphicsPipelineSpec.Attribute a = input.attributes().get(i);
            attributes.get(i).location(a.location()).format(a.format()).offset(a.offset());
        }
        return state.pVertexBindingDescriptions(binding).pVertexAttributeDescriptions(attributes);
    }

    private static VkPipelineColorBlendAttachmentState.Buffer blend(
            GraphicsPipelineSpec.Blend blend, MemoryStack stack) {
        var attachment = VkPipelineColorBlendAttachmentState.calloc(1, stack);
        attachment
                .get(0)
                .colorWriteMask(VK_COLOR_COMPONENT_R_BIT
                        | VK_COLOR_COMPONENT_G_BIT
                        | VK_COLOR_COMPONENT_B_BIT
                        | VK_COLOR_COMPONENT_A_BIT);
        if (blend != GraphicsPipelineSpec.Blend.NONE) {
            attachment
                    .get(0)
                    .blendEnable(true)
                    .srcColorBlendFactor(
                            blend == GraphicsPipelineSpec.Blend.STRAIGHT
                                    ? VK_BLEND_FACTOR_SRC_ALPHA
                                    : VK_BLEND_FACTOR_ONE)
                    .dstColorBlendFactor(VK_BLEND_FACTOR_ONE_MINUS_SRC_ALPHA)
                    .colorBlendOp(VK_BLEND_OP_ADD)
                    .srcAlphaBlendFactor(VK_BLEND_FACTOR_ONE)
                    .dstAlphaBlendFactor(VK_BLEND_FACTOR_ONE_MINUS_SRC_ALPHA)
                    .alphaBlendOp(VK_BLEND_OP_ADD);
        }
        return attachment;
    }
}
