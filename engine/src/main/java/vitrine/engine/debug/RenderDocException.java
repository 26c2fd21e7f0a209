package vitrine.engine.debug;

/** RenderDoc was asked for and cannot be had: one line with the cause and the mend. */
public final class RenderDocException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RenderDocException(String message) {
        super(message);
    }
}
