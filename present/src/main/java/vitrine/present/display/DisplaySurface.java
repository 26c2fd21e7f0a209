package vitrine.present.display;

import static org.lwjgl.system.MemoryStack.stackPush;
import static org.lwjgl.vulkan.KHRDisplay.*;
import static org.lwjgl.vulkan.KHRGetDisplayProperties2.vkGetDisplayPlaneCapabilities2KHR;
import static org.lwjgl.vulkan.KHRSurface.VK_OBJECT_TYPE_SURFACE_KHR;
import static org.lwjgl.vulkan.KHRSurface.VK_SURFACE_TRANSFORM_IDENTITY_BIT_KHR;
import static org.lwjgl.vulkan.KHRSurface.vkDestroySurfaceKHR;
import static org.lwjgl.vulkan.VK13.*;

import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VkDisplayPlaneCapabilities2KHR;
import org.lwjgl.vulkan.VkDisplayPlaneInfo2KHR;
import org.lwjgl.vulkan.VkDisplaySurfaceCreateInfoKHR;
import vitrine.engine.command.ReleaseQueue;
import vitrine.engine.command.Timeline;
import vitrine.engine.device.VkCheck;
import vitrine.engine.device.VulkanDevice;

/** A mode on a display, full screen: the surface and its swapchain. Frame thread. */
final class DisplaySurface implements AutoCloseable {

    /** How long to wait for one refresh when all is torn down. */
    private static final long DRAIN_NANOS = 100_000_000;

    private final VulkanDevice device;
    private final DisplayOutput output;
    private final DisplayMode mode;
    private final long surface;
    private final Swapchain swapchain;
    private long lastPresentNanos = System.nanoTime() - DRAIN_NANOS;

    private DisplaySurface(
            VulkanDevice device, DisplayOutput output, DisplayMode mode, long surface, Swapchain swapchain) {
        this.device = device;
        this.output = output;
        this.mode = mode;
        this.surface = surface;
        this.swapchain = swapchain;
    }

    /**
     * Makes surface and images. Nothing is shown, and no mode set, before the first present.
     *
     * @throws vitrine.engine.device.VulkanException when a call fails
     * @throws vitrine.present.PresentException when the device cannot present to it
     */
    static DisplaySurface create(
            VulkanDevice device,
            Timeline timeline,
            ReleaseQueue releases,
            DisplayOutput output,
            DisplayMode mode,
            OutputTransform transform,
            ScanOut scanOut) {
        long surface = surface(device, output, mode);
        Swapchain swapchain = null;
        try {
            swapchain = Swapchain.create(device, timeline, releases, surface, transform, scanOut);
            swapchain.prepare(mode.width(), mode.height());
            DisplaySurface created = new DisplaySurface(device, output, mode, surface, swapchain);
            swapchain = null;
            return created;
        } catch (RuntimeException e) {
            if (swapchain != null) {
                swapchain.close();
            }
            destroy(device, surface);
            throw e;
        }
    }

    private static long surface(VulkanDevice device, DisplayOutput output, DisplayMode mode) {
        try (MemoryStack stack = stackPush()) {
            var capabilities = VkDisplayPlaneCapabilities2KHR.calloc(stack).sType$Default();
            VkCheck.check(
                    vkGetDisplayPlaneCapabilities2KHR(
                            device.physicalDevice(),
                            VkDisplayPlaneInfo2KHR.calloc(stack)
                                    .sType$Default()
                                    .mode(mode.handle())
                                    .planeIndex(output.plane()),
                            capabilities),
                    "vkGetDisplayPlaneCapabilities2KHR",
                    mode.toString());
            int alpha = capabilities.capabilities().supportedAlpha();
            var p = stack.mallocLong(1);
            VkCheck.check(
                    vkCreateDisplayPlaneSurfaceKHR(
                            device.instance().handle(),
                            VkDisplaySurfaceCreateInfoKHR.calloc(stack)
                                    .sType$Default()
                                    .displayMode(mode.handle())
                                    .planeIndex(output.plane())
                                    .planeStackIndex(output.stackIndex())
                                    .transform(VK_SURFACE_TRANSFORM_IDENTITY_BIT_KHR)
                                    .globalAlpha(1)
                                    .alphaMode(
                                            (alpha & VK_DISPLAY_PLANE_ALPHA_OPAQUE_BIT_KHR) != 0
                                                    ? VK_DISPLAY_PLANE_ALPHA_OPAQUE_BIT_KHR
                                                    : Integer.lowestOneBit(alpha))
                                    .imageExtent(e -> e.set(mode.width(), mode.height())),
                            null,
                            p),
                    "vkCreateDisplayPlaneSurfaceKHR",
                    mode.toString());
            device.created(VK_OBJECT_TYPE_SURFACE_KHR, p.get(0), "display " + mode);
            return p.get(0);
        }
    }

    private static void destroy(VulkanDevice device, long surface) {
        device.destroyed(VK_OBJECT_TYPE_SURFACE_KHR, surface);
        vkDestroySurfaceKHR(device.instance().handle(), surface, null);
    }

    DisplayOutput output() {
        return output;
    }

    DisplayMode mode() {
        return mode;
    }

    Swapchain swapchain() {
        return swapchain;
    }

    Swapchain.Result acquire(long timeoutNanos) {
        return swapchain.acquire(mode.width(), mode.height(), timeoutNanos);
    }

    boolean present(long value, long captureNanos) {
        boolean shown = swapchain.present(value, captureNanos);
        if (shown) {
            lastPresentNanos = System.nanoTime();
        }
        return shown;
    }

    /** Waits for the GPU and for the refreshes that bring what has been presented, tenths of a second at most. */
    @Override
    public void close() {
        if (!swapchain.drain(DRAIN_NANOS)) {
            pause(lastPresentNanos + Math.max(DRAIN_NANOS, 4 * mode.intervalNanos()) - System.nanoTime());
        }
        swapchain.close();
        destroy(device, surface);
    }

    private static void pause(long nanos) {
        if (nanos > 0) {
            try {
                Thread.sleep(nanos / 1_000_000, (int) (nanos % 1_000_000));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
