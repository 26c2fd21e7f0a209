package vitrine.present.display;

import static org.lwjgl.system.MemoryStack.stackPush;
import static org.lwjgl.vulkan.EXTAcquireDrmDisplay.vkGetDrmDisplayEXT;
import static org.lwjgl.vulkan.KHRDisplay.vkGetDisplayPlaneSupportedDisplaysKHR;
import static org.lwjgl.vulkan.KHRGetDisplayProperties2.*;
import static org.lwjgl.vulkan.VK13.*;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VkDisplayModeProperties2KHR;
import org.lwjgl.vulkan.VkDisplayPlaneProperties2KHR;
import org.lwjgl.vulkan.VkDisplayProperties2KHR;
import vitrine.engine.device.VkCheck;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.linux.LinuxException;
import vitrine.present.PresentException;
import vitrine.present.kms.Connector;
import vitrine.present.kms.DrmNode;
import vitrine.present.kms.KmsCard;

/**
 * Asks a device for its displays (VK_KHR_display through VK_KHR_get_display_properties2). Mesa answers with what the
 * kernel says at that moment, having it probe the connectors, so this can take a tenth of a second.
 */
final class DisplayOutputs {

    private DisplayOutputs() {}

    /** A display listed, VkDisplayPropertiesKHR. */
    record Listed(long display, PresentUri.Size preferred) {}

    /** The displays with a monitor that the driver can drive; none where it is not DRM master. */
    static List<Listed> list(VulkanDevice device) {
        try (MemoryStack stack = stackPush()) {
            var count = stack.mallocInt(1);
            check(
                    vkGetPhysicalDeviceDisplayProperties2KHR(device.physicalDevice(), count, null),
                    "vkGetPhysicalDeviceDisplayProperties2KHR");
            VkDisplayProperties2KHR.Buffer found = VkDisplayProperties2KHR.calloc(count.get(0));
            try {
                found.forEach(VkDisplayProperties2KHR::sType$Default);
                check(
                        vkGetPhysicalDeviceDisplayProperties2KHR(device.physicalDevice(), count, found),
                        "vkGetPhysicalDeviceDisplayProperties2KHR");
                List<Listed> list = new ArrayList<>();
                for (int i = 0; i < count.get(0); i++) {
                    var p = found.get(i).displayProperties();
                    list.add(new Listed(
                            p.display(),
                            new PresentUri.Size(
                                    p.physicalResolution().width(),
                                    p.physicalResolution().height())));
                }
                return list;
            } finally {
                found.free();
            }
        }
    }

    /**
     * The display at a connector. Mesa calls them all "monitor", so the kernel's object id must tell; where the driver
     * has no VK_EXT_acquire_drm_display to ask by that, displays and connectors are taken to come in the same order.
     *
     * @param listed the driver's displays
     * @return its VkDisplayKHR; empty where the driver does not have it, or drives another card
     */
    static OptionalLong at(VulkanDevice device, KmsCard card, Connector connector, List<Listed> listed) {
        if (canAcquire(device) && connector.id() != 0) {
            try (DrmNode node = DrmNode.openForMaster(card.node())) {
                return at(device, node, connector);
            } catch (LinuxException e) {
                return OptionalLong.empty();
            }
        }
        List<Connector> lit = card.connectors().stream()
                .filter(Connector::mayBeLit)
                .sorted(Comparator.comparingInt(Connector::id))
                .toList();
        int index = -1;
        for (int i = 0; i < lit.size(); i++) {
            index = lit.get(i).name().equals(connector.name()) ? i : index;
        }
        return index >= 0 && index < listed.size()
                ? OptionalLong.of(listed.get(index).display())
                : OptionalLong.empty();
    }

    /** As above, by the connector's id on an open card. */
    static OptionalLong at(VulkanDevice device, DrmNode node, Connector connector) {
        try (MemoryStack stack = stackPush()) {
            var p = stack.mallocLong(1);
            int result = vkGetDrmDisplayEXT(device.physicalDevice(), node.number(), connector.id(), p);
            return result == VK_SUCCESS && p.get(0) != VK_NULL_HANDLE
                    ? OptionalLong.of(p.get(0))
                    : OptionalLong.empty();
        }
    }

    /** Whether the instance has VK_EXT_acquire_drm_display. */
    static boolean canAcquire(VulkanDevice device) {
        return device.instance().handle().getCapabilities().VK_EXT_acquire_drm_display;
    }

    /** Everything about a display; its modes as they are now. */
    static DisplayOutput describe(VulkanDevice device, long display, PresentUri.Size preferred) {
        List<DisplayMode> modes = modes(device, display);
        try (MemoryStack stack = stackPush()) {
            var count = stack.mallocInt(1);
            check(
                    vkGetPhysicalDeviceDisplayPlaneProperties2KHR(device.physicalDevice(), count, null),
                    "vkGetPhysicalDeviceDisplayPlaneProperties2KHR");
            VkDisplayPlaneProperties2KHR.Buffer planes = VkDisplayPlaneProperties2KHR.calloc(count.get(0));
            try {
                planes.forEach(VkDisplayPlaneProperties2KHR::sType$Default);
                check(
                        vkGetPhysicalDeviceDisplayPlaneProperties2KHR(device.physicalDevice(), count, planes),
                        "vkGetPhysicalDeviceDisplayPlaneProperties2KHR");
                for (int i = 0; i < count.get(0); i++) {
                    var plane = planes.get(i).displayPlaneProperties();
                    long current = plane.currentDisplay();
                    if ((current == VK_NULL_HANDLE || current == display) && shows(device, i, display)) {
                        return new DisplayOutput(display, i, plane.currentStackIndex(), modes, preferred);
                    }
                }
            } finally {
                planes.free();
            }
        }
        throw new PresentException("no plane of " + device.info().name() + " can show on this display");
    }

    private static boolean shows(VulkanDevice device, int plane, long display) {
        try (MemoryStack stack = stackPush()) {
            var count = stack.mallocInt(1);
            check(
                    vkGetDisplayPlaneSupportedDisplaysKHR(device.physicalDevice(), plane, count, null),
                    "vkGetDisplayPlaneSupportedDisplaysKHR");
            if (count.get(0) == 0) {
                return false;
            }
            var displays = stack.mallocLong(count.get(0));
            check(
                    vkGetDisplayPlaneSupportedDisplaysKHR(device.physicalDevice(), plane, count, displays),
                    "vkGetDisplayPlaneSupportedDisplaysKHR");
            for (int i = 0; i < count.get(0); i++) {
                if (displays.get(i) == display) {
                    return true;
                }
            }
            return false;
        }
    }

    private static List<DisplayMode> modes(VulkanDevice device, long display) {
        try (MemoryStack stack = stackPush()) {
            var count = stack.mallocInt(1);
            check(
                    vkGetDisplayModeProperties2KHR(device.physicalDevice(), display, count, null),
                    "vkGetDisplayModeProperties2KHR");
            VkDisplayModeProperties2KHR.Buffer found = VkDisplayModeProperties2KHR.calloc(count.get(0));
            try {
                found.forEach(VkDisplayModeProperties2KHR::sType$Default);
                check(
                        vkGetDisplayModeProperties2KHR(device.physicalDevice(), display, count, found),
                        "vkGetDisplayModeProperties2KHR");
                List<DisplayMode> modes = new ArrayList<>();
                for (int i = 0; i < count.get(0); i++) {
                    var m = found.get(i).displayModeProperties();
                    var region = m.parameters().visibleRegion();
                    modes.add(new DisplayMode(
                            m.displayMode(),
                            region.width(),
                            region.height(),
                            m.parameters().refreshRate()));
                }
                return modes;
            } finally {
                found.free();
            }
        }
    }

    /** What changes between the two calls of a list (VK_INCOMPLETE) is seen the next time. */
    private static void check(int result, String call) {
        if (result != VK_INCOMPLETE) {
            VkCheck.check(result, call, "displays");
        }
    }
}
