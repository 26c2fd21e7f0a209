package vitrine.tools.kiosk;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vitrine.engine.command.ReleaseQueue;
import vitrine.engine.command.Timeline;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.Orientation;
import vitrine.present.PresentException;
import vitrine.present.display.FrameTarget;
import vitrine.present.display.NoneTarget;
import vitrine.present.display.OffscreenTarget;
import vitrine.present.display.OutputTransform;
import vitrine.present.display.PresentUri;
import vitrine.present.display.WindowTarget;

/**
 * The choice of where pictures go: made before Vulkan starts, since a window needs instance extensions, and opened once
 * there is a device. {@code auto} takes display, then window, then files, and says why it rejected what it did.
 */
public final class Presentation {

    private static final Logger LOG = LoggerFactory.getLogger(Presentation.class);

    /** Where {@code auto} writes when there is no screen: a picture a second or so, of the last minute or so. */
    private static final PresentUri.Offscreen FILES =
            new PresentUri.Offscreen(Path.of("vitrine-out"), 30, PresentUri.Size.SOURCE, 60, OutputTransform.IDENTITY);

    private static final String NO_DISPLAY = "display: (the screen without a desktop) is not part of this version";

    private final PresentUri uri;
    private final List<String> instanceExtensions;

    private Presentation(PresentUri uri, List<String> instanceExtensions) {
        this.uri = uri;
        this.instanceExtensions = instanceExtensions;
    }

    /**
     * Reads the URI and settles {@code auto}.
     *
     * @throws PresentException when the URI is wrong or names what cannot be
     */
    static Presentation choose(String text) {
        PresentUri uri = PresentUri.parse(text);
        return switch (uri) {
            case PresentUri.Auto auto -> automatic();
            case PresentUri.Display display -> throw new PresentException(NO_DISPLAY);
            case PresentUri.Window window -> {
                WindowTarget.Probe probe = WindowTarget.probe();
                if (!probe.available()) {
                    throw new PresentException("--present " + text + ": " + probe.reason()
                            + "; take offscreen:DIR, or start from a desktop session");
                }
                yield new Presentation(window, probe.instanceExtensions());
            }
            case PresentUri.Offscreen files -> new Presentation(files, List.of());
            case PresentUri.None none -> new Presentation(none, List.of());
        };
    }

    private static Presentation automatic() {
        LOG.info("present: not display: {}", NO_DISPLAY);
        WindowTarget.Probe probe = WindowTarget.probe();
        if (probe.available()) {
            return new Presentation(
                    new PresentUri.Window(PresentUri.Size.SOURCE, false, OutputTransform.IDENTITY),
                    probe.instanceExtensions());
        }
        LOG.info("present: not window: {}", probe.reason());
        return new Presentation(FILES, List.of());
    }

    /** Whether there is a screen that {@code auto} would take. */
    public static boolean hasScreen() {
        return WindowTarget.probe().available();
    }

    /** One line for each way to present and whether it can be used here. */
    public static List<String> reachable() {
        List<String> lines = new ArrayList<>();
        lines.add("display:     no: " + NO_DISPLAY);
        WindowTarget.Probe window = WindowTarget.probe();
        lines.add("window:      " + (window.available() ? "yes" : "no: " + window.reason()));
        lines.add("offscreen:   yes, PNG files");
        lines.add("none:        yes");
        return lines;
    }

    /** What the instance needs for it. */
    List<String> instanceExtensions() {
        return instanceExtensions;
    }

    boolean needsSwapchain() {
        return uri instanceof PresentUri.Window;
    }

    /** Opens the target; the caller closes it. */
    FrameTarget open(
            VulkanDevice device,
            Timeline timeline,
            ReleaseQueue releases,
            FrameFormat format,
            Orientation orientation) {
        int width = orientation.width(format.width(), format.height());
        int height = orientation.height(format.width(), format.height());
        return switch (uri) {
            case PresentUri.Offscreen files -> OffscreenTarget.create(device, timeline, files, width, height);
            case PresentUri.Window window -> WindowTarget.create(device, timeline, releases, window, width, height);
            case PresentUri.None none -> NoneTarget.create();
            case PresentUri.Auto auto -> throw new AssertionError("auto was settled");
            case PresentUri.Display display -> throw new AssertionError("display was refused");
        };
    }
}
