package vitrine.engine.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The C library's calls that Vitrine makes, in C names.
 *
 * <p>Every call returns what the system call itself returns: the result, or minus errno. So a frame event such as
 * {@code -EAGAIN} is a value, and set-up code turns the rest into a {@link LinuxException}. {@code errno} is captured
 * by the call into a segment of the calling thread; nothing is allocated after a thread's first call. Calls
 * interrupted by a signal are made again. All methods may be called from any thread.
 */
@SuppressWarnings("MemberName")
public final class Libc {
    /** {@code asm-generic/fcntl.h}; the same on x86-64 and arm64. */
    public static final int O_RDONLY = 0;

    public static final int O_WRONLY = 1;
    public static final int O_RDWR = 2;
    public static final int O_CREAT = 0x40;
    public static final int O_NOCTTY = 0x100;
    public static final int O_NONBLOCK = 0x800;
    public static final int O_CLOEXEC = 0x80000;

    /** {@code asm-generic/mman-common.h}. */
    public static final int PROT_READ = 1;

    public static final int PROT_WRITE = 2;
    public static final int MAP_SHARED = 1;

    /** {@code linux/memfd.h}. */
    public static final int MFD_CLOEXEC = 1;

    public static final int MFD_ALLOW_SEALING = 2;

    /** {@code linux/fcntl.h}. */
    public static final int F_GETFL = 3;

    public static final int F_SETFL = 4;
    public static final int F_DUPFD_CLOEXEC = 1030;
    public static final int F_SETPIPE_SZ = 1031;
    public static final int F_ADD_SEALS = 1033;
    public static final int F_GET_SEALS = 1034;
    public static final int F_SEAL_SHRINK = 2;

    public static final int SEEK_SET = 0;
    public static final int SEEK_CUR = 1;
    public static final int SEEK_END = 2;

    /** {@code sys/eventfd.h}; the same as O_CLOEXEC and O_NONBLOCK. */
    public static final int EFD_CLOEXEC = O_CLOEXEC;

    public static final int EFD_NONBLOCK = O_NONBLOCK;

    /** {@code asm-generic/poll.h}. */
    public static final short POLLIN = 1;

    public static final short POLLPRI = 2;
    public static final short POLLOUT = 4;
    public static final short POLLERR = 8;
    public static final short POLLHUP = 16;

    /** {@code sys/socket.h}; the same on x86-64 and arm64. */
    public static final int AF_UNIX = 1;

    public static final int SOCK_DGRAM = 2;
    public static final int SOCK_CLOEXEC = O_CLOEXEC;
    public static final int MSG_DONTWAIT = 0x40;
    public static final int MSG_NOSIGNAL = 0x4000;

    /** {@code struct pollfd} of {@code asm-generic/poll.h}. */
    public static final StructLayout POLLFD = MemoryLayout.structLayout(
            JAVA_INT.withName("fd"), JAVA_SHORT.withName("events"), JAVA_SHORT.withName("revents"));

    private static final int _SC_PAGESIZE = 30;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup LOOKUP = LINKER.defaultLookup();
    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle errno$vh = CALL_STATE.varHandle(PathElement.groupElement("errno"));
    private static final ThreadLocal<MemorySegment> STATE =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(CALL_STATE));

    private static final MethodHandle open$mh =
            handle("open", 2, FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
    private static final MethodHandle close$mh = handle("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle mmap$mh = handle(
            "mmap", FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle munmap$mh = handle("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle memfd_create$mh =
            handle("memfd_create", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle ftruncate$mh =
            handle("ftruncate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle lseek$mh =
            handle("lseek", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle fcntl$mh =
            handle("fcntl", 2, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle sysconf$mh = handle("sysconf", FunctionDescriptor.of(JAVA_LONG, JAVA_INT));

    /** Linked when first used, since each kind of call costs milliseconds of start-up: what streams need. */
    private static final class Streams {
        static final MethodHandle read$mh =
                handle("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
        static final MethodHandle write$mh =
                handle("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
        static final MethodHandle poll$mh =
                handle("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
        static final MethodHandle eventfd$mh = handle("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
        static final MethodHandle mkfifo$mh = handle("mkfifo", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
        static final MethodHandle pipe2$mh = handle("pipe2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    }

    /** As above: what sockets need. */
    private static final class Sockets {
        static final FunctionDescriptor SEND = FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
        static final MethodHandle socket$mh =
                handle("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
        static final MethodHandle bind$mh =
                handle("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
        static final MethodHandle connect$mh =
                handle("connect", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
        static final MethodHandle send$mh = handle("send", SEND);
        static final MethodHandle steadySend$mh = LINKER.downcallHandle(LOOKUP.findOrThrow("send"), SEND);
    }

    /** As above: what devices need. */
    private static final class Devices {
        static final FunctionDescriptor IOCTL = FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);
        static final MethodHandle ioctl$mh = handle("ioctl", 2, IOCTL);
    }

    /**
     * As above: the calls of every frame, without errno. A handle that captures it makes a slice of the capture segment
     * at each call, 40 bytes of heap where the compiler does not take them away.
     */
    private static final class Steady {
        static final MethodHandle ioctl$mh =
                LINKER.downcallHandle(LOOKUP.findOrThrow("ioctl"), Devices.IOCTL, Linker.Option.firstVariadicArg(2));
        static final MethodHandle poll$mh = LINKER.downcallHandle(
                LOOKUP.findOrThrow("poll"), FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    }

    private static final int PAGE_SIZE = Math.toIntExact(sysconf(_SC_PAGESIZE));

    private Libc() {}

    /** Bytes in a page of memory: 4096 on x86-64, 16384 on Raspberry Pi OS for the Pi 5. */
    public static int pageSize() {
        return PAGE_SIZE;
    }

    /** {@code bytes} rounded up to whole pages. */
    public static long roundUpToPage(long bytes) {
        return Math.ceilDiv(bytes, (long) PAGE_SIZE) * PAGE_SIZE;
    }

    /** <a href="https://man7.org/linux/man-pages/man2/open.2.html">open(2)</a>. Add {@link #O_CLOEXEC} always. */
    public static int open(String path, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment cPath = arena.allocateFrom(path);
            MemorySegment state = STATE.get();
            int r;
            do {
                r = result((int) open$mh.invokeExact(state, cPath, flags, 0600), state);
            } while (r == -Errno.EINTR);
            return r;
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /**
     * <a href="https://man7.org/linux/man-pages/man2/close.2.html">close(2)</a>. Not repeated after EINTR: Linux has
     * released the descriptor by then.
     */
    public static int close(int fd) {
        try {
            MemorySegment state = STATE.get();
            return result((int) close$mh.invokeExact(state, fd), state);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /** <a href="https://man7.org/linux/man-pages/man2/read.2.html">read(2)</a>: bytes read, 0 at the end of file. */
    public static long read(int fd, MemorySegment buffer) {
        try {
            MemorySegment state = STATE.get();
            long r;
            do {
                r = result((long) Streams.read$mh.invokeExact(state, fd, buffer, buffer.byteSize()), state);
            } while (r == -Errno.EINTR);
            return r;
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /** <a href="https://man7.org/linux/man-pages/man2/write.2.html">write(2)</a>: bytes written. */
    public static long write(int fd, MemorySegment buffer) {
        try {
            MemorySegment state = STATE.get();
            long r;
            do {
                r = result((long) Streams.write$mh.invokeExact(state, fd, buffer, buffer.byteSize()), state);
            } while (r == -Errno.EINTR);
            return r;
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /** <a href="https://man7.org/linux/man-pages/man2/ioctl.2.html">ioctl(2)</a> with a pointer; see {@link Ioctl}. */
    public static int ioctl(int fd, long request, MemorySegment argument) {
        try {
            MemorySegment state = STATE.get();
            int r;
            do {
                r = result((int) Devices.ioctl$mh.invokeExact(state, fd, request, argument), state);
            } while (r == -Errno.EINTR);
            return r;
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /**
     * As {@link #ioctl}, allocating nothing in any state of the JVM: for requests of every frame that may be made again.
     * One that fails is made once more, to learn why.
     */
    public static int steadyIoctl(int fd, long request, MemorySegment argument) {
        try {
            int r = (int) Steady.ioctl$mh.invokeExact(fd, request, argument);
            return r == -1 ? ioctl(fd, request, argument) : r;
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /**
     * <a href="https://man7.org/linux/man-pages/man2/mmap.2.html">mmap(2)</a> at an address the kernel chooses.
     *
     * @return the address, or minus errno (the kernel keeps -4095 to -1 free of addresses)
     */
    public static long mmap(long length, int prot, int flags, int fd, long offset) {
        try {
            MemorySegment state = STATE.get();
            return result(
                    (long) mmap$mh.invokeExact(state, MemorySegment.NULL, length, prot, flags, fd, offset), state);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /** <a href="https://man7.org/linux/man-pages/man2/mmap.2.html">munmap(2)</a>. */
    public static int munmap(long address, long length) {
        try {
            MemorySegment state = STATE.get();
            return result((int) munmap$mh.invokeExact(state, MemorySegment.ofAddress(address), length), state);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /** <a href="https://man7.org/linux/man-pages/man2/memfd_create.2.html">memfd_create(2)</a>. */
    public static int memfd_create(String name, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment cName = arena.allocateFrom(name);
            MemorySegment state = STATE.get();
            return result((int) memfd_create$mh.invokeExact(state, cName, flags), state);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /** <a href="https://man7.org/linux/man-pages/man2/ftruncate.2.html">ftruncate(2)</a>. */
    public static int ftruncate(int fd, long length) {
        try {
            MemorySegment state = STATE.get();
            int r;
            do {
                r = result((int) ftruncate$mh.invokeExact(state, fd, length), state);
            } while (r == -Errno.EINTR);
            return r;
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /** <a href="https://man7.org/linux/man-pages/man2/lseek.2.html">lseek(2)</a>; on a dma-buf SEEK_END tells its size. */
    public static long lseek(int fd, long offset, int whence) {
        try {
            MemorySegment state = STATE.get();
            return result((long) lseek$mh.invokeExact(state, fd, offset, whence), state);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /** <a href="https://man7.org/linux/man-pages/man2/fcntl.2.html">fcntl(2)</a> with a number. */
    public static int fcntl(int fd, int command, long argument) {
        try {
            MemorySegment state = STATE.get();
            return result((int) fcntl$mh.invokeExact(state, fd, command, argument), state);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /**
     * <a href="https://man7.org/linux/man-pages/man2/poll.2.html">poll(2)</a> on an array of {@link #POLLFD}: how many
     * are ready, 0 when the time is over. The one call that may return {@code -EINTR}, since only the caller knows
     * how much of its time is left.
     */
    public static int poll(MemorySegment fds, int timeoutMillis) {
        try {
            MemorySegment state = STATE.get();
            long count = fds.byteSize() / POLLFD.byteSize();
            return result((int) Streams.poll$mh.invokeExact(state, fds, count, timeoutMillis), state);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /**
     * As {@link #poll}, allocating nothing in any state of the JVM: for waits of every frame. A wait that a signal ends
     * returns what is ready then, 0 mostly.
     */
    public static int steadyPoll(MemorySegment fds, int timeoutMillis) {
        try {
            long count = fds.byteSize() / POLLFD.byteSize();
            int r = (int) Steady.poll$mh.invokeExact(fds, count, timeoutMillis);
            return r == -1 ? poll(fds, 0) : r;
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /** <a href="https://man7.org/linux/man-pages/man2/eventfd.2.html">eventfd(2)</a>. */
    public static int eventfd(int initial, int flags) {
        try {
            MemorySegment state = STATE.get();
            return result((int) Streams.eventfd$mh.invokeExact(state, initial, flags), state);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /** <a href="https://man7.org/linux/man-pages/man2/pipe2.2.html">pipe2(2)</a>: two ints, reader and writer. */
    public static int pipe2(MemorySegment fds, int flags) {
        try {
            MemorySegment state = STATE.get();
            return result((int) Streams.pipe2$mh.invokeExact(state, fds, flags), state);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /** <a href="https://man7.org/linux/man-pages/man3/mkfifo.3.html">mkfifo(3)</a>. */
    public static int mkfifo(String path, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment cPath = arena.allocateFrom(path);
            MemorySegment state = STATE.get();
            return result((int) Streams.mkfifo$mh.invokeExact(state, cPath, mode), state);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /** <a href="https://man7.org/linux/man-pages/man2/socket.2.html">socket(2)</a>. Add {@link #SOCK_CLOEXEC} always. */
    public static int socket(int family, int type, int protocol) {
        try {
            MemorySegment state = STATE.get();
            return result((int) Sockets.socket$mh.invokeExact(state, family, type, protocol), state);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /** <a href="https://man7.org/linux/man-pages/man2/bind.2.html">bind(2)</a> to an address of exactly its bytes. */
    public static int bind(int fd, MemorySegment address) {
        try {
            MemorySegment state = STATE.get();
            int length = (int) address.byteSize();
            return result((int) Sockets.bind$mh.invokeExact(state, fd, address, length), state);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /** <a href="https://man7.org/linux/man-pages/man2/connect.2.html">connect(2)</a>, as {@link #bind}. */
    public static int connect(int fd, MemorySegment address) {
        try {
            MemorySegment state = STATE.get();
            int length = (int) address.byteSize();
            return result((int) Sockets.connect$mh.invokeExact(state, fd, address, length), state);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /** <a href="https://man7.org/linux/man-pages/man2/send.2.html">send(2)</a>: bytes sent. */
    public static long send(int fd, MemorySegment buffer, int flags) {
        try {
            MemorySegment state = STATE.get();
            long r;
            do {
                r = result((long) Sockets.send$mh.invokeExact(state, fd, buffer, buffer.byteSize(), flags), state);
            } while (r == -Errno.EINTR);
            return r;
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /** As {@link #send}, allocating nothing in any state of the JVM; -1 where it fails, without the reason. */
    public static long steadySend(int fd, MemorySegment buffer, int flags) {
        try {
            return (long) Sockets.steadySend$mh.invokeExact(fd, buffer, buffer.byteSize(), flags);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    private static long sysconf(int name) {
        try {
            MemorySegment state = STATE.get();
            return result((long) sysconf$mh.invokeExact(state, name), state);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /** The calling thread's segment for errno: the first argument of a {@link #handle}. */
    static MemorySegment state() {
        return STATE.get();
    }

    static int result(int r, MemorySegment state) {
        return r == -1 ? -(int) errno$vh.get(state, 0L) : r;
    }

    static long result(long r, MemorySegment state) {
        return r == -1 ? -(int) errno$vh.get(state, 0L) : r;
    }

    static AssertionError impossible(Throwable t) {
        // What the caller did wrong (a closed segment, a null) is the caller's to see; a handle itself throws nothing.
        if (t instanceof RuntimeException e) {
            throw e;
        }
        return new AssertionError(t);
    }

    private static MethodHandle handle(String name, FunctionDescriptor descriptor) {
        return handle(LOOKUP.findOrThrow(name), -1, descriptor);
    }

    /** As above for {@code f(a, b, ...)}, whose arguments from {@code firstVariadic} on are passed as such. */
    private static MethodHandle handle(String name, int firstVariadic, FunctionDescriptor descriptor) {
        return handle(LOOKUP.findOrThrow(name), firstVariadic, descriptor);
    }

    /** A call that captures errno; {@code firstVariadic} is -1 where no argument is variadic. */
    static MethodHandle handle(MemorySegment function, int firstVariadic, FunctionDescriptor descriptor) {
        Linker.Option errno = Linker.Option.captureCallState("errno");
        return firstVariadic < 0
                ? LINKER.downcallHandle(function, descriptor, errno)
                : LINKER.downcallHandle(function, descriptor, errno, Linker.Option.firstVariadicArg(firstVariadic));
    }
}
