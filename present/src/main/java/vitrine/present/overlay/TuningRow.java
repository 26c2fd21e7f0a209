package vitrine.present.overlay;

/**
 * A line of the tuning panel: one constant.
 *
 * @param group what it belongs to, such as a shader; a heading wherever it changes
 * @param name of the constant
 * @param value as text, such as "1.5" or "on"
 * @param place of the value between the least and the most, 0..1
 * @param preset place of the value that the shader has by itself, 0..1
 * @param selected whether keys change this one
 * @param unsaved whether the value differs from what is on disk
 */
public record TuningRow(
        String group, String name, String value, float place, float preset, boolean selected, boolean unsaved) {}
