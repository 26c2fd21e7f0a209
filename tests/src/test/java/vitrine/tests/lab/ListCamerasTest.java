package vitrine.tests.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import vitrine.capture.v4l2.CameraNode;
import vitrine.capture.v4l2.CameraRequest;
import vitrine.capture.v4l2.Cameras;
import vitrine.capture.v4l2.Control;
import vitrine.capture.v4l2.Controls;
import vitrine.capture.v4l2.V4l2Device;
import vitrine.engine.linux.DeviceCalls;
import vitrine.tests.CommandRun;

/** {@code vitrine list cameras} beside a driver that answers. */
@Tag("lab")
final class ListCamerasTest {
    private static final String WEBCAM = "n_devs=1 num_inputs=1 input_types=0x0 ";
    private static final String HDMI = "n_devs=1 num_inputs=1 input_types=0x3 multiplanar=2 ";
    private static final String CAPTURE_ALONE = "node_types=0x1";
    /** Video capture, video output, metadata capture. */
    private static final String THREE_NODES = "node_types=0x20101";

    private static String list(String... options) {
        String[] line = new String[2 + options.length];
        line[0] = "list";
        line[1] = "cameras";
        System.arraycopy(options, 0, line, 2, options.length);
        CommandRun run = CommandRun.of(line);
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        return run.out();
    }

    @Test
    void withoutCameraOneLineHelps() {
        assertThat(list())
                .startsWith("no camera: there is no /dev/video*; plug one in")
                .hasLineCount(1);
        assertThat(list("--json")).isEqualToIgnoringWhitespace("{\"cameras\": [], \"others\": []}");
    }

    @Test
    void aWebcamWithItsFormatsAndControls() {
        try (Vivid vivid = Vivid.load(WEBCAM + CAPTURE_ALONE)) {
            assertThat(list().lines())
                    .startsWith(
                            "vivid  (what v4l2: opens)",
                            "  source    --source v4l2:platform-vivid.0-video-index0",
                            "  opens as  NV12 1920x1080 at 30 fps",
                            "  node      " + vivid.nodes().getFirst()
                                    + ", driver vivid, plugged in at platform:vivid-000",
                            "  link      /dev/v4l/by-path/platform-vivid.0-video-index0")
                    .anyMatch(l -> l.matches("  formats   YUYV UYVY .*NV12.*"))
                    .anyMatch(l -> l.matches("  not read  .*"))
                    .anyMatch(l -> l.matches("      brightness +128 +0 to 255"))
                    .anyMatch(l -> l.matches("      read_only_integer_32_bits +0 +0 to 255; read-only"))
                    .allMatch(l -> l.length() <= 110)
                    .contains(
                            "To choose yourself: --source 'v4l2:platform-vivid.0-video-index0?format=NV12&size=1920x1080&fps=30'");
        }
    }

    @Test
    void jsonOfAWebcam() {
        try (Vivid vivid = Vivid.load(WEBCAM + CAPTURE_ALONE)) {
            assertThat(vivid.nodes()).hasSize(1);
            assertThat(list("--json"))
                    .contains("\"name\": \"vivid\", \"path\": \"/dev/video0\"")
                    .contains("\"source\": \"v4l2:platform-vivid.0-video-index0\", \"default\": true")
                    .contains("\"mode\": {\"format\": \"NV12\", \"width\": 1920, \"height\": 1080,"
                            + " \"framesPerSecond\": 30}")
                    .contains("{\"format\": \"NV12\", \"description\": \"Y/UV 4:2:0\", \"readable\": true")
                    .contains("{\"name\": \"brightness\", \"title\": \"Brightness\", \"group\": \"User Controls\","
                            + " \"type\": \"integer\", \"minimum\": 0, \"maximum\": 255, \"step\": 1,"
                            + " \"default\": 128, \"value\": 128, \"note\": \"\", \"menu\": []}")
                    .contains("{\"value\": 9, \"title\": \"100% Blue\", \"word\": \"100_blue\"}")
                    .endsWith("\"others\": []\n}\n");
        }
    }

    @Test
    void anInputThatFollowsItsSenderTakesTheSendersSize() {
        try (Vivid vivid = Vivid.load(HDMI + CAPTURE_ALONE)) {
            assertThat(vivid.nodes()).hasSize(1);
            assertThat(list()).contains("  opens as  NV12 1280x720 at 60 fps\n").contains("  input     HDMI 000-0\n");
            assertThat(list("--json"))
                    .contains("\"input\": {\"name\": \"HDMI 000-0\", \"followsSender\": true, \"fault\": \"\"}")
                    .contains("\"width\": 1280, \"height\": 720, \"framesPerSecond\": 60}");
        }
    }

    @Test
    void nodesThatAreNoCamerasAreToldApart() {
        try (Vivid vivid = Vivid.load(WEBCAM + THREE_NODES)) {
            assertThat(vivid.nodes()).hasSize(3);
            String text = list();
            assertThat(text.substring(text.indexOf("Video nodes that are no cameras\n")))
                    .contains("delivers no pictures\n")
                    .contains("delivers metadata, not pictures\n")
                    .hasLineCount(3);
        }
    }

    @Test
    void theFirstListedIsTheOneThatIsOpened() {
        try (Vivid vivid = Vivid.load(
                "n_devs=2 num_inputs=1,1 input_types=0x3,0x0 multiplanar=1,1 node_types=0x1,0x1 vid_cap_nr=0,1")) {
            assertThat(vivid.nodes()).hasSize(2);
            List<CameraNode> listed = Cameras.list(DeviceCalls.kernel());
            assertThat(listed).allMatch(CameraNode::isUsable);
            try (V4l2Device opened = Cameras.open(DeviceCalls.kernel(), "", CameraRequest.ANY)) {
                assertThat(opened.path()).isEqualTo(listed.getFirst().path()).isEqualTo("/dev/video1");
            }
        }
    }

    @Test
    void everySourceOpensItsCamera() {
        try (Vivid vivid = Vivid.load(WEBCAM + CAPTURE_ALONE)) {
            Matcher source = Pattern.compile("--source v4l2:(\\S+)").matcher(list());
            assertThat(source.find()).isTrue();
            try (V4l2Device opened = Cameras.open(DeviceCalls.kernel(), source.group(1), CameraRequest.ANY)) {
                assertThat(opened.path()).isEqualTo(vivid.nodes().getFirst().toString());
            }
        }
    }

    @Test
    void anInputWithoutSignalSaysSo() {
        try (Vivid vivid = Vivid.load(HDMI + CAPTURE_ALONE)) {
            set(vivid, Map.of("dv_timings_signal_mode", "no_signal"));
            assertThat(list())
                    .contains("  opens as  NV12, size and rate as sent\n")
                    .contains("  input     HDMI 000-0: its input has no signal\n");
        }
    }

    /** What the listing shows as a menu's words and numbers is what a control takes. */
    @Test
    void everyItemIsTakenAsItIsListed() {
        try (Vivid vivid = Vivid.load(WEBCAM + CAPTURE_ALONE)) {
            List<Control> menus = controls(vivid, Control.Type.MENU);
            assertThat(menus).extracting(Control::name).contains("test_pattern", "integer_menu");
            for (Control menu : menus) {
                for (long item : menu.menu().keySet()) {
                    for (String word : List.of(menu.word(item), String.valueOf(item))) {
                        set(vivid, Map.of(menu.name(), word));
                        assertThat(controls(vivid, Control.Type.MENU))
                                .filteredOn(c -> c.name().equals(menu.name()))
                                .singleElement()
                                .extracting(Control::value)
                                .as("%s=%s", menu.name(), word)
                                .isEqualTo(item);
                    }
                }
            }
        }
    }

    private static void set(Vivid vivid, Map<String, String> controls) {
        try (V4l2Device device = open(vivid)) {
            Controls.set(device, controls);
        }
    }

    private static List<Control> controls(Vivid vivid, Control.Type type) {
        try (V4l2Device device = open(vivid)) {
            return Controls.of(device).stream().filter(c -> c.type() == type).toList();
        }
    }

    private static V4l2Device open(Vivid vivid) {
        return V4l2Device.open(DeviceCalls.kernel(), vivid.nodes().getFirst().toString());
    }
}
