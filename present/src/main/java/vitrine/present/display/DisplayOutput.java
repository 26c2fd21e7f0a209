package vitrine.present.display;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import vitrine.present.kms.Connector.ModeSize;

/**
 * A display as VK_KHR_display has it, with what is needed to show something on it.
 *
 * @param display VkDisplayKHR
 * @param plane index of a plane that can show on it
 * @param stackIndex that plane's place in the stack of planes
 * @param modes in the driver's order
 * @param preferred size of the mode it prefers, VkDisplayPropertiesKHR::physicalResolution
 */
record DisplayOutput(long display, int plane, int stackIndex, List<DisplayMode> modes, PresentUri.Size preferred) {
    DisplayOutput {
        modes = List.copyOf(modes);
    }

    /** Whether the kernel lists the same sizes, or none at the moment; where others, it is another monitor. */
    boolean hasSizes(List<ModeSize> listed) {
        return listed.isEmpty()
                || modes.stream()
                        .map(m -> new ModeSize(m.width(), m.height()))
                        .collect(Collectors.toSet())
                        .equals(Set.copyOf(listed));
    }
}
