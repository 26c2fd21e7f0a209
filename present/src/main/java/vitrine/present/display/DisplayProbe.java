package vitrine.present.display;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import vitrine.present.kms.Connector;
import vitrine.present.kms.DrmNode;
import vitrine.present.kms.KmsCard;
import vitrine.present.kms.KmsDevices;

/**
 * Whether a screen can be had now, asked of the kernel. To be asked before there is a Vulkan instance with {@link
 * #INSTANCE_EXTENSIONS}: drivers look for a monitor and become DRM master when they list physical devices, once.
 *
 * @param state the answer
 * @param message why not, in one line with the mend; where the answer is yes, which screen
 * @param card where the screen is, or null
 * @param connector where the screen is or is awaited; null where that is not settled
 */
public record DisplayProbe(
        State state,
        String message,
        @Nullable KmsCard card,
        @Nullable Connector connector) {

    /** What the Vulkan instance must enable. */
    public static final List<String> INSTANCE_EXTENSIONS =
            List.of("VK_KHR_surface", "VK_KHR_display", "VK_KHR_get_display_properties2", "VK_EXT_direct_mode_display");

    /** What it should enable where that is offered: names of connectors, and a second way to the screen. */
    public static final List<String> OPTIONAL_INSTANCE_EXTENSIONS = List.of("VK_EXT_acquire_drm_display");

    /** Whether and why not. */
    public enum State {
        READY,
        /** No monitor is plugged in: waiting helps. */
        NO_MONITOR,
        /** Another program has the screen: waiting helps. */
        MASTER_HELD,
        /** No card has connectors. */
        NO_CARD,
        /** This user may not open the card. */
        NO_ACCESS,
        /** The URI names a connector or card that does not exist. */
        NO_SUCH_CONNECTOR;

        public boolean mayComeTrue() {
            return this == NO_MONITOR || this == MASTER_HELD;
        }
    }

    static DisplayProbe of(KmsDevices devices, PresentUri.Display uri) {
        DisplayProbe located = locate(devices, uri);
        return located.state == State.READY && located.card != null && located.connector != null
                ? access(located.card, located.connector)
                : located;
    }

    /** As {@link #of}, but opens nothing: READY where there is a monitor, whoever has it. */
    static DisplayProbe locate(KmsDevices devices, PresentUri.Display uri) {
        List<KmsCard> all = devices.cards();
        if (all.isEmpty()) {
            return new DisplayProbe(
                    State.NO_CARD,
                    "display: no graphics card here drives a screen (nothing in " + devices.drmClass()
                            + " has connectors); on a Raspberry Pi /boot/firmware/config.txt needs"
                            + " dtoverlay=vc4-kms-v3d",
                    null,
                    null);
        }
        List<KmsCard> cards = uri.card()
                .map(path -> all.stream().filter(c -> isAt(c, path)).toList())
                .orElse(all);
        if (cards.isEmpty()) {
            return new DisplayProbe(
                    State.NO_SUCH_CONNECTOR,
                    "display: " + uri.card().orElseThrow() + " is no card with connectors; there is "
                            + all.stream().map(KmsCard::describe).collect(Collectors.joining(", ")),
                    null,
                    null);
        }
        if (!uri.connector().isEmpty()
                && cards.stream().noneMatch(c -> c.connector(uri.connector()).isPresent())) {
            return new DisplayProbe(
                    State.NO_SUCH_CONNECTOR,
                    "display: there is no connector " + uri.connector() + "; there is " + connectors(cards),
                    null,
                    null);
        }
        return monitor(cards, uri.connector());
    }

    private static boolean isAt(KmsCard card, Path path) {
        try {
            return card.node().equals(path) || card.node().toRealPath().equals(path.toRealPath());
        } catch (IOException e) {
            return false;
        }
    }

    /** The first with a monitor; one of which nobody knows whether it has, where all others have none. */
    private static DisplayProbe monitor(List<KmsCard> cards, String name) {
        for (Connector.Status status : List.of(Connector.Status.CONNECTED, Connector.Status.UNKNOWN)) {
            for (KmsCard card : cards) {
                Optional<Connector> connector =
                        candidates(card, name).filter(c -> c.status() == status).findFirst();
                if (connector.isPresent()) {
                    return new DisplayProbe(State.READY, connector.get().name(), card, connector.get());
                }
            }
        }
        KmsCard card = cards.stream()
                .filter(c -> candidates(c, name).findFirst().isPresent())
                .findFirst()
                .orElseThrow();
        return new DisplayProbe(
                State.NO_MONITOR,
                name.isEmpty()
                        ? "display: no monitor is connected (" + connectors(cards) + "); plug one in and switch it on"
                        : "display: no monitor is connected to " + name + "; plug one in and switch it on",
                card,
                name.isEmpty() ? null : card.connector(name).orElseThrow());
    }

    private static Stream<Connector> candidates(KmsCard card, String name) {
        return card.connectors().stream().filter(c -> name.isEmpty() || c.name().equals(name));
    }

    private static DisplayProbe access(KmsCard card, Connector connector) {
        return switch (DrmNode.probe(card.node())) {
            case DrmNode.Access.Free free ->
                new DisplayProbe(State.READY, connector.name() + " of " + card.describe(), card, connector);
            case DrmNode.Access.Held held ->
                new DisplayProbe(
                        State.MASTER_HELD,
                        held.holders().isEmpty()
                                ? "display: the screen at " + card.node()
                                        + " is in use by another program; see which: sudo" + " fuser -v " + card.node()
                                : "display: the screen at " + card.node() + " is in use by "
                                        + String.join(" or ", held.holders()) + "; end it, or log out of the desktop",
                        card,
                        connector);
            case DrmNode.Access.Denied denied ->
                new DisplayProbe(State.NO_ACCESS, "display: " + denied.describe(card.node()), card, connector);
        };
    }

    private static String connectors(List<KmsCard> cards) {
        return cards.stream()
                .flatMap(c -> c.connectors().stream())
                .map(Connector::name)
                .distinct()
                .collect(Collectors.joining(", "));
    }
}
