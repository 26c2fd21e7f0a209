package vitrine.engine.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells the service manager how this process is: the protocol of
 * <a href="https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html">sd_notify(3)</a>, and of
 * sd_watchdog_enabled(3). Where no manager asked to be told (NOTIFY_SOCKET is not set) all methods do nothing.
 *
 * <p>No failure is an error of the caller's: what cannot be sent is dropped, and {@link #problem} has the reason of the
 * last time. Any thread; no method waits, but for {@link #ready} where the manager is behind with its reading.
 */
public final class NotifySocket implements AutoCloseable {
    /** {@code struct sockaddr_un} of {@code sys/un.h}: u16 family, then the path. */
    static final int SUN_PATH_OFFSET = 2;

    static final int SUN_PATH_BYTES = 108;

    private static final int MAX_STATUS = 300;
    private static final MemorySegment WATCHDOG =
            Arena.global().allocateFrom("WATCHDOG=1").asSlice(0, 10);

    /** Null where nobody is to be told. */
    private final @Nullable MemorySegment address;

    private final long watchdogNanos;
    private @Nullable Fd socket;
    private long lastPing;
    private boolean pinged;
    private String lastStatus = "";
    private String problem = "";

    private NotifySocket(@Nullable MemorySegment address, long watchdogNanos, String problem) {
        this.address = address;
        this.watchdogNanos = watchdogNanos;
        this.problem = problem;
    }

    /** As this process's environment says. */
    public static NotifySocket open() {
        return open(System.getenv(), ProcessHandle.current().pid());
    }

    /** As above, of an environment and a process. */
    static NotifySocket open(Map<String, String> environment, long pid) {
        String name = environment.getOrDefault("NOTIFY_SOCKET", "");
        if (name.isEmpty()) {
            return new NotifySocket(null, 0, "");
        }
        byte[] path = name.getBytes(StandardCharsets.UTF_8);
        boolean known = path.length > 1 && (path[0] == '/' || path[0] == '@');
        if (!known || path.length >= SUN_PATH_BYTES) {
            return new NotifySocket(
                    null, 0, "NOTIFY_SOCKET=" + name + " is no path and no abstract name of a local socket");
        }
        NotifySocket notify = new NotifySocket(address(path), watchdogNanos(environment, pid), "");
        notify.connect();
        return notify;
    }

    /** The address of a path, or of an abstract name that stands with an {@code @} for its zero byte. */
    static MemorySegment address(byte[] path) {
        boolean named = path[0] == '/';
        MemorySegment address = Arena.ofAuto().allocate(SUN_PATH_OFFSET + path.length + (named ? 1L : 0L), 2);
        address.set(JAVA_SHORT, 0, (short) Libc.AF_UNIX);
        MemorySegment.copy(path, 0, address, JAVA_BYTE, SUN_PATH_OFFSET, path.length);
        if (!named) {
            address.set(JAVA_BYTE, SUN_PATH_OFFSET, (byte) 0);
        }
        return address;
    }

    private static long watchdogNanos(Map<String, String> environment, long pid) {
        // Inherited from a parent, the watchdog is the parent's.
        String owner = environment.getOrDefault("WATCHDOG_PID", "");
        if (!owner.isEmpty() && !owner.equals(Long.toString(pid))) {
            return 0;
        }
        try {
            long micros = Long.parseLong(environment.getOrDefault("WATCHDOG_USEC", "0"));
            return micros <= 0 || micros > Long.MAX_VALUE / 1000 ? 0 : micros * 1000;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** Whether there is somebody to tell. */
    public boolean isActive() {
        return address != null;
    }

    /** Nanoseconds within which {@link #watchdog} must be called, or the manager ends this process; 0: never. */
    public long watchdogNanos() {
        return watchdogNanos;
    }

    /** Start-up is complete. The one message that must arrive, so this waits for room in the manager's queue. */
    public void ready() {
        send("READY=1", 0);
    }

    /**
     * What this process does, one line for {@code systemctl status}; sent where it differs from the line before. Line
     * ends become spaces, and the line ends after 300 characters.
     */
    public synchronized void status(String line) {
        if (address == null || line.equals(lastStatus)) {
            return;
        }
        lastStatus = line;
        int end = Math.min(line.length(), MAX_STATUS);
        if (end < line.length() && Character.isHighSurrogate(line.charAt(end - 1))) {
            end--;
        }
        String flat = line.substring(0, end).replace('\n', ' ').replace('\r', ' ');
        if (!send("STATUS=" + flat, Libc.MSG_DONTWAIT)) {
            lastStatus = "";
        }
    }

    /** The end has begun: the manager waits for its stop timeout, and no longer for the watchdog. */
    public void stopping() {
        send("STOPPING=1", Libc.MSG_DONTWAIT);
    }

    /**
     * This process is alive. Sends only when a third of {@link #watchdogNanos} has passed since the last time, so call it
     * as often as there is proof of life: it allocates nothing.
     */
    public void watchdog() {
        if (watchdogNanos != 0) {
            watchdog(System.nanoTime());
        }
    }

    /** As above at a time of {@link System#nanoTime}. */
    synchronized void watchdog(long now) {
        if (watchdogNanos == 0 || (pinged && now - lastPing < watchdogNanos / 3)) {
            return;
        }
        pinged = true;
        lastPing = now;
        Fd fd = socket;
        if (fd == null || Libc.steadySend(fd.number(), WATCHDOG, Libc.MSG_DONTWAIT | Libc.MSG_NOSIGNAL) < 0) {
            resend(WATCHDOG, Libc.MSG_DONTWAIT);
        }
    }

    /** Why the last message, or the socket's name, was of no use; empty where all is well. */
    public synchronized String problem() {
        return problem;
    }

    private synchronized boolean send(String message, int flags) {
        if (address == null) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
            MemorySegment data = arena.allocate(bytes.length);
            data.copyFrom(MemorySegment.ofArray(bytes));
            Fd fd = socket;
            if (fd != null && Libc.send(fd.number(), data, flags | Libc.MSG_NOSIGNAL) >= 0) {
                problem = "";
                return true;
            }
            return resend(data, flags);
        }
    }

    /** On a new connection: a manager that was started again listens on another socket of that name. */
    private boolean resend(MemorySegment data, int flags) {
        if (!connect()) {
            return false;
        }
        Fd fd = socket;
        if (fd == null) {
            return false;
        }
        long r = Libc.send(fd.number(), data, flags | Libc.MSG_NOSIGNAL);
        problem = r < 0 ? "send: " + Errno.name((int) -r) : "";
        return r >= 0;
    }

    private synchronized boolean connect() {
        disconnect();
        MemorySegment to = address;
        if (to == null) {
            return false;
        }
        int number = Libc.socket(Libc.AF_UNIX, Libc.SOCK_DGRAM | Libc.SOCK_CLOEXEC, 0);
        if (number < 0) {
            problem = "socket: " + Errno.name(-number);
            return false;
        }
        Fd fd = Fd.own(number, "NOTIFY_SOCKET");
        int r = Libc.connect(number, to);
        if (r < 0) {
            fd.close();
            problem = "connect: " + Errno.name(-r);
            return false;
        }
        socket = fd;
        return true;
    }

    private void disconnect() {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }

    /** Closes the socket; a later message opens it again. */
    @Override
    public synchronized void close() {
        disconnect();
    }
}
