package vitrine.engine.device;

import static org.lwjgl.system.MemoryStack.stackPush;
import static org.lwjgl.vulkan.EXTExternalMemoryDmaBuf.*;
import static org.lwjgl.vulkan.EXTQueueFamilyForeign.VK_EXT_QUEUE_FAMILY_FOREIGN_EXTENSION_NAME;
import static org.lwjgl.vulkan.KHRExternalMemoryFd.VK_KHR_EXTERNAL_MEMORY_FD_EXTENSION_NAME;
import static org.lwjgl.vulkan.KHRPresentId.VK_KHR_PRESENT_ID_EXTENSION_NAME;
import static org.lwjgl.vulkan.KHRPresentWait.VK_KHR_PRESENT_WAIT_EXTENSION_NAME;
import static org.lwjgl.vulkan.VK13.*;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VkExtensionProperties;
import org.lwjgl.vulkan.VkExternalBufferProperties;
import org.lwjgl.vulkan.VkPhysicalDevice;
import org.lwjgl.vulkan.VkPhysicalDeviceExternalBufferInfo;
import org.lwjgl.vulkan.VkPhysicalDeviceFeatures2;
import org.lwjgl.vulkan.VkPhysicalDeviceMemoryProperties;
import org.lwjgl.vulkan.VkPhysicalDevicePresentIdFeaturesKHR;
import org.lwjgl.vulkan.VkPhysicalDevicePresentWaitFeaturesKHR;
import org.lwjgl.vulkan.VkPhysicalDeviceProperties2;
import org.lwjgl.vulkan.VkPhysicalDeviceVulkan12Features;
import org.lwjgl.vulkan.VkPhysicalDeviceVulkan12Properties;
import org.lwjgl.vulkan.VkPhysicalDeviceVulkan13Features;
import org.lwjgl.vulkan.VkQueueFamilyProperties;
import vitrine.engine.debug.RenderDoc;

/** Looks at the machine's Vulkan devices and picks one. */
public final class PhysicalDevices {

    /** What a frame needs of a storage buffer, here and in the import. */
    static final int FRAME_USAGE = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_SHADER_DEVICE_ADDRESS_BIT;

    private PhysicalDevices() {}

    /** A physical device and what is known about it. */
    record Candidate(
            VkPhysicalDevice handle, GpuInfo info, int queueFamily, Set<String> extensions, float timestampPeriod) {}

    /** All devices of the instance, best first. */
    public static List<GpuInfo> list(VulkanInstance instance) {
        return candidates(instance).stream().map(Candidate::info).toList();
    }

    /**
     * The device to use: the best usable one, or the best whose name contains {@code name}.
     *
     * @throws VulkanException naming every device and why it will not do
     */
    static Candidate select(VulkanInstance instance, @Nullable String name) {
        List<Candidate> all = candidates(instance);
        if (all.isEmpty()) {
            throw VulkanException.missing(
                    "no Vulkan device on this machine",
                    "Run './vitrine demo' once, which installs a software driver, or:"
                            + " sudo apt-get install mesa-vulkan-drivers");
        }
        StringBuilder why = new StringBuilder();
        for (Candidate c : all) {
            if (name != null && !c.info.name().contains(name)) {
                why.append("; ").append(c.info.name()).append(": its name does not contain '" + name + "'");
            } else if (!c.info.usable()) {
                why.append("; ").append(c.info.name()).append(": lacks ").append(String.join(", ", c.info.missing()));
            } else {
                return c;
            }
        }
        throw VulkanException.missing(
                "no usable Vulkan device" + why,
                RenderDoc.isExpected()
                        ? "RenderDoc takes bufferDeviceAddress, and Vulkan 1.3 with it, from drivers without"
                                + " bufferDeviceAddressCaptureReplay, such as Mesa's for the Raspberry Pi and llvmpipe:"
                                + " capture on another GPU, see docs/debugging.md."
                        : "Vitrine needs Vulkan 1.3: on Debian 12 take Mesa from backports.");
    }

    static List<Candidate> candidates(VulkanInstance instance) {
        List<Candidate> found = new ArrayList<>();
        try (MemoryStack stack = stackPush()) {
            var count = stack.mallocInt(1);
            int result = vkEnumeratePhysicalDevices(instance.handle(), count, null);
            if (result == VK_ERROR_INITIALIZATION_FAILED) {
                return found;
            }
            VkCheck.check(result, "vkEnumeratePhysicalDevices", "the instance");
            PointerBuffer devices = stack.mallocPointer(count.get(0));
            if (count.get(0) > 0) {
                VkCheck.check(
                        vkEnumeratePhysicalDevices(instance.handle(), count, devices),
                        "vkEnumeratePhysicalDevices",
                        "the instance");
            }
            for (int i = 0; i < count.get(0); i++) {
                found.add(inspect(new VkPhysicalDevice(devices.get(i), instance.handle())));
            }
        }
        found.sort((a, b) -> a.info.type().compareTo(b.info.type()));
        return found;
    }

    private static Candidate inspect(VkPhysicalDevice device) {
        try (MemoryStack stack = stackPush()) {
            var v12 = VkPhysicalDeviceVulkan12Properties.calloc(stack).sType$Default();
            var properties = VkPhysicalDeviceProperties2.calloc(stack).sType$Default();
            vkGetPhysicalDeviceProperties2(device, properties);
            int api = properties.properties().apiVersion();
            boolean vulkan13 = api >= VK_API_VERSION_1_3;
            List<String> missing = new ArrayList<>();
            String driver = "";
            boolean addresses = false;
            if (vulkan13) {
                properties.pNext(v12);
                vkGetPhysicalDeviceProperties2(device, properties);
                driver = (v12.driverNameString() + " " + v12.driverInfoString()).strip();
                var f13 = VkPhysicalDeviceVulkan13Features.calloc(stack).sType$Default();
                var f12 = VkPhysicalDeviceVulkan12Features.calloc(stack).sType$Default();
                vkGetPhysicalDeviceFeatures2(
                        device,
                        VkPhysicalDeviceFeatures2.calloc(stack)
                                .sType$Default()
                                .pNext(f12)
                                .pNext(f13));
                require(f12.timelineSemaphore(), "timelineSemaphore", missing);
                require(f13.synchronization2(), "synchronization2", missing);
                require(f13.dynamicRendering(), "dynamicRendering", missing);
                addresses = f12.bufferDeviceAddress();
            } else {
                missing.add("Vulkan 1.3");
            }
            int family = queueFamily(device, stack);
            require(family >= 0, "a queue for graphics and compute", missing);
            Set<String> extensions = extensions(device);
            boolean dmaBuf = extensions.contains(VK_EXT_EXTERNAL_MEMORY_DMA_BUF_EXTENSION_NAME)
                    && extensions.contains(VK_KHR_EXTERNAL_MEMORY_FD_EXTENSION_NAME)
                    && extensions.contains(VK_EXT_QUEUE_FAMILY_FOREIGN_EXTENSION_NAME)
                    && importsDmaBuf(device, addresses, stack);
            GpuInfo info = new GpuInfo(
                    properties.properties().deviceNameString(),
                    type(properties.properties().deviceType()),
                    VK_API_VERSION_MAJOR(api) + "." + VK_API_VERSION_MINOR(api) + "." + VK_API_VERSION_PATCH(api),
                    driver,
                    dmaBuf,
                    addresses,
                    cacheCoherent(device, stack),
                    missing);
            return new Candidate(
                    device,
                    info,
                    family,
                    extensions,
                    properties.properties().limits().timestampPeriod());
        }
    }

    private static void require(boolean present, String what, List<String> missing) {
        if (!present) {
            missing.add(what);
        }
    }

    /** The extension's name alone proves nothing: lavapipe's import and export differ with /dev/udmabuf. */
    private static boolean importsDmaBuf(VkPhysicalDevice device, boolean addresses, MemoryStack stack) {
        var properties = VkExternalBufferProperties.calloc(stack).sType$Default();
        vkGetPhysicalDeviceExternalBufferProperties(
                device,
                VkPhysicalDeviceExternalBufferInfo.calloc(stack)
                        .sType$Default()
                        .usage(addresses ? FRAME_USAGE : VK_BUFFER_USAGE_STORAGE_BUFFER_BIT)
                        .handleType(VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT),
                properties);
        return (properties.externalMemoryProperties().externalMemoryFeatures()
                        & VK_EXTERNAL_MEMORY_FEATURE_IMPORTABLE_BIT)
                != 0;
    }

    private static boolean cacheCoherent(VkPhysicalDevice device, MemoryStack stack) {
        int wanted = VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT
                | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT
                | VK_MEMORY_PROPERTY_HOST_CACHED_BIT;
        var properties = VkPhysicalDeviceMemoryProperties.calloc(stack);
        vkGetPhysicalDeviceMemoryProperties(device, properties);
        for (int i = 0; i < properties.memoryTypeCount(); i++) {
            if ((properties.memoryTypes(i).propertyFlags() & wanted) == wanted) {
                return true;
            }
        }
        return false;
    }

    /** Whether the device can tell when a picture was shown. */
    static boolean waitsForPresents(Candidate c) {
        if (!c.extensions.contains(VK_KHR_PRESENT_ID_EXTENSION_NAME)
                || !c.extensions.contains(VK_KHR_PRESENT_WAIT_EXTENSION_NAME)) {
            return false;
        }
        try (MemoryStack stack = stackPush()) {
            var id = VkPhysicalDevicePresentIdFeaturesKHR.calloc(stack).sType$Default();
            var wait = VkPhysicalDevicePresentWaitFeaturesKHR.calloc(stack).sType$Default();
            vkGetPhysicalDeviceFeatures2(
                    c.handle,
                    VkPhysicalDeviceFeatures2.calloc(stack)
                            .sType$Default()
                            .pNext(id)
                            .pNext(wait));
            return id.presentId() && wait.presentWait();
        }
    }

    /** Vitrine uses one queue for everything: the Pi has no other. */
    private static int queueFamily(VkPhysicalDevice device, MemoryStack stack) {
        var count = stack.mallocInt(1);
        vkGetPhysicalDeviceQueueFamilyProperties(device, count, null);
        var families = VkQueueFamilyProperties.calloc(count.get(0), stack);
        vkGetPhysicalDeviceQueueFamilyProperties(device, count, families);
        int wanted = VK_QUEUE_GRAPHICS_BIT | VK_QUEUE_COMPUTE_BIT;
        for (int i = 0; i < count.get(0); i++) {
            if ((families.get(i).queueFlags() & wanted) == wanted) {
                return i;
            }
        }
        return -1;
    }

    private static Set<String> extensions(VkPhysicalDevice device) {
        Set<String> names = new HashSet<>();
        try (MemoryStack stack = stackPush()) {
            var count = stack.mallocInt(1);
            vkEnumerateDeviceExtensionProperties(device, (String) null, count, null);
            VkExtensionProperties.Buffer properties = VkExtensionProperties.malloc(count.get(0));
            try {
                vkEnumerateDeviceExtensionProperties(device, (String) null, count, properties);
                for (int i = 0; i < count.get(0); i++) {
                    names.add(properties.get(i).extensionNameString());
                }
            } finally {
                properties.free();
            }
        }
        return names;
    }

    private static GpuInfo.Type type(int type) {
        return switch (type) {
            case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU -> GpuInfo.Type.DISCRETE_GPU;
            case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU -> GpuInfo.Type.INTEGRATED_GPU;
            case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU -> GpuInfo.Type.VIRTUAL_GPU;
            case VK_PHYSICAL_DEVICE_TYPE_CPU -> GpuInfo.Type.CPU;
            default -> GpuInfo.Type.OTHER;
        };
    }
}
