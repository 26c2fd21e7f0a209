package vitrine.engine.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bindings themselves, against the running kernel. */
@Tag("arm64")
class LibcTest {
    @TempDir
    Path dir;

    @Test
    void pageSizeIsAPowerOfTwoAndMappingsAreMultiplesOfIt() {
        assertThat(Integer.bitCount(Libc.pageSize())).isOne();
        assertThat(Libc.pageSize()).isGreaterThanOrEqualTo(4096);
        assertThat(Libc.roundUpToPage(1)).isEqualTo(Libc.pageSize());
        assertThat(Libc.roundUpToPage(Libc.pageSize())).isEqualTo(Libc.pageSize());
        assertThat(Libc.roundUpToPage(Libc.pageSize() + 1L)).isEqualTo(2L * Libc.pageSize());
    }

    @Test
    void readsAndWritesAFile() throws Exception {
        Path file = Files.createFile(dir.resolve("f"));
        try (Arena arena = Arena.ofConfined();
                Fd fd = Fd.open(file.toString(), Libc.O_RDWR)) {
            MemorySegment hello = arena.allocateFrom("hello");
            assertThat(Libc.write(fd.number(), hello.asSlice(0, 5))).isEqualTo(5);
            assertThat(Files.readString(file)).isEqualTo("hello");
            assertThat(fd.size()).isEqualTo(5);
            assertThat(Libc.lseek(fd.number(), 1, Libc.SEEK_SET)).isEqualTo(1);
            MemorySegment back = arena.allocate(16);
            assertThat(Libc.read(fd.number(), back)).isEqualTo(4);
            assertThat(back.asSlice(0, 4).toArray(ValueLayout.JAVA_BYTE))
                    .isEqualTo("ello".getBytes(StandardCharsets.UTF_8));
            assertThat(Libc.read(fd.number(), back)).isZero();
        }
    }

    @Test
    void errorsAreMinusErrnoOfTheCallingThread() throws Exception {
        String absent = dir.resolve("absent").toString();
        try (var pool = Executors.newFixedThreadPool(2)) {
            var a = pool.submit(() -> {
                for (int i = 0; i < 10_000; i++) {
                    assertThat(Libc.open(absent, Libc.O_RDONLY)).isEqualTo(-Errno.ENOENT);
                }
            });
            var b = pool.submit(() -> {
                for (int i = 0; i < 10_000; i++) {
                    assertThat(Libc.close(-1)).isEqualTo(-Errno.EBADF);
                }
            });
            a.get();
            b.get();
        }
    }

    @Test
    void pollSeesAnEventfd() {
        try (Arena arena = Arena.ofConfined();
                Fd event = Fd.own(Libc.eventfd(0, Libc.EFD_CLOEXEC | Libc.EFD_NONBLOCK), "eventfd")) {
            MemorySegment fds = arena.allocate(Libc.POLLFD);
            fds.set(ValueLayout.JAVA_INT, 0, event.number());
            fds.set(ValueLayout.JAVA_SHORT, 4, Libc.POLLIN);
            assertThat(Libc.poll(fds, 1)).isZero();
            MemorySegment value = arena.allocate(8);
            assertThat(Libc.read(event.number(), value)).isEqualTo(-Errno.EAGAIN);
            value.set(ValueLayout.JAVA_LONG, 0, 3);
            assertThat(Libc.write(event.number(), value)).isEqualTo(8);
            assertThat(Libc.poll(fds, 1000)).isOne();
            assertThat(fds.get(ValueLayout.JAVA_SHORT, 6)).isEqualTo(Libc.POLLIN);
        }
    }

    @Test
    void mapsAMemfdTwiceAndSealsIt() {
        long size = Libc.pageSize();
        try (Fd fd = Fd.own(Libc.memfd_create("vitrine-test", Libc.MFD_CLOEXEC | Libc.MFD_ALLOW_SEALING), "m")) {
            assertThat(Libc.ftruncate(fd.number(), size)).isZero();
            long a = Libc.mmap(size, Libc.PROT_READ | Libc.PROT_WRITE, Libc.MAP_SHARED, fd.number(), 0);
            long b = Libc.mmap(size, Libc.PROT_READ, Libc.MAP_SHARED, fd.number(), 0);
            assertThat(a).isPositive();
            assertThat(b).isPositive().isNotEqualTo(a);
            MemorySegment.ofAddress(a).reinterpret(size).set(ValueLayout.JAVA_INT, 100, 0xCAFE);
            assertThat(MemorySegment.ofAddress(b).reinterpret(size).get(ValueLayout.JAVA_INT, 100))
                    .isEqualTo(0xCAFE);
            assertThat(Libc.munmap(a, size)).isZero();
            assertThat(Libc.munmap(b, size)).isZero();
            assertThat(Libc.fcntl(fd.number(), Libc.F_ADD_SEALS, Libc.F_SEAL_SHRINK))
                    .isZero();
            assertThat(Libc.fcntl(fd.number(), Libc.F_GET_SEALS, 0)).isEqualTo(Libc.F_SEAL_SHRINK);
            assertThat(Libc.ftruncate(fd.number(), 0)).isEqualTo(-Errno.EPERM);
            assertThat(Libc.mmap(size, Libc.PROT_READ, Libc.MAP_SHARED, -1, 0)).isEqualTo(-Errno.EBADF);
        }
    }

    @Test
    void makesAFifo() {
        Path fifo = dir.resolve("fifo");
        assertThat(Libc.mkfifo(fifo.toString(), 0600)).isZero();
        assertThat(Libc.mkfifo(fifo.toString(), 0600)).isEqualTo(-Errno.EEXIST);
        try (Fd reader = Fd.open(fifo.toString(), Libc.O_RDONLY | Libc.O_NONBLOCK)) {
            assertThat(reader.isOpen()).isTrue();
        }
    }

    @Test
    void fdClosesOnceAndRefusesUseAfterwards() throws Exception {
        Path file = Files.createFile(dir.resolve("g"));
        Fd fd = Fd.open(file.toString(), Libc.O_RDONLY);
        Fd copy = fd.dup();
        int number = copy.number();
        assertThat(Files.readSymbolicLink(Path.of("/proc/self/fd/" + number))).isEqualTo(file.toRealPath());
        copy.close();
        copy.close();
        assertThat(Libc.fcntl(number, Libc.F_GETFL, 0)).isEqualTo(-Errno.EBADF);
        assertThatThrownBy(copy::number)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(file + ": file descriptor is closed");
        int given = fd.release();
        assertThat(fd.isOpen()).isFalse();
        fd.close();
        assertThat(Libc.fcntl(given, Libc.F_GETFL, 0)).isNotNegative();
        assertThat(Libc.close(given)).isZero();
    }

    @Test
    void aFailureNamesCallObjectAndError() {
        String absent = dir.resolve("absent").toString();
        assertThatThrownBy(() -> Fd.open(absent, Libc.O_RDONLY))
                .isInstanceOfSatisfying(LinuxException.class, e -> {
                    assertThat(e.errno()).isEqualTo(Errno.ENOENT);
                    assertThat(e.call()).isEqualTo("open");
                })
                .hasMessage(absent + ": open: ENOENT (No such file or directory)");
        assertThat(new LinuxException("ioctl(X)", "", 22, "do this"))
                .hasMessage("ioctl(X): EINVAL (Invalid argument); do this");
        assertThat(Errno.name(99999)).isEqualTo("errno 99999");
    }

    @Tag("jit")
    @Test
    void callsAllocateNothingInSteadyState() {
        var threads = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        try (Arena arena = Arena.ofConfined();
                Fd event = Fd.own(Libc.eventfd(0, Libc.EFD_CLOEXEC | Libc.EFD_NONBLOCK), "eventfd")) {
            MemorySegment value = arena.allocate(8);
            int fd = event.number();
            // Only compiled code is free of garbage, and on a busy machine the compiler takes its time.
            long perCall = Long.MAX_VALUE;
            for (long end = System.nanoTime() + 30_000_000_000L; perCall > 0 && System.nanoTime() < end; ) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 10_000; i++) {
                    assertThatIsAgain(Libc.read(fd, value));
                }
                perCall = (threads.getCurrentThreadAllocatedBytes() - before) / 10_000;
            }
            assertThat(perCall).isZero();
        }
    }

    /** Without errno first, and the reason all the same. */
    @Test
    void steadyCallsTellWhyTheyFail() {
        try (Arena arena = Arena.ofConfined();
                Fd event = Fd.own(Libc.eventfd(0, Libc.EFD_CLOEXEC | Libc.EFD_NONBLOCK), "eventfd")) {
            MemorySegment fds = arena.allocate(Libc.POLLFD);
            fds.set(JAVA_INT, 0, event.number());
            fds.set(JAVA_SHORT, 4, Libc.POLLOUT);
            assertThat(Libc.steadyPoll(fds, 1000)).isEqualTo(1);
            fds.set(JAVA_SHORT, 4, Libc.POLLIN);
            assertThat(Libc.steadyPoll(fds, 0)).isZero();
            assertThat(Libc.steadyIoctl(event.number(), Ioctl.ior('V', 0, 104), arena.allocate(104)))
                    .isEqualTo(-Errno.ENOTTY);
        }
    }

    private static void assertThatIsAgain(long r) {
        if (r != -Errno.EAGAIN) {
            throw new AssertionError("read: " + r);
        }
    }
}
