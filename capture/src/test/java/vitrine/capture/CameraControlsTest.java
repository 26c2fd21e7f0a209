package vitrine.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code control.NAME=VALUE} in the camera's URI. */
class CameraControlsTest extends CameraTestSupport {
    // linux/videodev2.h, V4L2_CTRL_TYPE_*
    private static final int INTEGER = 1;
    private static final int BOOLEAN = 2;
    private static final int MENU = 3;
    private static final int BUTTON = 4;
    private static final int INTEGER64 = 5;
    private static final int CLASS = 6;
    private static final int STRING = 7;
    private static final int BITMASK = 8;
    private static final int INTEGER_MENU = 9;

    private static final int DISABLED = 1;
    private static final int READ_ONLY = 4;

    @BeforeEach
    void controls() {
        camera.mode("NV12", 64, 48, 0);
        camera.control(0x980001, CLASS, "User Controls", 0, 0, READ_ONLY);
        camera.control(0x980900, INTEGER, "Brightness", -64, 64, 0);
        camera.control(0x98090c, BOOLEAN, "White Balance, Automatic", 0, 1, 0);
        camera.control(0x980918, MENU, "Power Line Frequency", 0, 2, 0);
        camera.item(0, "Disabled", 0);
        camera.item(1, "50 Hz", 0);
        camera.item(2, "60 Hz", 0);
        camera.control(0x980919, INTEGER, "Gone", 0, 1, DISABLED);
        camera.control(0x980920, BITMASK, "Flags", 0, 0xffff_ffffL, 0);
        camera.control(0x980921, BUTTON, "Do It", 0, 0, 0);
        camera.control(0x980922, STRING, "Label", 0, 8, 0);
        camera.control(0x980923, INTEGER, "Temperature", 0, 100, READ_ONLY);
        camera.control(0x9a0901, MENU, "Auto Exposure", 0, 3, 0);
        camera.item(1, "Manual Mode", 0);
        camera.item(3, "Aperture Priority Mode", 0);
        camera.control(0x9a0902, INTEGER, "Exposure Time, Absolute", 3, 2047, 0);
        camera.control(0x9a0903, INTEGER64, "Pixel Rate", 0, 1L << 40, 0);
        camera.control(0x9a0904, INTEGER_MENU, "Link Frequency", 0, 1, 0);
        camera.item(0, "", 450_000_000);
        camera.item(1, "", 912_000_000);
    }

    private void opens(String query) {
        openCamera(query).close();
    }

    private void refused(String query, String message) {
        assertThatThrownBy(() -> opens(query))
                .isInstanceOf(SourceException.class)
                .hasMessageEndingWith(message);
    }

    @Test
    void valuesOfEachKindAreSet() {
        opens("control.brightness=-12&control.white_balance_automatic=true&control.flags=0x80000001"
                + "&control.do_it=1&control.pixel_rate=8589934592");
        assertThat(camera.get("control.Brightness")).isEqualTo(-12);
        assertThat(camera.get("control.White Balance, Automatic")).isEqualTo(1);
        assertThat((int) camera.get("control.Flags")).isEqualTo(0x80000001);
        assertThat(camera.get("control.Pixel Rate")).isEqualTo(1L << 33);
        opens("control.white_balance_automatic=off&control.Brightness=0x10");
        assertThat(camera.get("control.White Balance, Automatic")).isZero();
        assertThat(camera.get("control.Brightness")).isEqualTo(16);
    }

    /** One may make another settable, such as manual exposure its time. */
    @Test
    void theyAreSetInTheOrderWritten() {
        List<String> names = List.of(
                "Exposure Time, Absolute",
                "Brightness",
                "Pixel Rate",
                "Auto Exposure",
                "Flags",
                "Do It",
                "White Balance, Automatic",
                "Power Line Frequency");
        opens(names.stream()
                .map(n -> "control." + n.replaceAll("[, ]+", "_") + "="
                        + (n.startsWith("Exposure") ? "10" : n.startsWith("Auto") ? "3" : "1"))
                .collect(Collectors.joining("&")));
        assertThat(names.stream().map(n -> camera.get("when." + n))).isSorted().doesNotContain(0L);
    }

    @Test
    void menusTakeNumbersAndItems() {
        opens("control.power_line_frequency=2&control.link_frequency=912000000");
        assertThat(camera.get("control.Power Line Frequency")).isEqualTo(2);
        assertThat(camera.get("control.Link Frequency")).isEqualTo(1);
        opens("control.power_line_frequency=50_hz&control.auto_exposure=Manual Mode");
        assertThat(camera.get("control.Power Line Frequency")).isEqualTo(1);
        assertThat(camera.get("control.Auto Exposure")).isEqualTo(1);
    }

    /** As kernels before 6.x and most guides have them. */
    @Test
    void formerNamesAreKnown() {
        opens("control.exposure_auto=1&control.exposure_absolute=250&control.white_balance_temperature_auto=1");
        assertThat(camera.get("control.Auto Exposure")).isEqualTo(1);
        assertThat(camera.get("control.Exposure Time, Absolute")).isEqualTo(250);
        assertThat(camera.get("control.White Balance, Automatic")).isEqualTo(1);
    }

    @Test
    void whatDoesNotFitIsTold() {
        refused("control.brightness=65", "control brightness takes a number from -64 to 64, not 65");
        refused("control.brightness=bright", "control brightness takes a number, not bright");
        refused("control.white_balance_automatic=2", "control white_balance_automatic takes true or false, not 2");
        refused(
                "control.auto_exposure=2",
                "control auto_exposure takes one of 1 (Manual Mode), 3 (Aperture Priority Mode), not 2");
        refused("control.label=x", "control label takes no single number; leave it out");
        refused("control.temperature=3", "control temperature does not take 3 (EACCES); it is read-only now");
        refused(
                "control.gone=1",
                "it has no control gone; it has brightness, white_balance_automatic, power_line_frequency, flags,"
                        + " do_it, label, temperature, auto_exposure, exposure_time_absolute, pixel_rate,"
                        + " link_frequency");
        camera.set("s_ext_ctrls_errno", StandIn.EIO);
        refused("control.brightness=1", "control brightness does not take 1 (EIO)");
    }

    /** libcamera's layer has no controls. */
    @Test
    void aCameraWithoutControlsSaysSo() throws Exception {
        camera = StandIn.reset();
        camera.mode("NV12", 64, 48, 0);
        refused("control.brightness=1", "it has no control brightness; it has none at all");
    }
}
