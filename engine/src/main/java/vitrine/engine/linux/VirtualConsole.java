package vitrine.engine.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The text console of this process's virtual terminal, out of the way while a picture is drawn straight to the screen: no
 * cursor and no kernel message appears ({@code KD_GRAPHICS} of {@code linux/kd.h}), and the terminal is the one in front.
 * The keyboard is left as it is.
 *
 * <p>The kernel lets a process do this to the terminal that controls it, or to any with CAP_SYS_TTY_CONFIG. Without such
 * a terminal, under ssh say, there is nothing to take and nothing is done. Any thread.
 */
public final class VirtualConsole implements AutoCloseable {
    static final long KDSETMODE = 0x4B3A;
    static final long KDGETMODE = 0x4B3B;
    static final int KD_TEXT = 0;
    static final int KD_GRAPHICS = 1;

    /** {@code asm-generic/ioctls.h}: number of the device behind a terminal, /dev/tty included. */
    static final long TIOCGDEV = Ioctl.ior('T', 0x32, Integer.BYTES);

    /** {@code linux/vt.h}; {@code struct vt_stat}: u16 v_active, v_signal, v_state. */
    static final long VT_GETSTATE = 0x5603;

    static final long VT_ACTIVATE = 0x5606;
    static final int VT_STAT_BYTES = 6;

    /** {@code linux/major.h}; minors from 1 up to MAX_NR_CONSOLES of {@code linux/vt.h} are virtual terminals. */
    static final int TTY_MAJOR = 4;

    static final int MAX_NR_CONSOLES = 63;

    private static final int STDIN = 0;

    private final @Nullable Fd terminal;
    private final int number;

    private VirtualConsole(@Nullable Fd terminal, int number) {
        this.terminal = terminal;
        this.number = number;
    }

    /**
     * Takes the terminal on standard input, where it is a virtual one, else the one that controls this process.
     *
     * @throws LinuxException where there is such a terminal and it cannot be taken
     */
    public static VirtualConsole take() {
        int stdin = Libc.fcntl(STDIN, Libc.F_DUPFD_CLOEXEC, 0);
        if (stdin >= 0) {
            VirtualConsole console = take(Fd.own(stdin, "standard input"));
            if (console.isTaken()) {
                return console;
            }
        }
        // ENXIO without a controlling terminal, EACCES or EPERM where a sandbox has none
        int tty = Libc.open("/dev/tty", Libc.O_RDWR | Libc.O_NOCTTY | Libc.O_CLOEXEC);
        return tty < 0 ? none() : take(Fd.own(tty, "/dev/tty"));
    }

    /**
     * As {@link #take()} for a terminal by its name, {@code /dev/tty1}.
     *
     * @throws LinuxException where it cannot be opened or taken
     */
    public static VirtualConsole open(Path path) {
        return take(Fd.open(path.toString(), Libc.O_RDWR | Libc.O_NOCTTY));
    }

    private static VirtualConsole none() {
        return new VirtualConsole(null, 0);
    }

    /** Takes ownership of {@code fd}, which may be anything. */
    private static VirtualConsole take(Fd fd) {
        int number = terminalNumber(fd);
        if (number == 0 || mode(fd) < 0) {
            fd.close();
            return none();
        }
        String name = "/dev/tty" + number;
        int r = setMode(fd, KD_GRAPHICS);
        if (r < 0) {
            fd.close();
            throw new LinuxException(
                    "ioctl(KDSETMODE)",
                    name,
                    -r,
                    r == -Errno.EPERM
                            ? "another session has this terminal: start on a console of your own, or as a service with TTYPath="
                                    + name
                            : "");
        }
        show(fd, number);
        return new VirtualConsole(fd, number);
    }

    /** Number of the virtual terminal, from 1 on; 0 where the descriptor is something else. */
    private static int terminalNumber(Fd fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment device = arena.allocate(JAVA_INT);
            if (Libc.ioctl(fd.number(), TIOCGDEV, device) < 0) {
                return 0;
            }
            // new_encode_dev of linux/kdev_t.h: minor 0-7, major 8-19, the rest of the minor
            int encoded = device.get(JAVA_INT, 0);
            int major = (encoded >>> 8) & 0xFFF;
            int minor = (encoded & 0xFF) | ((encoded >>> 12) & 0xFFF00);
            return major == TTY_MAJOR && minor <= MAX_NR_CONSOLES ? minor : 0;
        }
    }

    /** KD_TEXT or KD_GRAPHICS, or minus errno. */
    private static int mode(Fd fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mode = arena.allocate(JAVA_INT);
            int r = Libc.ioctl(fd.number(), KDGETMODE, mode);
            return r < 0 ? r : mode.get(JAVA_INT, 0);
        }
    }

    private static int setMode(Fd fd, int mode) {
        // by value, where other requests have a pointer
        return Libc.ioctl(fd.number(), KDSETMODE, MemorySegment.ofAddress(mode));
    }

    /** Brings it to the front, where another one is; a kernel that refuses does no harm, since the screen is drawn all the same. */
    private static void show(Fd fd, int number) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(VT_STAT_BYTES, 2);
            if (Libc.ioctl(fd.number(), VT_GETSTATE, state) == 0 && state.get(JAVA_SHORT, 0) != number) {
                int ignored = Libc.ioctl(fd.number(), VT_ACTIVATE, MemorySegment.ofAddress(number));
            }
        }
    }

    /** Whether there was a terminal to take, and it is not given back yet. */
    public synchronized boolean isTaken() {
        return terminal != null && terminal.isOpen();
    }

    /** Number of the terminal taken, 1 for /dev/tty1; 0 where there was none. */
    public int number() {
        return number;
    }

    /**
     * Text mode comes back, also where graphics mode was found: the one before may have been killed. A second call does
     * nothing. Fit for a shutdown hook.
     */
    @Override
    public synchronized void close() {
        Fd fd = terminal;
        if (fd != null && fd.isOpen()) {
            int ignored = setMode(fd, KD_TEXT);
            fd.close();
        }
    }
}
