package vitrine.capture.v4l2;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the user asks of a camera; what is left open is chosen.
 *
 * @param width in pixels, 0 for any; together with the height
 * @param height in pixels, 0 for any
 * @param framesPerSecond 0 for any
 * @param code pixel format, null for any
 * @param controls values by name, as written and in that order: one may make another settable
 */
public record CameraRequest(
        int width,
        int height,
        double framesPerSecond,
        @Nullable PixelCode code,
        Map<String, String> controls) {
    public static final CameraRequest ANY = new CameraRequest(0, 0, 0, null, Map.of());

    public CameraRequest {
        controls = Collections.unmodifiableMap(new LinkedHashMap<>(controls));
    }
}
