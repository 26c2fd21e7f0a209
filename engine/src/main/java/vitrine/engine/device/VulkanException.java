package vitrine.engine.device;

/**
 * A Vulkan call that failed while something was being set up: which call, on what, with which code, and what to do about
 * it. The frame loop never sees one; there, results are values.
 */
public final class VulkanException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int result;

    VulkanException(String message, int result) {
        super(message);
        this.result = result;
    }

    /** A failure without a call behind it: something that this machine lacks. */
    public static VulkanException missing(String what, String mend) {
        return new VulkanException(what + ". " + mend, 0);
    }

    /** The VkResult, or 0 where there was no call. */
    public int result() {
        return result;
    }
}
