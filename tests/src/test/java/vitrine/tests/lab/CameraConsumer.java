package vitrine.tests.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import vitrine.capture.Capture;
import vitrine.capture.CapturedFrame;
import vitrine.capture.FrameSource;
import vitrine.capture.FrameSources;
import vitrine.capture.SourceOptions;
import vitrine.capture.v4l2.Controls;
import vitrine.capture.v4l2.V4l2Device;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.device.VulkanException;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.linux.DeviceCalls;
import vitrine.engine.linux.FdMemoryAllocator;
import vitrine.engine.linux.FrameMemory;
import vitrine.engine.linux.Rung;
import vitrine.engine.memory.FrameInput;

/** Takes a camera's frames as the frame loop does: imports each buffer once, anew after each change, drops the old. */
final class CameraConsumer implements AutoCloseable {
    private static final long PATIENCE_NANOS = 30_000_000_000L;

    private final VulkanDevice device;
    private final FdMemoryAllocator allocator;
    private final FrameSource source;
    private final List<FrameInput> inputs = new ArrayList<>();
    private int losses;
    private int changes;
    private long lastSequence = -1;

    private CameraConsumer(VulkanDevice device, FdMemoryAllocator allocator, FrameSource source) {
        this.device = device;
        this.allocator = allocator;
        this.source = source;
        importAll();
    }

    static CameraConsumer open(VulkanDevice device, String uri) {
        FdMemoryAllocator allocator = FdMemoryAllocator.open(List.of(Rung.DMA_HEAP));
        try {
            SourceOptions options = SourceOptions.DEFAULT.withGpu(
                    (memory, format) -> refusal(device, memory, format),
                    device.info().cacheCoherent());
            return new CameraConsumer(device, allocator, FrameSources.open(uri, allocator, options));
        } catch (RuntimeException e) {
            allocator.close();
            throw e;
        }
    }

    /** What the kiosk answers to a source that asks whether the device takes a buffer. */
    static String refusal(VulkanDevice device, FrameMemory memory, FrameFormat format) {
        try {
            FrameInput.create(device, "camera probe", memory, format).close();
            return "";
        } catch (VulkanException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private void importAll() {
        FrameFormat format = source.info().format();
        for (FrameMemory memory : source.buffers()) {
            inputs.add(FrameInput.create(device, "frame " + inputs.size(), memory, format));
        }
    }

    /** The source's next event within half a minute; frames are the caller's, changes are seen to. */
    Capture next() throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            Capture capture = source.next(deadline - System.nanoTime());
            switch (capture) {
                case Capture.FormatChanged changed -> {
                    changes++;
                    inputs.forEach(FrameInput::close);
                    inputs.clear();
                    importAll();
                }
                case Capture.SignalLost lost -> losses++;
                case CapturedFrame frame -> {
                    if (frame.sequence() <= lastSequence) {
                        throw new AssertionError(frame + " after frame " + lastSequence);
                    }
                    lastSequence = frame.sequence();
                }
                case Capture.NoFrame none -> throw new AssertionError("nothing for half a minute");
                case Capture.EndOfStream end -> throw new AssertionError(end);
                case Capture.Failed failed -> throw new AssertionError(failed);
            }
            return capture;
        }
    }

    /** Takes and gives back frames, whatever happens between them. */
    void take(int frames) throws InterruptedException {
        int taken = 0;
        while (taken < frames) {
            if (next() instanceof CapturedFrame frame) {
                frame.close();
                taken++;
            }
        }
    }

    /** Up to the next change of format or reopening. */
    void awaitChange() throws InterruptedException {
        int before = changes;
        while (changes == before) {
            if (next() instanceof CapturedFrame frame) {
                frame.close();
            }
        }
    }

    /** Up to the next loss of the signal. */
    void awaitLoss() throws InterruptedException {
        int before = losses;
        while (losses == before) {
            if (next() instanceof CapturedFrame frame) {
                frame.close();
            }
        }
    }

    FrameSource source() {
        return source;
    }

    int losses() {
        return losses;
    }

    int changes() {
        return changes;
    }

    /** What a fault must leave as it was. */
    record Holdings(long descriptors, int vulkanObjects, long mappings) {}

    Holdings holdings() throws IOException {
        try (var fds = Files.list(Path.of("/proc/self/fd"));
                var maps = Files.lines(Path.of("/proc/self/maps"))) {
            return new Holdings(
                    fds.count(),
                    device.liveObjects().size(),
                    maps.filter(m -> m.contains("dmabuf") || m.contains("/dev/video"))
                            .count());
        }
    }

    /** Sets a control by another opening of the node, closed again at once. */
    static void set(String node, String control, String value) {
        try (V4l2Device device = V4l2Device.open(DeviceCalls.kernel(), node)) {
            Controls.set(device, Map.of(control, value));
        }
    }

    @Override
    public void close() {
        inputs.forEach(FrameInput::close);
        source.close();
        allocator.close();
    }
}
