package vitrine.capture.v4l2;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import vitrine.capture.v4l2.Videodev2.v4l2_buffer;
import vitrine.capture.v4l2.Videodev2.v4l2_exportbuffer;
import vitrine.capture.v4l2.Videodev2.v4l2_plane;
import vitrine.capture.v4l2.Videodev2.v4l2_requestbuffers;
import vitrine.engine.linux.Errno;
import vitrine.engine.linux.Fd;
import vitrine.engine.linux.FdMemory;
import vitrine.engine.linux.FrameMemory;
import vitrine.engine.linux.Libc;

/**
 * A device's buffers: requested once, then queued, filled and dequeued. Both APIs, single- and multi-planar, look alike
 * from outside. Every ioctl's argument is made once, so streaming allocates nothing.
 *
 * <p>One thread dequeues; {@link #queue} may be called by any, since each buffer has an argument of its own and the
 * kernel has a lock. Memory given to the queue must stay until {@link #close} or the device is closed.
 */
public final class BufferQueue implements AutoCloseable {
    private final V4l2Device device;
    private final int memoryType;
    private final boolean multiplanar;
    private final int planes;
    private final int count;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment[] queueArguments;
    private final MemorySegment dequeueArgument;
    private final MemorySegment dequeuePlanes;
    private final List<MemorySegment> mappings = new ArrayList<>();
    private final AtomicIntegerArray inside;
    private final AtomicInteger inDriver = new AtomicInteger();
    private volatile long fedNanos;

    /**
     * libcamera's V4L2 layer hands buffers out in the order of their numbers, whichever was filled
     * ({@code src/v4l2/v4l2_camera_proxy.cpp}, currentBuf_), so they must also go in in that order. What it has once marked
     * as damaged it marks for good, with the last sequence that was right.
     */
    private final boolean byNumber;

    // Guarded by the array.
    private final boolean[] back;
    private int nextBack;

    // The dequeuing thread's own.
    private final int[] sequences;
    private int sequence = -1;
    private boolean damaged;
    private boolean streaming;
    private boolean closed;

    private BufferQueue(V4l2Device device, int memoryType, int planes, int count) {
        this.device = device;
        this.memoryType = memoryType;
        this.multiplanar = device.capability().isMultiplanar();
        this.planes = planes;
        this.count = count;
        byNumber = device.capability().isLibcamera();
        inside = new AtomicIntegerArray(count);
        back = new boolean[count];
        sequences = new int[count];
        queueArguments = new MemorySegment[count];
        for (int i = 0; i < count; i++) {
            queueArguments[i] = argument(i, arena.allocate((long) planes * v4l2_plane.SIZE, 8));
        }
        dequeuePlanes = arena.allocate((long) planes * v4l2_plane.SIZE, 8);
        dequeueArgument = argument(0, dequeuePlanes);
    }

    /** Whose memory the driver fills. */
    public enum Memory {
        /** Dma-bufs that it is given. */
        DMABUF(Videodev2.V4L2_MEMORY_DMABUF),
        /** Its own. */
        MMAP(Videodev2.V4L2_MEMORY_MMAP);

        private final int code;

        Memory(int code) {
            this.code = code;
        }
    }

    /**
     * Requests buffers: VIDIOC_REQBUFS.
     *
     * @param planes memory objects a frame
     * @param count wanted; the driver may give more or fewer, see {@link #count}
     * @throws V4l2Exception where the driver does not have this kind of memory, or fewer than two buffers
     */
    public static BufferQueue request(V4l2Device device, Memory memory, int planes, int count) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment r = requestArgument(arena, device, memory.code, count);
            device.check(device.ioctl(Videodev2.VIDIOC_REQBUFS, r), "VIDIOC_REQBUFS " + memory);
            int given = r.get(JAVA_INT, v4l2_requestbuffers.count);
            if (given < 2) {
                requestArgument(r, device, memory.code, 0);
                int ignored = device.ioctl(Videodev2.VIDIOC_REQBUFS, r);
                throw new V4l2Exception(
                        "the driver gives " + (given == 1 ? "one buffer" : "no buffers") + "; streaming takes two", "");
            }
            return new BufferQueue(device, memory.code, planes, Math.min(given, Math.max(count, 32)));
        }
    }

    private static MemorySegment requestArgument(Arena arena, V4l2Device device, int memory, int count) {
        return requestArgument(arena.allocate(v4l2_requestbuffers.SIZE, 8), device, memory, count);
    }

    private static MemorySegment requestArgument(MemorySegment r, V4l2Device device, int memory, int count) {
        r.fill((byte) 0);
        r.set(JAVA_INT, v4l2_requestbuffers.count, count);
        r.set(JAVA_INT, v4l2_requestbuffers.type, device.bufferType());
        r.set(JAVA_INT, v4l2_requestbuffers.memory, memory);
        return r;
    }

    private MemorySegment argument(int index, MemorySegment planeArray) {
        MemorySegment b = arena.allocate(v4l2_buffer.SIZE, 8);
        b.set(JAVA_INT, v4l2_buffer.index, index);
        b.set(JAVA_INT, v4l2_buffer.type, device.bufferType());
        b.set(JAVA_INT, v4l2_buffer.memory, memoryType);
        if (multiplanar) {
            b.set(ADDRESS, v4l2_buffer.m$planes, planeArray);
            b.set(JAVA_INT, v4l2_buffer.length, planes);
        }
        return b;
    }

    /** Buffers in the queue. */
    public int count() {
        return count;
    }

    /** Names the dma-bufs that a buffer's planes lie in, from now on; DMABUF only. */
    public void use(int index, FrameMemory memory) {
        MemorySegment b = queueArguments[index];
        for (int p = 0; p < planes; p++) {
            FdMemory m = memory.get(p);
            if (multiplanar) {
                MemorySegment plane = planesOf(b).asSlice((long) p * v4l2_plane.SIZE, v4l2_plane.SIZE);
                plane.set(JAVA_INT, v4l2_plane.m$fd, m.fd().number());
                plane.set(JAVA_INT, v4l2_plane.length, length(m));
            } else {
                b.set(JAVA_INT, v4l2_buffer.m$fd, m.fd().number());
                b.set(JAVA_INT, v4l2_buffer.length, length(m));
            }
        }
    }

    private static int length(FdMemory m) {
        return (int) Math.min(m.size(), Integer.MAX_VALUE);
    }

    private MemorySegment planesOf(MemorySegment buffer) {
        return buffer.get(ADDRESS, v4l2_buffer.m$planes).reinterpret((long) planes * v4l2_plane.SIZE);
    }

    /**
     * A buffer's planes as dma-bufs of the driver: VIDIOC_EXPBUF with O_RDWR, since importers map for writing; MMAP only.
     * Owned by the caller; they outlive the queue and the device.
     */
    private FrameMemory export(int index) {
        List<FdMemory> memories = new ArrayList<>();
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment e = scratch.allocate(v4l2_exportbuffer.SIZE, 8);
            for (int p = 0; p < planes; p++) {
                long length = planeLength(index, p);
                e.fill((byte) 0);
                e.set(JAVA_INT, v4l2_exportbuffer.type, device.bufferType());
                e.set(JAVA_INT, v4l2_exportbuffer.index, index);
                e.set(JAVA_INT, v4l2_exportbuffer.plane, p);
                e.set(JAVA_INT, v4l2_exportbuffer.flags, Libc.O_RDWR | Libc.O_CLOEXEC);
                device.check(device.ioctl(Videodev2.VIDIOC_EXPBUF, e), "VIDIOC_EXPBUF");
                int fd = e.get(JAVA_INT, v4l2_exportbuffer.fd);
                if (fd < 0) {
                    throw new V4l2Exception("VIDIOC_EXPBUF gives no descriptor", "");
                }
                memories.add(FdMemory.exported(Fd.own(fd, "exported"), length, "camera-" + index + "-" + p));
            }
            return new FrameMemory(memories);
        } catch (RuntimeException e) {
            memories.forEach(FdMemory::close);
            throw e;
        }
    }

    /** As {@link #export}, of every buffer. */
    public List<FrameMemory> exportAll() {
        List<FrameMemory> frames = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                frames.add(export(i));
            }
            return frames;
        } catch (RuntimeException e) {
            frames.forEach(FrameMemory::close);
            throw e;
        }
    }

    /** A buffer's plane in this process, until {@link #close}; MMAP only. Made once. */
    public MemorySegment map(int index, int plane) {
        long length = planeLength(index, plane);
        // planeLength has just filled the dequeue argument in by VIDIOC_QUERYBUF.
        long offset = Integer.toUnsignedLong(
                multiplanar
                        ? dequeuePlanes.get(JAVA_INT, (long) plane * v4l2_plane.SIZE + v4l2_plane.m$mem_offset)
                        : dequeueArgument.get(JAVA_INT, v4l2_buffer.m$offset));
        long address =
                device.calls().mmap(length, Libc.PROT_READ | Libc.PROT_WRITE, Libc.MAP_SHARED, device.fd(), offset);
        if (address < 0 && address >= -4095) {
            throw V4l2Exception.of("mmap of buffer " + index, (int) -address);
        }
        MemorySegment memory = MemorySegment.ofAddress(address).reinterpret(length);
        mappings.add(memory);
        return memory;
    }

    private long planeLength(int index, int plane) {
        query(index);
        long length = Integer.toUnsignedLong(
                multiplanar
                        ? dequeuePlanes.get(JAVA_INT, (long) plane * v4l2_plane.SIZE + v4l2_plane.length)
                        : dequeueArgument.get(JAVA_INT, v4l2_buffer.length));
        if (length == 0) {
            throw new V4l2Exception("the driver's buffers are empty", "");
        }
        return length;
    }

    private void query(int index) {
        resetDequeueArgument();
        dequeueArgument.set(JAVA_INT, v4l2_buffer.index, index);
        device.check(device.ioctl(Videodev2.VIDIOC_QUERYBUF, dequeueArgument), "VIDIOC_QUERYBUF");
    }

    private void resetDequeueArgument() {
        dequeueArgument.set(JAVA_INT, v4l2_buffer.flags, 0);
        if (multiplanar) {
            dequeueArgument.set(ADDRESS, v4l2_buffer.m$planes, dequeuePlanes);
            dequeueArgument.set(JAVA_INT, v4l2_buffer.length, planes);
        }
    }

    /** Where the picture starts in each memory object of a queued buffer: the multi-planar API's data_offset. */
    public long[] dataOffsets(int index) {
        query(index);
        long[] offsets = new long[planes];
        for (int p = 0; p < planes; p++) {
            offsets[p] = dataOffset(p);
        }
        return offsets;
    }

    /**
     * Gives a buffer to the driver: VIDIOC_QBUF. Any thread. It may be kept back until those before it are there too.
     *
     * @return 0 or more, or minus errno, of this buffer or of one that waited for it
     */
    public int queue(int index) {
        if (!byNumber) {
            return give(index);
        }
        synchronized (back) {
            back[index] = true;
            int r = 0;
            while (r >= 0 && back[nextBack]) {
                back[nextBack] = false;
                r = give(nextBack);
                nextBack = (nextBack + 1) % count;
            }
            return r;
        }
    }

    /** Gives the driver every buffer, before streaming starts. */
    public void queueAll() {
        for (int i = 0; i < count; i++) {
            int r = queue(i);
            if (r < 0) {
                throw V4l2Exception.of("VIDIOC_QBUF", -r);
            }
        }
    }

    private int give(int index) {
        inside.set(index, 1);
        if (inDriver.getAndIncrement() == 0) {
            fedNanos = System.nanoTime();
        }
        int r = device.ioctl(Videodev2.VIDIOC_QBUF, queueArguments[index]);
        if (r < 0) {
            inside.set(index, 0);
            inDriver.decrementAndGet();
        }
        return r;
    }

    /** Whether the driver has buffers to fill. If not, whoever holds them is what is waited for. */
    public boolean isFed() {
        return inDriver.get() > 0;
    }

    /** Since when it has had some, in {@link System#nanoTime}; only where it has, and streams. */
    public long fedNanos() {
        return fedNanos;
    }

    /** VIDIOC_STREAMON. */
    public void start() {
        int r = stream(Videodev2.VIDIOC_STREAMON);
        if (r == -Errno.ENOSPC) {
            throw new V4l2Exception(
                    "the USB bus has no room for this mode", "use another port, or a smaller size or rate", -r);
        }
        if (r == -Errno.EINVAL || r == -Errno.EPIPE || r == -Errno.ENOLINK) {
            throw new V4l2Exception(
                    "streaming does not start (" + Errno.name(-r) + ")",
                    "it may be part of a media pipeline that is not set up: media-ctl -p shows it",
                    -r);
        }
        device.check(r, "VIDIOC_STREAMON");
        fedNanos = System.nanoTime();
        streaming = true;
    }

    private int stream(long request) {
        try (Arena scratch = Arena.ofConfined()) {
            return device.ioctl(request, scratch.allocateFrom(JAVA_INT, device.bufferType()));
        }
    }

    /**
     * Takes a filled buffer: VIDIOC_DQBUF. Its index, or minus errno; what follows speaks of this one. EPROTO where the
     * driver hands out what it was not given.
     */
    public int dequeue() {
        resetDequeueArgument();
        int r = device.steadyIoctl(Videodev2.VIDIOC_DQBUF, dequeueArgument);
        if (r < 0) {
            return r;
        }
        int index = dequeueArgument.get(JAVA_INT, v4l2_buffer.index);
        if (index < 0 || index >= count || !inside.compareAndSet(index, 1, 0)) {
            dequeueArgument.set(JAVA_INT, v4l2_buffer.index, 0);
            return -Errno.EPROTO;
        }
        inDriver.decrementAndGet();
        int counted = dequeueArgument.get(JAVA_INT, v4l2_buffer.sequence);
        damaged = (dequeueArgument.get(JAVA_INT, v4l2_buffer.flags) & Videodev2.V4L2_BUF_FLAG_ERROR) != 0;
        boolean stale = byNumber && counted == sequences[index] && (damaged || bytesUsed(0) == 0);
        damaged &= !byNumber || stale;
        sequences[index] = counted;
        sequence = stale ? sequence + 1 : counted;
        return index;
    }

    /** The driver says that its content is damaged. */
    public boolean isDamaged() {
        return damaged;
    }

    /** The driver's count of frames, modulo 2^32. */
    public int sequence() {
        return sequence;
    }

    /** When it was captured, CLOCK_MONOTONIC; 0 where the driver uses another clock. */
    public long timestampNanos() {
        int clock = dequeueArgument.get(JAVA_INT, v4l2_buffer.flags) & Videodev2.V4L2_BUF_FLAG_TIMESTAMP_MASK;
        return clock == Videodev2.V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC
                ? dequeueArgument.get(JAVA_LONG, v4l2_buffer.timestamp$tv_sec) * 1_000_000_000L
                        + dequeueArgument.get(JAVA_LONG, v4l2_buffer.timestamp$tv_usec) * 1000
                : 0;
    }

    /** Bytes filled in a memory object, its data offset included. */
    public long bytesUsed(int plane) {
        return Integer.toUnsignedLong(
                multiplanar
                        ? dequeuePlanes.get(JAVA_INT, (long) plane * v4l2_plane.SIZE + v4l2_plane.bytesused)
                        : dequeueArgument.get(JAVA_INT, v4l2_buffer.bytesused));
    }

    /** Where the picture starts in a memory object. */
    public long dataOffset(int plane) {
        return multiplanar
                ? Integer.toUnsignedLong(
                        dequeuePlanes.get(JAVA_INT, (long) plane * v4l2_plane.SIZE + v4l2_plane.data_offset))
                : 0;
    }

    /**
     * VIDIOC_STREAMOFF and the buffers given back to the driver, after which the device can have another queue. Errors
     * are not reported: a device that is gone has ended by itself. No other thread may be in {@link #queue}.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (streaming) {
            int ignored = stream(Videodev2.VIDIOC_STREAMOFF);
        }
        for (MemorySegment m : mappings) {
            int ignored = device.calls().munmap(m.address(), m.byteSize());
        }
        try (Arena scratch = Arena.ofConfined()) {
            int ignored = device.ioctl(Videodev2.VIDIOC_REQBUFS, requestArgument(scratch, device, memoryType, 0));
        }
        arena.close();
    }
}
