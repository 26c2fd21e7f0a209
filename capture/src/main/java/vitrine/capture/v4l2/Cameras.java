package vitrine.capture.v4l2;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import vitrine.engine.linux.DeviceCalls;
import vitrine.engine.linux.Errno;

/** The machine's video nodes: what there is, and which one a user means. */
public final class Cameras {
    private static final Path DEV = Path.of("/dev");
    private static final List<Path> LINKS = List.of(Path.of("/dev/v4l/by-id"), Path.of("/dev/v4l/by-path"));

    private Cameras() {}

    /** All video nodes with all they offer, by number. Opens each for a moment. */
    public static List<CameraNode> list(DeviceCalls calls) {
        return paths().stream().map(p -> describe(calls, p)).toList();
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

    private static CameraNode describe(DeviceCalls calls, String path) {
        List<String> links = links(path);
        try (V4l2Device device = V4l2Device.open(calls, path)) {
            Capability capability = device.capability();
            if (!capability.isCamera()) {
                return new CameraNode(
                        path, links, capability, "it does not capture pictures", List.of(), List.of(), null);
            }
            List<OfferedFormat> formats = OfferedFormats.of(device);
            String obstacle = "";
            String best = null;
            try {
                best = best(device, formats);
            } catch (V4l2Exception e) {
                obstacle = sentence(e);
            }
            return new CameraNode(path, links, capability, obstacle, formats, Controls.of(device), best);
        } catch (V4l2Exception e) {
            return new CameraNode(path, links, null, sentence(e), List.of(), List.of(), null);
        }
    }

    private static String sentence(V4l2Exception e) {
        return e.getMessage() + (e.mend().isEmpty() ? "" : "; " + e.mend());
    }

    private static String best(V4l2Device device, List<OfferedFormat> formats) {
        ModeChoice mode = ModeChoice.of(device, formats, CameraRequest.ANY).getFirst();
        if (mode.width() == 0 || DvTimings.has(device)) {
            String missing = DvTimings.missingSignal(device);
            return mode.code().fourcc() + ", size and rate as sent" + (missing.isEmpty() ? "" : " (" + missing + ")");
        }
        return mode.code().fourcc() + " " + mode.width() + "x" + mode.height()
                + (mode.rate() > 0 ? " at " + FrameRates.text(mode.rate()) + " fps" : "");
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

    /** What is known of a node without asking for its formats: enough to choose by. */
    private record Candidate(
            String path, Capability capability, @Nullable ModeChoice mode, boolean signal) {}

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
        List<String> obstacles = new ArrayList<>();
        List<Candidate> candidates = candidates(calls, request, obstacles);
        Candidate best = candidates.stream()
                .filter(c -> c.mode != null)
                .min(Comparator.<Candidate, Boolean>comparing(c -> !c.signal)
                        .thenComparing(c -> mode(c), ModeChoice.ORDER))
                .orElseThrow(() -> none(obstacles));
        return V4l2Device.open(calls, best.path);
    }

    private static ModeChoice mode(Candidate c) {
        ModeChoice mode = c.mode;
        if (mode == null) {
            throw new AssertionError(c);
        }
        return mode;
    }

    private static V4l2Exception none(List<String> obstacles) {
        return obstacles.isEmpty()
                ? new V4l2Exception("no camera here", "plug one in; vitrine list cameras shows what there is")
                : new V4l2Exception("no camera that can be used: " + String.join("; ", obstacles), "");
    }

    private static V4l2Device openCard(DeviceCalls calls, String name) {
        List<String> obstacles = new ArrayList<>();
        List<Candidate> all = candidates(calls, CameraRequest.ANY, obstacles);
        String wanted = name.toLowerCase(Locale.ROOT);
        List<Candidate> fitting = all.stream()
                .filter(c -> c.capability.card().toLowerCase(Locale.ROOT).equals(wanted))
                .toList();
        if (fitting.isEmpty()) {
            fitting = all.stream()
                    .filter(c -> c.capability.card().toLowerCase(Locale.ROOT).contains(wanted))
                    .toList();
        }
        if (fitting.isEmpty()) {
            if (all.isEmpty()) {
                throw none(obstacles);
            }
            throw new V4l2Exception(
                    "no camera is called that",
                    "there is "
                            + all.stream()
                                    .map(c -> c.capability.card())
                                    .distinct()
                                    .collect(Collectors.joining(", ")));
        }
        // A camera has several nodes, of which one captures; two cameras of one make differ in where they are plugged
        // in.
        if (fitting.stream().map(c -> c.capability.busInfo()).distinct().count() > 1) {
            throw new V4l2Exception(
                    "more than one camera is called that: "
                            + fitting.stream()
                                    .map(c -> c.path + " at " + c.capability.busInfo())
                                    .collect(Collectors.joining(", ")),
                    "name one by its path below /dev/v4l/by-path");
        }
        return V4l2Device.open(calls, fitting.getFirst().path);
    }

    private static List<Candidate> candidates(DeviceCalls calls, CameraRequest request, List<String> obstacles) {
        List<Candidate> candidates = new ArrayList<>();
        for (String path : paths()) {
            try (V4l2Device device = V4l2Device.open(calls, path)) {
                if (device.capability().isCamera()) {
                    ModeChoice mode = null;
                    try {
                        mode = ModeChoice.of(device, OfferedFormats.of(device), request)
                                .getFirst();
                    } catch (V4l2Exception e) {
                        obstacles.add(path + " " + sentence(e));
                    }
                    candidates.add(new Candidate(
                            path,
                            device.capability(),
                            mode,
                            DvTimings.missingSignal(device).isEmpty()));
                }
            } catch (V4l2Exception e) {
                if (e.errno() != Errno.ENODEV) {
                    obstacles.add(sentence(e));
                }
            }
        }
        return candidates;
    }
}
