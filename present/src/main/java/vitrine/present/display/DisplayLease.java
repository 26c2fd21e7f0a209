package vitrine.present.display;

import static org.lwjgl.vulkan.EXTAcquireDrmDisplay.vkAcquireDrmDisplayEXT;
import static org.lwjgl.vulkan.EXTDirectModeDisplay.vkReleaseDisplayEXT;
import static org.lwjgl.vulkan.VK13.VK_SUCCESS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vitrine.engine.device.VkCheck;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.linux.Libc;
import vitrine.engine.linux.LinuxException;
import vitrine.present.PresentException;
import vitrine.present.StaleInstanceException;
import vitrine.present.kms.Connector;
import vitrine.present.kms.DrmNode;
import vitrine.present.kms.KmsCard;

/**
 * The second way to a screen: this process opens the card, which makes it DRM master, and lends the descriptor to the
 * driver (VK_EXT_acquire_drm_display). For drivers that opened no card when they listed physical devices, or one of
 * which another program was master then. Given back after the swapchain and before the instance.
 */
final class DisplayLease implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DisplayLease.class);

    private final VulkanDevice device;
    private final DrmNode node;
    private final Path path;
    private final int lent;
    private final long display;
    private boolean closed;

    private DisplayLease(VulkanDevice device, DrmNode node, Path path, int lent, long display) {
        this.device = device;
        this.node = node;
        this.path = path;
        this.lent = lent;
        this.display = display;
    }

    /**
     * Takes a connector.
     *
     * @throws StaleInstanceException when the driver does not take it in this instance
     * @throws PresentException when the card does not open or somebody else is its master
     */
    static DisplayLease acquire(VulkanDevice device, KmsCard card, Connector connector) {
        DrmNode node;
        try {
            node = DrmNode.openForMaster(card.node());
        } catch (LinuxException e) {
            throw new PresentException("display: " + e.getMessage(), e);
        }
        boolean acquired = false;
        try {
            if (!node.isMaster()) {
                throw new StaleInstanceException("display: another program has the screen at " + card.node());
            }
            OptionalLong display = DisplayOutputs.at(device, node, connector);
            if (display.isEmpty()) {
                throw new StaleInstanceException(
                        "display: " + device.info().name() + " cannot show on " + card.describe());
            }
            // Mesa closes the descriptor that it releases, which the specification does not say: it gets its own.
            int lent = node.dup().release();
            int result = vkAcquireDrmDisplayEXT(device.physicalDevice(), lent, display.getAsLong());
            if (result != VK_SUCCESS) {
                int ignored = Libc.close(lent);
                throw new StaleInstanceException("display: vkAcquireDrmDisplayEXT for " + connector.name() + " of "
                        + card.describe() + ": " + VkCheck.name(result));
            }
            acquired = true;
            LOG.debug("display: {} of {} by VK_EXT_acquire_drm_display", connector.name(), card.describe());
            return new DisplayLease(device, node, card.node(), lent, display.getAsLong());
        } finally {
            if (!acquired) {
                node.close();
            }
        }
    }

    /** VkDisplayKHR. */
    long display() {
        return display;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        int result = vkReleaseDisplayEXT(device.physicalDevice(), display);
        if (result != VK_SUCCESS) {
            LOG.debug("vkReleaseDisplayEXT: {}", VkCheck.name(result));
        }
        if (isStillOpen()) {
            int ignored = Libc.close(lent);
        }
        node.close();
    }

    /** Whether the driver has left the descriptor that it was lent to us. */
    private boolean isStillOpen() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/" + lent)).equals(path.toRealPath());
        } catch (IOException e) {
            return false;
        }
    }
}
