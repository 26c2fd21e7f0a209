package vitrine.engine.device;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link VulkanInstance} is made with.
 *
 * @param validation turn on the Khronos validation layer with synchronization validation
 * @param extensions instance extensions asked for by a presentation target, such as VK_KHR_surface
 * @param optionalExtensions those enabled only where some driver offers them
 * @param requests is told what instance and devices are asked for, on the thread that asks; null for nobody
 */
public record InstanceOptions(
        boolean validation,
        List<String> extensions,
        List<String> optionalExtensions,
        @Nullable Consumer<Request> requests) {
    public InstanceOptions {
        extensions = List.copyOf(extensions);
        optionalExtensions = List.copyOf(optionalExtensions);
    }

    public InstanceOptions(boolean validation, List<String> extensions, List<String> optionalExtensions) {
        this(validation, extensions, optionalExtensions, null);
    }

    public InstanceOptions(boolean validation, List<String> extensions) {
        this(validation, extensions, List.of());
    }

    public static InstanceOptions headless(boolean validation) {
        return new InstanceOptions(validation, List.of());
    }

    /** The same, with somebody to tell. */
    public InstanceOptions telling(@Nullable Consumer<Request> listener) {
        return new InstanceOptions(validation, extensions, optionalExtensions, listener);
    }
}
