package vitrine.engine.device;

import java.util.List;

/**
 * What a {@link VulkanInstance} is made with.
 *
 * @param validation turn on the Khronos validation layer with synchronization validation
 * @param extensions instance extensions asked for by a presentation target, such as VK_KHR_surface
 * @param optionalExtensions those enabled only where some driver offers them
 */
public record InstanceOptions(boolean validation, List<String> extensions, List<String> optionalExtensions) {
    public InstanceOptions {
        extensions = List.copyOf(extensions);
        optionalExtensions = List.copyOf(optionalExtensions);
    }

    public InstanceOptions(boolean validation, List<String> extensions) {
        this(validation, extensions, List.of());
    }

    public static InstanceOptions headless(boolean validation) {
        return new InstanceOptions(validation, List.of());
    }
}
