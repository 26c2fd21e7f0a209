package vitrine.engine.command;

import static org.lwjgl.system.MemoryStack.stackPush;
import static org.lwjgl.vulkan.VK13.*;

import java.util.function.Consumer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VkCommandBuffer;
import org.lwjgl.vulkan.VkCommandBufferAllocateInfo;
import org.lwjgl.vulkan.VkCommandBufferBeginInfo;
import org.lwjgl.vulkan.VkCommandBufferSubmitInfo;
import org.lwjgl.vulkan.VkCommandPoolCreateInfo;
import org.lwjgl.vulkan.VkFenceCreateInfo;
import org.lwjgl.vulkan.VkSubmitInfo2;
import vitrine.engine.device.VkCheck;
import vitrine.engine.device.VulkanDevice;

/** Records, submits and waits, for set-up and tests: uploads, first clears, read-backs. Never in the frame loop. */
public final class OneTimeCommands {

    private OneTimeCommands() {}

    /** Runs the commands and returns when the GPU has finished them. Frame thread. */
    public static void run(VulkanDevice device, Consumer<VkCommandBuffer> recorder) {
        run(device, "one-time commands", recorder);
    }

    /**
     * As {@link #run(VulkanDevice, Consumer)}.
     *
     * @param name what they do, for messages and captures: {@code tensor pad}
     */
    public static void run(VulkanDevice device, String name, Consumer<VkCommandBuffer> recorder) {
        run(device, name, recorder, true);
    }

    /** Records the commands and throws them away: for what recording makes on the way, such as pipelines. Frame thread. */
    public static void discard(VulkanDevice device, Consumer<VkCommandBuffer> recorder) {
        run(device, "discarded commands", recorder, false);
    }

    private static void run(VulkanDevice device, String name, Consumer<VkCommandBuffer> recorder, boolean submit) {
        try (MemoryStack stack = stackPush()) {
            var pool = stack.mallocLong(1);
            VkCheck.check(
                    vkCreateCommandPool(
                            device.handle(),
                            VkCommandPoolCreateInfo.calloc(stack)
                                    .sType$Default()
                                    .queueFamilyIndex(device.queueFamily()),
                            null,
                            pool),
                    "vkCreateCommandPool",
                    name);
            device.named(VK_OBJECT_TYPE_COMMAND_POOL, pool.get(0), name + " pool");
            var fence = stack.mallocLong(1);
            fence.put(0, VK_NULL_HANDLE);
            try {
                var p = stack.mallocPointer(1);
                VkCheck.check(
                        vkAllocateCommandBuffers(
                                device.handle(),
                                VkCommandBufferAllocateInfo.calloc(stack)
                                        .sType$Default()
                                        .commandPool(pool.get(0))
                                        .level(VK_COMMAND_BUFFER_LEVEL_PRIMARY)
                                        .commandBufferCount(1),
                                p),
                        "vkAllocateCommandBuffers",
                        name);
                VkCommandBuffer cmd = new VkCommandBuffer(p.get(0), device.handle());
                device.named(VK_OBJECT_TYPE_COMMAND_BUFFER, p.get(0), name);
                VkCheck.check(
                        vkBeginCommandBuffer(
                                cmd,
                                VkCommandBufferBeginInfo.calloc(stack)
                                        .sType$Default()
                                        .flags(VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT)),
                        "vkBeginCommandBuffer",
                        name);
                device.labels().beginSubmission(cmd, name);
                try {
                    recorder.accept(cmd);
                } finally {
                    device.labels().end(cmd);
                }
                VkCheck.check(vkEndCommandBuffer(cmd), "vkEndCommandBuffer", name);
                if (!submit) {
                    return;
                }
                VkCheck.check(
                        vkCreateFence(
                                device.handle(), VkFenceCreateInfo.calloc(stack).sType$Default(), null, fence),
                        "vkCreateFence",
                        name);
                device.named(VK_OBJECT_TYPE_FENCE, fence.get(0), name + " fence");
                var commands = VkCommandBufferSubmitInfo.calloc(1, stack);
                commands.get(0).sType$Default().commandBuffer(cmd);
                var submits = VkSubmitInfo2.calloc(1, stack);
                submits.get(0).sType$Default().pCommandBufferInfos(commands);
                device.labels().beginSubmit(device.queue());
                VkCheck.check(vkQueueSubmit2(device.queue(), submits, fence.get(0)), "vkQueueSubmit2", name);
                device.labels().endSubmit(device.queue());
                VkCheck.check(vkWaitForFences(device.handle(), fence, true, Long.MAX_VALUE), "vkWaitForFences", name);
            } finally {
                vkDestroyFence(device.handle(), fence.get(0), null);
                vkDestroyCommandPool(device.handle(), pool.get(0), null);
            }
        }
    }
}
