package vitrine.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import vitrine.capture.v4l2.CameraNode;
import vitrine.capture.v4l2.Capability;
import vitrine.capture.v4l2.Control;
import vitrine.capture.v4l2.FrameRates;
import vitrine.capture.v4l2.ModeChoice;
import vitrine.capture.v4l2.OfferedFormat;
import vitrine.capture.v4l2.PixelCode;
import vitrine.capture.v4l2.SizeRange;
import vitrine.capture.v4l2.VideoInput;

final class CameraListingTest {
    private static final CameraNode WEBCAM = new CameraNode(
            "/dev/video2",
            "HD Webcam C525",
            List.of(
                    "/dev/v4l/by-id/usb-046d_HD_Webcam_C525-video-index0",
                    "/dev/v4l/by-path/pci-0000:00:14.0-usb-0:1:1.0-video-index0"),
            new Capability("uvcvideo", "HD Webcam C525", "usb-0000:00:14.0-1", 0x4200001),
            "",
            List.of("cheese (process 812)"),
            new VideoInput("Camera 1", false, ""),
            List.of(
                    format("YUYV", "YUYV 4:2:2", size(640, 480, 30, 15), size(320, 240, 30, 15), size(1280, 720, 7.5)),
                    format("MJPG", "Motion-JPEG", size(1920, 1080, 30), size(640, 480, 30)),
                    format("H264", "H.264", size(1920, 1080, 30)),
                    format("Y16-BE", "16-bit Greyscale BE")),
            List.of(
                    number("brightness", "User Controls", 0, 255, 1, 128, 100, ""),
                    control("power_line_frequency", "User Controls", Control.Type.MENU, 0, 2, 2, 1, menu(), ""),
                    control("auto_exposure_bias", "User Controls", Control.Type.MENU, 0, 1, 0, 1, bias(), ""),
                    control("white_balance", "User Controls", Control.Type.BOOLEAN, 0, 1, 1, 1, Map.of(), ""),
                    number("exposure_time_absolute", "Camera Controls", 3, 2047, 5, 250, 250, "inactive"),
                    control("flags", "Camera Controls", Control.Type.BITMASK, 0, 7, 0, 5, Map.of(), "read-only"),
                    control("reset", "Camera Controls", Control.Type.BUTTON, 0, 0, 0, 0, Map.of(), ""),
                    control("label", "Camera Controls", Control.Type.OTHER, 0, 0, 0, 0, Map.of(), "")),
            new ModeChoice(PixelCode.MJPEG, 1920, 1080, 30));

    private static final CameraNode BRIDGE = new CameraNode(
            "/dev/video0",
            "tc358743",
            List.of(),
            new Capability("unicam", "tc358743", "platform:fe801000.csi", 0x4201000),
            "",
            List.of(),
            new VideoInput("HDMI 0", true, "its input has no signal"),
            List.of(
                    format("UYVY", "UYVY"),
                    format("RGB3", "24-bit RGB 8-8-8", new SizeRange(16, 1920, 4, 16, 1200, 2, FrameRates.UNKNOWN))),
            List.of(),
            new ModeChoice(PixelCode.UYVY, 0, 0, 0));

    private static final List<CameraNode> OTHERS = List.of(
            other("/dev/video10", "pispbe", "converts what a program feeds it, has no pictures of its own"),
            other("/dev/video3", "HD Webcam C525", "delivers metadata, not pictures"),
            other("/dev/video4", "rp1-cfe", "delivers raw Bayer pictures (BG10); open it through libcamera"),
            other("/dev/video11", "pispbe", "converts what a program feeds it, has no pictures of its own"),
            other("/dev/video12", "pispbe", "converts what a program feeds it, has no pictures of its own"),
            other("/dev/video14", "pispbe", "converts what a program feeds it, has no pictures of its own"),
            other("/dev/video5", "", "is not open to this user, who lacks the group video"));

    private static OfferedFormat format(String fourcc, String description, SizeRange... sizes) {
        return new OfferedFormat(fourcc, description, PixelCode.named(fourcc), false, List.of(sizes));
    }

    private static SizeRange size(int width, int height, double... rates) {
        List<Double> values = new ArrayList<>();
        for (double rate : rates) {
            values.add(rate);
        }
        return new SizeRange(width, width, 1, height, height, 1, new FrameRates(values, false));
    }

    private static Control number(
            String name, String group, long min, long max, long step, long defaultValue, long value, String note) {
        return new Control(
                1, name, name, group, Control.Type.INTEGER, min, max, step, defaultValue, value, Map.of(), note);
    }

    private static Control control(
            String name,
            String group,
            Control.Type type,
            long min,
            long max,
            long defaultValue,
            long value,
            Map<Long, String> menu,
            String note) {
        return new Control(1, name, name, group, type, min, max, 1, defaultValue, value, menu, note);
    }

    private static Map<Long, String> menu() {
        Map<Long, String> items = new LinkedHashMap<>();
        items.put(0L, "Disabled");
        items.put(1L, "50 Hz");
        items.put(2L, "60 Hz");
        return items;
    }

    private static Map<Long, String> bias() {
        Map<Long, String> items = new LinkedHashMap<>();
        items.put(0L, "-1000");
        items.put(1L, "1000");
        return items;
    }

    private static CameraNode other(String path, String name, String obstacle) {
        return new CameraNode(path, name, List.of(), null, obstacle, List.of(), null, List.of(), List.of(), null);
    }

    private static CameraNode named(String name) {
        return new CameraNode(
                "/dev/video9",
                name,
                List.of(),
                new Capability(name, name, name, 0),
                "",
                List.of(),
                null,
                List.of(),
                List.of(),
                null);
    }

    @Test
    void aWebcam() {
        assertThat(CameraListing.of(List.of(WEBCAM))).isEqualTo("""
                        HD Webcam C525  (what v4l2: opens)
                          source    --source v4l2:usb-046d_HD_Webcam_C525-video-index0
                          opens as  MJPG 1920x1080 at 30 fps
                          node      /dev/video2, driver uvcvideo, plugged in at usb-0000:00:14.0-1
                          link      /dev/v4l/by-id/usb-046d_HD_Webcam_C525-video-index0
                          link      /dev/v4l/by-path/pci-0000:00:14.0-usb-0:1:1.0-video-index0
                          in use by cheese (process 812)
                          formats   YUYV  YUYV 4:2:2   1280x720 at 7.5; 640x480, 320x240 at 30, 15 fps
                                    MJPG  Motion-JPEG  1920x1080, 640x480 at 30 fps
                          not read  H264 Y16-BE
                          controls  each as ?control.NAME=VALUE; what it is now, what it takes
                            User Controls
                              brightness              100    0 to 255; default 128
                              power_line_frequency    50_hz  0 disabled, 1 50_hz, 2 60_hz; default 60_hz
                              auto_exposure_bias      1      0 (-1000), 1 (1000); default 0
                              white_balance           true   true or false
                            Camera Controls
                              exposure_time_absolute  250    3 to 2047 in steps of 5; inactive
                              flags                   0x5    bits of 0x7; default 0x0; read-only
                              reset                   -      anything; it is a button
                              not set here: label

                        To choose yourself: --source 'v4l2:usb-046d_HD_Webcam_C525-video-index0?format=MJPG&size=1920x1080&fps=30'
                        """);
    }

    @Test
    void aBridgeWithoutSignalIsACameraStill() {
        assertThat(CameraListing.of(List.of(WEBCAM, BRIDGE))).contains("""
                              not set here: label

                        tc358743
                          source    --source v4l2:/dev/video0
                          opens as  UYVY, size and rate as sent
                          input     HDMI 0: its input has no signal
                          node      /dev/video0, driver unicam, plugged in at platform:fe801000.csi
                          formats   UYVY                    any size the device takes
                                    RGB3  24-bit RGB 8-8-8  16x16 to 1920x1200 in steps of 4x2

                        To choose yourself: --source 'v4l2:usb-046d_HD_Webcam_C525-video-index0?format=MJPG&size=1920x1080&fps=30'
                        """);
    }

    @Test
    void nodesThatAreNoCamerasStandTogetherWithTheirReason() {
        assertThat(CameraListing.of(OTHERS)).isEqualTo("""
                        no camera that can be opened; plug one in, or take another source: demo:, pattern:1280x720@30, a file, a stream

                        Video nodes that are no cameras
                          /dev/video3             HD Webcam C525  delivers metadata, not pictures
                          /dev/video4             rp1-cfe         delivers raw Bayer pictures (BG10); open it through libcamera
                          /dev/video5                             is not open to this user, who lacks the group video
                          /dev/video10 to 12, 14  pispbe          converts what a program feeds it, has no pictures of its own
                        """);
    }

    @Test
    void withoutAnyNodeThereIsALineThatHelps() {
        assertThat(CameraListing.of(List.of()))
                .isEqualTo("no camera: there is no /dev/video*; plug one in, or take another source: demo:,"
                        + " pattern:1280x720@30, a file, a stream\n");
    }

    @Test
    void manyFormatsWithTheSameSizesShareALine() {
        List<OfferedFormat> formats = new ArrayList<>();
        for (PixelCode code : PixelCode.values()) {
            formats.add(format(code.fourcc(), "words of the driver", size(1280, 720, 60), size(640, 480, 60)));
        }
        CameraNode camera = withFormats(formats);
        assertThat(CameraListing.of(List.of(camera))).contains("""
                          formats   NV12 NM12 NV21 NM21 YU12 YM12 YV12 YM21 NV16 NM16 NV61 NM61 YUYV UYVY YVYU VYUY 422P YM16 YM61
                                    NV24 YM24 YM42 RGB3 BGR3 XR24 AR24 BGR4 XB24 AB24 MJPG JPEG GREY
                                      each 1280x720, 640x480 at 60 fps

                        """);
    }

    private static CameraNode withFormats(List<OfferedFormat> formats) {
        return new CameraNode("/dev/video0", "many", List.of(), null, "", List.of(), null, formats, List.of(), null);
    }

    @Test
    void aLongMenuIsCut() {
        Map<Long, String> items = new LinkedHashMap<>();
        for (long i = 0; i < 40; i++) {
            items.put(i, "Mode " + i);
        }
        CameraNode camera = new CameraNode(
                "/dev/video0",
                "long",
                List.of(),
                null,
                "",
                List.of(),
                null,
                List.of(),
                List.of(control("mode", "", Control.Type.MENU, 0, 39, 0, 38, items, "")),
                null);
        assertThat(CameraListing.of(List.of(camera)))
                .contains("      mode  mode_38  0 mode_0, 1 mode_1, 2 mode_2, 3 mode_3, 4 mode_4, 5 mode_5"
                        + " ... 40 items, see --json;\n" + " ".repeat(21) + "default mode_0\n");
    }

    @Test
    void aNameDoesNotSteerTheTerminal() {
        assertThat(CameraListing.of(List.of(named("a\u001b[31m\u009b\n\u202eb"))))
                .startsWith("a?[31m???b  (what v4l2: opens)\n");
    }

    @Test
    void jsonHasEverything() {
        List<CameraNode> all = new ArrayList<>(List.of(WEBCAM, BRIDGE));
        all.addAll(OTHERS);
        Object json = JsonReader.read(CameraListingJson.of(all));
        assertThat(at(json, "cameras"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .hasSize(2);
        assertThat(at(json, "others"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .hasSize(OTHERS.size());
        assertThat(at(json, "cameras", 0, "name")).isEqualTo("HD Webcam C525");
        assertThat(at(json, "cameras", 0, "path")).isEqualTo("/dev/video2");
        assertThat(at(json, "cameras", 0, "links")).isEqualTo(WEBCAM.links());
        assertThat(at(json, "cameras", 0, "driver")).isEqualTo("uvcvideo");
        assertThat(at(json, "cameras", 0, "busInfo")).isEqualTo("usb-0000:00:14.0-1");
        assertThat(at(json, "cameras", 0, "source")).isEqualTo("v4l2:usb-046d_HD_Webcam_C525-video-index0");
        assertThat(at(json, "cameras", 0, "default")).isEqualTo(true);
        assertThat(at(json, "cameras", 1, "default")).isEqualTo(false);
        assertThat(at(json, "cameras", 0, "openIn")).isEqualTo(List.of("cheese (process 812)"));
        assertThat(at(json, "cameras", 1, "input"))
                .isEqualTo(Map.of("name", "HDMI 0", "followsSender", true, "fault", "its input has no signal"));
        assertThat(at(json, "cameras", 0, "mode"))
                .isEqualTo(Map.of("format", "MJPG", "width", 1920.0, "height", 1080.0, "framesPerSecond", 30.0));
        assertThat(at(json, "cameras", 0, "formats", 2, "readable")).isEqualTo(false);
        assertThat(at(json, "cameras", 0, "formats", 0, "sizes", 2, "rates")).isEqualTo(List.of(7.5));
        assertThat(at(json, "cameras", 1, "formats", 1, "sizes", 0))
                .isEqualTo(Map.of(
                        "width", 1920.0,
                        "height", 1200.0,
                        "minWidth", 16.0,
                        "minHeight", 16.0,
                        "stepWidth", 4.0,
                        "stepHeight", 2.0,
                        "rates", List.of(),
                        "continuousRates", false));
        assertThat(at(json, "cameras", 0, "controls", 0, "value")).isEqualTo(100.0);
        assertThat(at(json, "cameras", 0, "controls", 1, "menu", 1))
                .isEqualTo(Map.of("value", 1.0, "title", "50 Hz", "word", "50_hz"));
        assertThat(at(json, "cameras", 0, "controls", 2, "menu", 0, "word")).isEqualTo("0");
        assertThat(at(json, "cameras", 0, "controls", 4, "note")).isEqualTo("inactive");
        assertThat(at(json, "others", 0, "driver")).isNull();
        assertThat(at(json, "others", 1, "obstacle")).isEqualTo("delivers metadata, not pictures");
        assertThat(at(json, "others", 1, "default")).isEqualTo(false);
    }

    @Test
    void jsonIsSoundWhateverADeviceIsCalled() {
        String odd = "q\"uote \\ back\n\u0000\u007f\u0085 \u00e9\u2028\ud83d\udcf7\ufffd";
        String json = CameraListingJson.of(List.of(named(odd)));
        assertThat(json).matches("[\\n\\x20-\\x7e]*");
        assertThat(at(JsonReader.read(json), "cameras", 0, "name")).isEqualTo(odd);
        assertThat(at(JsonReader.read(json), "cameras", 0, "busInfo")).isEqualTo(odd);
    }

    @Test
    void jsonOfNoCamera() {
        assertThat(JsonReader.read(CameraListingJson.of(List.of())))
                .isEqualTo(Map.of("cameras", List.of(), "others", List.of()));
    }

    private static @Nullable Object at(@Nullable Object json, Object... way) {
        Object here = json;
        for (Object step : way) {
            here = switch (here) {
                case List<?> list -> list.get((Integer) step);
                case Map<?, ?> map -> map.get(step);
                case null, default -> throw new AssertionError(step + " of " + here);
            };
        }
        return here;
    }
}
