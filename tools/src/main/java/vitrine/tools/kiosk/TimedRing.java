package vitrine.tools.kiosk;

import org.lwjgl.vulkan.VkCommandBuffer;
import vitrine.engine.command.FrameRing;
import vitrine.engine.command.ReleaseQueue;
import vitrine.engine.command.Timeline;
import vitrine.engine.device.DebugLabels;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.profile.GpuTimer;

/** The frames in flight, with each pass timed on the GPU. Frame thread; allocates nothing in steady state. */
final class TimedRing implements AutoCloseable {

    /** A submission of a frame. */
    enum Pass {
        TENSOR(0, "tensor"),
        PICTURE(1, "picture");

        private final int query;
        private final String label;

        Pass(int query, String label) {
            this.query = query;
            this.label = label;
        }
    }

    private static final Pass[] PASSES = Pass.values();

    private final Timeline timeline;
    private final FrameRing ring;
    private final GpuTimer timer;
    private final ReleaseQueue releases;
    private final LoopFigures figures;
    private final DebugLabels labels;
    private final boolean[][] timed = new boolean[FrameRing.FRAMES][PASSES.length];
    private int slot;

    private TimedRing(
            Timeline timeline,
            FrameRing ring,
            GpuTimer timer,
            ReleaseQueue releases,
            LoopFigures figures,
            DebugLabels labels) {
        this.timeline = timeline;
        this.ring = ring;
        this.timer = timer;
        this.releases = releases;
        this.figures = figures;
        this.labels = labels;
    }

    /** @param figures take the times */
    static TimedRing create(VulkanDevice device, Timeline timeline, ReleaseQueue releases, LoopFigures figures) {
        return new TimedRing(
                timeline,
                FrameRing.create(device, timeline),
                GpuTimer.create(device, FrameRing.FRAMES, PASSES.length),
                releases,
                figures,
                device.labels());
    }

    /**
     * Turns to the next frame; waits until the GPU has finished the one that has its place, and lets go what that used.
     *
     * @param sequence the frame's number
     */
    void next(long sequence) {
        labels.frame(sequence);
        long start = System.nanoTime();
        slot = ring.nextFrame();
        figures.waitedForGpu(System.nanoTime() - start);
        collect(slot);
        releases.collect();
    }

    /** A command buffer for a pass; submitted before another is begun. */
    VkCommandBuffer begin(Pass pass) {
        VkCommandBuffer cmd = ring.begin();
        labels.beginSubmission(cmd, pass.label);
        timer.begin(cmd, slot, pass.query);
        return cmd;
    }

    /** As {@link FrameRing#submit(VkCommandBuffer, long, long, long)}. */
    long submit(Pass pass, VkCommandBuffer cmd, long waitSemaphore, long waitStage, long signalSemaphore) {
        timer.end(cmd, slot, pass.query);
        labels.end(cmd);
        timed[slot][pass.query] = true;
        return ring.submit(cmd, waitSemaphore, waitStage, signalSemaphore);
    }

    /** Submits what waits for nothing outside the GPU's queue. */
    long submit(Pass pass, VkCommandBuffer cmd) {
        return submit(pass, cmd, 0, 0, 0);
    }

    private void collect(int frame) {
        for (Pass pass : PASSES) {
            if (timed[frame][pass.query]) {
                timed[frame][pass.query] = false;
                long nanos = timer.nanos(frame, pass.query);
                if (nanos >= 0) {
                    (pass == Pass.TENSOR ? figures.tensorPass() : figures.picturePass()).record(nanos);
                    figures.countGpu(nanos);
                }
            }
        }
    }

    /** Waits for the GPU, and takes the last times. */
    void drain() {
        timeline.await(timeline.submitted(), Long.MAX_VALUE);
        for (int i = 0; i < FrameRing.FRAMES; i++) {
            collect(i);
        }
    }

    /** Waits for the GPU. */
    @Override
    public void close() {
        drain();
        timer.close();
        ring.close();
    }
}
