package vitrine.capture.jpeg;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * The calls of libjpeg-turbo's TurboJPEG API that Vitrine makes, in C names ({@code turbojpeg.h}, version 2.0 and
 * newer, which libturbojpeg.so.0 keeps working). They return 0, or -1 for an error or a warning: {@link
 * #tjGetErrorCode} tells which. A {@code tjhandle} belongs to one thread at a time. Nothing is allocated on the Java
 * heap.
 */
final class TurboJpeg {
    private static final String SO_NAME = "libturbojpeg.so.0";

    /** {@code enum TJSAMP}; 4:4:0 and 4:1:1 are not decoded. */
    static final int TJSAMP_444 = 0;

    static final int TJSAMP_422 = 1;
    static final int TJSAMP_420 = 2;
    static final int TJSAMP_GRAY = 3;
    static final int TJSAMP_440 = 4;
    static final int TJSAMP_411 = 5;

    /** {@code enum TJCS}. */
    static final int TJCS_RGB = 0;

    static final int TJCS_YCbCr = 1;
    static final int TJCS_GRAY = 2;
    static final int TJCS_CMYK = 3;
    static final int TJCS_YCCK = 4;

    /** {@code enum TJERR}: the picture may be used. */
    static final int TJERR_WARNING = 0;

    /** At most 500 scans, against progressive pictures made to take for ever; unknown to 2.0, which takes no notice. */
    static final int TJFLAG_LIMITSCANS = 32768;

    private static final @Nullable SymbolLookup LIBRARY = open(SO_NAME);

    /** Linked when first used, after {@link #isInstalled} has answered. */
    private static final class Calls {
        static final MethodHandle tjInitDecompress$mh = handle("tjInitDecompress", FunctionDescriptor.of(ADDRESS));
        static final MethodHandle tjDestroy$mh = handle("tjDestroy", FunctionDescriptor.of(JAVA_INT, ADDRESS));
        static final MethodHandle tjDecompressHeader3$mh = handle(
                "tjDecompressHeader3",
                FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
        static final MethodHandle tjDecompressToYUVPlanes$mh = handle(
                "tjDecompressToYUVPlanes",
                FunctionDescriptor.of(
                        JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
        static final MethodHandle tjGetErrorCode$mh =
                handle("tjGetErrorCode", FunctionDescriptor.of(JAVA_INT, ADDRESS));
        static final MethodHandle tjGetErrorStr2$mh = handle("tjGetErrorStr2", FunctionDescriptor.of(ADDRESS, ADDRESS));
    }

    private TurboJpeg() {}

    /** Whether the library is on this machine, new enough. */
    static boolean isInstalled() {
        return LIBRARY != null;
    }

    /** The library's symbols, or null where it is missing or older than 2.0, which brought tjGetErrorCode. */
    static @Nullable SymbolLookup open(String soName) {
        try {
            SymbolLookup library = SymbolLookup.libraryLookup(soName, Arena.global());
            return library.find("tjGetErrorCode").isPresent() ? library : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    static MemorySegment tjInitDecompress() {
        try {
            return (MemorySegment) Calls.tjInitDecompress$mh.invokeExact();
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    static int tjDestroy(MemorySegment handle) {
        try {
            return (int) Calls.tjDestroy$mh.invokeExact(handle);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    static int tjDecompressHeader3(
            MemorySegment handle,
            MemorySegment jpegBuf,
            long jpegSize,
            MemorySegment width,
            MemorySegment height,
            MemorySegment jpegSubsamp,
            MemorySegment jpegColorspace) {
        try {
            return (int) Calls.tjDecompressHeader3$mh.invokeExact(
                    handle, jpegBuf, jpegSize, width, height, jpegSubsamp, jpegColorspace);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    static int tjDecompressToYUVPlanes(
            MemorySegment handle,
            MemorySegment jpegBuf,
            long jpegSize,
            MemorySegment dstPlanes,
            int width,
            MemorySegment strides,
            int height,
            int flags) {
        try {
            return (int) Calls.tjDecompressToYUVPlanes$mh.invokeExact(
                    handle, jpegBuf, jpegSize, dstPlanes, width, strides, height, flags);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    static int tjGetErrorCode(MemorySegment handle) {
        try {
            return (int) Calls.tjGetErrorCode$mh.invokeExact(handle);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /** Of the last error or warning; allocates. */
    static String tjGetErrorStr2(MemorySegment handle) {
        try {
            MemorySegment text = (MemorySegment) Calls.tjGetErrorStr2$mh.invokeExact(handle);
            return text.reinterpret(Long.MAX_VALUE).getString(0);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    private static AssertionError impossible(Throwable t) {
        // What the caller did wrong (a closed segment, one on the heap) is the caller's to see.
        if (t instanceof RuntimeException e) {
            throw e;
        }
        return new AssertionError(t);
    }

    private static MethodHandle handle(String name, FunctionDescriptor descriptor) {
        if (LIBRARY == null) {
            throw new AssertionError(SO_NAME + " is not there");
        }
        return Linker.nativeLinker().downcallHandle(LIBRARY.findOrThrow(name), descriptor);
    }
}
