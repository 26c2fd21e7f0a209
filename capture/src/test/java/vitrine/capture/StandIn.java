package vitrine.capture;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import vitrine.engine.linux.CCompiler;

/**
 * The camera of {@code standin.c}: a library that answers as libcamera's V4L2 layer does, with frames that the test
 * knows. One for the whole JVM, since such a library stays loaded; {@link #reset} before each test.
 */
final class StandIn {
    static final int EIO = 5;
    static final int ENODEV = 19;
    static final int EACCES = 13;
    static final int EBUSY = 16;
    static final int ENOTTY = 25;

    private static @Nullable StandIn instance;

    private final String library;
    private final SymbolLookup symbols;

    private StandIn(Path library) {
        this.library = library.toString();
        symbols = SymbolLookup.libraryLookup(library, Arena.global());
    }

    /** The library, compiled where it has not been; without a C compiler the test is skipped. */
    static synchronized StandIn reset() throws Exception {
        StandIn s = instance;
        if (s == null) {
            Path dir = Files.createTempDirectory("standin");
            try (InputStream source = Objects.requireNonNull(StandIn.class.getResourceAsStream("standin.c"))) {
                s = new StandIn(CCompiler.require(dir, "linux/videodev2.h")
                        .library(
                                "standin",
                                new String(source.readAllBytes(), StandardCharsets.UTF_8),
                                "-O1",
                                "-pthread"));
            }
            try (var files = Files.list(dir)) {
                for (Path file : files.toList()) {
                    if (!file.toString().equals(s.library)) {
                        Files.delete(file);
                    }
                }
            }
            Path.of(s.library).toFile().deleteOnExit();
            instance = s;
        }
        s.call("standin_reset");
        return s;
    }

    /** A {@code v4l2:} URI of this camera. */
    String uri(String query) {
        return "v4l2:/dev/video0?library=" + library + (query.isEmpty() ? "" : "&" + query);
    }

    /** Behaves as a driver of the kernel: first in, first out, and other names. */
    void asKernelDriver() {
        set("kernel_order", 1);
        text("driver", "uvcvideo");
        text("card", "Stand-in");
        text("bus", "platform:standin");
    }

    void set(String key, long value) {
        try (Arena arena = Arena.ofConfined()) {
            call("standin_set", arena.allocateFrom(key), value);
        }
    }

    long get(String key) {
        try (Arena arena = Arena.ofConfined()) {
            return call("standin_get", arena.allocateFrom(key));
        }
    }

    void text(String key, String value) {
        try (Arena arena = Arena.ofConfined()) {
            call("standin_text", arena.allocateFrom(key), arena.allocateFrom(value));
        }
    }

    /** One more mode; with a rate of 0 no rates are listed. */
    void mode(String fourcc, int width, int height, int fps) {
        call("standin_mode", code(fourcc), width, height, fps);
    }

    static int code(String fourcc) {
        return Integer.reverseBytes(fourcc.charAt(0) * 0x100_0000
                + fourcc.charAt(1) * 0x1_0000
                + fourcc.charAt(2) * 0x100
                + fourcc.charAt(3));
    }

    /** The pictures of an MJPG mode, sent by turns from now on. */
    void pictures(byte[]... jpegs) {
        call("standin_forget_pictures");
        for (byte[] jpeg : jpegs) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment bytes = arena.allocate(jpeg.length);
                bytes.copyFrom(MemorySegment.ofArray(jpeg));
                call("standin_picture", bytes, (long) jpeg.length);
            }
        }
    }

    void control(int id, int type, String name, long min, long max, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            call("standin_control", id, type, arena.allocateFrom(name), min, max, flags);
        }
    }

    /** An item of the control before; by number where the name is empty. */
    void item(int index, String name, long value) {
        try (Arena arena = Arena.ofConfined()) {
            call("standin_item", index, arena.allocateFrom(name), value);
        }
    }

    /** Takes pictures, at once. */
    void shoot(long frames) {
        call("standin_shoot", frames);
    }

    /** Byte {@code i} of frame {@code n}. */
    static byte content(long n, long i) {
        return (byte) (n * 7 + i * 13 + (i >> 8));
    }

    private long call(String function, Object... arguments) {
        MemoryLayout[] layouts = new MemoryLayout[arguments.length];
        for (int i = 0; i < layouts.length; i++) {
            layouts[i] = switch (arguments[i]) {
                case Integer n -> JAVA_INT;
                case Long n -> JAVA_LONG;
                default -> ADDRESS;
            };
        }
        FunctionDescriptor type = function.equals("standin_get")
                ? FunctionDescriptor.of(JAVA_LONG, layouts)
                : FunctionDescriptor.ofVoid(layouts);
        MethodHandle handle = Linker.nativeLinker().downcallHandle(symbols.findOrThrow(function), type);
        try {
            return handle.invokeWithArguments(arguments) instanceof Long n ? n : 0;
        } catch (Throwable t) {
            throw new AssertionError(function, t);
        }
    }
}
