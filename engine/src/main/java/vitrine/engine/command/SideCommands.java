package vitrine.engine.command;

import static org.lwjgl.system.MemoryStack.stackPush;
import static org.lwjgl.vulkan.VK13.*;

import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VkCommandBuffer;
import org.lwjgl.vulkan.VkCommandBufferAllocateInfo;
import org.lwjgl.vulkan.VkCommandBufferBeginInfo;
import org.lwjgl.vulkan.VkCommandBufferSubmitInfo;
import org.lwjgl.vulkan.VkCommandPoolCreateInfo;
import org.lwjgl.vulkan.VkSemaphoreSubmitInfo;
import org.lwjgl.vulkan.VkSubmitInfo2;
import vitrine.engine.device.VkCheck;
import vitrine.engine.device.VulkanDevice;

/**
 * Commands that another thread records and the frame thread submits between two frames, since the queue is its own. One
 * recording at a time: begun again only when the GPU has reached the value of the last. Development and set-up.
 */
public final class SideCommands implements AutoCloseable {

    private final VulkanDevice device;
    private final String name;
    private final long pool;
    private final VkCommandBuffer cmd;

    private SideCommands(VulkanDevice device, String name, long pool, VkCommandBuffer cmd) {
        this.device = device;
        this.name = name;
        this.pool = pool;
        this.cmd = cmd;
    }

    /** Makes a pool with one command buffer; any thread, which then is the one that records. */
    public static SideCommands create(VulkanDevice device, String name) {
        try (MemoryStack stack = stackPush()) {
            var p = stack.mallocLong(1);
            VkCheck.check(
                    vkCreateCommandPool(
                            device.handle(),
                            VkCommandPoolCreateInfo.calloc(stack)
                                    .sType$Default()
                                    .flags(VK_COMMAND_POOL_CREATE_TRANSIENT_BIT)
                                    .queueFamilyIndex(device.queueFamily()),
                            null,
                            p),
                    "vkCreateCommandPool",
                    name);
            device.created(VK_OBJECT_TYPE_COMMAND_POOL, p.get(0), name);
            var buffer = stack.mallocPointer(1);
            VkCheck.check(
                    vkAllocateCommandBuffers(
                            device.handle(),
                            VkCommandBufferAllocateInfo.calloc(stack)
                                    .sType$Default()
                                    .commandPool(p.get(0))
                                    .level(VK_COMMAND_BUFFER_LEVEL_PRIMARY)
                                    .commandBufferCount(1),
                            buffer),
                    "vkAllocateCommandBuffers",
                    name);
            return new SideCommands(device, name, p.get(0), new VkCommandBuffer(buffer.get(0), device.handle()));
        }
    }

    /** The command buffer, empty and begun. */
    public VkCommandBuffer begin() {
        VkCheck.check(vkResetCommandPool(device.handle(), pool, 0), "vkResetCommandPool", name);
        try (MemoryStack stack = stackPush()) {
            VkCheck.check(
                    vkBeginCommandBuffer(
                            cmd,
                            VkCommandBufferBeginInfo.calloc(stack)
                                    .sType$Default()
                                    .flags(VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT)),
                    "vkBeginCommandBuffer",
                    name);
        }
        return cmd;
    }

    /** Ends the recording, which is now the frame thread's to submit. */
    public void end() {
        VkCheck.check(vkEndCommandBuffer(cmd), "vkEndCommandBuffer", name);
    }

    /**
     * Submits what was recorded. Frame thread, not while it records a frame of its own.
     *
     * @return the timeline value signalled when all of it has finished
     */
    public long submit(Timeline timeline) {
        try (MemoryStack stack = stackPush()) {
            long value = timeline.next();
            var commands = VkCommandBufferSubmitInfo.calloc(1, stack);
            commands.get(0).sType$Default().commandBuffer(cmd);
            var signals = VkSemaphoreSubmitInfo.calloc(1, stack);
            signals.get(0)
                    .sType$Default()
                    .semaphore(timeline.handle())
                    .value(value)
                    .stageMask(VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT);
            var submits = VkSubmitInfo2.calloc(1, stack);
            submits.get(0).sType$Default().pCommandBufferInfos(commands).pSignalSemaphoreInfos(signals);
            VkCheck.check(vkQueueSubmit2(device.queue(), submits, VK_NULL_HANDLE), "vkQueueSubmit2", name);
            return value;
        }
    }

    /** To be called when the GPU has finished what was submitted. */
    @Override
    public void close() {
        device.destroyed(VK_OBJECT_TYPE_COMMAND_POOL, pool);
        vkDestroyCommandPool(device.handle(), pool, null);
    }
}
