package vitrine.tools.workbench;

/** What cannot be tuned or saved; one line with the thing, the cause and the mend. */
public final class TuningException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TuningException(String message) {
        super(message);
    }

    TuningException(String message, Throwable cause) {
        super(message, cause);
    }
}
