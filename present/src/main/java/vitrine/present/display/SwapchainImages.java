package vitrine.present.display;

import static org.lwjgl.system.MemoryStack.stackPush;
import static org.lwjgl.vulkan.KHRSwapchain.*;
import static org.lwjgl.vulkan.VK13.*;

import java.nio.IntBuffer;
import java.nio.LongBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.vulkan.VkFenceCreateInfo;
import org.lwjgl.vulkan.VkSemaphoreCreateInfo;
import vitrine.engine.command.FrameRing;
import vitrine.engine.command.Timeline;
import vitrine.engine.device.VkCheck;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.memory.ImageView;

/**
 * One VkSwapchainKHR with its images, their views and semaphores. Acquire semaphores go round, one more than frames in
 * flight; present semaphores belong to images, since an image acquired again proves that its last present has waited.
 */
final class SwapchainImages implements AutoCloseable {

    private final VulkanDevice device;
    private final long handle;
    private final boolean sizedByUs;
    private final ImageView[] views;
    private final RenderImage[] images;
    private final long[] presentSemaphores;
    private final long[] acquireSemaphores = new long[FrameRing.FRAMES + 1];
    private final long[] acquireValues = new long[FrameRing.FRAMES + 1];
    private int turn;

    private SwapchainImages(VulkanDevice device, long handle, boolean sizedByUs, int count) {
        this.device = device;
        this.handle = handle;
        this.sizedByUs = sizedByUs;
        views = new ImageView[count];
        images = new RenderImage[count];
        presentSemaphores = new long[count];
    }

    /** Takes over a new swapchain. */
    static SwapchainImages create(
            VulkanDevice device,
            long handle,
            int format,
            int width,
            int height,
            OutputTransform transform,
            boolean sizedByUs) {
        device.created(VK_OBJECT_TYPE_SWAPCHAIN_KHR, handle, "swapchain " + width + "x" + height);
        try (MemoryStack stack = stackPush()) {
            IntBuffer count = stack.mallocInt(1);
            VkCheck.check(
                    vkGetSwapchainImagesKHR(device.handle(), handle, count, null), "vkGetSwapchainImagesKHR", "window");
            LongBuffer found = MemoryUtil.memAllocLong(count.get(0));
            try {
                vkGetSwapchainImagesKHR(device.handle(), handle, count, found);
                SwapchainImages s = new SwapchainImages(device, handle, sizedByUs, count.get(0));
                for (int i = 0; i < count.get(0); i++) {
                    device.named(VK_OBJECT_TYPE_IMAGE, found.get(i), "swapchain image " + i);
                    s.views[i] = ImageView.create(device, "swapchain image " + i + " view", found.get(i), format);
                    s.images[i] = new RenderImage(found.get(i), s.views[i].handle(), format, width, height, transform);
                    s.presentSemaphores[i] = semaphore(device, "swapchain image " + i + " drawn", stack);
                }
                for (int i = 0; i < s.acquireSemaphores.length; i++) {
                    s.acquireSemaphores[i] = semaphore(device, "swapchain acquire " + i, stack);
                }
                return s;
            } finally {
                MemoryUtil.memFree(found);
            }
        }
    }

    private static long semaphore(VulkanDevice device, String name, MemoryStack stack) {
        LongBuffer p = stack.mallocLong(1);
        VkCheck.check(
                vkCreateSemaphore(
                        device.handle(), VkSemaphoreCreateInfo.calloc(stack).sType$Default(), null, p),
                "vkCreateSemaphore",
                name);
        device.created(VK_OBJECT_TYPE_SEMAPHORE, p.get(0), name);
        return p.get(0);
    }

    /** VkSwapchainKHR. */
    long handle() {
        return handle;
    }

    /** True where the surface takes the swapchain's size, as Wayland's do, and so never says that it is out of date. */
    boolean sizedByUs() {
        return sizedByUs;
    }

    /** {@code 3 images of 1920x1080, VkFormat 44}. */
    String describe() {
        return images.length + " images of " + images[0].width() + "x" + images[0].height() + ", VkFormat "
                + images[0].format();
    }

    boolean fits(int width, int height) {
        return images[0].width() == width && images[0].height() == height;
    }

    /** Returns the VkResult and puts the image's index. */
    int acquire(Timeline timeline, IntBuffer index, long timeoutNanos) {
        int next = (turn + 1) % acquireSemaphores.length;
        // The submission that waited for this semaphore is long done when the ring keeps its three frames.
        timeline.await(acquireValues[next], Long.MAX_VALUE);
        int result = vkAcquireNextImageKHR(
                device.handle(), handle, timeoutNanos, acquireSemaphores[next], VK_NULL_HANDLE, index);
        if (result == VK_SUCCESS || result == VK_SUBOPTIMAL_KHR) {
            turn = next;
        }
        return result;
    }

    /**
     * Waits until no picture presented is on its way to the screen any more: all images but the one shown have been
     * acquired then, and none can be used after it. Mesa up to 25.0 at least frees the images of a display's swapchain
     * though the kernel will still tell of a flip to one of them, and reads such news only once somebody has waited for
     * an image, so a swapchain must not be destroyed without this.
     *
     * @return false when the swapchain is broken or the screen does not refresh
     */
    boolean drain(long timeoutNanos) {
        try (MemoryStack stack = stackPush()) {
            LongBuffer fence = stack.mallocLong(1);
            IntBuffer index = stack.mallocInt(1);
            VkCheck.check(
                    vkCreateFence(
                            device.handle(), VkFenceCreateInfo.calloc(stack).sType$Default(), null, fence),
                    "vkCreateFence",
                    "drain");
            device.named(VK_OBJECT_TYPE_FENCE, fence.get(0), "swapchain drain fence");
            try {
                for (int i = 0; i < images.length - 1; i++) {
                    int result = vkAcquireNextImageKHR(
                            device.handle(), handle, timeoutNanos, VK_NULL_HANDLE, fence.get(0), index);
                    if (result != VK_SUCCESS && result != VK_SUBOPTIMAL_KHR) {
                        return false;
                    }
                    vkWaitForFences(device.handle(), fence, true, timeoutNanos);
                    vkResetFences(device.handle(), fence);
                }
                return true;
            } finally {
                vkDestroyFence(device.handle(), fence.get(0), null);
            }
        }
    }

    /** The submission with this timeline value waits for the acquired image's semaphore. */
    void submitted(long value) {
        acquireValues[turn] = value;
    }

    RenderImage image(int index) {
        return images[index];
    }

    long acquireSemaphore() {
        return acquireSemaphores[turn];
    }

    long presentSemaphore(int index) {
        return presentSemaphores[index];
    }

    /**
     * Destroys everything. No timeline value covers what a present waits for, so this waits for the queue; it happens
     * on a resize and at the end only.
     */
    @Override
    public void close() {
        VkCheck.check(vkQueueWaitIdle(device.queue()), "vkQueueWaitIdle", "swapchain");
        for (int i = 0; i < images.length; i++) {
            views[i].close();
            destroySemaphore(presentSemaphores[i]);
        }
        for (long semaphore : acquireSemaphores) {
            destroySemaphore(semaphore);
        }
        device.destroyed(VK_OBJECT_TYPE_SWAPCHAIN_KHR, handle);
        vkDestroySwapchainKHR(device.handle(), handle, null);
    }

    private void destroySemaphore(long semaphore) {
        device.destroyed(VK_OBJECT_TYPE_SEMAPHORE, semaphore);
        vkDestroySemaphore(device.handle(), semaphore, null);
    }
}
