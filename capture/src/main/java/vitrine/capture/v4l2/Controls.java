package vitrine.capture.v4l2;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import vitrine.capture.v4l2.Videodev2.v4l2_ext_control;
import vitrine.capture.v4l2.Videodev2.v4l2_ext_controls;
import vitrine.capture.v4l2.Videodev2.v4l2_query_ext_ctrl;
import vitrine.capture.v4l2.Videodev2.v4l2_querymenu;
import vitrine.engine.linux.Errno;

/** Reads and sets a device's controls: VIDIOC_QUERY_EXT_CTRL, QUERYMENU, G_EXT_CTRLS, S_EXT_CTRLS. */
public final class Controls {
    private static final int MOST = 1000;
    private static final int MOST_ITEMS = 256;

    /** What kernels before 6.x called them, as many guides still do. */
    private static final Map<String, String> FORMER_NAMES = Map.of(
            "exposure_auto", "auto_exposure",
            "exposure_absolute", "exposure_time_absolute",
            "exposure_auto_priority", "exposure_dynamic_framerate",
            "focus_auto", "focus_automatic_continuous",
            "white_balance_temperature_auto", "white_balance_automatic");

    private Controls() {}

    /** All controls that are not disabled, in the driver's order. */
    public static List<Control> of(V4l2Device device) {
        List<Control> controls = new ArrayList<>();
        String group = "";
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment q = arena.allocate(v4l2_query_ext_ctrl.SIZE, 8);
            int id = 0;
            for (int i = 0; i < MOST; i++) {
                q.fill((byte) 0);
                q.set(JAVA_INT, v4l2_query_ext_ctrl.id, id | Videodev2.V4L2_CTRL_FLAG_NEXT_CTRL);
                if (device.ioctl(Videodev2.VIDIOC_QUERY_EXT_CTRL, q) < 0) {
                    break;
                }
                id = q.get(JAVA_INT, v4l2_query_ext_ctrl.id);
                String title = V4l2Device.text(q, v4l2_query_ext_ctrl.name, 32);
                if (q.get(JAVA_INT, v4l2_query_ext_ctrl.type) == Videodev2.V4L2_CTRL_TYPE_CTRL_CLASS) {
                    group = title;
                } else if ((q.get(JAVA_INT, v4l2_query_ext_ctrl.flags) & Videodev2.V4L2_CTRL_FLAG_DISABLED) == 0) {
                    controls.add(control(device, arena, q, title, group));
                }
            }
        }
        return controls;
    }

    private static Control control(V4l2Device device, Arena arena, MemorySegment q, String title, String group) {
        int id = q.get(JAVA_INT, v4l2_query_ext_ctrl.id);
        int flags = q.get(JAVA_INT, v4l2_query_ext_ctrl.flags);
        Control.Type type = q.get(JAVA_INT, v4l2_query_ext_ctrl.nr_of_dims) > 0
                ? Control.Type.OTHER
                : type(q.get(JAVA_INT, v4l2_query_ext_ctrl.type));
        long minimum = q.get(JAVA_LONG, v4l2_query_ext_ctrl.minimum);
        long maximum = q.get(JAVA_LONG, v4l2_query_ext_ctrl.maximum);
        boolean readable = type != Control.Type.OTHER
                && type != Control.Type.BUTTON
                && (flags & Videodev2.V4L2_CTRL_FLAG_WRITE_ONLY) == 0;
        return new Control(
                id,
                name(title),
                title,
                group,
                type,
                minimum,
                maximum,
                q.get(JAVA_LONG, v4l2_query_ext_ctrl.step),
                q.get(JAVA_LONG, v4l2_query_ext_ctrl.default_value),
                readable ? value(device, arena, id, type) : 0,
                type == Control.Type.MENU
                        ? menu(device, arena, q.get(JAVA_INT, v4l2_query_ext_ctrl.type), id, minimum, maximum)
                        : Map.of(),
                note(flags));
    }

    private static String note(int flags) {
        if ((flags & Videodev2.V4L2_CTRL_FLAG_READ_ONLY) != 0) {
            return "read-only";
        }
        if ((flags & Videodev2.V4L2_CTRL_FLAG_INACTIVE) != 0) {
            return "inactive";
        }
        return (flags & Videodev2.V4L2_CTRL_FLAG_GRABBED) != 0 ? "held by another program" : "";
    }

    private static Control.Type type(int type) {
        return switch (type) {
            case Videodev2.V4L2_CTRL_TYPE_INTEGER -> Control.Type.INTEGER;
            case Videodev2.V4L2_CTRL_TYPE_BOOLEAN -> Control.Type.BOOLEAN;
            case Videodev2.V4L2_CTRL_TYPE_MENU, Videodev2.V4L2_CTRL_TYPE_INTEGER_MENU -> Control.Type.MENU;
            case Videodev2.V4L2_CTRL_TYPE_BUTTON -> Control.Type.BUTTON;
            case Videodev2.V4L2_CTRL_TYPE_INTEGER64 -> Control.Type.INTEGER64;
            case Videodev2.V4L2_CTRL_TYPE_BITMASK -> Control.Type.BITMASK;
            default -> Control.Type.OTHER;
        };
    }

    private static Map<Long, String> menu(
            V4l2Device device, Arena arena, int type, int id, long minimum, long maximum) {
        Map<Long, String> items = new TreeMap<>();
        MemorySegment m = arena.allocate(v4l2_querymenu.SIZE, 8);
        for (long i = minimum; i <= maximum && i < minimum + MOST_ITEMS; i++) {
            m.fill((byte) 0);
            m.set(JAVA_INT, v4l2_querymenu.id, id);
            m.set(JAVA_INT, v4l2_querymenu.index, (int) i);
            if (device.ioctl(Videodev2.VIDIOC_QUERYMENU, m) >= 0) {
                items.put(
                        i,
                        type == Videodev2.V4L2_CTRL_TYPE_INTEGER_MENU
                                ? String.valueOf(m.get(JAVA_LONG_UNALIGNED, v4l2_querymenu.value))
                                : V4l2Device.text(m, v4l2_querymenu.name, 32));
            }
        }
        return items;
    }

    private static long value(V4l2Device device, Arena arena, int id, Control.Type type) {
        MemorySegment c = arena.allocate(v4l2_ext_control.SIZE, 8);
        c.set(JAVA_INT, v4l2_ext_control.id, id);
        if (device.ioctl(Videodev2.VIDIOC_G_EXT_CTRLS, list(arena, c)) < 0) {
            return 0;
        }
        return type == Control.Type.INTEGER64
                ? c.get(JAVA_LONG_UNALIGNED, v4l2_ext_control.value64)
                : c.get(JAVA_INT, v4l2_ext_control.value);
    }

    private static MemorySegment list(Arena arena, MemorySegment control) {
        MemorySegment list = arena.allocate(v4l2_ext_controls.SIZE, 8);
        list.set(JAVA_INT, v4l2_ext_controls.count, 1);
        list.set(ADDRESS, v4l2_ext_controls.controls, control);
        return list;
    }

    /** The driver's name as a user writes it. */
    static String name(String title) {
        return title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_").replaceAll("^_|_$", "");
    }

    /**
     * Sets controls by name, in the order given.
     *
     * @param values numbers, true or false, a menu's number or item; a button takes anything
     * @throws V4l2Exception that says what the device has, where it lacks one or does not take the value
     */
    public static void set(V4l2Device device, Map<String, String> values) {
        if (values.isEmpty()) {
            return;
        }
        List<Control> controls = of(device);
        values.forEach((name, value) -> set(device, find(controls, name), value));
    }

    private static Control find(List<Control> controls, String name) {
        String wanted = name(name);
        String now = FORMER_NAMES.getOrDefault(wanted, wanted);
        for (String n : List.of(wanted, now)) {
            for (Control c : controls) {
                if (c.name().equals(n)) {
                    return c;
                }
            }
        }
        throw new V4l2Exception(
                "it has no control " + wanted,
                controls.isEmpty()
                        ? "it has none at all"
                        : "it has " + controls.stream().map(Control::name).collect(Collectors.joining(", ")));
    }

    private static void set(V4l2Device device, Control control, String text) {
        long value = parse(control, text);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment c = arena.allocate(v4l2_ext_control.SIZE, 8);
            c.set(JAVA_INT, v4l2_ext_control.id, control.id());
            if (control.type() == Control.Type.INTEGER64) {
                c.set(JAVA_LONG_UNALIGNED, v4l2_ext_control.value64, value);
            } else {
                c.set(JAVA_INT, v4l2_ext_control.value, (int) value);
            }
            int r = device.ioctl(Videodev2.VIDIOC_S_EXT_CTRLS, list(arena, c));
            if (r < 0) {
                throw new V4l2Exception(
                        "control " + control.name() + " does not take " + text + " (" + Errno.name(-r) + ")",
                        control.note().isEmpty() ? "" : "it is " + control.note() + " now",
                        -r);
            }
        }
    }

    private static long parse(Control c, String text) {
        String t = text.toLowerCase(Locale.ROOT);
        return switch (c.type()) {
            case BUTTON -> 0;
            case BOOLEAN -> bool(c, t);
            case MENU -> item(c, t);
            case OTHER -> throw new V4l2Exception("control " + c.name() + " takes no single number", "leave it out");
            case INTEGER, INTEGER64, BITMASK -> number(c, t);
        };
    }

    private static long bool(Control c, String text) {
        if (text.matches("1|true|on|yes")) {
            return 1;
        }
        if (text.matches("0|false|off|no")) {
            return 0;
        }
        throw unfit(c, text, "true or false");
    }

    private static long item(Control c, String text) {
        // Items may be numbers themselves, also negative ones, whose sign a name lacks.
        Map<Long, String> menu = c.menu();
        Stream<BiPredicate<Long, String>> ways = Stream.of(
                (value, title) -> text.equals(String.valueOf(value)),
                (value, title) -> text.equalsIgnoreCase(title),
                (value, title) -> name(text).equals(name(title)));
        Optional<Long> found = ways.flatMap(way -> menu.entrySet().stream()
                        .filter(i -> way.test(i.getKey(), i.getValue()))
                        .map(Map.Entry::getKey))
                .findFirst();
        if (found.isPresent()) {
            return found.get();
        }
        throw unfit(
                c,
                text,
                c.menu().entrySet().stream()
                        .map(i -> i.getKey() + " (" + i.getValue() + ")")
                        .collect(Collectors.joining(", ", "one of ", "")));
    }

    private static long number(Control c, String text) {
        long value;
        try {
            value = Long.decode(text);
        } catch (NumberFormatException e) {
            throw unfit(c, text, "a number");
        }
        // The maximum of a bit mask is its mask, read without a sign.
        if (c.type() != Control.Type.BITMASK && (value < c.minimum() || value > c.maximum())) {
            throw unfit(c, text, "a number from " + c.minimum() + " to " + c.maximum());
        }
        return value;
    }

    private static V4l2Exception unfit(Control c, String text, String wanted) {
        return new V4l2Exception("control " + c.name() + " takes " + wanted + ", not " + text, "");
    }
}
