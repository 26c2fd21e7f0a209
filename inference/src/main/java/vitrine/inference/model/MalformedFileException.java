package vitrine.inference.model;

/** Bytes that are not what their format asks for. The message says what is wrong, not in which file. */
final class MalformedFileException extends Exception {

    MalformedFileException(String message) {
        super(message);
    }
}
