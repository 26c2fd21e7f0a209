package vitrine.engine.command;

import static org.lwjgl.system.MemoryStack.stackPush;
import static org.lwjgl.vulkan.VK13.*;

import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VkSemaphoreCreateInfo;
import org.lwjgl.vulkan.VkSemaphoreTypeCreateInfo;
import org.lwjgl.vulkan.VkSemaphoreWaitInfo;
import vitrine.engine.device.VkCheck;
import vitrine.engine.device.VulkanDevice;

/**
 * The one timeline semaphore by which everybody knows what the GPU has finished. Values are handed out by the frame
 * thread in the order of submission; any thread may ask or wait.
 */
public final class Timeline implements AutoCloseable {

    private final VulkanDevice device;
    private final long handle;
    private long last;
    private volatile long known;
    private boolean closed;

    private Timeline(VulkanDevice device, long handle) {
        this.device = device;
        this.handle = handle;
    }

    /** Makes the semaphore at value 0. */
    public static Timeline create(VulkanDevice device) {
        try (MemoryStack stack = stackPush()) {
            var type =
                    VkSemaphoreTypeCreateInfo.calloc(stack).sType$Default().semaphoreType(VK_SEMAPHORE_TYPE_TIMELINE);
            var info = VkSemaphoreCreateInfo.calloc(stack).sType$Default().pNext(type);
            var semaphore = stack.mallocLong(1);
            VkCheck.check(vkCreateSemaphore(device.handle(), info, null, semaphore), "vkCreateSemaphore", "timeline");
            device.created(VK_OBJECT_TYPE_SEMAPHORE, semaphore.get(0), "timeline");
            return new Timeline(device, semaphore.get(0));
        }
    }

    /** VkSemaphore. */
    public long handle() {
        return handle;
    }

    /** The value that the next submission shall signal. Frame thread. */
    long next() {
        return ++last;
    }

    /** The value that the latest submission signals. Frame thread. */
    public long submitted() {
        return last;
    }

    /** The value the GPU has reached. */
    public long completed() {
        try (MemoryStack stack = stackPush()) {
            var value = stack.mallocLong(1);
            VkCheck.check(
                    vkGetSemaphoreCounterValue(device.handle(), handle, value),
                    "vkGetSemaphoreCounterValue",
                    "timeline");
            known = value.get(0);
            return value.get(0);
        }
    }

    /**
     * Waits until the GPU has reached the value.
     *
     * @return false when the time ran out first
     */
    public boolean await(long value, long timeoutNanos) {
        if (value <= known) {
            return true;
        }
        try (MemoryStack stack = stackPush()) {
            var info = VkSemaphoreWaitInfo.calloc(stack)
                    .sType$Default()
                    .semaphoreCount(1)
                    .pSemaphores(stack.longs(handle))
                    .pValues(stack.longs(value));
            int result = vkWaitSemaphores(device.handle(), info, timeoutNanos);
            if (result == VK_TIMEOUT) {
                return false;
            }
            VkCheck.check(result, "vkWaitSemaphores", "timeline");
            known = Math.max(known, value);
            return true;
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        device.destroyed(VK_OBJECT_TYPE_SEMAPHORE, handle);
        vkDestroySemaphore(device.handle(), handle, null);
    }
}
