package vitrine.capture.v4l2;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A video node and what it is good for.
 *
 * @param path {@code /dev/video0}
 * @param name the device's, also of one that could not be opened; empty where unknown
 * @param links its other names below /dev/v4l, which stay when numbers change; by-id first
 * @param capability null where it could not be asked
 * @param obstacle why it is no camera for us, and the mend; empty where it is one
 * @param holders other programs that have it open
 * @param input where its pictures come from; null where the driver does not say
 * @param formats what it offers
 * @param controls what can be set
 * @param best the mode that would be taken, of width 0 where a sender decides and sends nothing; null where there is none
 */
public record CameraNode(
        String path,
        String name,
        List<String> links,
        @Nullable Capability capability,
        String obstacle,
        List<String> holders,
        @Nullable VideoInput input,
        List<OfferedFormat> formats,
        List<Control> controls,
        @Nullable ModeChoice best) {

    /** The one to take first: cameras before others, those with a signal first, then by their best mode. */
    static final Comparator<CameraNode> ORDER = Comparator.<CameraNode, Boolean>comparing(n -> !n.isUsable())
            .thenComparing(n -> !n.hasSignal())
            .thenComparing(CameraNode::best, Comparator.nullsLast(ModeChoice.ORDER));

    public CameraNode {
        links = List.copyOf(links);
        holders = List.copyOf(holders);
        formats = List.copyOf(formats);
        controls = List.copyOf(controls);
    }

    public boolean isUsable() {
        return obstacle.isEmpty();
    }

    /** Captures, though perhaps nothing that is read here. */
    boolean isCamera() {
        return capability != null && capability.isCamera();
    }

    private boolean hasSignal() {
        return input == null || input.fault().isEmpty();
    }

    /**
     * What stands for it behind {@code v4l2:}, the same after the next start: its name below by-id, which goes with the
     * device, else below by-path, which goes with the socket, else its path.
     */
    public String target() {
        return links.isEmpty()
                ? path
                : links.getFirst().substring(links.getFirst().lastIndexOf('/') + 1);
    }
}
