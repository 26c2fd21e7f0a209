package vitrine.capture;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import vitrine.capture.v4l2.CameraRequest;
import vitrine.capture.v4l2.PixelCode;
import vitrine.engine.frame.ColorEncoding;
import vitrine.engine.linux.DeviceCalls;
import vitrine.engine.linux.LinuxException;

/**
 * A {@code v4l2:} URI, read.
 *
 * @param uri as the user wrote it
 * @param target empty, a path, or a name
 * @param request size, rate, format, controls
 * @param calls the kernel's, or a library's
 * @param buffers frames held at once
 * @param ways of getting at the frames that may be tried
 */
record CameraSettings(
        SourceUri uri, String target, CameraRequest request, DeviceCalls calls, int buffers, Set<Way> ways) {

    private static final String CONTROL = "control.";
    /** On screen one, in flight three, waiting one or two, in the driver the rest. */
    private static final int DEFAULT_BUFFERS = 8;

    /** Where packages put libcamera's compatibility library, below the libraries' folders. */
    private static final List<String> COMPAT_LIBRARIES = List.of(
            "/usr/lib/" + multiarch() + "/libcamera/v4l2-compat.so",
            "/usr/lib/" + multiarch() + "/v4l2-compat.so",
            "/usr/libexec/libcamera/v4l2-compat.so",
            "/usr/lib/libcamera/v4l2-compat.so",
            "/usr/local/lib/" + multiarch() + "/libcamera/v4l2-compat.so",
            "/usr/local/libexec/libcamera/v4l2-compat.so");

    /** How the frames get into memory that the GPU reads, best first. */
    enum Way {
        /** The driver writes into buffers of ours. */
        DMABUF,
        /** The driver's buffers, exported. */
        EXPBUF,
        /** The driver's buffers, copied. */
        COPY
    }

    static CameraSettings of(SourceUri uri) {
        Query query = uri.query();
        query.allowWithPrefix(
                CONTROL,
                "size",
                "fps",
                "format",
                "buffers",
                "memory",
                "matrix",
                "range",
                "via",
                "library",
                CONTROL + "NAME");
        Query.Size size = query.size();
        return new CameraSettings(
                uri,
                uri.target(),
                new CameraRequest(
                        size == null ? 0 : size.width(),
                        size == null ? 0 : size.height(),
                        query.fps(0),
                        code(uri),
                        query.prefixed(CONTROL)),
                calls(uri),
                (int) query.number("buffers", DEFAULT_BUFFERS, 2, 32),
                query.has("memory")
                        ? EnumSet.of(query.choice("memory", Way.class, Way.COPY))
                        : EnumSet.allOf(Way.class));
    }

    private static @Nullable PixelCode code(SourceUri uri) {
        String name = uri.query().text("format");
        if (name == null) {
            return null;
        }
        PixelCode code = PixelCode.named(name);
        if (code == null) {
            throw new SourceException(
                    uri.text(),
                    "format=" + SourceException.quote(name) + " is not a pixel format that is read here",
                    "Vitrine reads " + String.join(", ", PixelCode.names()));
        }
        return code;
    }

    private static DeviceCalls calls(SourceUri uri) {
        String library = uri.query().text("library");
        String via = uri.query().text("via");
        if (library == null && via == null) {
            return DeviceCalls.kernel();
        }
        if (library == null) {
            if (!"libcamera".equals(via)) {
                throw new SourceException(
                        uri.text(), "via=" + SourceException.quote(String.valueOf(via)) + " is not libcamera", "");
            }
            library = COMPAT_LIBRARIES.stream()
                    .filter(p -> Files.exists(Path.of(p)))
                    .findFirst()
                    .orElseThrow(() -> new SourceException(
                            uri.text(),
                            "libcamera's V4L2 library (v4l2-compat.so) is not on this machine",
                            "sudo apt-get install libcamera-v4l2, or name it with library=PATH"));
        }
        try {
            return DeviceCalls.library(library);
        } catch (LinuxException e) {
            throw new SourceException(uri.text(), String.valueOf(e.getMessage()), "");
        }
    }

    private static String multiarch() {
        return (System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x86_64") + "-linux-gnu";
    }

    /** With this way only. */
    CameraSettings onlyBy(Way way) {
        return new CameraSettings(uri, target, request, calls, buffers, EnumSet.of(way));
    }

    /** {@code matrix=} and {@code range=} over what the driver says. */
    ColorEncoding color(ColorEncoding own) {
        return uri.query().color(own);
    }
}
