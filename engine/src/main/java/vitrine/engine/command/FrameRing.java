package vitrine.engine.command;

import static org.lwjgl.system.MemoryStack.stackPush;
import static org.lwjgl.vulkan.VK13.*;

import java.util.ArrayList;
import java.util.List;
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
 * The frames in flight: a ring of command pools, each used again only when the GPU has finished what was recorded from
 * it. Frame thread; beginning, recording and submitting allocate nothing.
 */
public final class FrameRing implements AutoCloseable {

    /** Frames in flight. */
    public static final int FRAMES = 3;

    /** Command buffers, so submissions, a frame may have. */
    public static final int SUBMISSIONS = 4;

    private final VulkanDevice device;
    private final Timeline timeline;
    private final List<Slot> slots = new ArrayList<>();
    private final VkCommandBufferBeginInfo beginInfo =
            VkCommandBufferBeginInfo.calloc().sType$Default().flags(VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT);
    private final VkSubmitInfo2.Buffer submits = VkSubmitInfo2.calloc(1);
    private final VkSubmitInfo2 submit = submits.get(0).sType$Default();
    private final VkCommandBufferSubmitInfo.Buffer commands = VkCommandBufferSubmitInfo.calloc(1);
    private final VkCommandBufferSubmitInfo command = commands.get(0).sType$Default();
    private final VkSemaphoreSubmitInfo.Buffer waits = VkSemaphoreSubmitInfo.calloc(1);
    private final VkSemaphoreSubmitInfo wait = waits.get(0).sType$Default();
    private final VkSemaphoreSubmitInfo.Buffer signals = VkSemaphoreSubmitInfo.calloc(2);
    private final VkSemaphoreSubmitInfo signalTimeline = signals.get(0).sType$Default();
    private final VkSemaphoreSubmitInfo signalBinary = signals.get(1).sType$Default();
    private int current;

    private static final class Slot {
        long pool;
        final VkCommandBuffer[] commandBuffers = new VkCommandBuffer[SUBMISSIONS];
        int used;
        long lastValue;
    }

    private FrameRing(VulkanDevice device, Timeline timeline) {
        this.device = device;
        this.timeline = timeline;
    }

    public static FrameRing create(VulkanDevice device, Timeline timeline) {
        FrameRing ring = new FrameRing(device, timeline);
        try (MemoryStack stack = stackPush()) {
            var pool = stack.mallocLong(1);
            var buffers = stack.mallocPointer(SUBMISSIONS);
            for (int i = 0; i < FRAMES; i++) {
                Slot slot = new Slot();
                VkCheck.check(
                        vkCreateCommandPool(
                                device.handle(),
                                VkCommandPoolCreateInfo.calloc(stack)
                                        .sType$Default()
                                        .flags(VK_COMMAND_POOL_CREATE_TRANSIENT_BIT)
                                        .queueFamilyIndex(device.queueFamily()),
                                null,
                                pool),
                        "vkCreateCommandPool",
                        "frame " + i);
                slot.pool = pool.get(0);
                device.created(VK_OBJECT_TYPE_COMMAND_POOL, slot.pool, "ring " + i + " commands");
                VkCheck.check(
                        vkAllocateCommandBuffers(
                                device.handle(),
                                VkCommandBufferAllocateInfo.calloc(stack)
                                        .sType$Default()
                                        .commandPool(slot.pool)
                                        .level(VK_COMMAND_BUFFER_LEVEL_PRIMARY)
                                        .commandBufferCount(SUBMISSIONS),
                                buffers),
                        "vkAllocateCommandBuffers",
                        "frame " + i);
                for (int j = 0; j < SUBMISSIONS; j++) {
                    slot.commandBuffers[j] = new VkCommandBuffer(buffers.get(j), device.handle());
                    device.named(VK_OBJECT_TYPE_COMMAND_BUFFER, buffers.get(j), "ring " + i + " commands " + j);
                }
                ring.slots.add(slot);
            }
        }
        ring.command.deviceMask(0);
        ring.submit.pCommandBufferInfos(ring.commands);
        return ring;
    }

    /**
     * Turns to the next frame, waiting until the GPU has finished what was submitted {@value #FRAMES} frames ago.
     *
     * @return the index of the frame in the ring, 0 to {@value #FRAMES} - 1
     */
    public int nextFrame() {
        current = (current + 1) % FRAMES;
        Slot slot = slots.get(current);
        timeline.await(slot.lastValue, Long.MAX_VALUE);
        VkCheck.check(vkResetCommandPool(device.handle(), slot.pool, 0), "vkResetCommandPool", "frame");
        slot.used = 0;
        return current;
    }

    /** A command buffer of this frame, begun. Each one is submitted before the next is asked for. */
    public VkCommandBuffer begin() {
        Slot slot = slots.get(current);
        VkCommandBuffer cmd = slot.commandBuffers[slot.used++];
        VkCheck.check(vkBeginCommandBuffer(cmd, beginInfo), "vkBeginCommandBuffer", "frame");
        return cmd;
    }

    /** Ends and submits a command buffer that waits for nothing and signals the timeline alone. */
    public long submit(VkCommandBuffer cmd) {
        return submit(cmd, VK_NULL_HANDLE, 0, VK_NULL_HANDLE);
    }

    /**
     * Ends and submits a command buffer.
     *
     * @param waitSemaphore binary semaphore to wait for, as a swapchain's acquire gives, or VK_NULL_HANDLE
     * @param waitStage VkPipelineStageFlags2 that waits
     * @param signalSemaphore binary semaphore to signal for the present, or VK_NULL_HANDLE
     * @return the timeline value signalled when all of it has finished
     */
    public long submit(VkCommandBuffer cmd, long waitSemaphore, long waitStage, long signalSemaphore) {
        VkCheck.check(vkEndCommandBuffer(cmd), "vkEndCommandBuffer", "frame");
        long value = timeline.next();
        command.commandBuffer(cmd);
        wait.semaphore(waitSemaphore).stageMask(waitStage);
        submit.pWaitSemaphoreInfos(waitSemaphore == VK_NULL_HANDLE ? null : waits);
        signalTimeline.semaphore(timeline.handle()).value(value).stageMask(VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT);
        signalBinary.semaphore(signalSemaphore).stageMask(VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT);
        signals.limit(signalSemaphore == VK_NULL_HANDLE ? 1 : 2);
        submit.pSignalSemaphoreInfos(signals);
        device.labels().beginSubmit(device.queue());
        VkCheck.check(vkQueueSubmit2(device.queue(), submits, VK_NULL_HANDLE), "vkQueueSubmit2", "frame");
        device.labels().endSubmit(device.queue());
        slots.get(current).lastValue = value;
        return value;
    }

    /** Waits for the GPU, then frees the pools. */
    @Override
    public void close() {
        timeline.await(timeline.submitted(), Long.MAX_VALUE);
        for (Slot slot : slots) {
            device.destroyed(VK_OBJECT_TYPE_COMMAND_POOL, slot.pool);
            vkDestroyCommandPool(device.handle(), slot.pool, null);
        }
        beginInfo.free();
        submits.free();
        commands.free();
        waits.free();
        signals.clear();
        signals.free();
    }
}
