package vitrine.present;

import static org.lwjgl.vulkan.VK13.*;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import vitrine.engine.GpuFixture;
import vitrine.engine.command.FrameRing;
import vitrine.engine.command.ReleaseQueue;
import vitrine.engine.command.Timeline;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.memory.DeviceBuffer;
import vitrine.present.display.AcquireResult;
import vitrine.present.display.FrameTarget;
import vitrine.present.overlay.Overlay;
import vitrine.present.scene.Composer;

/** A validated device with its timeline, ring and release queue; one loop turn for tests. */
public final class Gpu implements AutoCloseable {

    private final GpuFixture fixture = GpuFixture.open();
    public final VulkanDevice device = fixture.device();
    public final Timeline timeline = Timeline.create(device);
    public final ReleaseQueue releases = new ReleaseQueue(timeline);
    public final FrameRing ring = FrameRing.create(device, timeline);

    /** A buffer holding a frame's bytes, with slack. */
    public DeviceBuffer frame(byte[] bytes) {
        DeviceBuffer buffer = DeviceBuffer.create(
                device, "test frame", bytes.length + 64L, VK_BUFFER_USAGE_STORAGE_BUFFER_BIT, DeviceBuffer.Use.UPLOAD);
        MemorySegment.copy(bytes, 0, buffer.memory(), ValueLayout.JAVA_BYTE, 0, bytes.length);
        return buffer;
    }

    /** What the application's loop does with a frame and a target. */
    public AcquireResult turn(FrameTarget target, long number, Composer composer, DeviceBuffer frame, Overlay overlay) {
        ring.nextFrame();
        releases.collect();
        AcquireResult result = target.acquire(number);
        if (result == AcquireResult.READY) {
            var cmd = ring.begin();
            target.begin(cmd);
            composer.record(cmd, target.image(), frame, overlay);
            target.end(cmd);
            target.present(ring.submit(cmd, target.waitSemaphore(), target.waitStage(), target.signalSemaphore()));
        }
        return result;
    }

    @Override
    public void close() {
        releases.close();
        ring.close();
        timeline.close();
        fixture.close();
    }
}
