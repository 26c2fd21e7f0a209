package vitrine.engine.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/** The device calls that a shared library exports under the C library's names. */
final class LibraryCalls implements DeviceCalls {
    private final String name;
    private final MethodHandle open$mh;
    private final MethodHandle close$mh;
    private final MethodHandle ioctl$mh;
    private final MethodHandle mmap$mh;
    private final MethodHandle munmap$mh;

    private LibraryCalls(String name, SymbolLookup library) {
        this.name = name;
        open$mh = handle(library, "open", 2, FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
        close$mh = handle(library, "close", -1, FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        ioctl$mh = handle(library, "ioctl", 2, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS));
        mmap$mh = handle(
                library,
                "mmap",
                -1,
                FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
        munmap$mh = handle(library, "munmap", -1, FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
    }

    static LibraryCalls load(String library) {
        SymbolLookup lookup;
        try {
            // Such libraries keep threads and atexit handlers: unloading one is not safe.
            lookup = SymbolLookup.libraryLookup(library, Arena.global());
        } catch (IllegalArgumentException e) {
            throw new LinuxException(
                    "dlopen", library, Errno.ENOENT, "check the name, and that it is for this machine");
        }
        return new LibraryCalls(library, lookup);
    }

    private MethodHandle handle(SymbolLookup library, String symbol, int firstVariadic, FunctionDescriptor descriptor) {
        // dlsym also searches what the library itself is linked to, which is where libc's own would be found.
        MemorySegment libc = Linker.nativeLinker().defaultLookup().findOrThrow(symbol);
        MemorySegment address = library.find(symbol)
                .filter(a -> a.address() != libc.address())
                .orElseThrow(() -> new LinuxException(
                        "dlsym(" + symbol + ")",
                        name,
                        Errno.ENOENT,
                        "this library does not stand in for V4L2 devices"));
        return Libc.handle(address, firstVariadic, descriptor);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int open(String path, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment cPath = arena.allocateFrom(path);
            MemorySegment state = Libc.state();
            int r;
            do {
                r = Libc.result((int) open$mh.invokeExact(state, cPath, flags, 0600), state);
            } while (r == -Errno.EINTR);
            return r;
        } catch (Throwable t) {
            throw Libc.impossible(t);
        }
    }

    @Override
    public int close(int fd) {
        try {
            MemorySegment state = Libc.state();
            return Libc.result((int) close$mh.invokeExact(state, fd), state);
        } catch (Throwable t) {
            throw Libc.impossible(t);
        }
    }

    @Override
    public int ioctl(int fd, long request, MemorySegment argument) {
        try {
            MemorySegment state = Libc.state();
            int r;
            do {
                r = Libc.result((int) ioctl$mh.invokeExact(state, fd, request, argument), state);
            } while (r == -Errno.EINTR);
            return r;
        } catch (Throwable t) {
            throw Libc.impossible(t);
        }
    }

    /** Such a library's own work outweighs a slice of the capture segment. */
    @Override
    public int steadyIoctl(int fd, long request, MemorySegment argument) {
        return ioctl(fd, request, argument);
    }

    @Override
    public long mmap(long length, int prot, int flags, int fd, long offset) {
        try {
            MemorySegment state = Libc.state();
            return Libc.result(
                    (long) mmap$mh.invokeExact(state, MemorySegment.NULL, length, prot, flags, fd, offset), state);
        } catch (Throwable t) {
            throw Libc.impossible(t);
        }
    }

    @Override
    public int munmap(long address, long length) {
        try {
            MemorySegment state = Libc.state();
            return Libc.result((int) munmap$mh.invokeExact(state, MemorySegment.ofAddress(address), length), state);
        } catch (Throwable t) {
            throw Libc.impossible(t);
        }
    }
}
