package vitrine.present.overlay;

/**
 * A line of the head-up display, in columns.
 *
 * @param name what is measured, such as "latency"
 * @param value plain digits, right-aligned, all of one width so that they do not jump
 * @param unit such as "ms"; may be empty
 * @param note such as what governs the value; may be empty
 */
public record Figure(String name, String value, String unit, String note) {}
