package vitrine.inference;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.global.opencv_core;

/**
 * OpenCV's own log, which would put several lines of C++ source places on standard error for a model it cannot read. The
 * exception says the same in one.
 */
final class OpenCvLog {

    /** {@code cv::utils::logging::setLogLevel(LogLevel)}; JavaCPP does not bind it. */
    private static final String SET_LOG_LEVEL = "_ZN2cv5utils7logging11setLogLevelENS1_8LogLevelE";

    private static final int SILENT = 0;

    private OpenCvLog() {}

    /** Silences it, unless the user asked for a level by OPENCV_LOG_LEVEL. */
    static void silence() {
        if (System.getenv("OPENCV_LOG_LEVEL") != null) {
            return;
        }
        Loader.load(opencv_core.class);
        SymbolLookup.loaderLookup().find(SET_LOG_LEVEL).ifPresent(address -> {
            try {
                var _ = (int) Linker.nativeLinker()
                        .downcallHandle(address, FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT))
                        .invokeExact(SILENT);
            } catch (Throwable e) {
                throw new AssertionError("setLogLevel takes an int and throws nothing", e);
            }
        });
    }
}
