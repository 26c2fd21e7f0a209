package vitrine.tools;

import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import vitrine.capture.v4l2.CameraNode;
import vitrine.capture.v4l2.Capability;
import vitrine.capture.v4l2.Control;
import vitrine.capture.v4l2.ModeChoice;
import vitrine.capture.v4l2.OfferedFormat;
import vitrine.capture.v4l2.SizeRange;
import vitrine.capture.v4l2.VideoInput;
import vitrine.tools.report.JsonText;

/**
 * {@code vitrine list cameras --json}. Keys stay; later versions may add some. All of them are always there.
 *
 * <ul>
 *   <li>{@code cameras}, {@code others}: nodes that can be opened, best first, and the rest, by number. Each has
 *   <li>{@code name}, {@code path}, {@code links}: the device's name, {@code /dev/videoN}, its paths below /dev/v4l
 *   <li>{@code driver}, {@code busInfo}: as the kernel says; null where the node could not be asked
 *   <li>{@code source}: the URI for {@code --source}
 *   <li>{@code default}: whether {@code v4l2:} alone opens it
 *   <li>{@code obstacle}: why it cannot be opened; empty for cameras
 *   <li>{@code openIn}: other programs that have it open
 *   <li>{@code input}: null, or {@code name}, {@code followsSender} (HDMI and the like), {@code fault} (empty where
 *       there is a picture)
 *   <li>{@code mode}: null, or what would be taken: {@code format}, {@code width}, {@code height},
 *       {@code framesPerSecond}; 0 for what is not known beforehand
 *   <li>{@code formats}: {@code format} (its four characters), {@code description}, {@code readable} by Vitrine,
 *       {@code emulated}, {@code sizes} (of readable formats): {@code width}, {@code height} (the largest of a range), {@code minWidth},
 *       {@code minHeight}, {@code stepWidth}, {@code stepHeight} (the same and 1 where it is one size), {@code rates} in
 *       frames a second, highest first, {@code continuousRates} (the two rates are the ends of a range)
 *   <li>{@code controls}: {@code name}, {@code title}, {@code group}, {@code type} ({@code integer}, {@code boolean},
 *       {@code menu}, {@code button}, {@code integer64}, {@code bitmask}, {@code other}), {@code minimum},
 *       {@code maximum}, {@code step}, {@code default}, {@code value}, {@code note}, {@code menu}: {@code value},
 *       {@code title}, {@code word} (as {@code control.NAME=} takes it)
 * </ul>
 *
 * <p>The text is ASCII, whatever the locale.
 */
final class CameraListingJson {
    private final StringBuilder out = new StringBuilder();

    private CameraListingJson() {}

    /** @param nodes as {@code Cameras.list} gives them, best first */
    static String of(List<CameraNode> nodes) {
        CameraListingJson json = new CameraListingJson();
        json.out.append("{\n  \"cameras\": ");
        json.array(nodes.stream().filter(CameraNode::isUsable).toList(), "\n    ", n -> json.node(n, nodes));
        json.out.append(",\n  \"others\": ");
        json.array(nodes.stream().filter(n -> !n.isUsable()).toList(), "\n    ", n -> json.node(n, nodes));
        json.out.append("\n}\n");
        return ascii(json.out);
    }

    private void node(CameraNode n, List<CameraNode> all) {
        Capability capability = n.capability();
        out.append('{');
        text("name", n.name());
        text(", ", "path", n.path());
        key(", ", "links");
        array(n.links(), "", l -> JsonText.string(out, l));
        nullable("driver", capability == null ? null : capability.driver());
        nullable("busInfo", capability == null ? null : capability.busInfo());
        text(",\n     ", "source", "v4l2:" + n.target());
        raw("default", n.isUsable() && n.path().equals(all.getFirst().path()));
        text(", ", "obstacle", n.obstacle());
        key(", ", "openIn");
        array(n.holders(), "", h -> JsonText.string(out, h));
        key(",\n     ", "input");
        input(n.input());
        key(",\n     ", "mode");
        mode(n.best());
        key(",\n     ", "formats");
        array(n.formats(), "\n      ", this::format);
        key(",\n     ", "controls");
        array(n.controls(), "\n      ", this::control);
        out.append('}');
    }

    private void input(@Nullable VideoInput input) {
        if (input == null) {
            out.append("null");
            return;
        }
        out.append('{');
        text("name", input.name());
        raw("followsSender", input.followsSender());
        text(", ", "fault", input.fault());
        out.append('}');
    }

    private void mode(@Nullable ModeChoice mode) {
        if (mode == null) {
            out.append("null");
            return;
        }
        out.append('{');
        text("format", mode.code().fourcc());
        raw("width", mode.width());
        raw("height", mode.height());
        key(", ", "framesPerSecond");
        JsonText.decimal(out, mode.rate(), 3);
        out.append('}');
    }

    private void format(OfferedFormat f) {
        out.append('{');
        text("format", f.fourcc());
        text(", ", "description", f.description());
        raw("readable", f.code() != null);
        raw("emulated", f.emulated());
        key(", ", "sizes");
        array(f.sizes(), "\n       ", this::size);
        out.append('}');
    }

    private void size(SizeRange s) {
        out.append("{\"width\": ").append(s.maxWidth());
        raw("height", s.maxHeight());
        raw("minWidth", s.minWidth());
        raw("minHeight", s.minHeight());
        raw("stepWidth", s.stepWidth());
        raw("stepHeight", s.stepHeight());
        key(", ", "rates");
        array(s.rates().values(), "", r -> JsonText.decimal(out, r, 3));
        raw("continuousRates", s.rates().continuous());
        out.append('}');
    }

    private void control(Control c) {
        out.append('{');
        text("name", c.name());
        text(", ", "title", c.title());
        text(", ", "group", c.group());
        text(", ", "type", c.type().name().toLowerCase(Locale.ROOT));
        raw("minimum", c.minimum());
        raw("maximum", c.maximum());
        raw("step", c.step());
        raw("default", c.defaultValue());
        raw("value", c.value());
        text(", ", "note", c.note());
        key(", ", "menu");
        array(List.copyOf(c.menu().entrySet()), "", i -> {
            out.append("{\"value\": ").append(i.getKey());
            text(", ", "title", i.getValue());
            text(", ", "word", c.word(i.getKey()));
            out.append('}');
        });
        out.append('}');
    }

    private void text(String key, String value) {
        text("", key, value);
    }

    private void text(String before, String key, String value) {
        key(before, key);
        JsonText.string(out, value);
    }

    private void nullable(String key, @Nullable String value) {
        if (value == null) {
            key(", ", key);
            out.append("null");
        } else {
            text(", ", key, value);
        }
    }

    private void raw(String key, long value) {
        key(", ", key);
        out.append(value);
    }

    private void raw(String key, boolean value) {
        key(", ", key);
        out.append(value);
    }

    private void key(String before, String key) {
        out.append(before).append('"').append(key).append("\": ");
    }

    private <T> void array(List<T> values, String before, Consumer<T> write) {
        out.append('[');
        for (Iterator<T> i = values.iterator(); i.hasNext(); ) {
            out.append(before);
            write.accept(i.next());
            out.append(i.hasNext() ? before.isEmpty() ? ", " : "," : "");
        }
        out.append(']');
    }

    /** Other characters stand in strings alone, where JSON has an escape for them. */
    private static String ascii(StringBuilder json) {
        StringBuilder s = new StringBuilder(json.length());
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c < 0x7f) {
                s.append(c);
            } else {
                s.append(String.format("\\u%04x", (int) c));
            }
        }
        return s.toString();
    }
}
