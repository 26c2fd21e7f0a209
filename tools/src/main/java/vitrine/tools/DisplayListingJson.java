package vitrine.tools;

import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import vitrine.engine.linux.Errno;
import vitrine.present.kms.Connector;
import vitrine.present.kms.DrmNode;
import vitrine.present.kms.KmsCard;
import vitrine.tools.report.JsonText;

/**
 * {@code vitrine list displays --json}. Keys stay; later versions may add some. All of them are always there.
 *
 * <ul>
 *   <li>{@code displays}: connectors of all cards, by card. Each has
 *   <li>{@code name}, {@code id}: the kernel's, such as HDMI-A-1, and its DRM object id, 0 where it is not told
 *   <li>{@code card}, {@code driver}: the card's node, and its kernel driver
 *   <li>{@code status}: {@code connected}, {@code disconnected} or {@code unknown}
 *   <li>{@code enabled}: whether something is shown on it
 *   <li>{@code present}: the URI for {@code --present}
 *   <li>{@code access}: {@code free}, {@code held} by another program, or {@code denied} to this user
 *   <li>{@code openIn}: what has the card open where it is held
 *   <li>{@code obstacle}: the error where it is denied, such as EACCES, else empty
 *   <li>{@code modes}: {@code width}, {@code height}, the preferred one first
 * </ul>
 */
final class DisplayListingJson {
    private final StringBuilder out = new StringBuilder("{\n  \"displays\": [");
    private boolean begun;

    /** Adds a card's connectors. */
    void add(KmsCard card, DrmNode.Access access) {
        for (Connector connector : card.connectors()) {
            out.append(begun ? ",\n    {" : "\n    {");
            begun = true;
            text("", "name", connector.name());
            out.append(", \"id\": ").append(connector.id());
            text(", ", "card", card.node().toString());
            text(", ", "driver", card.driver());
            text(", ", "status", connector.status().name().toLowerCase(Locale.ROOT));
            out.append(", \"enabled\": ").append(connector.enabled());
            text(",\n     ", "present", "display:" + connector.name());
            text(
                    ", ",
                    "access",
                    switch (access) {
                        case DrmNode.Access.Free free -> "free";
                        case DrmNode.Access.Held held -> "held";
                        case DrmNode.Access.Denied denied -> "denied";
                    });
            out.append(", \"openIn\": ");
            array(
                    access instanceof DrmNode.Access.Held held ? held.holders() : List.of(),
                    h -> JsonText.string(out, h));
            text(", ", "obstacle", access instanceof DrmNode.Access.Denied denied ? Errno.name(denied.errno()) : "");
            out.append(",\n     \"modes\": ");
            array(
                    connector.modes(),
                    m -> out.append("{\"width\": ")
                            .append(m.width())
                            .append(", \"height\": ")
                            .append(m.height())
                            .append('}'));
            out.append('}');
        }
    }

    /** The whole. */
    String end() {
        return out.append(begun ? "\n  ]\n}\n" : "]\n}\n").toString();
    }

    private void text(String before, String key, String value) {
        out.append(before).append('"').append(key).append("\": ");
        JsonText.string(out, value);
    }

    private <T> void array(List<T> values, Consumer<T> write) {
        out.append('[');
        for (int i = 0; i < values.size(); i++) {
            out.append(i == 0 ? "" : ", ");
            write.accept(values.get(i));
        }
        out.append(']');
    }
}
