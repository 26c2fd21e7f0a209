package vitrine.engine.frame;

/**
 * Where a plane lies in the frame's memory.
 *
 * @param offset first byte of the plane, from the start of the buffer
 * @param stride bytes from one row to the next, at least the row's own bytes
 */
public record PlaneLayout(long offset, int stride) {
    public PlaneLayout {
        if (offset < 0 || stride <= 0) {
            throw new IllegalArgumentException("plane offset " + offset + ", stride " + stride);
        }
    }
}
