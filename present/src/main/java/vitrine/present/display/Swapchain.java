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
import org.lwjgl.vulkan.VkCommandBuffer;
import org.lwjgl.vulkan.VkPresentIdKHR;
import org.lwjgl.vulkan.VkPresentInfoKHR;
import org.lwjgl.vulkan.VkSwapchainCreateInfoKHR;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vitrine.engine.command.Barriers;
import vitrine.engine.command.ReleaseQueue;
import vitrine.engine.command.Timeline;
import vitrine.engine.device.Request;
import vitrine.engine.device.VkCheck;
import vitrine.engine.device.VulkanDevice;
import vitrine.present.PresentException;

/**
 * The images of a VkSurfaceKHR, whoever made that: FIFO, three images, used as colour attachments only. Where a driver
 * refuses that, fewer images and other formats are tried. Follows the surface: a swapchain that no longer fits is replaced
 * at the next acquire and leaves through the release queue. Frame thread; acquire and present allocate nothing.
 */
final class Swapchain implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Swapchain.class);

    /** VkPipelineStageFlags2 of the drawing that waits for the acquire semaphore. */
    static final long WAIT_STAGE = VK_PIPELINE_STAGE_2_COLOR_ATTACHMENT_OUTPUT_BIT;

    /** Images asked for: one shown, one waiting, one being drawn. */
    private static final int IMAGES = 3;

    /** What {@link #acquire} found. */
    enum Result {
        READY,
        /** No image in time, or the surface has no pixels. */
        NOT_READY,
        /** Nothing more comes of this surface; {@link #lastResult} says why. */
        LOST
    }

    private final VulkanDevice device;
    private final Timeline timeline;
    private final ReleaseQueue releases;
    private final long surface;
    private final OutputTransform transform;
    private final @Nullable ScanOut scanOut;
    private final Barriers barriers;
    private final VkPresentInfoKHR presentInfo = VkPresentInfoKHR.calloc().sType$Default();
    private final LongBuffer presentSemaphore = MemoryUtil.memAllocLong(1);
    private final LongBuffer presentSwapchain = MemoryUtil.memAllocLong(1);
    private final IntBuffer index = MemoryUtil.memAllocInt(1);
    private final LongBuffer presentId = MemoryUtil.memAllocLong(1);
    private final VkPresentIdKHR presentIdInfo = VkPresentIdKHR.calloc().sType$Default();
    private int lastResult = VK_SUCCESS;
    private @Nullable SwapchainImages images;
    private boolean stale;
    private boolean suboptimal;
    private int rebuilds;
    private boolean closed;

    private Swapchain(
            VulkanDevice device,
            Timeline timeline,
            ReleaseQueue releases,
            long surface,
            OutputTransform transform,
            @Nullable ScanOut scanOut) {
        this.device = device;
        this.timeline = timeline;
        this.releases = releases;
        this.surface = surface;
        this.transform = transform;
        this.scanOut = scanOut;
        barriers = Barriers.create(device);
        presentInfo
                .swapchainCount(1)
                .pWaitSemaphores(presentSemaphore)
                .pSwapchains(presentSwapchain)
                .pImageIndices(index);
        if (device.presentWait()) {
            presentInfo.pNext(presentIdInfo.swapchainCount(1).pPresentIds(presentId));
        }
    }

    /**
     * A swapchain for a surface, which stays its maker's and outlives this. No images are made before the first acquire.
     *
     * @param surface VkSurfaceKHR
     * @param transform how what is drawn must lie in its images
     * @param scanOut told of every present, or null; stays its maker's
     * @throws PresentException when the device cannot present to it
     */
    static Swapchain create(
            VulkanDevice device,
            Timeline timeline,
            ReleaseQueue releases,
            long surface,
            OutputTransform transform,
            @Nullable ScanOut scanOut) {
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
        return new Swapchain(device, timeline, releases, surface, transform, scanOut);
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
            lastResult = result;
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
                case VK_ERROR_DEVICE_LOST -> VkCheck.check(result, "vkAcquireNextImageKHR", "the screen");
                default -> {
                    return Result.LOST;
                }
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
        if (old != null && scanOut != null) {
            scanOut.forget(old.handle());
        }
        try {
            images = create(info, w, h, old == null ? VK_NULL_HANDLE : old.handle());
        } finally {
            if (old != null) {
                releases.defer(old::close);
            }
        }
        stale = false;
        suboptimal = false;
        rebuilds++;
        return true;
    }

    /** The first that the driver makes, going down formats and, for each, numbers of images. */
    private SwapchainImages create(SurfaceInfo info, int width, int height, long old) {
        int result = VK_SUCCESS;
        for (SurfaceInfo.Attempt attempt : info.ladder(IMAGES)) {
            long[] made = new long[1];
            result = create(info, attempt, width, height, old, made);
            if (result == VK_SUCCESS) {
                return SwapchainImages.create(
                        device,
                        made[0],
                        attempt.format().format(),
                        width,
                        height,
                        transform,
                        info.width() == -1 && info.height() == -1);
            }
            LOG.warn(
                    "swapchain: {} images of VkFormat {}, {}x{}: {}",
                    attempt.images(),
                    attempt.format().format(),
                    width,
                    height,
                    VkCheck.name(result));
            old = VK_NULL_HANDLE; // retired by the first attempt, failed or not
        }
        lastResult = result;
        VkCheck.check(result, "vkCreateSwapchainKHR", "a screen of " + width + "x" + height);
        throw new AssertionError();
    }

    private int create(SurfaceInfo info, SurfaceInfo.Attempt attempt, int w, int h, long old, long[] made) {
        int usage = VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT;
        int mode = VK_PRESENT_MODE_FIFO_KHR;
        device.asks(new Request.Swapchain(attempt.format().format(), usage, mode, w, h));
        try (MemoryStack stack = stackPush()) {
            var create = VkSwapchainCreateInfoKHR.calloc(stack)
                    .sType$Default()
                    .surface(surface)
                    .minImageCount(attempt.images())
                    .imageFormat(attempt.format().format())
                    .imageColorSpace(attempt.format().colorSpace())
                    .imageExtent(e -> e.set(w, h))
                    .imageArrayLayers(1)
                    .imageUsage(usage)
                    .imageSharingMode(VK_SHARING_MODE_EXCLUSIVE)
                    .preTransform(info.transform())
                    .compositeAlpha(info.compositeAlpha())
                    .presentMode(mode)
                    .clipped(true)
                    .oldSwapchain(old);
            var p = stack.mallocLong(1);
            int result = vkCreateSwapchainKHR(device.handle(), create, null, p);
            made[0] = p.get(0);
            return result;
        }
    }

    /**
     * Makes the images now, before the first acquire, so that what fails does so during set-up.
     *
     * @throws vitrine.engine.device.VulkanException when the driver makes no swapchain
     */
    void prepare(int width, int height) {
        if (images == null) {
            rebuild(width, height);
        }
    }

    /** What the images are, for the log; empty before there are any. */
    String describe() {
        return images == null ? "" : images.describe();
    }

    /** VkResult of the last acquire, present or creation that was made. */
    int lastResult() {
        return lastResult;
    }

    /** Records what makes the image acquired a colour attachment, contents undefined. */
    void begin(VkCommandBuffer cmd) {
        // The source stage is the one that waits for the acquire semaphore, so the transition comes after the acquire.
        barriers.image(
                        image().image(),
                        VK_IMAGE_LAYOUT_UNDEFINED,
                        VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL,
                        WAIT_STAGE,
                        0,
                        VK_PIPELINE_STAGE_2_COLOR_ATTACHMENT_OUTPUT_BIT,
                        VK_ACCESS_2_COLOR_ATTACHMENT_READ_BIT | VK_ACCESS_2_COLOR_ATTACHMENT_WRITE_BIT)
                .record(cmd);
    }

    /** Records what hands the drawn image to the screen. */
    void end(VkCommandBuffer cmd) {
        barriers.image(
                        image().image(),
                        VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL,
                        VK_IMAGE_LAYOUT_PRESENT_SRC_KHR,
                        VK_PIPELINE_STAGE_2_COLOR_ATTACHMENT_OUTPUT_BIT,
                        VK_ACCESS_2_COLOR_ATTACHMENT_WRITE_BIT,
                        VK_PIPELINE_STAGE_2_NONE,
                        0)
                .record(cmd);
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
     * @param captureNanos capture time of the frame in it, 0 of a card
     * @return false when nothing more comes of this surface; {@link #lastResult} says why
     */
    boolean present(long value, long captureNanos) {
        SwapchainImages current = live();
        current.submitted(value);
        presentSemaphore.put(0, current.presentSemaphore(index.get(0)));
        presentSwapchain.put(0, current.handle());
        presentId.put(0, presentId.get(0) + 1);
        int result = vkQueuePresentKHR(device.queue(), presentInfo);
        lastResult = result;
        switch (result) {
            case VK_SUCCESS -> {}
            case VK_SUBOPTIMAL_KHR -> suboptimal = true;
            case VK_ERROR_OUT_OF_DATE_KHR -> stale = true;
            case VK_ERROR_DEVICE_LOST -> VkCheck.check(result, "vkQueuePresentKHR", "the screen");
            default -> {
                return false;
            }
        }
        if (scanOut != null && !stale) {
            scanOut.presented(current.handle(), presentId.get(0), value, captureNanos);
        }
        return true;
    }

    private SwapchainImages live() {
        if (images == null) {
            throw new AssertionError("no image was acquired");
        }
        return images;
    }

    /** See {@link SwapchainImages#drain}; nothing but {@link #close} may follow. */
    boolean drain(long timeoutNanos) {
        return images == null || images.drain(timeoutNanos);
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
            if (scanOut != null) {
                scanOut.forget(images.handle());
            }
            images.close();
        }
        barriers.close();
        presentInfo.free();
        presentIdInfo.free();
        MemoryUtil.memFree(presentId);
        MemoryUtil.memFree(presentSemaphore);
        MemoryUtil.memFree(presentSwapchain);
        MemoryUtil.memFree(index);
    }
}
