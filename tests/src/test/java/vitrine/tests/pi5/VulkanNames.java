package vitrine.tests.pi5;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import org.lwjgl.vulkan.KHRSurface;
import org.lwjgl.vulkan.VK13;

/** Vulkan's names of numbers, from LWJGL's constants. */
final class VulkanNames {

    private VulkanNames() {}

    /** The constant of this prefix with this value, or prefix and number where there is none. */
    static String of(String prefix, int value) {
        for (Class<?> holder : List.of(VK13.class, KHRSurface.class)) {
            for (Field field : holder.getFields()) {
                if (field.getType() == int.class && field.getName().startsWith(prefix) && get(field) == value) {
                    return field.getName();
                }
            }
        }
        return prefix + "? (" + value + ")";
    }

    /** The constants of this prefix for each bit that is set. */
    static List<String> bits(String prefix, int flags) {
        List<String> names = new ArrayList<>();
        for (int rest = flags; rest != 0; rest &= rest - 1) {
            names.add(of(prefix, Integer.lowestOneBit(rest)));
        }
        return names;
    }

    private static int get(Field field) {
        try {
            return field.getInt(null);
        } catch (IllegalAccessException e) {
            throw new LinkageError(field.toString(), e);
        }
    }
}
