package vitrine.present.display;

import static org.lwjgl.vulkan.VK13.VK_ERROR_DEVICE_LOST;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.lwjgl.vulkan.VkCommandBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vitrine.engine.command.ReleaseQueue;
import vitrine.engine.command.Timeline;
import vitrine.engine.device.VkCheck;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.device.VulkanException;
import vitrine.present.PresentException;
import vitrine.present.StaleInstanceException;
import vitrine.present.kms.Connector;
import vitrine.present.kms.ConnectorWatch;
import vitrine.present.kms.KmsDevices;

/**
 * {@code display:}, a whole screen by VK_KHR_display, without X or Wayland: FIFO, three images, the mode's own size.
 *
 * <p>A monitor unplugged, a mode that is gone and every error of the swapchain are survived: {@link #acquire} is
 * NOT_READY, and surface and swapchain are made again when the connector has a monitor, and every 250 ms where that
 * fails. After ten seconds of failing with a monitor there, the answer is LOST: a new instance may help.
 *
 * <p>Where the URI names no connector and a monitor turns up at another one, the answer is LOST as well.
 *
 * <p>Two things it cannot do. Whether we are still DRM master is not to be seen, since the descriptor is the driver's;
 * only where it was lent to it (VK_EXT_acquire_drm_display) it is ours. And where the console has been switched to
 * another program's terminal, Mesa's present waits inside, a second at a time, until it is switched back: the frame
 * thread stands still so long.
 */
public final class DisplayTarget implements FrameTarget {

    private static final Logger LOG = LoggerFactory.getLogger(DisplayTarget.class);

    /** Longest wait for an image, several refreshes of any screen. */
    private static final long TIMEOUT_NANOS = 100_000_000;

    private static final long LOOK_NANOS = 1_000_000_000;
    private static final long STUCK_NANOS = 3_000_000_000L;

    private final VulkanDevice device;
    private final Timeline timeline;
    private final ReleaseQueue releases;
    private final PresentUri.Display uri;
    private final DisplayPlace place;
    private final Connector connector;
    private final ConnectorWatch watch;
    private final ScanOut scanOut;
    private @Nullable DisplaySurface surface;
    private int changesSeen;
    private boolean drawingCard;
    private boolean damaged;
    private long presented;
    private int rebuilds;
    private boolean closed;

    // While there is no picture; times are of System.nanoTime.
    private boolean lost;
    private long lostNanos;
    private final Retries retries = new Retries();
    private long nextLookNanos;
    private boolean given;
    private boolean stuck;
    private long stuckSinceNanos;

    private DisplayTarget(
            VulkanDevice device,
            Timeline timeline,
            ReleaseQueue releases,
            PresentUri.Display uri,
            DisplayPlace place,
            ConnectorWatch watch,
            ScanOut scanOut) {
        this.device = device;
        this.timeline = timeline;
        this.releases = releases;
        this.uri = uri;
        this.place = place;
        connector = place.connector();
        this.watch = watch;
        this.scanOut = scanOut;
    }

    /** Whether a screen can be had; before the instance is made. Opens the card for a moment, changes nothing. */
    public static DisplayProbe probe(PresentUri.Display uri) {
        return DisplayProbe.of(KmsDevices.ofThisMachine(), uri);
    }

    /**
     * Takes the screen. Nothing is shown before the first present.
     *
     * @param device with a swapchain, from an instance with {@link DisplayProbe#INSTANCE_EXTENSIONS}
     * @param cost asked where the monitor prefers a mode of more than 2560x1600 pixels
     * @throws StaleInstanceException when this instance's driver has no display though there may be a monitor: close
     *     device and instance, {@link #probe} and begin again
     * @throws PresentException when the screen cannot be used, with what is known of the driver
     */
    public static DisplayTarget create(
            VulkanDevice device, Timeline timeline, ReleaseQueue releases, PresentUri.Display uri, PictureCost cost) {
        DisplayPlace place = DisplayPlace.find(device, KmsDevices.ofThisMachine(), uri, cost);
        ConnectorWatch watch = null;
        ScanOut scanOut = null;
        try {
            watch = ConnectorWatch.start(place.connector());
            scanOut = ScanOut.start(device, timeline, 0);
            DisplayTarget target = new DisplayTarget(device, timeline, releases, uri, place, watch, scanOut);
            target.changesSeen = watch.changes();
            target.surface = place.light(timeline, releases, scanOut);
            return target;
        } catch (RuntimeException e) {
            if (watch != null) {
                watch.close();
            }
            if (scanOut != null) {
                scanOut.close();
            }
            place.close();
            throw e instanceof VulkanException v ? explained(device, place.connector(), v) : e;
        }
    }

    private static PresentException explained(VulkanDevice device, Connector connector, VulkanException e) {
        return new PresentException(
                "display: " + connector.name() + ": " + e.getMessage() + " (driver "
                        + device.info().driver() + ")"
                        + KnownTroubles.of(device.info().driver()),
                e);
    }

    @Override
    public AcquireResult poll() {
        return restore() == null && given ? AcquireResult.LOST : AcquireResult.NOT_READY;
    }

    @Override
    public boolean isDamaged() {
        return damaged;
    }

    @Override
    public AcquireResult acquire(long frame) {
        return acquire(false);
    }

    @Override
    public AcquireResult acquireCard(long frame) {
        return acquire(true);
    }

    private AcquireResult acquire(boolean ofCard) {
        drawingCard = ofCard;
        DisplaySurface current = restore();
        if (current == null) {
            return given ? AcquireResult.LOST : AcquireResult.NOT_READY;
        }
        Swapchain.Result result;
        try {
            result = current.acquire(TIMEOUT_NANOS);
        } catch (VulkanException e) { // of a swapchain that was out of date and could not be replaced
            survive(e);
            return AcquireResult.NOT_READY;
        }
        return switch (result) {
            case READY -> {
                stuck = false;
                yield AcquireResult.READY;
            }
            case NOT_READY -> {
                awaitRefresh();
                yield AcquireResult.NOT_READY;
            }
            case LOST -> {
                lose(VkCheck.name(current.swapchain().lastResult()));
                yield AcquireResult.NOT_READY;
            }
        };
    }

    private void survive(VulkanException e) {
        if (e.result() == VK_ERROR_DEVICE_LOST) {
            throw e;
        }
        lose(String.valueOf(e.getMessage()));
    }

    /** No image has come free: normal for a moment, else the screen has stopped. */
    private void awaitRefresh() {
        long now = System.nanoTime();
        if (!stuck) {
            stuck = true;
            stuckSinceNanos = now;
        } else if (now - stuckSinceNanos > STUCK_NANOS) {
            lose("no refresh for " + STUCK_NANOS / 1_000_000_000 + " s");
        }
    }

    /** What can be drawn to, made again where that is due and possible; null where there is nothing now. */
    private @Nullable DisplaySurface restore() {
        if (!lost) {
            if (!watch.connected()) {
                lose("the monitor is gone");
            } else if (watch.changes() != changesSeen) {
                changesSeen = watch.changes();
                if (isOtherMonitor()) {
                    lose("the monitor has other modes now");
                }
            }
        }
        return lost && !given ? restoreLost() : lost ? null : surface;
    }

    private @Nullable DisplaySurface restoreLost() {
        DisplaySurface old = surface;
        if (old != null) {
            surface = null;
            old.close();
        }
        long now = System.nanoTime();
        if (!watch.connected()) {
            retries.reset();
            lookElsewhere(now);
            return null;
        }
        if (!retries.next(now)) {
            return null;
        }
        try {
            changesSeen = watch.changes();
            surface = place.lightAgain(timeline, releases, scanOut);
            rebuilds++;
            lost = false;
            stuck = false;
            damaged = true;
            return surface;
        } catch (VulkanException | PresentException e) {
            if (e instanceof VulkanException v && v.result() == VK_ERROR_DEVICE_LOST) {
                throw v;
            }
            LOG.debug("present: {} does not come back", connector.name(), e);
            giveUp(now, String.valueOf(e.getMessage()));
            return null;
        }
    }

    /** Where no connector is named, a monitor plugged in at another one will do, but it takes a new start. */
    private void lookElsewhere(long now) {
        if (!uri.connector().isEmpty() || now - nextLookNanos < 0) {
            return;
        }
        nextLookNanos = now + LOOK_NANOS;
        Connector found = DisplayProbe.locate(KmsDevices.ofThisMachine(), uri).connector();
        if (found != null
                && found.status() == Connector.Status.CONNECTED
                && !found.name().equals(connector.name())) {
            given = true;
            LOG.info("present: the monitor is at {} now", found.name());
        }
    }

    private void giveUp(long now, String why) {
        if (retries.isHopeless(now)) {
            given = true;
            LOG.warn(
                    "present: {} does not come back in this Vulkan instance: {}{}",
                    connector.name(),
                    why,
                    KnownTroubles.of(device.info().driver()));
        }
    }

    /** Whether the kernel has no longer the modes that we chose from; probing alone makes it write them anew. */
    private boolean isOtherMonitor() {
        DisplaySurface current = surface;
        return current == null
                || !current.output().hasSizes(KmsDevices.reread(connector).modes());
    }

    /** No picture from now on; said once until there has been one again. */
    private void lose(String why) {
        long now = System.nanoTime();
        lost = true;
        if (!damaged) { // nothing has been shown since the last time, which was announced
            lostNanos = now;
            nextLookNanos = now;
            retries.reset();
            LOG.warn("present: {}: {}; the run goes on, the picture returns with the screen", connector.name(), why);
        } else {
            LOG.debug("present: {}: {}", connector.name(), why);
            giveUp(now, why);
        }
    }

    private DisplaySurface live() {
        DisplaySurface current = surface;
        if (current == null) {
            throw new AssertionError("no image was acquired");
        }
        return current;
    }

    @Override
    public RenderImage image() {
        return live().swapchain().image();
    }

    @Override
    public void begin(VkCommandBuffer cmd) {
        live().swapchain().begin(cmd);
    }

    @Override
    public void end(VkCommandBuffer cmd) {
        live().swapchain().end(cmd);
    }

    @Override
    public long waitSemaphore() {
        return live().swapchain().acquireSemaphore();
    }

    @Override
    public long waitStage() {
        return Swapchain.WAIT_STAGE;
    }

    @Override
    public long signalSemaphore() {
        return live().swapchain().presentSemaphore();
    }

    @Override
    public void present(long value, long captureNanos) {
        DisplaySurface current = live();
        if (!current.present(value, captureNanos)) {
            lose(VkCheck.name(current.swapchain().lastResult()));
            return;
        }
        presented += drawingCard ? 0 : 1;
        if (damaged) {
            damaged = false;
            retries.reset();
            LOG.info(
                    "present: {} is back after {} s: {}",
                    connector.name(),
                    String.format(Locale.ROOT, "%.1f", (System.nanoTime() - lostNanos) / 1e9),
                    current.mode());
        }
    }

    @Override
    public long presented() {
        return presented;
    }

    @Override
    public ScanOut scanOut() {
        return scanOut;
    }

    /** How often surface and swapchain were made again. */
    public int rebuilds() {
        return rebuilds;
    }

    /** {@code 1920x1080@60}, or empty while there is no picture. */
    public String mode() {
        return surface == null ? "" : surface.mode().toString();
    }

    @Override
    public String describe() {
        return "display: " + connector.name() + " of " + place.card().describe()
                + (surface == null
                        ? ", no picture now"
                        : ", " + surface.mode() + ", " + surface.swapchain().describe()
                                + (place.isLent() ? ", by VK_EXT_acquire_drm_display" : ""));
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        watch.close();
        try {
            device.waitIdle();
            if (surface != null) {
                surface.close();
            }
        } finally { // also of a lost device: a thread that still waits must not outlive it
            scanOut.close();
            place.close();
        }
    }
}
