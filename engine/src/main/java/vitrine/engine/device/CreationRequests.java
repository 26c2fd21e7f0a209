package vitrine.engine.device;

import static org.lwjgl.vulkan.KHRPipelineExecutableProperties.VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PIPELINE_EXECUTABLE_PROPERTIES_FEATURES_KHR;
import static org.lwjgl.vulkan.KHRPresentId.VK_KHR_PRESENT_ID_EXTENSION_NAME;
import static org.lwjgl.vulkan.KHRPresentId.VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PRESENT_ID_FEATURES_KHR;
import static org.lwjgl.vulkan.KHRPresentWait.VK_KHR_PRESENT_WAIT_EXTENSION_NAME;
import static org.lwjgl.vulkan.KHRPresentWait.VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PRESENT_WAIT_FEATURES_KHR;
import static org.lwjgl.vulkan.VK13.*;

import java.lang.reflect.Method;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.vulkan.VkDeviceCreateInfo;
import org.lwjgl.vulkan.VkInstanceCreateInfo;
import org.lwjgl.vulkan.VkPhysicalDeviceFeatures2;
import org.lwjgl.vulkan.VkPhysicalDevicePipelineExecutablePropertiesFeaturesKHR;
import org.lwjgl.vulkan.VkPhysicalDevicePresentIdFeaturesKHR;
import org.lwjgl.vulkan.VkPhysicalDevicePresentWaitFeaturesKHR;
import org.lwjgl.vulkan.VkPhysicalDeviceVulkan11Features;
import org.lwjgl.vulkan.VkPhysicalDeviceVulkan12Features;
import org.lwjgl.vulkan.VkPhysicalDeviceVulkan13Features;

/** What the creation of an instance or a device asks for, read from the structures that the driver gets. */
final class CreationRequests {

    /** What a device is asked for only where it has it, {@link GpuAssistedValidation#FEATURES} aside. */
    private static final Set<String> OPTIONAL_OF_DEVICES = Set.of(
            VK_KHR_PRESENT_ID_EXTENSION_NAME,
            VK_KHR_PRESENT_WAIT_EXTENSION_NAME,
            VkPhysicalDevicePresentIdFeaturesKHR.class.getSimpleName(),
            VkPhysicalDevicePresentWaitFeaturesKHR.class.getSimpleName());

    private CreationRequests() {}

    static void tell(Consumer<Request> requests, VkInstanceCreateInfo info, Set<String> optional) {
        extensions(requests, Request.Scope.INSTANCE, info.ppEnabledExtensionNames(), optional);
    }

    static void tell(Consumer<Request> requests, VkDeviceCreateInfo info) {
        extensions(requests, Request.Scope.DEVICE, info.ppEnabledExtensionNames(), OPTIONAL_OF_DEVICES);
        for (long next = info.pNext(); next != MemoryUtil.NULL; next = MemoryUtil.memGetAddress(next + 8)) {
            features(requests, structure(next));
        }
    }

    private static void extensions(
            Consumer<Request> requests, Request.Scope scope, @Nullable PointerBuffer names, Set<String> optional) {
        for (int i = 0; names != null && i < names.remaining(); i++) {
            String name = MemoryUtil.memUTF8(names.get(names.position() + i));
            requests.accept(new Request.Extension(scope, name, optional.contains(name)));
        }
    }

    private static Object structure(long address) {
        int type = MemoryUtil.memGetInt(address);
        return switch (type) {
            case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2 ->
                VkPhysicalDeviceFeatures2.create(address).features();
            case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_FEATURES ->
                VkPhysicalDeviceVulkan11Features.create(address);
            case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES ->
                VkPhysicalDeviceVulkan12Features.create(address);
            case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_FEATURES ->
                VkPhysicalDeviceVulkan13Features.create(address);
            case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PIPELINE_EXECUTABLE_PROPERTIES_FEATURES_KHR ->
                VkPhysicalDevicePipelineExecutablePropertiesFeaturesKHR.create(address);
            case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PRESENT_ID_FEATURES_KHR ->
                VkPhysicalDevicePresentIdFeaturesKHR.create(address);
            case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PRESENT_WAIT_FEATURES_KHR ->
                VkPhysicalDevicePresentWaitFeaturesKHR.create(address);
            default -> throw new AssertionError("structure type " + type + " is not known here");
        };
    }

    /** LWJGL has a getter without arguments for each VkBool32. */
    private static void features(Consumer<Request> requests, Object structure) {
        String name = structure.getClass().getSimpleName();
        for (Method getter : structure.getClass().getMethods()) {
            if (getter.getReturnType() == boolean.class && getter.getParameterCount() == 0 && isOn(getter, structure)) {
                boolean optional =
                        OPTIONAL_OF_DEVICES.contains(name) || GpuAssistedValidation.FEATURES.contains(getter.getName());
                requests.accept(new Request.Feature(name, getter.getName(), optional));
            }
        }
    }

    private static boolean isOn(Method getter, Object structure) {
        try {
            return (boolean) getter.invoke(structure);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(getter.toString(), e);
        }
    }
}
