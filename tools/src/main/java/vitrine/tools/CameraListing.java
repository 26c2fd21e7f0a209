package vitrine.tools;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import vitrine.capture.v4l2.CameraNode;
import vitrine.capture.v4l2.Capability;
import vitrine.capture.v4l2.Control;
import vitrine.capture.v4l2.FrameRates;
import vitrine.capture.v4l2.ModeChoice;
import vitrine.capture.v4l2.OfferedFormat;
import vitrine.capture.v4l2.SizeRange;
import vitrine.capture.v4l2.VideoInput;

/**
 * {@code vitrine list cameras} for a person: each camera with the source to paste, its formats and controls, then the
 * nodes that are no cameras with the reason.
 */
final class CameraListing {
    private static final int LINE = 110;
    /** Where the text of a camera's rows begins. */
    private static final int TEXT = 12;
    /** More formats than this with the same sizes and rates share a line. */
    private static final int ALIKE = 3;

    private static final int WIDEST_VALUE = 16;
    /** A menu with more items is cut. */
    private static final int MOST_ITEMS = 32;

    private static final int ITEMS_OF_LONG_MENU = 6;
    /** A blank at which no line is broken. */
    private static final char TIE = '\u00a0';

    private final StringBuilder out = new StringBuilder();

    private CameraListing() {}

    /**
     * The whole text.
     *
     * @param nodes as {@code Cameras.list} gives them, best first
     */
    static String of(List<CameraNode> nodes) {
        CameraListing listing = new CameraListing();
        List<CameraNode> cameras = nodes.stream().filter(CameraNode::isUsable).toList();
        List<CameraNode> others = nodes.stream().filter(n -> !n.isUsable()).toList();
        for (CameraNode camera : cameras) {
            listing.camera(camera, camera.path().equals(cameras.getFirst().path()));
        }
        if (!cameras.isEmpty()) {
            listing.choosing(cameras.getFirst());
        } else {
            listing.out
                    .append(others.isEmpty() ? "no camera: there is no /dev/video*" : "no camera that can be opened")
                    .append("; plug one in, or take another source: demo:, pattern:1280x720@30, a file, a stream\n");
        }
        listing.others(others);
        return listing.out.toString();
    }

    private void camera(CameraNode camera, boolean first) {
        out.append(camera.name().isEmpty() ? camera.path() : printable(camera.name()))
                .append(first ? "  (what v4l2: opens)\n" : "\n");
        row("source", "--source v4l2:" + camera.target());
        ModeChoice best = camera.best();
        if (best != null) {
            row("opens as", best.toString());
        }
        VideoInput input = camera.input();
        if (input != null && (input.followsSender() || !input.fault().isEmpty())) {
            row("input", printable(input.name()) + (input.fault().isEmpty() ? "" : ": " + input.fault()));
        }
        Capability capability = camera.capability();
        row(
                "node",
                camera.path()
                        + (capability == null
                                ? ""
                                : ", driver " + printable(capability.driver()) + ", plugged in at "
                                        + printable(capability.busInfo())));
        for (String link : camera.links()) {
            row("link", link);
        }
        if (!camera.holders().isEmpty()) {
            row("in use by", printable(String.join(", ", camera.holders())));
        }
        formats(camera.formats());
        controls(camera.controls());
        out.append('\n');
    }

    private void row(String title, String text) {
        wrapped(String.format("  %-" + (TEXT - 2) + "s", title), text);
    }

    /** Breaks at blanks; further lines begin below the first one's text. */
    private void wrapped(String head, String text) {
        out.append(head);
        int column = head.length();
        boolean begun = false;
        for (String word : text.split(" ", -1)) {
            if (begun && column + 1 + word.length() > LINE) {
                out.append('\n').repeat(' ', head.length());
                column = head.length();
            } else if (begun) {
                out.append(' ');
                column++;
            }
            out.append(word.replace(TIE, ' '));
            column += word.length();
            begun = true;
        }
        out.append('\n');
    }

    private void formats(List<OfferedFormat> formats) {
        Map<String, List<OfferedFormat>> bySizes = formats.stream()
                .filter(f -> f.code() != null)
                .collect(Collectors.groupingBy(
                        f -> sizes(f.sizes()) + (f.emulated() ? " (emulated)" : ""),
                        LinkedHashMap::new,
                        Collectors.toList()));
        int widest = bySizes.values().stream()
                .filter(alike -> alike.size() <= ALIKE)
                .flatMap(List::stream)
                .mapToInt(f -> description(f).length())
                .max()
                .orElse(0);
        String title = "formats";
        for (Map.Entry<String, List<OfferedFormat>> entry : bySizes.entrySet()) {
            List<OfferedFormat> alike = entry.getValue();
            if (alike.size() > ALIKE) {
                row(title, alike.stream().map(OfferedFormat::fourcc).collect(Collectors.joining(" ")));
                wrapped(" ".repeat(TEXT) + "  each ", entry.getKey());
                title = "";
                continue;
            }
            for (OfferedFormat f : alike) {
                wrapped(
                        String.format(
                                "  %-" + (TEXT - 2) + "s%-4s  %-" + widest + "s%s",
                                title,
                                f.fourcc(),
                                description(f),
                                widest > 0 ? "  " : ""),
                        entry.getKey());
                title = "";
            }
        }
        String unread = formats.stream()
                .filter(f -> f.code() == null)
                .map(f -> f.fourcc().replace(' ', '_'))
                .collect(Collectors.joining(" "));
        if (!unread.isEmpty()) {
            row("not read", unread);
        }
    }

    /** The driver's words where they add to the code. */
    private static String description(OfferedFormat f) {
        return f.description().equals(f.fourcc()) ? "" : printable(f.description());
    }

    /** {@code 1280x720, 640x480 at 30, 15; 320x240 at 60 fps}: large sizes first, those with the same rates together. */
    private static String sizes(List<SizeRange> sizes) {
        if (sizes.isEmpty()) {
            return "any size the device takes";
        }
        Map<FrameRates, List<SizeRange>> byRates = sizes.stream()
                .sorted(Comparator.comparingLong(s -> -(long) s.maxWidth() * s.maxHeight()))
                .collect(Collectors.groupingBy(SizeRange::rates, LinkedHashMap::new, Collectors.toList()));
        List<String> groups = new ArrayList<>();
        byRates.forEach((rates, same) ->
                groups.add(same.stream().map(CameraListing::size).collect(Collectors.joining(", "))
                        + (rates.values().isEmpty() ? "" : " at " + rates)));
        boolean rated = byRates.keySet().stream().anyMatch(r -> !r.values().isEmpty());
        return String.join("; ", groups) + (rated ? " fps" : "");
    }

    private static String size(SizeRange s) {
        boolean every = s.stepWidth() <= 1 && s.stepHeight() <= 1;
        return s + (s.isDiscrete() || every ? "" : " in steps of " + s.stepWidth() + "x" + s.stepHeight());
    }

    private void controls(List<Control> controls) {
        List<Control> settable =
                controls.stream().filter(c -> c.type() != Control.Type.OTHER).toList();
        if (!settable.isEmpty()) {
            int names = width(settable.stream().map(Control::name).toList(), 32);
            int values = width(settable.stream().map(CameraListing::value).toList(), WIDEST_VALUE);
            boolean grouped = settable.stream().map(Control::group).distinct().count() > 1;
            row("controls", "each as ?control.NAME=VALUE; what it is now, what it takes");
            String group = "";
            for (Control c : settable) {
                if (grouped && !c.group().equals(group)) {
                    group = c.group();
                    out.append("    ").append(printable(group)).append('\n');
                }
                wrapped(String.format("      %-" + names + "s  %-" + values + "s  ", c.name(), value(c)), takes(c));
            }
        }
        String rest = controls.stream()
                .filter(c -> c.type() == Control.Type.OTHER)
                .map(Control::name)
                .collect(Collectors.joining(", "));
        if (!rest.isEmpty()) {
            wrapped("      not set here: ", rest);
        }
    }

    /** The widest text's width, very wide ones left out: they push their own line alone. */
    private static int width(List<String> texts, int most) {
        return texts.stream()
                .mapToInt(String::length)
                .filter(l -> l <= most)
                .max()
                .orElse(1);
    }

    private static String value(Control c) {
        return c.type() == Control.Type.BUTTON ? "-" : c.word(c.value());
    }

    private static String takes(Control c) {
        String range = switch (c.type()) {
            case BOOLEAN -> "true or false";
            case BUTTON -> "anything; it is a button";
            case MENU -> items(c);
            case BITMASK -> "bits of " + c.word(c.maximum());
            case INTEGER, INTEGER64, OTHER ->
                c.minimum() + " to " + c.maximum() + (c.step() > 1 ? " in steps of " + c.step() : "");
        };
        boolean moved = c.type() != Control.Type.BUTTON && c.value() != c.defaultValue();
        return range
                + (moved ? "; default " + c.word(c.defaultValue()) : "")
                + (c.note().isEmpty() ? "" : "; " + c.note());
    }

    private static String items(Control c) {
        int size = c.menu().size();
        String items = c.menu().entrySet().stream()
                .limit(size > MOST_ITEMS ? ITEMS_OF_LONG_MENU : size)
                .map(i -> item(c, i.getKey(), i.getValue()))
                .collect(Collectors.joining(", "));
        return items + (size > MOST_ITEMS ? " ... " + size + " items, see --json" : "");
    }

    /** {@code 1 manual}: either is taken; where the item's text cannot be, it stands in brackets. */
    private static String item(Control c, long value, String text) {
        String word = c.word(value);
        return value
                + (word.equals(String.valueOf(value))
                        ? TIE + "(" + printable(text).replace(' ', TIE) + ")"
                        : TIE + word);
    }

    private void choosing(CameraNode camera) {
        ModeChoice best = camera.best();
        String example = best == null || best.width() == 0
                ? "?format=CODE"
                : "?format=" + best.code().fourcc() + "&size=" + best.width() + "x" + best.height()
                        + (best.rate() > 0 ? "&fps=" + FrameRates.text(best.rate()) : "");
        out.append("To choose yourself: --source 'v4l2:")
                .append(camera.target())
                .append(example)
                .append("'\n");
    }

    private void others(List<CameraNode> others) {
        if (others.isEmpty()) {
            return;
        }
        out.append("\nVideo nodes that are no cameras\n");
        Map<List<String>, List<String>> alike = others.stream()
                .sorted(Comparator.comparingInt(CameraListing::number))
                .collect(Collectors.groupingBy(
                        n -> List.of(printable(n.name()), printable(n.obstacle())),
                        LinkedHashMap::new,
                        Collectors.mapping(CameraNode::path, Collectors.toList())));
        int paths =
                alike.values().stream().mapToInt(p -> joined(p).length()).max().orElse(0);
        int names = alike.keySet().stream()
                .mapToInt(k -> k.getFirst().length())
                .max()
                .orElse(0);
        alike.forEach((k, nodes) -> out.append("  ")
                .append(padded(joined(nodes), paths))
                .append(padded(k.getFirst(), names))
                .append(k.getLast())
                .append('\n'));
    }

    private static String padded(String text, int width) {
        return width == 0 ? "" : text + " ".repeat(width - text.length() + 2);
    }

    private static int number(CameraNode node) {
        String digits = node.path().replaceAll("[^0-9]", "");
        return digits.isEmpty() ? 0 : Integer.parseInt(digits);
    }

    /** {@code /dev/video1, 3, 20 to 37}. */
    private static String joined(List<String> paths) {
        int[] numbers = paths.stream()
                .mapToInt(p -> Integer.parseInt(p.replaceAll("[^0-9]", "")))
                .toArray();
        List<String> runs = new ArrayList<>();
        for (int i = 0; i < numbers.length; ) {
            int end = i;
            while (end + 1 < numbers.length && numbers[end + 1] == numbers[end] + 1) {
                end++;
            }
            if (end - i < 2) {
                Arrays.stream(numbers, i, end + 1).mapToObj(String::valueOf).forEach(runs::add);
            } else {
                runs.add(numbers[i] + " to " + numbers[end]);
            }
            i = end + 1;
        }
        return "/dev/video" + String.join(", ", runs);
    }

    /** Devices name themselves: what would steer a terminal is shown as a question mark. */
    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}|[\\x80-\\x9f]|\\p{Cf}", "?");
    }
}
