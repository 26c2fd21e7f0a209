package vitrine.engine.linux;

import java.lang.foreign.MemorySegment;

/** {@link Libc}, as calls on a device. */
final class KernelCalls implements DeviceCalls {
    static final KernelCalls INSTANCE = new KernelCalls();

    private KernelCalls() {}

    @Override
    public String name() {
        return "kernel";
    }

    @Override
    public int open(String path, int flags) {
        return Libc.open(path, flags);
    }

    @Override
    public int close(int fd) {
        return Libc.close(fd);
    }

    @Override
    public int ioctl(int fd, long request, MemorySegment argument) {
        return Libc.ioctl(fd, request, argument);
    }

    @Override
    public int steadyIoctl(int fd, long request, MemorySegment argument) {
        return Libc.steadyIoctl(fd, request, argument);
    }

    @Override
    public long mmap(long length, int prot, int flags, int fd, long offset) {
        return Libc.mmap(length, prot, flags, fd, offset);
    }

    @Override
    public int munmap(long address, long length) {
        return Libc.munmap(address, length);
    }
}
