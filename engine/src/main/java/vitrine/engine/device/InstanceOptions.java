package vitrine.engine.device;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import vitrine.engine.debug.DebugLevels;

/**
 * What a {@link VulkanInstance} is made with.
 *
 * @param debug what the Khronos validation layer checks; {@link DebugLevels#OFF} for no layer
 * @param extensions instance extensions asked for by a presentation target, such as VK_KHR_surface
 * @param optionalExtensions those enabled only where some driver offers them
 * @param requests is told what instance and devices are asked for, on the thread that asks; null for nobody
 */
public record InstanceOptions(
        DebugLevels debug,
        List<String> extensions,
        List<String> optionalExtensions,
        @Nullable Consumer<Request> requests) {
    public InstanceOptions {
        extensions = List.copyOf(extensions);
        optionalExtensions = List.copyOf(optionalExtensions);
    }

    public InstanceOptions(DebugLevels debug, List<String> extensions, List<String> optionalExtensions) {
        this(debug, extensions, optionalExtensions, null);
    }

    /** @param validation {@link DebugLevels#DEFAULT} or none */
    public InstanceOptions(boolean validation, List<String> extensions, List<String> optionalExtensions) {
        this(validation ? DebugLevels.DEFAULT : DebugLevels.OFF, extensions, optionalExtensions);
    }

    /** @param validation {@link DebugLevels#DEFAULT} or none */
    public InstanceOptions(boolean validation, List<String> extensions) {
        this(validation, extensions, List.of());
    }

    /** @param validation {@link DebugLevels#DEFAULT} or none */
    public static InstanceOptions headless(boolean validation) {
        return new InstanceOptions(validation, List.of());
    }

    /** Without a screen. */
    public static InstanceOptions headless(DebugLevels debug) {
        return new InstanceOptions(debug, List.of(), List.of());
    }

    /** The same, with somebody to tell. */
    public InstanceOptions telling(@Nullable Consumer<Request> listener) {
        return new InstanceOptions(debug, extensions, optionalExtensions, listener);
    }
}
