package vitrine.present.display;

import org.lwjgl.vulkan.VkCommandBuffer;

/** {@code none:}: draws nothing, counts. */
public final class NoneTarget implements FrameTarget {

    private long presented;

    private NoneTarget() {}

    public static NoneTarget create() {
        return new NoneTarget();
    }

    @Override
    public AcquireResult acquire(long frame) {
        presented++;
        return AcquireResult.SKIP;
    }

    @Override
    public AcquireResult acquireCard(long frame) {
        return AcquireResult.SKIP;
    }

    @Override
    public RenderImage image() {
        throw nothing();
    }

    @Override
    public void begin(VkCommandBuffer cmd) {
        throw nothing();
    }

    @Override
    public void end(VkCommandBuffer cmd) {
        throw nothing();
    }

    @Override
    public long waitSemaphore() {
        return 0;
    }

    @Override
    public long waitStage() {
        return 0;
    }

    @Override
    public long signalSemaphore() {
        return 0;
    }

    @Override
    public void present(long value, long captureNanos) {
        throw nothing();
    }

    private static AssertionError nothing() {
        return new AssertionError("none: is never READY");
    }

    @Override
    public long presented() {
        return presented;
    }

    @Override
    public String describe() {
        return "none:, nothing is drawn";
    }

    @Override
    public void close() {}
}
