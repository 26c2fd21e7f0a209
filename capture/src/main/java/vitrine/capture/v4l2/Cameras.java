package vitrine.capture.v4l2;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import vitrine.engine.linux.DeviceCalls;
import vitrine.engine.linux.DeviceHolders;
import vitrine.engine.linux.Errno;

/** The machine's video nodes: what there is, and which one a user means. */
public final class Cameras {
    private static final Path DEV = Path.of("/dev");
    private static final List<Path> LINKS = List.of(Path.of("/dev/v4l/by-id"), Path.of("/dev/v4l/by-path"));

    private static final Path NAMES = Path.of("/sys/class/video4linux");

    private Cameras() {}

    /**
     * All video nodes with all they offer: first the one that {@link #open} takes for an empty target, then the other
     * cameras, then what is none, by number. Opens each for a moment.
     */
    public static List<CameraNode> list(DeviceCalls calls) {
        return nodes(calls, CameraRequest.ANY, true);
    }

    /** @param whole with what choosing does not need */
    private static List<CameraNode> nodes(DeviceCalls calls, CameraRequest request, boolean whole) {
        return paths().stream()
                .flatMap(p -> describe(calls, p, request, whole).stream())
                .sorted(CameraNode.ORDER)
                .toList();
    }

    private static List<String> paths() {
        try (Stream<Path> nodes = Files.list(DEV)) {
            return nodes.map(Path::toString)
                    .filter(p -> p.matches("/dev/video[0-9]+"))
                    .sorted(Comparator.comparingInt(p -> Integer.parseInt(p.substring("/dev/video".length()))))
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Empty where the node has lost its device. */
    private static Optional<CameraNode> describe(DeviceCalls calls, String path, CameraRequest request, boolean whole) {
        List<String> links = links(path);
        List<String> holders = whole ? DeviceHolders.of(path, 1) : List.of();
        try (V4l2Device device = V4l2Device.open(calls, path)) {
            return Optional.of(describe(device, links, holders, request, whole));
        } catch (V4l2Exception e) {
            return e.errno() == Errno.ENODEV
                    ? Optional.empty()
                    : Optional.of(new CameraNode(
                            path,
                            kernelName(path),
                            links,
                            null,
                            sentence(e).replaceFirst("^" + path + " ", ""),
                            holders,
                            null,
                            List.of(),
                            List.of(),
                            null));
        }
    }

    private static CameraNode describe(
            V4l2Device device, List<String> links, List<String> holders, CameraRequest request, boolean whole) {
        Capability capability = device.capability();
        String obstacle = capability.obstacle();
        VideoInput input = null;
        List<OfferedFormat> formats = List.of();
        List<Control> controls = List.of();
        ModeChoice best = null;
        if (obstacle.isEmpty()) {
            input = VideoInput.of(device);
            formats = OfferedFormats.of(device, request.code());
            controls = whole ? Controls.of(device) : List.of();
            try {
                best = ModeChoice.of(device, formats, request).getFirst();
            } catch (V4l2Exception e) {
                obstacle = sentence(e);
            }
        }
        if (best != null && input != null && input.followsSender() && request.width() == 0) {
            try {
                best = best.as(DvTimings.sent(device));
            } catch (V4l2Exception e) {
                input = input.withFault(String.valueOf(e.getMessage()));
                best = new ModeChoice(best.code(), 0, 0, 0);
            }
        }
        return new CameraNode(
                device.path(), capability.card(), links, capability, obstacle, holders, input, formats, controls, best);
    }

    /** What the kernel calls a node that must not be opened. */
    private static String kernelName(String path) {
        try {
            return Files.readString(
                            NAMES.resolve(path.substring("/dev/".length())).resolve("name"))
                    .strip();
        } catch (IOException e) {
            return "";
        }
    }

    private static String sentence(V4l2Exception e) {
        return e.getMessage() + (e.mend().isEmpty() ? "" : "; " + e.mend());
    }

    private static List<String> links(String path) {
        List<String> links = new ArrayList<>();
        for (Path folder : LINKS) {
            try (Stream<Path> entries = Files.list(folder)) {
                entries.filter(e -> leadsTo(e, path))
                        .map(Path::toString)
                        .sorted()
                        .forEach(links::add);
            } catch (IOException e) {
                // No such folder without udev.
            }
        }
        return links;
    }

    private static boolean leadsTo(Path link, String path) {
        try {
            return link.toRealPath().toString().equals(path);
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * The node that a user means, opened.
     *
     * @param target empty for the best camera there is; a path; a name below /dev/v4l/by-id or by-path; or a card's name
     * @throws V4l2Exception where there is none, or more than one, that fits
     */
    public static V4l2Device open(DeviceCalls calls, String target, CameraRequest request) {
        if (target.startsWith("/")) {
            return requireCamera(V4l2Device.open(calls, real(target)));
        }
        if (target.isEmpty()) {
            return openBest(calls, request);
        }
        if (target.matches("video[0-9]+")) {
            return requireCamera(V4l2Device.open(calls, "/dev/" + target));
        }
        for (Path folder : LINKS) {
            if (!target.contains("/") && Files.exists(folder.resolve(target))) {
                return requireCamera(
                        V4l2Device.open(calls, real(folder.resolve(target).toString())));
            }
        }
        return openCard(calls, target);
    }

    private static String real(String path) {
        try {
            return Path.of(path).toRealPath().toString();
        } catch (IOException e) {
            return path; // open() says what is wrong with it
        }
    }

    private static V4l2Device requireCamera(V4l2Device device) {
        if (device.capability().isCamera()) {
            return device;
        }
        device.close();
        throw new V4l2Exception(
                device.path() + " (" + device.capability().card() + ") does not capture pictures",
                "vitrine list cameras shows what does");
    }

    private static V4l2Device openBest(DeviceCalls calls, CameraRequest request) {
        List<CameraNode> nodes = nodes(calls, request, false);
        if (nodes.isEmpty() || !nodes.getFirst().isUsable()) {
            throw none(nodes);
        }
        return V4l2Device.open(calls, nodes.getFirst().path());
    }

    private static V4l2Exception none(List<CameraNode> nodes) {
        List<String> obstacles = nodes.stream()
                .filter(n -> n.isCamera() || n.capability() == null)
                .map(n -> n.path() + " " + n.obstacle())
                .toList();
        return obstacles.isEmpty()
                ? new V4l2Exception("no camera here", "plug one in; vitrine list cameras shows what there is")
                : new V4l2Exception("no camera that can be used: " + String.join("; ", obstacles), "");
    }

    private static V4l2Device openCard(DeviceCalls calls, String name) {
        List<CameraNode> nodes = nodes(calls, CameraRequest.ANY, false);
        List<CameraNode> all = nodes.stream().filter(CameraNode::isCamera).toList();
        String wanted = name.toLowerCase(Locale.ROOT);
        List<CameraNode> fitting = all.stream()
                .filter(c -> c.name().toLowerCase(Locale.ROOT).equals(wanted))
                .toList();
        if (fitting.isEmpty()) {
            fitting = all.stream()
                    .filter(c -> c.name().toLowerCase(Locale.ROOT).contains(wanted))
                    .toList();
        }
        if (fitting.isEmpty()) {
            if (all.isEmpty()) {
                throw none(nodes);
            }
            throw new V4l2Exception(
                    "no camera is called that",
                    "there is " + all.stream().map(c -> c.name()).distinct().collect(Collectors.joining(", ")));
        }
        // A camera has several nodes, of which one captures; two cameras of one make differ in where they are plugged
        // in.
        if (fitting.stream().map(Cameras::plug).distinct().count() > 1) {
            throw new V4l2Exception(
                    "more than one camera is called that: "
                            + fitting.stream()
                                    .map(c -> c.path() + " at " + plug(c))
                                    .collect(Collectors.joining(", ")),
                    "name one by its path below /dev/v4l/by-path");
        }
        return V4l2Device.open(calls, fitting.getFirst().path());
    }

    private static String plug(CameraNode node) {
        return node.capability() == null ? "" : node.capability().busInfo();
    }
}
