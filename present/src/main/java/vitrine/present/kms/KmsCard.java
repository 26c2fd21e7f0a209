package vitrine.present.kms;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A DRM card that has connectors. On the Pi that is vc4; v3d, which draws, is a card without.
 *
 * @param name card0, card1, ...; numbers change between boots
 * @param node its device, such as /dev/dri/card1
 * @param driver the kernel driver's name, or of a virtual card the device's; empty where neither is known
 * @param connectors by DRM object id; at least one
 */
public record KmsCard(String name, Path node, String driver, List<Connector> connectors) {

    public KmsCard {
        connectors = List.copyOf(connectors);
    }

    /** The connector of that name. */
    public Optional<Connector> connector(String connectorName) {
        return connectors.stream().filter(c -> c.name().equals(connectorName)).findFirst();
    }

    /** In a line: {@code /dev/dri/card1 (vc4)}. */
    public String describe() {
        return driver.isEmpty() ? node.toString() : node + " (" + driver + ")";
    }
}
