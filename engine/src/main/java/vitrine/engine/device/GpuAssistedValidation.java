package vitrine.engine.device;

import static org.lwjgl.system.MemoryStack.stackPush;
import static org.lwjgl.vulkan.VK13.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VkPhysicalDevice;
import org.lwjgl.vulkan.VkPhysicalDeviceFeatures;
import vitrine.engine.debug.DebugLevel;
import vitrine.engine.debug.DebugLevels;

/** What the validation layer's instrumented shaders need of a device. */
public final class GpuAssistedValidation {

    /** Members of VkPhysicalDeviceFeatures that are enabled for it, where the device has them. */
    static final Set<String> FEATURES =
            Set.of("vertexPipelineStoresAndAtomics", "fragmentStoresAndAtomics", "shaderInt64");

    /**
     * With it, Debian 12's layer (1.3.239) waits ten seconds for each value of a timeline semaphore and calls that an error
     * of its own. Debian 13's does not; those between were not tried.
     */
    private static final int OLDEST_LAYER = VK_MAKE_API_VERSION(0, 1, 4, 309);

    private GpuAssistedValidation() {}

    private static String version(int packed) {
        return VK_API_VERSION_MAJOR(packed) + "." + VK_API_VERSION_MINOR(packed) + "." + VK_API_VERSION_PATCH(packed);
    }

    /**
     * The levels, without {@link DebugLevel#GPU} where the device cannot do it. To be asked before the instance, which is
     * made with the levels.
     *
     * @param gpu part of the wanted device's name, or null for the best
     * @param said is told in one line why it is left off
     */
    public static DebugLevels whereItCanBe(DebugLevels levels, @Nullable String gpu, Consumer<String> said) {
        if (!levels.has(DebugLevel.GPU)) {
            return levels;
        }
        int layer = VulkanInstance.validationLayerVersion();
        if (layer < OLDEST_LAYER) {
            said.accept("GPU-assisted validation is left off: it needs a validation layer " + version(OLDEST_LAYER)
                    + " or newer, as in Debian 13; this one is " + version(layer));
            return levels.without(DebugLevel.GPU);
        }
        try (VulkanInstance probe = VulkanInstance.create(InstanceOptions.headless(DebugLevels.OFF))) {
            PhysicalDevices.Candidate c = PhysicalDevices.select(probe, gpu);
            List<String> lacking = lacking(c);
            if (lacking.isEmpty()) {
                return levels;
            }
            said.accept("GPU-assisted validation is left off: " + c.info().name() + " has no "
                    + String.join(", no ", lacking));
            return levels.without(DebugLevel.GPU);
        }
    }

    private static List<String> lacking(PhysicalDevices.Candidate c) {
        List<String> lacking = new ArrayList<>();
        try (MemoryStack stack = stackPush()) {
            VkPhysicalDeviceFeatures f = VkPhysicalDeviceFeatures.calloc(stack);
            vkGetPhysicalDeviceFeatures(c.handle(), f);
            // Instrumented shaders write what they find to a buffer, from every stage.
            if (!f.fragmentStoresAndAtomics()) {
                lacking.add("fragmentStoresAndAtomics");
            }
            if (!f.vertexPipelineStoresAndAtomics()) {
                lacking.add("vertexPipelineStoresAndAtomics");
            }
        }
        // The layer reads that buffer back from cached memory, and fails where there is none, as on the Pi
        // (KhronosGroup/Vulkan-ValidationLayers, pull request 12305).
        if (!c.info().cacheCoherent()) {
            lacking.add("cached host memory");
        }
        return lacking;
    }

    /** Turns on, in what a device is about to be asked for, what it has of the {@link #FEATURES}. */
    static void enable(VkPhysicalDevice device, VkPhysicalDeviceFeatures wanted) {
        try (MemoryStack stack = stackPush()) {
            VkPhysicalDeviceFeatures has = VkPhysicalDeviceFeatures.calloc(stack);
            vkGetPhysicalDeviceFeatures(device, has);
            wanted.vertexPipelineStoresAndAtomics(has.vertexPipelineStoresAndAtomics())
                    .fragmentStoresAndAtomics(has.fragmentStoresAndAtomics())
                    .shaderInt64(has.shaderInt64());
        }
    }
}
