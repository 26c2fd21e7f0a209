package vitrine.engine.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The messages, as a service manager's socket gets them. */
final class NotifySocketTest {
    private static final long PID = 4711;
    private static final long SECOND = 1_000_000_000;

    @TempDir
    Path dir;

    /** The service manager's end: a bound datagram socket. */
    private record Listener(Fd fd) implements AutoCloseable {
        static Listener bind(String name) {
            Fd fd = Fd.own(Libc.socket(Libc.AF_UNIX, Libc.SOCK_DGRAM | Libc.SOCK_CLOEXEC, 0), "listener");
            MemorySegment address = NotifySocket.address(name.getBytes(StandardCharsets.UTF_8));
            LinuxException.check(Libc.bind(fd.number(), address), "bind", name);
            int flags = Libc.fcntl(fd.number(), Libc.F_GETFL, 0);
            LinuxException.check(Libc.fcntl(fd.number(), Libc.F_SETFL, flags | Libc.O_NONBLOCK), "fcntl", name);
            return new Listener(fd);
        }

        /** The next message; empty where there is none. */
        String next() {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment buffer = arena.allocate(4096);
                long n = Libc.read(fd.number(), buffer);
                if (n == -Errno.EAGAIN) {
                    return "";
                }
                LinuxException.check(n, "read", "listener");
                return new String(buffer.asSlice(0, n).toArray(JAVA_BYTE), StandardCharsets.UTF_8);
            }
        }

        @Override
        public void close() {
            fd.close();
        }
    }

    private String path() {
        return dir.resolve("n").toString();
    }

    private static NotifySocket notify(String name, String... more) {
        Map<String, String> environment = new HashMap<>(Map.of("NOTIFY_SOCKET", name));
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        return NotifySocket.open(environment, PID);
    }

    @Test
    void withoutAManagerNothingIsDone() {
        try (NotifySocket notify = NotifySocket.open(Map.of("WATCHDOG_USEC", "1000000"), PID)) {
            assertThat(notify.isActive()).isFalse();
            assertThat(notify.watchdogNanos()).isZero();
            notify.ready();
            notify.status("waiting");
            notify.watchdog();
            notify.stopping();
            assertThat(notify.problem()).isEmpty();
        }
    }

    @Tag("arm64")
    @Test
    void tellsAManagerByPath() {
        try (Listener manager = Listener.bind(path());
                NotifySocket notify = notify(path())) {
            assertThat(notify.isActive()).isTrue();
            notify.status("waiting for a monitor");
            notify.ready();
            notify.stopping();
            assertThat(manager.next()).isEqualTo("STATUS=waiting for a monitor");
            assertThat(manager.next()).isEqualTo("READY=1");
            assertThat(manager.next()).isEqualTo("STOPPING=1");
            assertThat(manager.next()).isEmpty();
            assertThat(notify.problem()).isEmpty();
        }
    }

    /** Not on emulated arm64: qemu-user may take such a name for one that lacks its final zero, and add it. */
    @Test
    void tellsAManagerByAbstractName() {
        String name = "@vitrine-test-" + ProcessHandle.current().pid();
        try (Listener manager = Listener.bind(name);
                NotifySocket notify = notify(name)) {
            notify.ready();
            assertThat(manager.next()).isEqualTo("READY=1");
        }
    }

    @Test
    void aStatusIsOneLineOfBoundedLengthSentOnce() {
        try (Listener manager = Listener.bind(path());
                NotifySocket notify = notify(path())) {
            notify.status("a\nREADY=1\r");
            notify.status("a\nREADY=1\r");
            assertThat(manager.next()).isEqualTo("STATUS=a READY=1 ");
            assertThat(manager.next()).isEmpty();
            notify.status("x".repeat(299) + "\uD83D\uDCF7");
            assertThat(manager.next()).isEqualTo("STATUS=" + "x".repeat(299));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "30000000, , 30000000000",
        "30000000, 4711, 30000000000",
        "30000000, 1, 0",
        "0, , 0",
        "-5, , 0",
        "soon, , 0",
        "9223372036854775807, , 0"
    })
    void theWatchdogIsOursOrNobodys(String micros, String pid, long nanos) {
        try (NotifySocket notify = notify(path(), "WATCHDOG_USEC", micros, "WATCHDOG_PID", pid == null ? "" : pid)) {
            assertThat(notify.watchdogNanos()).isEqualTo(nanos);
        }
    }

    @Tag("arm64")
    @Test
    void pingsAThirdOfTheIntervalApart() {
        try (Listener manager = Listener.bind(path());
                NotifySocket notify = notify(path(), "WATCHDOG_USEC", "30000000")) {
            long start = Long.MAX_VALUE - 15 * SECOND; // nanoTime may be any number, and overflow
            int pings = 0;
            for (int tenth = 0; tenth < 600; tenth++) {
                notify.watchdog(start + tenth * SECOND / 10);
                String message = manager.next();
                if (!message.isEmpty()) {
                    assertThat(message).isEqualTo("WATCHDOG=1");
                    assertThat(tenth % 100).isZero();
                    pings++;
                }
            }
            assertThat(pings).isEqualTo(6);
        }
    }

    @Test
    void withoutAWatchdogThereIsNoPing() {
        try (Listener manager = Listener.bind(path());
                NotifySocket notify = notify(path())) {
            notify.watchdog();
            assertThat(manager.next()).isEmpty();
        }
    }

    @Tag("arm64")
    @Test
    void aManagerThatComesLateOrAgainIsToldAllTheSame() throws Exception {
        try (NotifySocket notify = notify(path(), "WATCHDOG_USEC", "3000000")) {
            notify.ready();
            assertThat(notify.problem()).isEqualTo("connect: ENOENT");
            notify.watchdog(0);
            for (int round = 1; round <= 2; round++) {
                try (Listener manager = Listener.bind(path())) {
                    notify.watchdog(round * SECOND);
                    assertThat(manager.next()).isEqualTo("WATCHDOG=1");
                    notify.status("round " + round);
                    assertThat(manager.next()).isEqualTo("STATUS=round " + round);
                    assertThat(notify.problem()).isEmpty();
                }
                notify.status("nobody listens");
                assertThat(notify.problem()).isEqualTo("connect: ECONNREFUSED");
                Files.delete(Path.of(path()));
            }
        }
    }

    /** A message that is lost is said again, a status too. */
    @Test
    void aFullQueueIsNoErrorAndNoWait() {
        try (Listener manager = Listener.bind(path());
                NotifySocket notify = notify(path())) {
            int sent = 0;
            while (notify.problem().isEmpty() && sent < 100_000) {
                notify.status("line " + sent++);
            }
            assertThat(notify.problem()).isEqualTo("send: EAGAIN");
            while (!manager.next().isEmpty()) {}
            notify.status("line " + (sent - 1));
            assertThat(manager.next()).isEqualTo("STATUS=line " + (sent - 1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"vsock:2:1234", "relative", "/", "@"})
    void anotherKindOfSocketIsLeftAlone(String name) {
        try (NotifySocket notify = notify(name)) {
            notify.ready();
            assertThat(notify.isActive()).isFalse();
            assertThat(notify.problem())
                    .isEqualTo("NOTIFY_SOCKET=" + name + " is no path and no abstract name of a local socket");
        }
    }

    @Test
    void aNameThatIsTooLongIsLeftAlone() {
        try (NotifySocket notify = notify("/" + "x".repeat(107))) {
            assertThat(notify.isActive()).isFalse();
        }
        try (NotifySocket notify = notify("/" + "x".repeat(106))) {
            assertThat(notify.isActive()).isTrue();
        }
    }

    @Test
    void pingsAllocateNothing() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Listener manager = Listener.bind(path());
                NotifySocket notify = notify(path(), "WATCHDOG_USEC", "3");
                Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(64);
            // The first calls link their handles, some later ones fit them to their use.
            long allocated = 1;
            int call = 0;
            for (int round = 0; round < 30 && allocated > 0; round++) {
                allocated = 0;
                for (int i = 0; i < 500; i++) {
                    long before = threads.getCurrentThreadAllocatedBytes();
                    notify.watchdog(++call * 1000L);
                    allocated += threads.getCurrentThreadAllocatedBytes() - before;
                    assertThat(Libc.read(manager.fd().number(), buffer)).isEqualTo(10);
                }
            }
            assertThat(allocated).isZero();
        }
    }
}
