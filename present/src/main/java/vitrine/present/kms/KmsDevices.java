package vitrine.present.kms;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import vitrine.engine.linux.Errno;
import vitrine.present.kms.Connector.ModeSize;

/**
 * Reads what cards and connectors there are. Opens no device: to open a card that nobody holds is to become its master.
 *
 * @param drmClass /sys/class/drm
 * @param nodes /dev/dri
 */
public record KmsDevices(Path drmClass, Path nodes) {

    private static final Pattern CARD = Pattern.compile("card(\\d+)");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,6})x(\\d{1,6}).*");

    /** An output into memory, for tests of drivers; no screen. */
    private static final String WRITEBACK = "Writeback-";

    /** This machine's. */
    public static KmsDevices ofThisMachine() {
        return new KmsDevices(Path.of("/sys/class/drm"), Path.of("/dev/dri"));
    }

    /** The cards that have connectors, by number; empty where the kernel has no DRM at all. */
    public List<KmsCard> cards() {
        List<String> entries = names(drmClass);
        List<KmsCard> cards = new ArrayList<>();
        for (String entry : entries) {
            if (!CARD.matcher(entry).matches()) {
                continue;
            }
            List<Connector> connectors = new ArrayList<>();
            for (String other : entries) {
                if (other.startsWith(entry + "-")) {
                    String name = other.substring(entry.length() + 1);
                    if (!name.startsWith(WRITEBACK)) {
                        connectors.add(connector(name, drmClass.resolve(other)));
                    }
                }
            }
            if (!connectors.isEmpty()) {
                connectors.sort(Comparator.comparingInt(Connector::id).thenComparing(Connector::name));
                cards.add(new KmsCard(entry, nodes.resolve(entry), driver(drmClass.resolve(entry)), connectors));
            }
        }
        cards.sort(Comparator.comparingInt(c -> number(c.name())));
        return cards;
    }

    /**
     * Why programs of this user may have no GPU to draw with, and so only a software driver, which has no screen: the
     * first render node, such as renderD128, that this user may not open. On the Pi that is v3d's.
     *
     * @return in one line with the mend; empty where all may be opened, or there are none
     */
    public String deniedRenderNode() {
        return names(nodes).stream()
                .filter(name -> name.startsWith("renderD"))
                .sorted()
                .map(nodes::resolve)
                .filter(node -> !Files.isReadable(node) || !Files.isWritable(node))
                .findFirst()
                .map(node -> new DrmNode.Access.Denied(Errno.EACCES, DrmNode.group(node)).describe(node))
                .orElse("");
    }

    /** The same connector as it is now. */
    public static Connector reread(Connector connector) {
        return connector(connector.name(), connector.directory());
    }

    private static List<String> names(Path directory) {
        try (Stream<Path> list = Files.list(directory)) {
            return list.map(p -> String.valueOf(p.getFileName())).toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
    }

    private static int number(String card) {
        Matcher m = CARD.matcher(card);
        return m.matches() ? Integer.parseInt(m.group(1)) : Integer.MAX_VALUE;
    }

    private static String driver(Path card) {
        for (String link : List.of("device/driver", "device")) { // virtual cards have a device without a driver
            try {
                return String.valueOf(card.resolve(link).toRealPath().getFileName());
            } catch (IOException e) {
                // the next
            }
        }
        return "";
    }

    private static Connector connector(String name, Path directory) {
        String id = text(directory.resolve("connector_id"));
        return new Connector(
                name,
                id.matches("\\d{1,9}") ? Integer.parseInt(id) : 0,
                Connector.Status.of(text(directory.resolve("status"))),
                text(directory.resolve("enabled")).equals("enabled"),
                modes(text(directory.resolve("modes"))),
                directory);
    }

    /** Lines such as 1920x1080 or 1920x1080i, a size as often as it has refresh rates. */
    private static List<ModeSize> modes(String lines) {
        List<ModeSize> modes = new ArrayList<>();
        lines.lines().forEach(line -> {
            Matcher m = SIZE.matcher(line);
            if (m.matches()) {
                ModeSize size = new ModeSize(Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2)));
                if (!modes.contains(size)) {
                    modes.add(size);
                }
            }
        });
        return modes;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            return ""; // the connector has just gone, or an older kernel has no such file
        }
    }
}
