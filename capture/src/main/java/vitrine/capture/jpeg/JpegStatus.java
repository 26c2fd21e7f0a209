package vitrine.capture.jpeg;

/** What became of one picture. */
public enum JpegStatus {
    /** Decoded without complaint. */
    DECODED,
    /**
     * Decoded as far as the data went, such as a picture that ends early or has stray bytes, which cameras commonly
     * send: every plane is written, and what could not be read is filled up.
     */
    DAMAGED,
    /** No picture in the data. The target may be partly overwritten. */
    BROKEN,
    /** A picture of another kind than {@link ChromaSubsampling} knows; the target is as before. */
    UNSUPPORTED,
    /** Another size or subsampling than the layout has; the target is as before. */
    DIFFERENT;

    /** Whether the target holds a picture to show. */
    public boolean isPicture() {
        return this == DECODED || this == DAMAGED;
    }
}
