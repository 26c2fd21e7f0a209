package vitrine.capture.jpeg;

/** JPEG decoding cannot be set up. The message is one line: the thing, the cause, the mend. */
public final class JpegException extends RuntimeException {
    JpegException(String message) {
        super(message);
    }
}
