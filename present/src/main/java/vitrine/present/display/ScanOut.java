package vitrine.present.display;

import static org.lwjgl.vulkan.KHRPresentWait.vkWaitForPresentKHR;
import static org.lwjgl.vulkan.VK13.VK_SUCCESS;
import static org.lwjgl.vulkan.VK13.VK_TIMEOUT;

import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vitrine.engine.command.Timeline;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.device.VulkanException;
import vitrine.engine.profile.LatencyHistogram;

/**
 * How long frames take from the camera to the screen. A thread waits for each picture presented, so that the frame thread
 * does not: with VK_KHR_present_wait until it is shown, else until the GPU has drawn it, to which half a refresh interval
 * is added where the interval is known. {@link #source} says which.
 *
 * <p>The frame thread announces presents and allocates nothing by that; any thread may read.
 */
public final class ScanOut implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ScanOut.class);

    /** Presents under way at once, well above a swapchain's images; what does not fit is not measured. */
    private static final int PENDING = 16;

    /** One wait: destroying a swapchain has to wait for it. */
    private static final long SLICE_NANOS = 20_000_000;

    /** A picture that has not been shown by then never is: its screen is gone, or the window is hidden. */
    private static final long GIVE_UP_NANOS = 2_000_000_000;

    private final VulkanDevice device;
    private final Timeline timeline;
    private final Thread thread;
    private volatile long intervalNanos;

    // Guarded by "this": a ring of what is to be waited for.
    private final long[] swapchains = new long[PENDING];
    private final long[] ids = new long[PENDING];
    private final long[] values = new long[PENDING];
    private final long[] captures = new long[PENDING];
    private int first;
    private int size;
    private boolean closed;
    private final LatencyHistogram latency = new LatencyHistogram();
    private long shown;
    private long totalNanos;

    /**
     * Held while a swapchain is waited on, which may be done beside every use of it but its destruction. Fair, or the
     * thread that waits again and again would keep it.
     */
    private final ReentrantLock waiting = new ReentrantLock(true);

    private volatile long latestNanos;

    private ScanOut(VulkanDevice device, Timeline timeline, long intervalNanos) {
        this.device = device;
        this.timeline = timeline;
        this.intervalNanos = intervalNanos;
        thread = Thread.ofPlatform().daemon().name("scan-out").unstarted(this::run);
    }

    /**
     * Starts the thread.
     *
     * @param timeline outlives this
     * @param intervalNanos from refresh to refresh, or 0 where nobody knows
     */
    static ScanOut start(VulkanDevice device, Timeline timeline, long intervalNanos) {
        ScanOut scanOut = new ScanOut(device, timeline, intervalNanos);
        scanOut.thread.start();
        return scanOut;
    }

    /** What the end of the measurement is, for reports. */
    public String source() {
        if (device.presentWait()) {
            return "VK_KHR_present_wait";
        }
        return intervalNanos == 0 ? "GPU done" : "GPU done + half a refresh, estimated";
    }

    /** Whether what is shown is known, not estimated. */
    public boolean isMeasured() {
        return device.presentWait();
    }

    /** Capture to scan-out of the newest frame shown, in nanoseconds; 0 before the first. */
    public long latestNanos() {
        return latestNanos;
    }

    /** Frames shown so far. */
    public synchronized long shown() {
        return shown;
    }

    /** Capture to scan-out of all of them together, in nanoseconds. */
    public synchronized long totalNanos() {
        return totalNanos;
    }

    /** Capture to scan-out of all frames shown so far; a copy. */
    public synchronized LatencyHistogram latency() {
        return latency.copy();
    }

    /** The screen has another mode now. */
    void interval(long nanos) {
        intervalNanos = nanos;
    }

    /**
     * A picture has been handed to the screen. Frame thread.
     *
     * @param swapchain VkSwapchainKHR
     * @param id its present id in it, where the device waits for presents
     * @param value timeline value of its drawing
     * @param captureNanos of the frame in it, 0 of a card, which is not measured
     */
    synchronized void presented(long swapchain, long id, long value, long captureNanos) {
        if (captureNanos == 0 || size == PENDING) {
            return;
        }
        int i = (first + size) % PENDING;
        swapchains[i] = swapchain;
        ids[i] = id;
        values[i] = value;
        captures[i] = captureNanos;
        size++;
        notifyAll();
    }

    /** Waits no longer for anything of a swapchain, which may be destroyed or retired then. Frame thread. */
    void forget(long swapchain) {
        waiting.lock(); // until the wait under way, if any, is over
        try {
            drop(swapchain);
        } finally {
            waiting.unlock();
        }
    }

    private synchronized void drop(long swapchain) {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            int from = (first + i) % PENDING;
            if (swapchains[from] != swapchain) {
                int to = (first + kept++) % PENDING;
                swapchains[to] = swapchains[from];
                ids[to] = ids[from];
                values[to] = values[from];
                captures[to] = captures[from];
            }
        }
        size = kept;
    }

    private void run() {
        while (true) {
            long swapchain;
            long id;
            long value;
            long capture;
            synchronized (this) {
                while (size == 0 && !closed) {
                    try {
                        wait();
                    } catch (InterruptedException e) {
                        return;
                    }
                }
                if (closed) {
                    return;
                }
                swapchain = swapchains[first];
                id = ids[first];
                value = values[first];
                capture = captures[first];
            }
            long shownNanos = device.presentWait() ? awaitShown(swapchain, id, value) : awaitDrawn(value);
            synchronized (this) {
                if (isPending(value)) { // else it has been forgotten meanwhile
                    first = (first + 1) % PENDING;
                    size--;
                    if (shownNanos != 0) {
                        latency.record(shownNanos - capture);
                        latestNanos = shownNanos - capture;
                        totalNanos += shownNanos - capture;
                        shown++;
                    }
                }
            }
        }
    }

    /** The time when it was shown, or 0. */
    private long awaitShown(long swapchain, long id, long value) {
        long deadline = System.nanoTime() + GIVE_UP_NANOS;
        while (System.nanoTime() < deadline && !isClosed()) {
            waiting.lock();
            try {
                if (!isPending(value)) {
                    return 0;
                }
                int result = vkWaitForPresentKHR(device.handle(), swapchain, id, SLICE_NANOS);
                if (result != VK_TIMEOUT) {
                    return result == VK_SUCCESS ? System.nanoTime() : 0;
                }
            } finally {
                waiting.unlock();
            }
        }
        return 0;
    }

    /** Whether what is waited for has not been forgotten; values are unique, handles of swapchains are not. */
    private synchronized boolean isPending(long value) {
        return size > 0 && values[first] == value;
    }

    /** The time when it was probably shown, or 0. */
    private long awaitDrawn(long value) {
        long deadline = System.nanoTime() + GIVE_UP_NANOS;
        while (System.nanoTime() < deadline && !isClosed()) {
            try {
                if (timeline.await(value, SLICE_NANOS)) {
                    return System.nanoTime() + intervalNanos / 2;
                }
            } catch (VulkanException e) { // a lost device: the frame thread finds out by itself
                LOG.debug("scan-out", e);
                return 0;
            }
        }
        return 0;
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** Ends the thread. Before the timeline and the device are closed. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
