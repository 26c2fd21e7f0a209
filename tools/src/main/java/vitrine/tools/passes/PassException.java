package vitrine.tools.passes;

/** A user's pass that cannot be had; the message names it, the cause and the mend, or file, line and source line. */
public final class PassException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public PassException(String message) {
        super(message);
    }
}
