package vitrine.inference.model;

/**
 * A model or its descriptor cannot be used. The message is for a user: the file, the cause, the mend. It is one line,
 * except where it ends in a descriptor to copy.
 */
public final class ModelException extends RuntimeException {

    public ModelException(String message) {
        super(message);
    }

    public ModelException(String message, Throwable cause) {
        super(message, cause);
    }
}
