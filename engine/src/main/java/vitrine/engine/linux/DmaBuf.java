package vitrine.engine.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Requests and structs of {@code linux/dma-buf.h}, {@code linux/dma-heap.h} and {@code linux/udmabuf.h}. */
final class DmaBuf {
    /** {@code struct dma_buf_sync}: u64 flags. */
    static final int SYNC_BYTES = 8;
    /** {@code struct dma_heap_allocation_data}: u64 len, u32 fd, u32 fd_flags, u64 heap_flags. */
    static final int HEAP_ALLOCATION_BYTES = 24;
    /** {@code struct udmabuf_create}: u32 memfd, u32 flags, u64 offset, u64 size. */
    static final int UDMABUF_CREATE_BYTES = 24;

    static final long DMA_BUF_IOCTL_SYNC = Ioctl.iow('b', 0, SYNC_BYTES);
    /** The number for 64-bit callers, DMA_BUF_SET_NAME_B. */
    static final long DMA_BUF_SET_NAME = Ioctl.iow('b', 1, Long.BYTES);

    static final long DMA_HEAP_IOCTL_ALLOC = Ioctl.iowr('H', 0, HEAP_ALLOCATION_BYTES);
    static final long UDMABUF_CREATE = Ioctl.iow('u', 0x42, UDMABUF_CREATE_BYTES);

    /** DMA_BUF_NAME_LEN, the final zero counted. */
    private static final int NAME_BYTES = 32;

    private static final long SYNC_READ = 1;
    private static final long SYNC_WRITE = 2;
    private static final long SYNC_END = 4;
    private static final int UDMABUF_FLAGS_CLOEXEC = 1;

    /** Arguments of the four brackets: constant, so that no call allocates and all threads share them. */
    static final MemorySegment READ_START = sync(SYNC_READ);

    static final MemorySegment READ_END = sync(SYNC_READ | SYNC_END);
    static final MemorySegment WRITE_START = sync(SYNC_WRITE);
    static final MemorySegment WRITE_END = sync(SYNC_WRITE | SYNC_END);

    private DmaBuf() {}

    /** A new dma-buf of {@code size} bytes from an open heap: its descriptor or minus errno. */
    static int allocate(int heap, long size) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocate(HEAP_ALLOCATION_BYTES, 8);
            data.set(JAVA_LONG, 0, size);
            data.set(JAVA_INT, 12, Libc.O_RDWR | Libc.O_CLOEXEC);
            int r = Libc.ioctl(heap, DMA_HEAP_IOCTL_ALLOC, data);
            return r < 0 ? r : data.get(JAVA_INT, 8);
        }
    }

    /** A dma-buf over the first {@code size} bytes, whole pages, of a memfd sealed against shrinking. */
    static int fromMemfd(int udmabuf, int memfd, long size) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment create = arena.allocate(UDMABUF_CREATE_BYTES, 8);
            create.set(JAVA_INT, 0, memfd);
            create.set(JAVA_INT, 4, UDMABUF_FLAGS_CLOEXEC);
            create.set(JAVA_LONG, 16, size);
            return Libc.ioctl(udmabuf, UDMABUF_CREATE, create);
        }
    }

    /** Names a dma-buf, so that /proc/self/maps and debugfs tell whose it is; a kernel that refuses does no harm. */
    static void setName(int fd, String name) {
        try (Arena arena = Arena.ofConfined()) {
            String cut = name.substring(0, Math.min(name.length(), NAME_BYTES - 1));
            int ignored = Libc.ioctl(fd, DMA_BUF_SET_NAME, arena.allocateFrom(cut));
        }
    }

    private static MemorySegment sync(long flags) {
        MemorySegment s = Arena.global().allocate(SYNC_BYTES, 8);
        s.set(JAVA_LONG, 0, flags);
        return s.asReadOnly();
    }
}
