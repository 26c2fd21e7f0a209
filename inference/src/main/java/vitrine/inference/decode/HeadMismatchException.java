package vitrine.inference.decode;

/** The outputs of a network do not have the shapes that the named head decodes. The message is one line for a user. */
public final class HeadMismatchException extends RuntimeException {

    HeadMismatchException(String message) {
        super(message);
    }
}
