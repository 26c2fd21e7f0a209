package vitrine.tools.kiosk;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vitrine.engine.command.ReleaseQueue;
import vitrine.engine.command.Timeline;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.linux.NotifySocket;
import vitrine.engine.linux.VirtualConsole;
import vitrine.present.PresentException;
import vitrine.present.display.FrameTarget;
import vitrine.present.display.NoneTarget;
import vitrine.present.display.OffscreenTarget;
import vitrine.present.display.OutputTransform;
import vitrine.present.display.PresentUri;
import vitrine.present.display.WindowTarget;

/**
 * The choice of where pictures go: made before Vulkan starts, since windows and screens need instance extensions, and
 * opened once there is a device. {@code auto} takes display, then window, then files, and says why it rejected what it did.
 * Frame thread.
 */
public final class Presentation implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Presentation.class);

    /** Where {@code auto} writes when there is no screen: a picture a second or so, of the last minute or so. */
    private static final PresentUri.Offscreen FILES =
            new PresentUri.Offscreen(Path.of("vitrine-out"), 30, PresentUri.Size.SOURCE, 60, OutputTransform.IDENTITY);

    private static final PresentUri.Window WINDOW =
            new PresentUri.Window(PresentUri.Size.SOURCE, false, OutputTransform.IDENTITY);

    private static final long LOOK_MILLIS = 250;

    private final PresentUri uri;
    private final List<String> instanceExtensions;
    private volatile @Nullable VirtualConsole console;
    private int lives;

    private Presentation(PresentUri uri, List<String> instanceExtensions) {
        this.uri = uri;
        this.instanceExtensions = instanceExtensions;
    }

    /**
     * Makes the choice.
     *
     * @param text what the user wrote
     * @throws PresentException when that is wrong or cannot be had here; a screen that may yet come can
     */
    static Presentation choose(String text) {
        PresentUri uri = PresentUri.parse(text);
        return switch (uri) {
            case PresentUri.Auto auto -> automatic();
            case PresentUri.Display _ -> {
                throw new PresentException("no");
            }
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
        WindowTarget.Probe probe = WindowTarget.probe();
        if (probe.available()) {
            return new Presentation(WINDOW, probe.instanceExtensions());
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
        String display = "x";
        lines.add("display:     " + (display.isEmpty() ? "yes" : "no: " + display));
        WindowTarget.Probe window = WindowTarget.probe();
        lines.add("window:      " + (window.available() ? "yes" : "no: " + window.reason()));
        lines.add("offscreen:   yes, PNG files");
        lines.add("none:        yes");
        return lines;
    }

    /** Somebody looks on: a window or a screen. */
    boolean isOnScreen() {
        return uri instanceof PresentUri.Window || isDisplay();
    }

    /** A screen of its own, perhaps with nobody to restart the program. */
    boolean isDisplay() {
        return uri instanceof PresentUri.Display;
    }

    /** What the instance needs for it. */
    List<String> instanceExtensions() {
        return instanceExtensions;
    }

    boolean needsSwapchain() {
        return isOnScreen();
    }

    /**
     * Waits until a display can be had: drivers look for it once, when the instance lists its devices. To be called before
     * each instance.
     *
     * @return false when the run shall end
     * @throws PresentException when the time to wait is over, or waiting will not help
     */
    boolean awaitScreen(StopSignal stop, NotifySocket service) throws InterruptedException {
        if (!(uri instanceof PresentUri.Display)) {
            return !stop.isRaised();
        }
        if (lives++ > 0) {
            Thread.sleep(LOOK_MILLIS);
        }
        return false;
    }

    /** Brings text back to the console under the screen; any thread, at any time. */
    void restoreConsole() {
        VirtualConsole taken = console;
        if (taken != null) {
            taken.close();
        }
    }

    /**
     * Opens the target; the caller closes it.
     *
     * @param width of the upright source, for targets that follow it; 0 where it is not known yet
     * @param height of the upright source
     * @throws vitrine.present.StaleInstanceException when the instance does not have the display and another may
     */
    FrameTarget open(VulkanDevice device, Timeline timeline, ReleaseQueue releases, int width, int height) {
        return switch (uri) {
            case PresentUri.Offscreen files -> OffscreenTarget.create(device, timeline, files, width, height);
            case PresentUri.Window window -> WindowTarget.create(device, timeline, releases, window, width, height);
            case PresentUri.Display display -> throw new AssertionError();
            case PresentUri.None none -> NoneTarget.create();
            case PresentUri.Auto auto -> throw new AssertionError("auto was settled");
        };
    }

    @Override
    public void close() {
        restoreConsole();
    }
}
