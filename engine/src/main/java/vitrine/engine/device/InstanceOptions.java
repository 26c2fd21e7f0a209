package vitrine.engine.device;

import java.util.List;

/**
 * What a {@link VulkanInstance} is made with.
 *
 * @param validation turn on the Khronos validation layer with synchronization validation
 * @param extensions instance extensions asked for by a presentation target, such as VK_KHR_surface
 */
public record InstanceOptions(boolean validation, List<String> extensions) {
    public InstanceOptions {
        extensions = List.copyOf(extensions);
    }

    public static InstanceOptions headless(boolean validation) {
        return new InstanceOptions(validation, List.of());
    }
}
