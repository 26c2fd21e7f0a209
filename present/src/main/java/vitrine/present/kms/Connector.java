package vitrine.present.kms;

import java.nio.file.Path;
import java.util.List;

/**
 * A socket for a screen, as {@code /sys/class/drm/cardN-NAME} shows it.
 *
 * @param name the kernel's, such as HDMI-A-1
 * @param id DRM object id, or 0 where this kernel does not tell
 * @param status whether a screen is there, as the kernel last saw it: reading does not probe
 * @param enabled whether something drives it now
 * @param modes sizes of the screen's modes, the kernel's order, which is the preferred one first; each once
 * @param directory its folder in sysfs
 */
public record Connector(String name, int id, Status status, boolean enabled, List<ModeSize> modes, Path directory) {

    public Connector {
        modes = List.copyOf(modes);
    }

    /** {@code drm_connector_status}. */
    public enum Status {
        CONNECTED,
        /** No way to know, as of analogue outputs and before the first probe. Drivers try it as if there were a screen. */
        UNKNOWN,
        DISCONNECTED;

        static Status of(String text) {
            return switch (text) {
                case "connected" -> CONNECTED;
                case "disconnected" -> DISCONNECTED;
                default -> UNKNOWN;
            };
        }
    }

    /** Visible pixels. */
    public record ModeSize(int width, int height) {
        @Override
        public String toString() {
            return width + "x" + height;
        }
    }

    /** Whether a driver would try to show something on it. */
    public boolean mayBeLit() {
        return status != Status.DISCONNECTED;
    }
}
