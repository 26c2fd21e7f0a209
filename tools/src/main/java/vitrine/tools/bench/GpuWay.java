package vitrine.tools.bench;

import static org.lwjgl.system.MemoryStack.stackPush;
import static org.lwjgl.vulkan.VK13.*;

import java.lang.foreign.MemorySegment;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.vulkan.VkCommandBuffer;
import org.lwjgl.vulkan.VkCommandBufferAllocateInfo;
import org.lwjgl.vulkan.VkCommandBufferBeginInfo;
import org.lwjgl.vulkan.VkCommandPoolCreateInfo;
import org.lwjgl.vulkan.VkFenceCreateInfo;
import org.lwjgl.vulkan.VkSubmitInfo;
import vitrine.engine.command.Barriers;
import vitrine.engine.command.OneTimeCommands;
import vitrine.engine.device.VkCheck;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.frame.ChromaSiting;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.Orientation;
import vitrine.engine.linux.FdMemoryAllocator;
import vitrine.engine.memory.FrameBuffers;
import vitrine.engine.memory.TensorMemory;
import vitrine.inference.preprocess.Filter;
import vitrine.inference.preprocess.PreprocessPass;
import vitrine.inference.preprocess.TensorSpec;

/** Our pass as a frame loop runs it: one submission, waited for, and the tensor's memory handed to the CPU. */
final class GpuWay implements AutoCloseable {
    private final VulkanDevice device;
    private final PreprocessPass pass;
    private final TensorMemory tensor;
    private final Barriers barriers;
    private final long pool;
    private final long fence;
    private final VkSubmitInfo submit = VkSubmitInfo.calloc().sType$Default();
    private final PointerBuffer commands = MemoryUtil.memAllocPointer(1);

    GpuWay(
            VulkanDevice device,
            FdMemoryAllocator allocator,
            FrameBuffers frame,
            FrameFormat format,
            Filter filter,
            TensorSpec spec) {
        this.device = device;
        pass = PreprocessPass.create(device, format, Orientation.UPRIGHT, ChromaSiting.CENTER, filter, spec);
        tensor = TensorMemory.create(device, "bench-tensor", allocator, PreprocessPass.tensorBytes(spec));
        barriers = Barriers.create(device);
        OneTimeCommands.run(device, "bench pad", cmd -> pass.recordPad(cmd, tensor.buffer()));
        try (MemoryStack stack = stackPush()) {
            var p = stack.mallocLong(1);
            VkCheck.check(
                    vkCreateCommandPool(
                            device.handle(),
                            VkCommandPoolCreateInfo.calloc(stack)
                                    .sType$Default()
                                    .queueFamilyIndex(device.queueFamily()),
                            null,
                            p),
                    "vkCreateCommandPool",
                    "bench");
            pool = p.get(0);
            device.named(VK_OBJECT_TYPE_COMMAND_POOL, pool, "bench pool");
            VkCheck.check(
                    vkAllocateCommandBuffers(
                            device.handle(),
                            VkCommandBufferAllocateInfo.calloc(stack)
                                    .sType$Default()
                                    .commandPool(pool)
                                    .level(VK_COMMAND_BUFFER_LEVEL_PRIMARY)
                                    .commandBufferCount(1),
                            commands),
                    "vkAllocateCommandBuffers",
                    "bench");
            VkCheck.check(
                    vkCreateFence(
                            device.handle(), VkFenceCreateInfo.calloc(stack).sType$Default(), null, p),
                    "vkCreateFence",
                    "bench");
            fence = p.get(0);
            device.named(VK_OBJECT_TYPE_FENCE, fence, "bench fence");
            device.named(VK_OBJECT_TYPE_COMMAND_BUFFER, commands.get(0), "bench commands");
            VkCommandBuffer cmd = new VkCommandBuffer(commands.get(0), device.handle());
            VkCheck.check(
                    vkBeginCommandBuffer(
                            cmd, VkCommandBufferBeginInfo.calloc(stack).sType$Default()),
                    "vkBeginCommandBuffer",
                    "bench");
            pass.record(cmd, frame, tensor.buffer());
            barriers.hostRead(
                            tensor.buffer(),
                            VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT,
                            VK_ACCESS_2_SHADER_STORAGE_WRITE_BIT)
                    .record(cmd);
            VkCheck.check(vkEndCommandBuffer(cmd), "vkEndCommandBuffer", "bench");
        }
        submit.pCommandBuffers(commands);
    }

    /** One frame: returns when the CPU may read the tensor. */
    void run() {
        VkCheck.check(vkQueueSubmit(device.queue(), submit, fence), "vkQueueSubmit", "bench");
        VkCheck.check(vkWaitForFences(device.handle(), fence, true, Long.MAX_VALUE), "vkWaitForFences", "bench");
        VkCheck.check(vkResetFences(device.handle(), fence), "vkResetFences", "bench");
        tensor.beginCpuRead();
        tensor.endCpuRead();
    }

    MemorySegment result() {
        return tensor.memory();
    }

    String shader() {
        return pass.shader();
    }

    @Override
    public void close() {
        vkDestroyFence(device.handle(), fence, null);
        vkDestroyCommandPool(device.handle(), pool, null);
        submit.free();
        commands.free();
        barriers.close();
        pass.close();
        tensor.close();
    }
}
