package vitrine.capture.v4l2;

import vitrine.engine.linux.Errno;

/** A capture device that cannot be used as asked. Names no device: whoever knows what the user wrote adds that. */
public final class V4l2Exception extends RuntimeException {
    private final String mend;
    private final int errno;

    /**
     * @param cause what is wrong
     * @param mend what to do about it; may be empty
     */
    public V4l2Exception(String cause, String mend) {
        this(cause, mend, 0);
    }

    /** @param errno of the call that failed, positive; 0 where none did */
    V4l2Exception(String cause, String mend, int errno) {
        super(cause);
        this.mend = mend;
        this.errno = errno;
    }

    /** For a request that failed with an errno, positive. */
    public static V4l2Exception of(String call, int errno) {
        return new V4l2Exception(words(call, errno), errno == Errno.ENODEV ? "check its plug and cable" : "", errno);
    }

    /** How such a failure reads: {@code VIDIOC_QBUF: EIO (Input/output error)}. */
    public static String words(String call, int errno) {
        return call + ": " + Errno.name(errno) + " (" + Errno.description(errno) + ")";
    }

    /** What to do about it; may be empty. */
    public String mend() {
        return mend;
    }

    /** Error number of the call that failed, 0 where none did. */
    public int errno() {
        return errno;
    }
}
