package vitrine.engine.pipeline;

import static org.lwjgl.system.MemoryStack.stackPush;
import static org.lwjgl.vulkan.KHRPipelineExecutableProperties.*;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.vulkan.VkPipelineExecutableInfoKHR;
import org.lwjgl.vulkan.VkPipelineExecutableInternalRepresentationKHR;
import org.lwjgl.vulkan.VkPipelineExecutablePropertiesKHR;
import org.lwjgl.vulkan.VkPipelineExecutableStatisticKHR;
import org.lwjgl.vulkan.VkPipelineInfoKHR;
import vitrine.engine.device.CompiledStage;
import vitrine.engine.device.VkCheck;
import vitrine.engine.device.VulkanDevice;
import vitrine.shaders.Spirv;

/** Asks a driver what it made of a pipeline's shaders. Development only; a kiosk's device has nobody to tell. */
final class CompiledStages {

    private CompiledStages() {}

    /** VkPipelineCreateFlags that make the driver keep what {@link #tell} asks for; 0 where nobody wants to know. */
    static int flags(VulkanDevice device) {
        return device.compiled() == null
                ? 0
                : VK_PIPELINE_CREATE_CAPTURE_STATISTICS_BIT_KHR
                        | VK_PIPELINE_CREATE_CAPTURE_INTERNAL_REPRESENTATIONS_BIT_KHR;
    }

    /** Tells the device's listener, if it has one, of each compiled shader of a pipeline that was made with the flags. */
    static void tell(VulkanDevice device, long pipeline, List<Spirv> shaders) {
        Consumer<CompiledStage> listener = device.compiled();
        if (listener == null) {
            return;
        }
        for (Executable executable : executables(device, pipeline)) {
            for (Spirv shader : shaders) {
                if ((executable.stages & ShaderStage.flag(shader.stage())) != 0) {
                    listener.accept(new CompiledStage(
                            shader.name(),
                            executable.name,
                            statistics(device, pipeline, executable.index),
                            texts(device, pipeline, executable.index)));
                }
            }
        }
    }

    private record Executable(int index, String name, int stages) {}

    private static List<Executable> executables(VulkanDevice device, long pipeline) {
        List<Executable> found = new ArrayList<>();
        try (MemoryStack stack = stackPush()) {
            var info = VkPipelineInfoKHR.calloc(stack).sType$Default().pipeline(pipeline);
            IntBuffer count = stack.mallocInt(1);
            String call = "vkGetPipelineExecutablePropertiesKHR";
            VkCheck.check(vkGetPipelineExecutablePropertiesKHR(device.handle(), info, count, null), call, "a pipeline");
            var properties = VkPipelineExecutablePropertiesKHR.calloc(count.get(0));
            try {
                properties.forEach(VkPipelineExecutablePropertiesKHR::sType$Default);
                VkCheck.check(
                        vkGetPipelineExecutablePropertiesKHR(device.handle(), info, count, properties),
                        call,
                        "a pipeline");
                for (int i = 0; i < count.get(0); i++) {
                    found.add(new Executable(
                            i, properties.get(i).nameString(), properties.get(i).stages()));
                }
            } finally {
                properties.free();
            }
        }
        return found;
    }

    private static VkPipelineExecutableInfoKHR info(long pipeline, int index, MemoryStack stack) {
        return VkPipelineExecutableInfoKHR.calloc(stack)
                .sType$Default()
                .pipeline(pipeline)
                .executableIndex(index);
    }

    private static Map<String, Long> statistics(VulkanDevice device, long pipeline, int index) {
        Map<String, Long> values = new LinkedHashMap<>();
        try (MemoryStack stack = stackPush()) {
            var info = info(pipeline, index, stack);
            IntBuffer count = stack.mallocInt(1);
            String call = "vkGetPipelineExecutableStatisticsKHR";
            VkCheck.check(vkGetPipelineExecutableStatisticsKHR(device.handle(), info, count, null), call, "a pipeline");
            var statistics = VkPipelineExecutableStatisticKHR.calloc(count.get(0));
            try {
                statistics.forEach(VkPipelineExecutableStatisticKHR::sType$Default);
                VkCheck.check(
                        vkGetPipelineExecutableStatisticsKHR(device.handle(), info, count, statistics),
                        call,
                        "a pipeline");
                for (int i = 0; i < count.get(0); i++) {
                    var statistic = statistics.get(i);
                    if (statistic.format() == VK_PIPELINE_EXECUTABLE_STATISTIC_FORMAT_UINT64_KHR) {
                        values.put(statistic.nameString(), statistic.value().u64());
                    }
                }
            } finally {
                statistics.free();
            }
        }
        return values;
    }

    private static Map<String, String> texts(VulkanDevice device, long pipeline, int index) {
        Map<String, String> texts = new LinkedHashMap<>();
        List<ByteBuffer> data = new ArrayList<>();
        try (MemoryStack stack = stackPush()) {
            var info = info(pipeline, index, stack);
            IntBuffer count = stack.mallocInt(1);
            String call = "vkGetPipelineExecutableInternalRepresentationsKHR";
            VkCheck.check(
                    vkGetPipelineExecutableInternalRepresentationsKHR(device.handle(), info, count, null),
                    call,
                    "a pipeline");
            var forms = VkPipelineExecutableInternalRepresentationKHR.calloc(count.get(0));
            try {
                forms.forEach(VkPipelineExecutableInternalRepresentationKHR::sType$Default);
                // Without memory, the sizes.
                VkCheck.check(
                        vkGetPipelineExecutableInternalRepresentationsKHR(device.handle(), info, count, forms),
                        call,
                        "a pipeline");
                for (int i = 0; i < count.get(0); i++) {
                    ByteBuffer memory =
                            MemoryUtil.memCalloc(Math.toIntExact(forms.get(i).dataSize()) + 1);
                    data.add(memory);
                    MemoryUtil.memPutAddress(
                            forms.get(i).address() + VkPipelineExecutableInternalRepresentationKHR.PDATA,
                            MemoryUtil.memAddress(memory));
                }
                VkCheck.check(
                        vkGetPipelineExecutableInternalRepresentationsKHR(device.handle(), info, count, forms),
                        call,
                        "a pipeline");
                for (int i = 0; i < count.get(0); i++) {
                    if (forms.get(i).isText()) {
                        texts.put(forms.get(i).nameString(), MemoryUtil.memUTF8(MemoryUtil.memAddress(data.get(i))));
                    }
                }
            } finally {
                data.forEach(MemoryUtil::memFree);
                forms.free();
            }
        }
        return texts;
    }
}
