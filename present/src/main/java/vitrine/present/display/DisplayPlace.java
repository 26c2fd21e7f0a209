package vitrine.present.display;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vitrine.engine.command.ReleaseQueue;
import vitrine.engine.command.Timeline;
import vitrine.engine.device.VulkanDevice;
import vitrine.present.PresentException;
import vitrine.present.StaleInstanceException;
import vitrine.present.kms.Connector;
import vitrine.present.kms.KmsCard;
import vitrine.present.kms.KmsDevices;

/**
 * The connector that a device shows on, how the device came by it, and the way from there to a surface: display, mode,
 * swapchain. Frame thread.
 */
final class DisplayPlace implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DisplayPlace.class);

    private final VulkanDevice device;
    private final PresentUri.Display uri;
    private final PictureCost cost;
    private final KmsCard card;
    private final Connector connector;
    private final long display;
    private final @Nullable DisplayLease lease;
    private String noted = "";
    private PresentUri.Size costed = PresentUri.Size.SOURCE;
    private long costNanos;

    private DisplayPlace(
            VulkanDevice device,
            PresentUri.Display uri,
            PictureCost cost,
            KmsCard card,
            Connector connector,
            long display,
            @Nullable DisplayLease lease) {
        this.device = device;
        this.uri = uri;
        this.cost = cost;
        this.card = card;
        this.connector = connector;
        this.display = display;
        this.lease = lease;
    }

    /**
     * Looks for the connector that the URI names, or the first with a monitor, among the driver's displays; where the
     * driver has none, takes it by a lease.
     *
     * @throws StaleInstanceException when this instance has no way to it
     * @throws PresentException when the URI names what does not exist, or the driver shows elsewhere
     */
    static DisplayPlace find(VulkanDevice device, KmsDevices devices, PresentUri.Display uri, PictureCost cost) {
        DisplayProbe located = DisplayProbe.locate(devices, uri);
        if (located.state() == DisplayProbe.State.NO_MONITOR) {
            throw new StaleInstanceException(located.message());
        }
        KmsCard card = located.card();
        Connector connector = located.connector();
        if (card == null || connector == null) {
            throw new PresentException(located.message());
        }
        List<DisplayOutputs.Listed> listed = DisplayOutputs.list(device);
        if (listed.isEmpty()) {
            if (!DisplayOutputs.canAcquire(device)) {
                throw new StaleInstanceException("display: " + driver(device) + " has no display, though "
                        + connector.name() + " has a monitor");
            }
            DisplayLease lease = DisplayLease.acquire(device, card, connector);
            return new DisplayPlace(device, uri, cost, card, connector, lease.display(), lease);
        }
        // The first that the driver has. It may drive another card than the first with a monitor.
        for (Candidate c : candidates(devices, uri, card, connector)) {
            OptionalLong at = DisplayOutputs.at(device, c.card, c.connector, listed);
            if (at.isPresent() && listed.stream().anyMatch(l -> l.display() == at.getAsLong())) {
                return new DisplayPlace(device, uri, cost, c.card, c.connector, at.getAsLong(), null);
            }
        }
        throw new PresentException("display: " + driver(device)
                + " drives the first card with a monitor, which is not that of " + connector.name() + " at "
                + card.describe() + "; unplug the other monitor, or name its connector");
    }

    private static String driver(VulkanDevice device) {
        return device.info().name() + " (driver " + device.info().driver() + ")";
    }

    private record Candidate(KmsCard card, Connector connector) {}

    private static List<Candidate> candidates(
            KmsDevices devices, PresentUri.Display uri, KmsCard firstCard, Connector first) {
        List<Candidate> candidates = new ArrayList<>();
        candidates.add(new Candidate(firstCard, first));
        if (uri.connector().isEmpty()) {
            for (KmsCard card : devices.cards()) {
                for (Connector connector : card.connectors()) {
                    if (connector.mayBeLit()
                            && (uri.card().isEmpty() || card.name().equals(firstCard.name()))) {
                        candidates.add(new Candidate(card, connector));
                    }
                }
            }
        }
        return candidates;
    }

    KmsCard card() {
        return card;
    }

    Connector connector() {
        return connector;
    }

    /** Whether the card is opened by us and lent to the driver. */
    boolean isLent() {
        return lease != null;
    }

    /**
     * A surface in the mode asked for, or the preferred one.
     *
     * @throws PresentException when the monitor has no such mode or is gone
     * @throws vitrine.engine.device.VulkanException when a call fails
     */
    DisplaySurface light(Timeline timeline, ReleaseQueue releases, ScanOut scanOut) {
        return light(timeline, releases, scanOut, uri.mode());
    }

    /** As {@link #light}; a monitor that has not the mode asked for gets its own, since it may be another monitor. */
    DisplaySurface lightAgain(Timeline timeline, ReleaseQueue releases, ScanOut scanOut) {
        try {
            return light(timeline, releases, scanOut, uri.mode());
        } catch (StaleInstanceException e) {
            throw e;
        } catch (PresentException e) {
            if (uri.mode().isPreferred()) {
                throw e;
            }
            DisplaySurface lit = light(timeline, releases, scanOut, PresentUri.ModeRequest.PREFERRED);
            note(e.getMessage() + "; taking " + lit.mode());
            return lit;
        }
    }

    private DisplaySurface light(
            Timeline timeline, ReleaseQueue releases, ScanOut scanOut, PresentUri.ModeRequest request) {
        PresentUri.Size preferred = DisplayOutputs.list(device).stream()
                .filter(l -> l.display() == display)
                .findFirst()
                .orElseThrow(() -> new StaleInstanceException(
                        "display: " + driver(device) + " sees no monitor at " + connector.name()))
                .preferred();
        DisplayOutput output = DisplayOutputs.describe(device, display, preferred);
        ModeSelection selection =
                ModeSelection.choose(connector.name(), output.modes(), output.preferred(), request, this::cost);
        if (!selection.why().isEmpty()) {
            note(connector.name() + ", " + selection.why());
        }
        DisplaySurface lit =
                DisplaySurface.create(device, timeline, releases, output, selection.mode(), uri.transform(), scanOut);
        scanOut.interval(selection.mode().intervalNanos());
        return lit;
    }

    /** Asks once for each size: a monitor that comes back has the same one mostly. */
    private long cost(int width, int height) {
        PresentUri.Size size = new PresentUri.Size(width, height);
        if (!size.equals(costed)) {
            costNanos = cost.nanos(width, height);
            costed = size;
        }
        return costNanos;
    }

    /** Logs what has not been logged just before. */
    private void note(String text) {
        if (!text.equals(noted)) {
            noted = text;
            LOG.info("present: {}", text);
        }
    }

    @Override
    public void close() {
        if (lease != null) {
            lease.close();
        }
    }
}
