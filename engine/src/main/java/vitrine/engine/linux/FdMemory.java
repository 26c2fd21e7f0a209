package vitrine.engine.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A buffer behind a file descriptor, and its mapping for the CPU. Made by a {@link FdMemoryAllocator}, or by a capture
 * driver ({@link #exported}), and closed by whoever asked for it, once neither a thread nor the GPU uses it any more.
 *
 * <p>The CPU's accesses stand between {@code beginCpu...} and {@code endCpu...}: on a dma-buf these flush or drop
 * cached lines (DMA_BUF_IOCTL_SYNC, {@code linux/dma-buf.h}); on a memfd they do nothing. Waiting for the GPU is the
 * caller's part and comes first. Any thread; one bracket of a kind at a time.
 */
public final class FdMemory implements AutoCloseable {
    private final Fd fd;
    private final Arena arena;
    private final MemorySegment memory;
    private final Rung rung;
    private final String name;

    private FdMemory(Fd fd, Arena arena, MemorySegment memory, Rung rung, String name) {
        this.fd = fd;
        this.arena = arena;
        this.memory = memory;
        this.rung = rung;
        this.name = name;
    }

    /**
     * A buffer that a capture driver exported: VIDIOC_EXPBUF, {@code linux/videodev2.h}. Maps it for reading and
     * writing.
     *
     * @param fd the dma-buf, exported with O_RDWR; owned by the result, and closed also where this fails
     * @param length bytes of the buffer's plane, as VIDIOC_QUERYBUF tells; {@link #size} is this, rounded up to the whole
     *     pages that drivers allocate where the dma-buf has them
     * @param name for messages and, behind {@code vitrine-}, for /proc/self/maps
     */
    public static FdMemory exported(Fd fd, long length, String name) {
        if (length < 1) {
            fd.close();
            throw new IllegalArgumentException(name + ": " + length + " bytes exported");
        }
        long end = Libc.lseek(fd.number(), 0, Libc.SEEK_END);
        if (end >= 0 && end < length) {
            fd.close();
            throw new LinuxException("lseek", name, Errno.EINVAL, "the driver exported " + end + " bytes of " + length);
        }
        long size = Math.max(length, Math.min(end, Libc.roundUpToPage(length)));
        return create(fd, size, Rung.EXPORTED, FdMemoryAllocator.fileName(name));
    }

    /** Maps the whole of {@code fd}, {@code size} bytes, and takes ownership of it, also where mapping fails. */
    static FdMemory create(Fd fd, long size, Rung rung, String name) {
        long address = Libc.mmap(size, Libc.PROT_READ | Libc.PROT_WRITE, Libc.MAP_SHARED, fd.number(), 0);
        if (address < 0 && address >= -4095) {
            fd.close();
            throw new LinuxException("mmap of " + size + " bytes", name, (int) -address, "");
        }
        if (rung.isDmaBuf()) {
            DmaBuf.setName(fd.number(), name);
        }
        Arena arena = Arena.ofShared();
        MemorySegment memory =
                MemorySegment.ofAddress(address).reinterpret(size, arena, s -> Libc.munmap(s.address(), s.byteSize()));
        return new FdMemory(fd, arena, memory, rung, name);
    }

    /** The descriptor, owned by this object: {@link Fd#dup} it for an import that takes ownership. */
    public Fd fd() {
        return fd;
    }

    /** All bytes, readable and writable; page-aligned. Access after {@link #close} throws. */
    public MemorySegment memory() {
        return memory;
    }

    /**
     * Bytes allocated: what was asked for and at least one page more, in whole pages, so that Mesa's v3dv before
     * 25.1.6 accepts an import of what was asked for (it wants {@code align(need + 64, 4096) <= size}). A driver's
     * buffer has what the driver allocated, and no slack.
     */
    public long size() {
        return memory.byteSize();
    }

    public Rung rung() {
        return rung;
    }

    /** The name it was allocated under. */
    public String name() {
        return name;
    }

    /** Before the CPU reads what a device wrote. */
    public void beginCpuRead() {
        sync(DmaBuf.READ_START);
    }

    /** After the CPU has read. */
    public void endCpuRead() {
        sync(DmaBuf.READ_END);
    }

    /** Before the CPU writes what a device will read. */
    public void beginCpuWrite() {
        sync(DmaBuf.WRITE_START);
    }

    /** After the CPU has written, before the device's work is submitted. */
    public void endCpuWrite() {
        sync(DmaBuf.WRITE_END);
    }

    private void sync(MemorySegment argument) {
        if (!rung.isDmaBuf()) {
            return;
        }
        int r;
        do {
            r = Libc.ioctl(fd.number(), DmaBuf.DMA_BUF_IOCTL_SYNC, argument);
        } while (r == -Errno.EAGAIN);
        if (r == -Errno.ENOTTY && rung == Rung.EXPORTED) {
            return; // what a library in the driver's place exports need not be a dma-buf
        }
        if (r < 0) {
            throw new LinuxException("ioctl(DMA_BUF_IOCTL_SYNC)", name, -r, "");
        }
    }

    /** Unmaps and closes; a second call does nothing. */
    @Override
    public void close() {
        if (fd.isOpen()) {
            arena.close();
            fd.close();
        }
    }

    @Override
    public String toString() {
        return name + " (" + size() + " bytes, " + rung.label() + ")";
    }
}
