package vitrine.engine.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * Error numbers of {@code asm-generic/errno-base.h} and {@code errno.h} (the same on x86-64 and arm64), and the C
 * library's words for them.
 */
public final class Errno {
    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int EINTR = 4;
    public static final int EIO = 5;
    public static final int ENXIO = 6;
    public static final int EBADF = 9;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int ENODEV = 19;
    public static final int EINVAL = 22;
    public static final int ENOTTY = 25;
    public static final int ENOSPC = 28;
    public static final int EPIPE = 32;
    public static final int ERANGE = 34;
    public static final int ENOLCK = 37;
    public static final int ENOLINK = 67;
    public static final int EPROTO = 71;

    private static final @Nullable MethodHandle NAME = find("strerrorname_np");
    private static final @Nullable MethodHandle DESCRIPTION = find("strerrordesc_np");

    private Errno() {}

    /** Symbolic name: {@code ENOENT}; {@code errno 4711} where the C library knows none. */
    public static String name(int errno) {
        String name = call(NAME, errno);
        return name == null ? "errno " + errno : name;
    }

    /** The C library's untranslated text: {@code No such file or directory}. */
    public static String description(int errno) {
        String text = call(DESCRIPTION, errno);
        return text == null ? "unknown error" : text;
    }

    // glibc 2.32 and newer; both return static strings, so any thread may call them.
    private static @Nullable MethodHandle find(String symbol) {
        Linker linker = Linker.nativeLinker();
        SymbolLookup lookup = linker.defaultLookup();
        return lookup.find(symbol)
                .map(s -> linker.downcallHandle(s, FunctionDescriptor.of(ADDRESS, JAVA_INT)))
                .orElse(null);
    }

    private static @Nullable String call(@Nullable MethodHandle handle, int errno) {
        if (handle == null) {
            return null;
        }
        try {
            MemorySegment s = (MemorySegment) handle.invokeExact(errno);
            return s.address() == 0 ? null : s.reinterpret(256).getString(0);
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }
}
