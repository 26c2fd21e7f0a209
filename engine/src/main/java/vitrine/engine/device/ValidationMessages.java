package vitrine.engine.device;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the validation layers said. The layers call from any thread inside any Vulkan command, where nothing may be
 * thrown: messages are kept here and judged later.
 */
public final class ValidationMessages {

    /** Message ids that are known to be wrong about us; each needs its reason beside it. Empty, and may it stay so. */
    private static final Set<String> KNOWN_FALSE = Set.of();

    private static final int KEPT = 200;

    private final List<Message> messages = new ArrayList<>();
    private int count;

    ValidationMessages() {}

    /**
     * One message.
     *
     * @param severity {@code error} or {@code warning}
     * @param id message id, a VUID mostly
     * @param text the layer's text, which names the objects
     */
    public record Message(String severity, String id, String text) {}

    synchronized void add(String severity, @Nullable String id, @Nullable String text) {
        String known = id == null ? "" : id;
        if (KNOWN_FALSE.contains(known)) {
            return;
        }
        count++;
        if (messages.size() < KEPT) {
            messages.add(new Message(severity, known, text == null ? "" : text));
        }
    }

    /** How many came, including those past the kept ones. */
    public synchronized int count() {
        return count;
    }

    /** The first messages, oldest first. */
    public synchronized List<Message> list() {
        return List.copyOf(messages);
    }
}
