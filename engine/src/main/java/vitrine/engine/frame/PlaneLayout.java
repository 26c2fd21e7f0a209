package vitrine.engine.frame;

/**
 * Where a plane lies in the frame's memory.
 *
 * @param offset first byte of the plane, from the start of its memory object
 * @param stride bytes from one row to the next, at least the row's own bytes
 * @param memory which of the frame's memory objects, 0 to 2; 0 where all planes lie in one
 */
public record PlaneLayout(long offset, int stride, int memory) {
    public PlaneLayout {
        if (offset < 0 || stride <= 0 || memory < 0 || memory > 2) {
            throw new IllegalArgumentException(
                    "plane offset " + offset + ", stride " + stride + ", memory object " + memory);
        }
    }

    /** A plane of a frame that lies in one memory object. */
    public PlaneLayout(long offset, int stride) {
        this(offset, stride, 0);
    }
}
