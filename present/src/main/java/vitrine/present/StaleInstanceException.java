package vitrine.present;

/**
 * The Vulkan instance does not have the screen that is there: its driver looked for one before it came, or while another
 * program held it, and does so only once. A new instance may.
 */
public final class StaleInstanceException extends PresentException {

    private static final long serialVersionUID = 1L;

    public StaleInstanceException(String message) {
        super(message);
    }
}
