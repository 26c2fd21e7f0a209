package vitrine.capture;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import vitrine.capture.jpeg.ChromaSubsampling;
import vitrine.capture.jpeg.JpegDecoder;
import vitrine.capture.jpeg.JpegException;
import vitrine.capture.jpeg.JpegHeader;
import vitrine.capture.jpeg.JpegHeaderResult;
import vitrine.capture.jpeg.JpegLayout;
import vitrine.capture.jpeg.JpegWorkers;
import vitrine.capture.v4l2.BufferQueue;
import vitrine.capture.v4l2.CameraMode;
import vitrine.capture.v4l2.Cameras;
import vitrine.capture.v4l2.Controls;
import vitrine.capture.v4l2.DeviceEvents;
import vitrine.capture.v4l2.Negotiation;
import vitrine.capture.v4l2.V4l2Device;
import vitrine.capture.v4l2.V4l2Exception;
import vitrine.engine.frame.ColorEncoding;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.PixelFormat;
import vitrine.engine.linux.Errno;
import vitrine.engine.linux.FdMemoryAllocator;
import vitrine.engine.linux.Libc;

/**
 * A camera from its opening to its closing, in one format. Whatever goes wrong or changes, a new one is made: there is no
 * other way back. Used by the camera's thread.
 */
final class CameraSession {
    private static final long FIRST_PICTURE_NANOS = 5_000_000_000L;
    private static final int LOOK_AGAIN_MILLIS = 100;

    private final V4l2Device device;
    private final CameraMode mode;
    private final DeviceEvents events;
    private final CaptureLadder.Stream stream;
    private boolean ended;

    private CameraSession(V4l2Device device, CameraMode mode, DeviceEvents events, CaptureLadder.Stream stream) {
        this.device = device;
        this.mode = mode;
        this.events = events;
        this.stream = stream;
    }

    /**
     * Finds the camera, agrees on a mode and starts streaming.
     *
     * @param lock of the source
     * @param closed nobody waits for the session any more
     * @throws V4l2Exception when that is not to be had now
     */
    static CameraSession open(
            CameraSettings settings,
            FdMemoryAllocator allocator,
            SourceOptions options,
            Object lock,
            FrameDelivery.Sink sink,
            BooleanSupplier closed) {
        V4l2Device device = Cameras.open(settings.calls(), settings.target(), settings.request());
        DeviceEvents events = null;
        try {
            // Before the format is asked for, or a change between the two goes unnoticed.
            events = DeviceEvents.subscribe(device);
            CameraMode agreed = Negotiation.agree(device, settings.request());
            CameraMode mode = agreed.withColor(settings.color(agreed.color()));
            Controls.set(device, settings.request().controls());
            CaptureLadder.Stream stream = mode.code().isJpeg()
                    ? jpeg(device, settings, allocator, options, lock, sink, closed)
                    : new CaptureLadder(device, mode, settings, allocator, options, lock, sink).climb();
            return new CameraSession(device, mode, events, stream);
        } catch (RuntimeException e) {
            if (events != null) {
                events.close();
            }
            device.close();
            throw e;
        }
    }

    /** What a picture decodes to stands in the picture, so the first one is awaited. */
    private static CaptureLadder.Stream jpeg(
            V4l2Device device,
            CameraSettings settings,
            FdMemoryAllocator allocator,
            SourceOptions options,
            Object lock,
            FrameDelivery.Sink sink,
            BooleanSupplier closed) {
        BufferQueue queue = BufferQueue.request(device, BufferQueue.Memory.MMAP, 1, settings.buffers());
        BufferPool pool = null;
        try {
            List<MemorySegment> mapped = new ArrayList<>();
            for (int i = 0; i < queue.count(); i++) {
                mapped.add(queue.map(i, 0));
            }
            queue.queueAll();
            queue.start();
            JpegLayout layout = JpegLayout.aligned(firstHeader(device, queue, mapped, closed), options.alignment());
            FrameFormat format = new FrameFormat(
                    pixelFormat(layout.subsampling()),
                    layout.width(),
                    layout.height(),
                    layout.planes(),
                    settings.color(ColorEncoding.BT601_FULL));
            pool = BufferPool.create(lock, format, settings.buffers(), allocator);
            int threads = JpegWorkers.threadsFor(Runtime.getRuntime().availableProcessors());
            return new CaptureLadder.Stream(
                    CameraSettings.Way.COPY,
                    new JpegDelivery(sink, queue, mapped, pool, layout, threads),
                    queue,
                    new CaptureMemory(
                            "JPEG decoded by " + threads + " threads to " + allocator.description(), List.of()));
        } catch (JpegException e) {
            abandon(queue, pool);
            throw new V4l2Exception(String.valueOf(e.getMessage()), "");
        } catch (RuntimeException e) {
            abandon(queue, pool);
            throw e;
        }
    }

    private static void abandon(BufferQueue queue, @Nullable BufferPool pool) {
        queue.close();
        if (pool != null) {
            pool.retire();
        }
    }

    private static JpegHeader firstHeader(
            V4l2Device device, BufferQueue queue, List<MemorySegment> mapped, BooleanSupplier closed) {
        String reason = "it sends no picture";
        long deadline = System.nanoTime() + FIRST_PICTURE_NANOS;
        try (JpegDecoder decoder = JpegDecoder.create();
                Arena arena = Arena.ofConfined()) {
            MemorySegment polled = arena.allocate(Libc.POLLFD);
            polled.set(JAVA_INT, 0, device.fd());
            polled.set(JAVA_SHORT, 4, Libc.POLLIN);
            while (System.nanoTime() < deadline && !closed.getAsBoolean()) {
                // libcamera's layer has frames of former sessions for who does not poll.
                if (Libc.poll(polled, LOOK_AGAIN_MILLIS) <= 0) {
                    continue;
                }
                int index = queue.dequeue();
                if (index == -Errno.EAGAIN && (polled.get(JAVA_SHORT, 6) & (Libc.POLLERR | Libc.POLLHUP)) == 0) {
                    continue;
                }
                if (index < 0) {
                    throw V4l2Exception.of("VIDIOC_DQBUF", -index);
                }
                long length = Math.min(queue.bytesUsed(0), mapped.get(index).byteSize());
                JpegHeaderResult header = decoder.header(mapped.get(index), length);
                int queued = queue.queue(index);
                if (queued < 0) {
                    throw V4l2Exception.of("VIDIOC_QBUF", -queued);
                }
                switch (header) {
                    case JpegHeader h -> {
                        if (h.width() <= FrameFormat.MAX_SIDE && h.height() <= FrameFormat.MAX_SIDE) {
                            return h;
                        }
                        reason = "its pictures are too large: " + h;
                    }
                    case JpegHeaderResult.Refused r -> reason = r.reason();
                }
            }
        }
        throw new V4l2Exception(reason, "try another format: vitrine list cameras");
    }

    private static PixelFormat pixelFormat(ChromaSubsampling s) {
        if (s.planes() == 1) {
            return PixelFormat.GREY;
        }
        boolean halfWidth = s.planeWidth(1, 2) == 1;
        boolean halfHeight = s.planeHeight(1, 2) == 1;
        return halfHeight ? PixelFormat.I420 : halfWidth ? PixelFormat.I422 : PixelFormat.I444;
    }

    FramePool pool() {
        return stream.delivery().pool();
    }

    FrameDelivery delivery() {
        return stream.delivery();
    }

    BufferQueue queue() {
        return stream.queue();
    }

    DeviceEvents events() {
        return events;
    }

    CameraSettings.Way way() {
        return stream.way();
    }

    CaptureMemory memory() {
        return stream.memory();
    }

    V4l2Device device() {
        return device;
    }

    CameraMode mode() {
        return mode;
    }

    /** Whether the CPU's cache must be written back before the GPU reads a frame. */
    boolean needsSync(SourceOptions options) {
        return stream.delivery() instanceof DirectDelivery
                && device.capability().isCpuWritten()
                && !options.cacheCoherent();
    }

    /** Stops and closes the device. Frames that are out keep their memory. A second call does nothing. */
    void end() {
        if (!ended) {
            ended = true;
            stream.delivery().close();
            stream.queue().close();
            events.close();
            device.close();
        }
    }
}
