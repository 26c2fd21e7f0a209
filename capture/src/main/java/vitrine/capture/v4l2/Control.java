package vitrine.capture.v4l2;

import java.util.Map;

/**
 * One control of a device.
 *
 * @param id V4L2_CID_*
 * @param name as the user writes it: the driver's name in lower case, runs of other characters than letters and digits
 *     made an underscore, as v4l2-ctl does
 * @param title the driver's own name
 * @param group title of the class it stands under, such as {@code Camera Controls}; may be empty
 * @param type what values it takes
 * @param minimum of a number
 * @param maximum of a number
 * @param step of a number
 * @param defaultValue the driver's
 * @param value now; 0 for buttons and text
 * @param menu names by value, for menus
 * @param note empty, or why it cannot be set now: {@code inactive}, {@code read-only}
 */
public record Control(
        int id,
        String name,
        String title,
        String group,
        Type type,
        long minimum,
        long maximum,
        long step,
        long defaultValue,
        long value,
        Map<Long, String> menu,
        String note) {

    /** Kinds of values; {@code enum v4l2_ctrl_type}. */
    public enum Type {
        INTEGER,
        BOOLEAN,
        MENU,
        BUTTON,
        INTEGER64,
        BITMASK,
        /** Text and compound values, which are listed but not set here. */
        OTHER
    }

    /** A value as a user may write it: a menu's item in {@link #name}'s style, else the number. */
    public String word(long of) {
        if (type == Type.BOOLEAN) {
            return of == 0 ? "false" : "true";
        }
        if (type == Type.BITMASK) {
            return "0x" + Long.toHexString(of & 0xffff_ffffL);
        }
        String item = Controls.name(menu.getOrDefault(of, ""));
        // An item that reads as a number, or like another item, would be taken for that one.
        boolean plain = !item.isEmpty()
                && !item.matches("[0-9]+")
                && menu.values().stream()
                                .filter(i -> Controls.name(i).equals(item))
                                .count()
                        == 1;
        return plain ? item : String.valueOf(of);
    }
}
