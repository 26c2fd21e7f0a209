package vitrine.present.display;

import static org.lwjgl.system.MemoryStack.stackPush;
import static org.lwjgl.vulkan.KHRSurface.*;
import static org.lwjgl.vulkan.KHRSwapchain.*;
import static org.lwjgl.vulkan.VK13.*;

import java.nio.IntBuffer;
import java.nio.LongBuffer;
import org.jspecify.annotations.Nullable;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.vulkan.VkPresentInfoKHR;
import org.lwjgl.vulkan.VkSwapchainCreateInfoKHR;
import vitrine.engine.command.ReleaseQueue;
import vitrine.engine.command.Timeline;
import vitrine.engine.device.VkCheck;
import vitrine.engine.device.VulkanDevice;
import vitrine.present.PresentException;

/**
 * The images of a VkSurfaceKHR, whoever made that: FIFO, three images, used as colour attachments only. Follows the
 * surface: a swapchain that no longer fits is replaced at the next acquire and leaves through the release queue. Frame
 * thread; acquire and present allocate nothing.
 */
final class Swapchain implements AutoCloseable {

    /** Images asked for: one shown, one waiting, one being drawn. */
    private static final int IMAGES = 3;

    /** What {@link #acquire} found. */
    enum Result {
        READY,
        /** No image in time, or the surface has no pixels. */
        NOT_READY,
        /** The surface is gone for good. */
        LOST
    }

    private final VulkanDevice device;
    private final Timeline timeline;
    private final ReleaseQueue releases;
    private final long surface;
    private final OutputTransform transform;
    private final VkPresentInfoKHR presentInfo = VkPresentInfoKHR.calloc().sType$Default();
    private final LongBuffer presentSemaphore = MemoryUtil.memAllocLong(1);
    private final LongBuffer presentSwapchain = MemoryUtil.memAllocLong(1);
    private final IntBuffer index = MemoryUtil.memAllocInt(1);
    private @Nullable SwapchainImages images;
    private boolean stale;
    private boolean suboptimal;
    private int rebuilds;
    private boolean closed;

    private Swapchain(
            VulkanDevice device, Timeline timeline, ReleaseQueue releases, long surface, OutputTransform transform) {
        this.device = device;
        this.timeline = timeline;
        this.releases = releases;
        this.surface = surface;
        this.transform = transform;
        presentInfo
                .swapchainCount(1)
                .pWaitSemaphores(presentSemaphore)
                .pSwapchains(presentSwapchain)
                .pImageIndices(index);
    }

    /**
     * A swapchain for a surface, which stays its maker's and outlives this. No images are made before the first acquire.
     *
     * @param surface VkSurfaceKHR
     * @param transform how what is drawn must lie in its images
     * @throws PresentException when the device cannot present to it
     */
    static Swapchain create(
            VulkanDevice device, Timeline timeline, ReleaseQueue releases, long surface, OutputTransform transform) {
        try (MemoryStack stack = stackPush()) {
            var supported = stack.mallocInt(1);
            VkCheck.check(
                    vkGetPhysicalDeviceSurfaceSupportKHR(
                            device.physicalDevice(), device.queueFamily(), surface, supported),
                    "vkGetPhysicalDeviceSurfaceSupportKHR",
                    device.info().name());
            if (supported.get(0) == VK_FALSE) {
                throw new PresentException(
                        device.info().name() + " cannot present to this screen; choose another device or presentation");
            }
        }
        return new Swapchain(device, timeline, releases, surface, transform);
    }

    /**
     * Gets the next image.
     *
     * @param width of the window in pixels, used where the surface leaves the size to the swapchain
     * @param height of the window in pixels
     * @param timeoutNanos longest wait for an image
     */
    Result acquire(int width, int height, long timeoutNanos) {
        if (width < 1 || height < 1) {
            return Result.NOT_READY;
        }
        // Twice: a swapchain found out of date is rebuilt and tried once more.
        for (int attempt = 0; attempt < 2; attempt++) {
            SwapchainImages current = images;
            // Suboptimal alone is no reason: some drivers say so for ever, of a swapchain that has the window's size.
            if (current == null || stale || ((suboptimal || current.sizedByUs()) && !current.fits(width, height))) {
                if (!rebuild(width, height)) {
                    return Result.NOT_READY;
                }
                current = images;
            }
            if (current == null) {
                throw new AssertionError();
            }
            int result = current.acquire(timeline, index, timeoutNanos);
            switch (result) {
                case VK_SUCCESS -> {
                    return Result.READY;
                }
                case VK_SUBOPTIMAL_KHR -> {
                    suboptimal = true;
                    return Result.READY;
                }
                case VK_TIMEOUT, VK_NOT_READY -> {
                    return Result.NOT_READY;
                }
                case VK_ERROR_OUT_OF_DATE_KHR -> stale = true;
                case VK_ERROR_SURFACE_LOST_KHR -> {
                    return Result.LOST;
                }
                default -> VkCheck.check(result, "vkAcquireNextImageKHR", "the window");
            }
        }
        return Result.NOT_READY;
    }

    /** False while the surface has no pixels, as when minimised. */
    private boolean rebuild(int width, int height) {
        SurfaceInfo info = SurfaceInfo.query(device, surface);
        int w = info.widthFor(width);
        int h = info.heightFor(height);
        if (w < 1 || h < 1) {
            return false;
        }
        SwapchainImages old = images;
        images = null; // whatever happens below, the old one is retired and may not be used
        try (MemoryStack stack = stackPush()) {
            var create = VkSwapchainCreateInfoKHR.calloc(stack)
                    .sType$Default()
                    .surface(surface)
                    .minImageCount(info.images(IMAGES))
                    .imageFormat(info.format().format())
                    .imageColorSpace(info.format().colorSpace())
                    .imageExtent(e -> e.set(w, h))
                    .imageArrayLayers(1)
                    .imageUsage(VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT)
                    .imageSharingMode(VK_SHARING_MODE_EXCLUSIVE)
                    .preTransform(info.transform())
                    .compositeAlpha(info.compositeAlpha())
                    .presentMode(VK_PRESENT_MODE_FIFO_KHR)
                    .clipped(true)
                    .oldSwapchain(old == null ? VK_NULL_HANDLE : old.handle());
            var p = stack.mallocLong(1);
            int result = vkCreateSwapchainKHR(device.handle(), create, null, p);
            if (old != null) {
                releases.defer(old::close);
            }
            VkCheck.check(result, "vkCreateSwapchainKHR", "a window of " + w + "x" + h);
            images = SwapchainImages.create(
                    device,
                    p.get(0),
                    info.format().format(),
                    w,
                    h,
                    transform,
                    info.width() == -1 && info.height() == -1);
        }
        stale = false;
        suboptimal = false;
        rebuilds++;
        return true;
    }

    /** Whether the last image presented fills a window of that size; always true of a window without pixels. */
    boolean fits(int width, int height) {
        return width < 1 || height < 1 || (!stale && images != null && images.fits(width, height));
    }

    /** The image acquired. */
    RenderImage image() {
        return live().image(index.get(0));
    }

    /** Signalled when the image may be drawn to. */
    long acquireSemaphore() {
        return live().acquireSemaphore();
    }

    /** To be signalled by the drawing. */
    long presentSemaphore() {
        return live().presentSemaphore(index.get(0));
    }

    /**
     * Shows the image acquired.
     *
     * @param value timeline value of the drawing
     * @return false when the surface is gone for good
     */
    boolean present(long value) {
        SwapchainImages current = live();
        current.submitted(value);
        presentSemaphore.put(0, current.presentSemaphore(index.get(0)));
        presentSwapchain.put(0, current.handle());
        int result = vkQueuePresentKHR(device.queue(), presentInfo);
        switch (result) {
            case VK_SUCCESS -> {}
            case VK_SUBOPTIMAL_KHR -> suboptimal = true;
            case VK_ERROR_OUT_OF_DATE_KHR -> stale = true;
            case VK_ERROR_SURFACE_LOST_KHR -> {
                return false;
            }
            default -> VkCheck.check(result, "vkQueuePresentKHR", "the window");
        }
        return true;
    }

    private SwapchainImages live() {
        if (images == null) {
            throw new AssertionError("no image was acquired");
        }
        return images;
    }

    /** How many swapchains were made. */
    int rebuilds() {
        return rebuilds;
    }

    /** Waits for the GPU and lets everything retired go: a surface must outlive all its swapchains. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        releases.drain();
        if (images != null) {
            images.close();
        }
        presentInfo.free();
        MemoryUtil.memFree(presentSemaphore);
        MemoryUtil.memFree(presentSwapchain);
        MemoryUtil.memFree(index);
    }
}
