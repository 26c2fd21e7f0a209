package vitrine.capture.v4l2;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A video node and what it is good for.
 *
 * @param path {@code /dev/video0}
 * @param links its other names below /dev/v4l, which stay when numbers change
 * @param capability null where it could not be asked
 * @param obstacle why it is no camera for us; empty where it is one
 * @param formats what it offers
 * @param controls what can be set
 * @param best the mode that would be taken, null where there is none
 */
public record CameraNode(
        String path,
        List<String> links,
        @Nullable Capability capability,
        String obstacle,
        List<OfferedFormat> formats,
        List<Control> controls,
        @Nullable String best) {

    public CameraNode {
        links = List.copyOf(links);
        formats = List.copyOf(formats);
        controls = List.copyOf(controls);
    }

    public boolean isUsable() {
        return obstacle.isEmpty();
    }
}
