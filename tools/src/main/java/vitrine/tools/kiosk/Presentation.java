package vitrine.tools.kiosk;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vitrine.engine.command.ReleaseQueue;
import vitrine.engine.command.Timeline;
import vitrine.engine.debug.DebugLevels;
import vitrine.engine.device.InstanceOptions;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.device.VulkanException;
import vitrine.engine.device.VulkanInstance;
import vitrine.engine.linux.NotifySocket;
import vitrine.engine.linux.VirtualConsole;
import vitrine.present.PresentException;
import vitrine.present.StaleInstanceException;
import vitrine.present.display.DisplayProbe;
import vitrine.present.display.DisplayTarget;
import vitrine.present.display.FrameTarget;
import vitrine.present.display.KeyStroke;
import vitrine.present.display.NoneTarget;
import vitrine.present.display.OffscreenTarget;
import vitrine.present.display.OutputTransform;
import vitrine.present.display.PictureCost;
import vitrine.present.display.PresentUri;
import vitrine.present.display.WindowTarget;
import vitrine.present.kms.KmsDevices;
import vitrine.present.scene.PictureTiming;

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

    private static final PresentUri.Display DISPLAY = (PresentUri.Display) PresentUri.parse("display:");

    private static final long LOOK_MILLIS = 250;

    /** Instances that may find no screen, one after the other, where the kernel says that there is one. */
    private static final int MAX_LIVES = 5;

    private final PresentUri uri;
    private final List<String> instanceExtensions;
    private volatile @Nullable VirtualConsole console;
    private int lives;
    private boolean opened;

    private Presentation(PresentUri uri, List<String> instanceExtensions) {
        this.uri = uri;
        this.instanceExtensions = instanceExtensions;
    }

    /**
     * Makes the choice.
     *
     * @param text what the user wrote
     * @param gpu part of the name of the device that will draw, null for the best: {@code auto} asks that one
     * @throws PresentException when that is wrong or cannot be had here; a screen that may yet come can
     */
    static Presentation choose(String text, @Nullable String gpu) {
        PresentUri uri = PresentUri.parse(text);
        return switch (uri) {
            case PresentUri.Auto auto -> automatic(gpu);
            case PresentUri.Display display -> {
                require(DisplayTarget.probe(display));
                yield new Presentation(display, List.of());
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

    private static Presentation automatic(@Nullable String gpu) {
        String reason = withoutDisplay(gpu);
        if (reason.isEmpty()) {
            return new Presentation(DISPLAY, List.of());
        }
        LOG.info("present: not {}", reason);
        WindowTarget.Probe probe = WindowTarget.probe();
        if (probe.available()) {
            return new Presentation(WINDOW, probe.instanceExtensions());
        }
        LOG.info("present: not window: {}", probe.reason());
        return new Presentation(FILES, List.of());
    }

    /**
     * Whether there is a screen that {@code auto} would take.
     *
     * @param gpu part of the name of the device that will draw, null for the best
     */
    public static boolean hasScreen(@Nullable String gpu) {
        return withoutDisplay(gpu).isEmpty() || WindowTarget.probe().available();
    }

    /** One line for each way to present and whether it can be used here. */
    public static List<String> reachable() {
        List<String> lines = new ArrayList<>();
        String display = withoutDisplay(null);
        lines.add("display:     " + (display.isEmpty() ? "yes" : "no: " + display.replaceFirst("^display: ", "")));
        WindowTarget.Probe window = WindowTarget.probe();
        lines.add("window:      " + (window.available() ? "yes" : "no: " + window.reason()));
        lines.add("offscreen:   yes, PNG files");
        lines.add("none:        yes");
        return lines;
    }

    /** Why {@code display:} cannot be had now, by taking it for a moment; empty where it can. */
    private static String withoutDisplay(@Nullable String gpu) {
        DisplayProbe probe = DisplayTarget.probe(DISPLAY);
        if (probe.state() != DisplayProbe.State.READY) {
            return probe.message();
        }
        try (VulkanInstance instance = VulkanInstance.create(displayInstance(DebugLevels.OFF));
                VulkanDevice device = VulkanDevice.create(instance, new VulkanDevice.Options(gpu, true));
                Timeline timeline = Timeline.create(device);
                ReleaseQueue releases = new ReleaseQueue(timeline)) {
            DisplayTarget.create(device, timeline, releases, DISPLAY, (w, h) -> 0)
                    .close();
            return "";
        } catch (PresentException | VulkanException e) {
            String message = String.valueOf(e.getMessage());
            return message.startsWith("display") ? message : "display: " + message;
        }
    }

    private static InstanceOptions displayInstance(DebugLevels debug) {
        return new InstanceOptions(debug, DisplayProbe.INSTANCE_EXTENSIONS, DisplayProbe.OPTIONAL_INSTANCE_EXTENSIONS);
    }

    private static DisplayProbe require(DisplayProbe probe) {
        if (probe.state() != DisplayProbe.State.READY && !probe.state().mayComeTrue()) {
            throw new PresentException(probe.message());
        }
        return probe;
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
    InstanceOptions instanceOptions(DebugLevels debug) {
        return isDisplay() ? displayInstance(debug) : new InstanceOptions(debug, instanceExtensions, List.of());
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
        if (!(uri instanceof PresentUri.Display display)) {
            return !stop.isRaised();
        }
        if (lives > MAX_LIVES) {
            String denied = KmsDevices.ofThisMachine().deniedRenderNode();
            throw new PresentException("display: the Vulkan driver finds no screen, though the kernel has one; "
                    + (denied.isEmpty()
                            ? "is it one with VK_KHR_display, as Mesa's v3dv is? (vitrine list gpus, vitrine list displays)"
                            : denied));
        }
        if (lives++ > 0) {
            Thread.sleep(LOOK_MILLIS);
        }
        long start = System.nanoTime();
        String said = "";
        while (!stop.isRaised()) {
            service.watchdog();
            DisplayProbe probe = require(DisplayTarget.probe(display));
            if (probe.state() == DisplayProbe.State.READY) {
                takeConsole();
                return true;
            }
            lives = 1; // a monitor that comes and goes is no fault of the driver's
            if ((System.nanoTime() - start) / 1_000_000_000L >= display.waitSeconds()) {
                throw new PresentException(probe.message());
            }
            if (!probe.message().equals(said)) {
                said = probe.message();
                LOG.warn("{}; waiting", said);
                service.status("waiting: " + said);
            }
            Thread.sleep(LOOK_MILLIS);
        }
        return false;
    }

    private void takeConsole() {
        if (console == null) {
            console = VirtualConsole.take();
        }
    }

    /** Brings text back to the console under the screen; any thread, at any time. */
    void restoreConsole() {
        VirtualConsole taken = console;
        if (taken != null) {
            taken.close();
        }
    }

    /** As the other {@code open}, with nobody at the keyboard. */
    FrameTarget open(VulkanDevice device, Timeline timeline, ReleaseQueue releases, int width, int height) {
        return open(device, timeline, releases, width, height, stroke -> {});
    }

    /**
     * Opens the target; the caller closes it.
     *
     * @param width of the upright source, for targets that follow it; 0 where it is not known yet
     * @param height of the upright source
     * @param keys hears of keys pressed in a window, on the frame thread
     * @throws vitrine.present.StaleInstanceException when the instance does not have the display and another may
     */
    FrameTarget open(
            VulkanDevice device,
            Timeline timeline,
            ReleaseQueue releases,
            int width,
            int height,
            Consumer<KeyStroke> keys) {
        return switch (uri) {
            case PresentUri.Offscreen files -> OffscreenTarget.create(device, timeline, files, width, height);
            case PresentUri.Window window -> WindowTarget.create(device, timeline, releases, window, keys);
            case PresentUri.Display display -> openDisplay(device, timeline, releases, display);
            case PresentUri.None none -> NoneTarget.create();
            case PresentUri.Auto auto -> throw new AssertionError("auto was settled");
        };
    }

    /** The second time it may be another monitor, which has not the mode that was asked for. */
    private FrameTarget openDisplay(
            VulkanDevice device, Timeline timeline, ReleaseQueue releases, PresentUri.Display display) {
        PictureCost cost = (w, h) -> PictureTiming.measure(device, timeline, releases, w, h);
        FrameTarget target;
        try {
            target = DisplayTarget.create(device, timeline, releases, display, cost);
        } catch (StaleInstanceException e) {
            throw e;
        } catch (PresentException e) {
            if (!opened || display.mode().isPreferred()) {
                throw e;
            }
            target = DisplayTarget.create(device, timeline, releases, display.inPreferredMode(), cost);
            LOG.warn("present: {}; taking {}", e.getMessage(), target.describe());
        }
        opened = true;
        lives = 1;
        return target;
    }

    @Override
    public void close() {
        restoreConsole();
    }
}
