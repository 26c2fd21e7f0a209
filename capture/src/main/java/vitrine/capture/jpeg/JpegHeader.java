package vitrine.capture.jpeg;

/**
 * What a picture says of itself.
 *
 * @param width in pixels
 * @param height in pixels
 */
public record JpegHeader(int width, int height, ChromaSubsampling subsampling) implements JpegHeaderResult {
    @Override
    public String toString() {
        return width + "x" + height + " " + subsampling;
    }
}
