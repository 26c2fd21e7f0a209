package vitrine.capture;

import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import vitrine.capture.CameraSettings.Way;
import vitrine.capture.v4l2.BufferQueue;
import vitrine.capture.v4l2.CameraMode;
import vitrine.capture.v4l2.V4l2Device;
import vitrine.capture.v4l2.V4l2Exception;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.linux.FdMemoryAllocator;
import vitrine.engine.linux.FrameMemory;
import vitrine.engine.linux.Libc;
import vitrine.engine.linux.LinuxException;
import vitrine.engine.linux.Rung;

/**
 * Finds the best way from the driver's frames to the GPU by trying: buffers of ours that the driver fills, buffers of the
 * driver's that are exported, copies. Each try ends with the stream running, or with everything given back.
 */
final class CaptureLadder {
    /** System heaps hand out blocks of this size first, so that a frame within one is contiguous for the device. */
    private static final long HEAP_BLOCK = 1 << 20;

    private static final FdMemoryAllocator.Devices CONTIGUOUS = new FdMemoryAllocator.Devices(
            List.of("/dev/dma_heap/linux,cma", "/dev/dma_heap/cma", "/dev/dma_heap/reserved"), "");

    private final V4l2Device device;
    private final CameraMode mode;
    private final CameraSettings settings;
    private final FdMemoryAllocator allocator;
    private final SourceOptions options;
    private final Object lock;
    private final FrameDelivery.Sink sink;
    private final List<String> rejected = new ArrayList<>();

    /** What was found, running. */
    record Stream(Way way, FrameDelivery delivery, BufferQueue queue, CaptureMemory memory) {}

    CaptureLadder(
            V4l2Device device,
            CameraMode mode,
            CameraSettings settings,
            FdMemoryAllocator allocator,
            SourceOptions options,
            Object lock,
            FrameDelivery.Sink sink) {
        this.device = device;
        this.mode = mode;
        this.settings = settings;
        this.allocator = allocator;
        this.options = options;
        this.lock = lock;
        this.sink = sink;
    }

    /** @throws V4l2Exception that tells why not even a copy can be had, or why no allowed way works */
    Stream climb() {
        Stream stream = tryOwnBuffers();
        if (stream == null) {
            stream = tryExported();
        }
        if (stream == null && settings.ways().contains(Way.COPY)) {
            return copy();
        }
        if (stream == null) {
            throw new V4l2Exception(
                    "none of the ways that memory= allows works: " + String.join("; ", rejected), "leave memory= out");
        }
        return stream;
    }

    private @Nullable Stream tryOwnBuffers() {
        if (!settings.ways().contains(Way.DMABUF)) {
            return null;
        }
        if (!allocator.rung().isDmaBuf()) {
            rejected.add("V4L2 DMABUF: " + allocator.rung().label() + " is no dma-buf for a driver to write to");
            return null;
        }
        Stream stream = attempt("V4L2 DMABUF", () -> ownBuffers(allocator, 0));
        long largest =
                mode.sizes().stream().mapToLong(Integer::toUnsignedLong).max().orElse(0);
        if (stream == null && largest < HEAP_BLOCK) {
            stream = attempt("V4L2 DMABUF in 1 MiB blocks", () -> ownBuffers(allocator, HEAP_BLOCK));
        }
        if (stream == null && CONTIGUOUS.heaps().stream().anyMatch(h -> Files.exists(Path.of(h)))) {
            stream = attempt("V4L2 DMABUF from a contiguous heap", () -> {
                try (FdMemoryAllocator contiguous = FdMemoryAllocator.open(List.of(Rung.DMA_HEAP), CONTIGUOUS)) {
                    return ownBuffers(contiguous, 0);
                }
            });
        }
        return stream;
    }

    private @Nullable Stream tryExported() {
        if (!settings.ways().contains(Way.EXPBUF)) {
            return null;
        }
        if (allocator.rung() == Rung.STAGING_COPY) {
            rejected.add("V4L2 EXPBUF: the GPU imports no dma-buf");
            return null;
        }
        if (!options.cacheCoherent() && device.capability().isCpuWritten()) {
            rejected.add("V4L2 EXPBUF: " + device.capability().driver()
                    + " writes through the CPU's cache, which this GPU does not see");
            return null;
        }
        return attempt("V4L2 EXPBUF", this::exported);
    }

    private @Nullable Stream attempt(String way, Supplier<Stream> ladderStep) {
        try {
            return ladderStep.get();
        } catch (V4l2Exception | LinuxException e) {
            rejected.add(way + ": " + e.getMessage());
            return null;
        }
    }

    private Stream ownBuffers(FdMemoryAllocator from, long atLeast) {
        BufferQueue queue = request(BufferQueue.Memory.DMABUF);
        List<FrameMemory> frames = new ArrayList<>();
        try {
            // The allocator adds a page; a frame that shall fit a block must leave room for it.
            long[] needs = mode.sizes().stream()
                    .mapToLong(size -> Math.max(Integer.toUnsignedLong(size), atLeast - Libc.pageSize()))
                    .toArray();
            for (int i = 0; i < queue.count(); i++) {
                FrameMemory frame = FrameMemory.allocate(from, "camera-" + i, needs);
                frames.add(frame);
                queue.use(i, frame);
            }
            return direct(Way.DMABUF, queue, frames, "V4L2 DMABUF, " + from.description());
        } catch (RuntimeException e) {
            giveUp(queue, frames);
            throw e;
        }
    }

    private Stream exported() {
        BufferQueue queue = request(BufferQueue.Memory.MMAP);
        List<FrameMemory> frames = List.of();
        try {
            frames = queue.exportAll();
            return direct(
                    Way.EXPBUF,
                    queue,
                    frames,
                    "V4L2 EXPBUF, " + device.capability().driver() + "'s buffers");
        } catch (RuntimeException e) {
            giveUp(queue, frames);
            throw e;
        }
    }

    private BufferQueue request(BufferQueue.Memory memory) {
        return BufferQueue.request(device, memory, mode.code().memories(), settings.buffers());
    }

    private Stream direct(Way way, BufferQueue queue, List<FrameMemory> frames, String words) {
        queue.queueAll();
        long[] offsets = queue.dataOffsets(0);
        FrameFormat format = mode.layout(offsets);
        String refusal = options.importProbe().refusal(frames.getFirst(), format);
        if (!refusal.isEmpty()) {
            throw new V4l2Exception("the GPU does not take it: " + refusal, "");
        }
        queue.start();
        return new Stream(
                way,
                new DirectDelivery(lock, sink, format, frames, queue, offsets),
                queue,
                new CaptureMemory(words, rejected));
    }

    private static void giveUp(BufferQueue queue, List<FrameMemory> frames) {
        queue.close();
        frames.forEach(FrameMemory::close);
    }

    private Stream copy() {
        BufferQueue queue = request(BufferQueue.Memory.MMAP);
        BufferPool pool = null;
        List<FrameMemory> exported = List.of();
        try {
            exported = cached(queue);
            List<List<MemorySegment>> mapped = new ArrayList<>();
            for (int i = 0; i < queue.count(); i++) {
                List<MemorySegment> memories = new ArrayList<>();
                for (int m = 0; m < mode.code().memories(); m++) {
                    memories.add(
                            exported.isEmpty()
                                    ? queue.map(i, m)
                                    : exported.get(i).get(m).memory());
                }
                mapped.add(memories);
            }
            queue.queueAll();
            FrameFormat format = mode.layout(queue.dataOffsets(0));
            pool = BufferPool.create(lock, format, settings.buffers(), allocator);
            queue.start();
            return new Stream(
                    Way.COPY,
                    new CopyDelivery(sink, queue, mapped, exported, pool),
                    queue,
                    new CaptureMemory("copied to " + allocator.description(), rejected));
        } catch (RuntimeException e) {
            giveUp(queue, exported);
            if (pool != null) {
                pool.retire();
            }
            throw e;
        }
    }

    /**
     * The driver's buffers as dma-bufs where the CPU reads them through its cache, which then wants DMA_BUF_IOCTL_SYNC:
     * libcamera's come from a dma-heap ({@code src/libcamera/pipeline/rpi}), the kernel's drivers see to it themselves.
     */
    private List<FrameMemory> cached(BufferQueue queue) {
        if (!device.capability().isLibcamera()) {
            return List.of();
        }
        try {
            return queue.exportAll();
        } catch (V4l2Exception | LinuxException e) {
            return List.of(); // old versions of the layer export nothing
        }
    }
}
