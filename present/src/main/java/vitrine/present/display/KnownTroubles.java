package vitrine.present.display;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What is known to break full-screen display on a Raspberry Pi in which versions of Mesa, so that an error can say so. */
final class KnownTroubles {

    /** Mesa's version as VkPhysicalDeviceDriverProperties::driverInfo has it. */
    private static final Pattern VERSION = Pattern.compile("\\bMesa (\\d+)\\.(\\d+)\\.(\\d+)");

    /** The driver's name on a Raspberry Pi, where all of these were seen. */
    private static final String PI = "V3DV";

    private static final String OLDER = "take the distribution's own Mesa again (25.0.7 in Raspberry Pi OS trixie)";

    /**
     * One trouble.
     *
     * @param from first version that has it, 2600 for 26.0; none is known to be the last
     * @param what it does
     * @param thread where it was reported
     */
    private record Trouble(int from, String what, String thread) {

        boolean concerns(int version) {
            return version >= from;
        }
    }

    private static final List<Trouble> TROUBLES = List.of(
            new Trouble(
                    2600,
                    "ends on a Pi 5 in the assertion \"failed to find a supported modifier\"",
                    "libretro/Lakka-LibreELEC#2217"),
            new Trouble(
                    2602,
                    "makes no swapchain for VK_KHR_display on Raspberry Pi OS trixie",
                    "libretro/RetroArch#19379"));

    private KnownTroubles() {}

    /**
     * Half a sentence to be added to an error, beginning with "; ", or empty.
     *
     * @param driver as {@code GpuInfo} has it, such as {@code V3DV Mesa 25.0.7}
     */
    static String of(String driver) {
        Matcher m = VERSION.matcher(driver);
        if (!driver.startsWith(PI) || !m.find()) {
            return "";
        }
        int version = 100 * Integer.parseInt(m.group(1)) + Integer.parseInt(m.group(2));
        String known = TROUBLES.stream()
                .filter(t -> t.concerns(version))
                .map(t -> t.what() + " (" + t.thread() + ")")
                .collect(Collectors.joining(", and "));
        return known.isEmpty() ? "" : "; Mesa of this version is known for that: it " + known + "; " + OLDER;
    }
}
