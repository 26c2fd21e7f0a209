package vitrine.engine.linux;

/**
 * A system call that failed while something was set up. One line: the call, its object, the error by name and in
 * words, and what mends it where that is known.
 */
public final class LinuxException extends RuntimeException {
    private final String call;
    private final String object;
    private final int errno;
    private final String hint;

    /**
     * @param call C name of the call, {@code open}, or {@code ioctl(DMA_HEAP_IOCTL_ALLOC)}
     * @param object what it was called on: a path or a buffer's name; may be empty
     * @param errno positive error number
     * @param hint what to do about it; may be empty
     */
    public LinuxException(String call, String object, int errno, String hint) {
        super(message(call, object, errno, hint));
        this.call = call;
        this.object = object;
        this.errno = errno;
        this.hint = hint;
    }

    /** {@code result} where it is no error, else an exception made of it: the check of a {@link Libc} call. */
    public static int check(int result, String call, String object) {
        if (result < 0) {
            throw new LinuxException(call, object, -result, "");
        }
        return result;
    }

    /** As above for calls that return a long. */
    public static long check(long result, String call, String object) {
        if (result < 0 && result >= -4095) {
            throw new LinuxException(call, object, (int) -result, "");
        }
        return result;
    }

    public String call() {
        return call;
    }

    public String object() {
        return object;
    }

    public int errno() {
        return errno;
    }

    public String hint() {
        return hint;
    }

    private static String message(String call, String object, int errno, String hint) {
        return (object.isEmpty() ? "" : object + ": ") + call + ": " + Errno.name(errno) + " ("
                + Errno.description(errno) + ")" + (hint.isEmpty() ? "" : "; " + hint);
    }
}
