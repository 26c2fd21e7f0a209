package vitrine.engine.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A library in the kernel's place: one made here, of one device, that tells what it was called with. */
@Tag("arm64")
class DeviceCallsTest {
    /** Descriptor, as unlike a real one as can be. */
    private static final int FD = 0x4711;

    private static final long ECHO = Ioctl.iowr('t', 1, 64);
    private static final long INTERRUPTED_TWICE = Ioctl.ior('t', 2, 8);
    private static final long UNKNOWN = Ioctl.io('t', 3);

    private static final String DEVICE = """
            #include <errno.h>
            #include <stdarg.h>
            #include <string.h>

            enum { FD = 0x4711 };
            static long seen[8];
            static char page[64];
            static int interruptions;

            static int fail(int error) { errno = error; return -1; }

            int open(const char *path, int flags, ...) {
                va_list arguments;
                va_start(arguments, flags);
                int mode = va_arg(arguments, int);
                va_end(arguments);
                if (strcmp(path, "/dev/video-ä") != 0) return fail(ENOENT);
                seen[0] = flags;
                seen[1] = mode;
                return FD;
            }

            int close(int fd) { return fd == FD ? 0 : fail(EBADF); }

            int ioctl(int fd, unsigned long request, ...) {
                va_list arguments;
                va_start(arguments, request);
                long *argument = va_arg(arguments, long *);
                va_end(arguments);
                if (fd != FD) return fail(EBADF);
                switch (request) {
                    case 0xc0407401: memcpy(argument, seen, sizeof seen); return 7;
                    case 0x80087402: if (interruptions++ < 2) return fail(EINTR); *argument = interruptions; return 0;
                    default: return fail(ENOTTY);
                }
            }

            void *mmap(void *address, unsigned long length, int prot, int flags, int fd, long offset) {
                if (length == 0) { errno = EINVAL; return (void *) -1; }
                seen[2] = (long) address;
                seen[3] = length;
                seen[4] = prot;
                seen[5] = flags;
                seen[6] = fd;
                seen[7] = offset;
                return page;
            }

            int munmap(void *address, unsigned long length) {
                return address == page && length == sizeof page ? 0 : fail(EINVAL);
            }
            """;

    @TempDir
    Path dir;

    @Test
    void aLibraryAnswersInTheKernelsPlace() throws Exception {
        Path library = CCompiler.require(dir).library("device", DEVICE);
        DeviceCalls calls = DeviceCalls.library(library.toString());
        assertThat(calls.name()).isEqualTo(library.toString());

        assertThat(calls.open("/dev/video1", Libc.O_RDWR)).isEqualTo(-Errno.ENOENT);
        assertThat(calls.open("/dev/video-ä", Libc.O_RDWR | Libc.O_CLOEXEC)).isEqualTo(FD);
        long offset = 0x12_3456_7000L;
        long address = calls.mmap(64, Libc.PROT_READ, Libc.MAP_SHARED, FD, offset);
        assertThat(address).isPositive();
        assertThat(calls.mmap(0, Libc.PROT_READ, Libc.MAP_SHARED, FD, offset)).isEqualTo(-Errno.EINVAL);

        try (Arena arena = Arena.ofConfined()) {
            MemorySegment seen = arena.allocate(64, 8);
            assertThat(calls.ioctl(FD, ECHO, seen)).isEqualTo(7);
            assertThat(seen.toArray(JAVA_LONG))
                    .containsExactly(
                            Libc.O_RDWR | Libc.O_CLOEXEC, 0600, 0, 64, Libc.PROT_READ, Libc.MAP_SHARED, FD, offset);
            assertThat(calls.ioctl(FD, INTERRUPTED_TWICE, seen)).isZero();
            assertThat(seen.get(JAVA_INT, 0)).isEqualTo(3);
            assertThat(calls.ioctl(FD, UNKNOWN, seen)).isEqualTo(-Errno.ENOTTY);
            assertThat(calls.ioctl(3, ECHO, seen)).isEqualTo(-Errno.EBADF);
        }

        assertThat(calls.munmap(address + 1, 64)).isEqualTo(-Errno.EINVAL);
        assertThat(calls.munmap(address, 64)).isZero();
        assertThat(calls.close(3)).isEqualTo(-Errno.EBADF);
        assertThat(calls.close(FD)).isZero();
        assertThat(DeviceCalls.kernel().close(FD)).isEqualTo(-Errno.EBADF);
    }

    @Test
    void aLibraryThatLacksACallIsNamedWithIt() throws Exception {
        // Without the C library, whose own call would be found behind it.
        Path library = CCompiler.require(dir).library("half", """
                int open(void) { return 0; }
                int close(void) { return 0; }
                int ioctl(void) { return 0; }
                int mmap(void) { return 0; }
                """, "-nostdlib", "-fno-builtin");
        assertThatThrownBy(() -> DeviceCalls.library(library.toString()))
                .isInstanceOf(LinuxException.class)
                .hasMessage(library + ": dlsym(munmap): ENOENT (No such file or directory);"
                        + " this library does not stand in for V4L2 devices");
    }

    @Test
    void aLibraryThatIsNotThereIsNamed() {
        String absent = dir.resolve("absent.so").toString();
        assertThatThrownBy(() -> DeviceCalls.library(absent))
                .isInstanceOf(LinuxException.class)
                .hasMessage(absent + ": dlopen: ENOENT (No such file or directory);"
                        + " check the name, and that it is for this machine");
    }
}
