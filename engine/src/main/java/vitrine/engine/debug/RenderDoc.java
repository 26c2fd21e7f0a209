package vitrine.engine.debug;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * RenderDoc's in-application API ({@code renderdoc_app.h}, version 1.1.2 or newer), when the process has been started
 * under RenderDoc: the library is looked for among those that are loaded, and never loaded. One thread at a time.
 */
public final class RenderDoc {

    /** The library, as {@code dlopen} knows it. */
    static final String LIBRARY = "librenderdoc.so";

    /** Makes the Vulkan loader load RenderDoc's layer, says that layer's manifest. */
    static final String ENABLE = "ENABLE_VULKAN_RENDERDOC_CAPTURE";

    /** {@code bits/dlfcn.h}; the same on x86-64 and arm64. */
    static final int RTLD_LAZY = 1;

    static final int RTLD_NOLOAD = 4;

    /** {@code eRENDERDOC_API_Version_1_1_2}: the first that calls captures so; later ones only add at the end. */
    static final int API_1_1_2 = 1_01_02;

    /** {@code RENDERDOC_API_1_1_2}: pointers to functions in this order. */
    enum Function {
        GET_API_VERSION,
        SET_CAPTURE_OPTION_U32,
        SET_CAPTURE_OPTION_F32,
        GET_CAPTURE_OPTION_U32,
        GET_CAPTURE_OPTION_F32,
        SET_FOCUS_TOGGLE_KEYS,
        SET_CAPTURE_KEYS,
        GET_OVERLAY_BITS,
        MASK_OVERLAY_BITS,
        SHUTDOWN,
        UNLOAD_CRASH_HANDLER,
        SET_CAPTURE_FILE_PATH_TEMPLATE,
        GET_CAPTURE_FILE_PATH_TEMPLATE,
        GET_NUM_CAPTURES,
        GET_CAPTURE,
        TRIGGER_CAPTURE,
        IS_TARGET_CONTROL_CONNECTED,
        LAUNCH_REPLAY_UI,
        SET_ACTIVE_WINDOW,
        START_FRAME_CAPTURE,
        IS_FRAME_CAPTURING,
        END_FRAME_CAPTURE,
        TRIGGER_MULTI_FRAME_CAPTURE
    }

    /** The struct, by the functions' names. */
    static final MemoryLayout API = MemoryLayout.structLayout(Arrays.stream(Function.values())
            .map(f -> ADDRESS.withName(f.name()))
            .toArray(MemoryLayout[]::new));

    private static final AddressLayout STRUCT = ADDRESS.withTargetLayout(API);
    private static final Linker LINKER = Linker.nativeLinker();

    private final MethodHandle setTemplate;
    private final MethodHandle start;
    private final MethodHandle end;
    private final MethodHandle count;
    private final MethodHandle capture;

    private RenderDoc(MemorySegment api) {
        setTemplate = function(api, Function.SET_CAPTURE_FILE_PATH_TEMPLATE, FunctionDescriptor.ofVoid(ADDRESS));
        start = function(api, Function.START_FRAME_CAPTURE, FunctionDescriptor.ofVoid(ADDRESS, ADDRESS));
        end = function(api, Function.END_FRAME_CAPTURE, FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
        count = function(api, Function.GET_NUM_CAPTURES, FunctionDescriptor.of(JAVA_INT));
        capture = function(
                api, Function.GET_CAPTURE, FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, ADDRESS));
    }

    /** Whether RenderDoc is in this process, or will be as soon as there is a Vulkan instance. */
    public static boolean isExpected() {
        return "1".equals(System.getenv(ENABLE)) || isLoaded(LIBRARY);
    }

    /**
     * Looks whether a capture can be had at all, before anything is started.
     *
     * @throws RenderDocException when the process was not started under RenderDoc
     */
    public static void requireExpected() {
        if (!isExpected()) {
            throw notLoaded();
        }
    }

    /**
     * Finds the API. To be called once there is a Vulkan instance.
     *
     * @throws RenderDocException when RenderDoc is not loaded, or is too old
     */
    public static RenderDoc attach() {
        return attach(LIBRARY);
    }

    static RenderDoc attach(String library) {
        if (!isLoaded(library)) {
            throw notLoaded();
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment getApi = Dl.symbol(Dl.open(library, RTLD_LAZY | RTLD_NOLOAD), "RENDERDOC_GetAPI");
            MemorySegment out = arena.allocate(ADDRESS);
            if (getApi.address() == 0 || getApi(getApi, out) != 1) {
                throw new RenderDocException(
                        "--capture-frame: the RenderDoc that is loaded does not offer its API 1.1.2. Take RenderDoc 1.0 or newer.");
            }
            return new RenderDoc(out.get(STRUCT, 0));
        }
    }

    private static RenderDocException notLoaded() {
        return new RenderDocException(
                "--capture-frame needs RenderDoc, which this process was not started with. Install it"
                        + " (sudo apt-get install renderdoc) and put " + ENABLE + "=1 before the command.");
    }

    static boolean isLoaded(String library) {
        return Dl.open(library, RTLD_LAZY | RTLD_NOLOAD).address() != 0;
    }

    /** Where captures go: RenderDoc appends {@code _capture.rdc} or {@code _frame123.rdc}. */
    public void template(Path path) {
        try (Arena arena = Arena.ofConfined()) {
            setTemplate.invokeExact(arena.allocateFrom(path.toString()));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /** From here on every Vulkan call of this process is captured, of whichever instance. */
    public void start() {
        try {
            start.invokeExact(MemorySegment.NULL, MemorySegment.NULL);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /**
     * Ends the capture; waits for the GPU.
     *
     * @return the file written, empty where RenderDoc could not capture
     */
    public String end() {
        try (Arena arena = Arena.ofConfined()) {
            if ((int) end.invokeExact(MemorySegment.NULL, MemorySegment.NULL) != 1) {
                return "";
            }
            int last = (int) count.invokeExact() - 1;
            MemorySegment length = arena.allocate(JAVA_INT);
            if (last < 0 || (int) capture.invokeExact(last, MemorySegment.NULL, length, MemorySegment.NULL) != 1) {
                return "";
            }
            // The length is that of the path with its NUL; one more keeps the string ended whatever is meant.
            MemorySegment path = arena.allocate(length.get(JAVA_INT, 0) + 1L);
            int found = (int) capture.invokeExact(last, path, length, MemorySegment.NULL);
            return found == 1 ? path.getString(0) : "";
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    private static int getApi(MemorySegment function, MemorySegment out) {
        try {
            return (int) LINKER.downcallHandle(function, FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS))
                    .invokeExact(API_1_1_2, out);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    private static MethodHandle function(MemorySegment api, Function function, FunctionDescriptor descriptor) {
        long offset = API.byteOffset(MemoryLayout.PathElement.groupElement(function.name()));
        return LINKER.downcallHandle(api.get(ADDRESS, offset), descriptor);
    }

    private static AssertionError impossible(Throwable t) {
        return new AssertionError("a call of RenderDoc's API", t);
    }

    /** {@code dlfcn.h}; Java's own lookup would load the library. */
    private static final class Dl {
        private static final MethodHandle open = handle("dlopen", FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_INT));
        private static final MethodHandle symbol =
                handle("dlsym", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, ADDRESS));

        private Dl() {}

        private static MethodHandle handle(String name, FunctionDescriptor descriptor) {
            return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor);
        }

        /** NULL where it is not loaded. Counts a reference, which stays: RenderDoc cannot be unloaded. */
        static MemorySegment open(String library, int flags) {
            try (Arena arena = Arena.ofConfined()) {
                return MemorySegment.ofAddress((long) open.invokeExact(arena.allocateFrom(library), flags));
            } catch (Throwable t) {
                throw impossible(t);
            }
        }

        static MemorySegment symbol(MemorySegment library, String name) {
            try (Arena arena = Arena.ofConfined()) {
                return MemorySegment.ofAddress((long) symbol.invokeExact(library.address(), arena.allocateFrom(name)));
            } catch (Throwable t) {
                throw impossible(t);
            }
        }
    }
}
