package vitrine.present;

import org.jspecify.annotations.Nullable;

/** Presentation cannot be set up or has failed for good. The message is one line for the user: thing, cause, mend. */
public class PresentException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public PresentException(String message) {
        super(message);
    }

    public PresentException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
