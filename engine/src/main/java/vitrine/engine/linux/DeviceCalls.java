package vitrine.engine.linux;

import java.lang.foreign.MemorySegment;

/**
 * The calls by which a device is used: the kernel's, or a library's that answers in its place. libcamera's V4L2
 * compatibility library is made for LD_PRELOAD, but a downcall handle finds the C library's symbol whatever was preloaded,
 * so the library's own functions are called by name. Results are those of {@link Libc}: minus errno on failure. All
 * methods may be called from any thread where the library behind allows it.
 */
public sealed interface DeviceCalls permits KernelCalls, LibraryCalls {

    /** The C library's calls, that is, the kernel. */
    static DeviceCalls kernel() {
        return KernelCalls.INSTANCE;
    }

    /**
     * The calls of a shared library that exports {@code open}, {@code close}, {@code ioctl}, {@code mmap} and {@code
     * munmap}, such as libcamera's {@code v4l2-compat.so}. It stays loaded.
     *
     * @param library path, or a name that the dynamic linker finds
     * @throws LinuxException when it cannot be loaded or lacks one of these
     */
    static DeviceCalls library(String library) {
        return LibraryCalls.load(library);
    }

    /** What answers, for log lines: {@code kernel}, or the library's name. */
    String name();

    int open(String path, int flags);

    int close(int fd);

    int ioctl(int fd, long request, MemorySegment argument);

    /** As {@link #ioctl}, for requests of every frame; see {@link Libc#steadyIoctl}. */
    int steadyIoctl(int fd, long request, MemorySegment argument);

    /** The address, or minus errno. */
    long mmap(long length, int prot, int flags, int fd, long offset);

    int munmap(long address, long length);
}
