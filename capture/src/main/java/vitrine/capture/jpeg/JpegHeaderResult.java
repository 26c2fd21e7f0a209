package vitrine.capture.jpeg;

/** What {@link JpegDecoder#header} finds. */
public sealed interface JpegHeaderResult permits JpegHeader, JpegHeaderResult.Refused {

    /**
     * Not a picture that can be decoded.
     *
     * @param reason one line
     */
    record Refused(String reason) implements JpegHeaderResult {}
}
