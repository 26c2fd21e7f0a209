package vitrine.present.display;

import java.util.List;

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
}
