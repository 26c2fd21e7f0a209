package vitrine.tests.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import vitrine.capture.FrameSource;
import vitrine.capture.FrameSources;
import vitrine.capture.SourceException;
import vitrine.capture.SourceOptions;
import vitrine.engine.linux.FdMemoryAllocator;
import vitrine.engine.linux.Rung;

/** What a user is told who cannot have the camera, or not in that way; and which one is taken. */
@Tag("lab")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CameraAccessTest {
    private static final String NOBODY = "65534";

    private Vivid vivid;
    private FdMemoryAllocator allocator;

    @BeforeAll
    void open() {
        vivid = Vivid.load(
                "n_devs=2 multiplanar=1,2 num_inputs=1,1 input_types=0x0,0x3 node_types=0x1,0x1 vid_cap_nr=0,1");
        allocator = FdMemoryAllocator.open(List.of(Rung.DMA_HEAP));
    }

    @AfterAll
    void close() {
        allocator.close();
        vivid.close();
    }

    private FrameSource source(String uri) {
        return FrameSources.open(uri, allocator, SourceOptions.DEFAULT);
    }

    @Test
    void theHolderOfABusyCameraIsNamed() throws Exception {
        try (FrameSource first = source("v4l2:/dev/video0")) {
            assertThat(first.info().live()).isTrue();
            assertThatThrownBy(() -> source("v4l2:/dev/video0?size=640x480"))
                    .isInstanceOf(SourceException.class)
                    .hasMessage("v4l2:/dev/video0?size=640x480: /dev/video0 is in use by this same process; end that"
                            + " program first");
        }
        Process holder = new ProcessBuilder("v4l2-ctl", "-d", "/dev/video0", "--stream-mmap", "--stream-count=100000")
                .redirectErrorStream(true)
                .start();
        try {
            awaitFrame(holder);
            assertThatThrownBy(() -> source("v4l2:/dev/video0?size=640x480").close())
                    .isInstanceOf(SourceException.class)
                    .hasMessageContaining("/dev/video0 is in use by v4l2-ctl (process " + holder.pid() + ")");
        } finally {
            holder.destroyForcibly();
            holder.waitFor();
        }
        source("v4l2:/dev/video0?size=640x480").close();
    }

    /** v4l2-ctl prints a character for each frame. */
    private static void awaitFrame(Process v4l2ctl) throws IOException {
        StringBuilder said = new StringBuilder();
        for (int c = v4l2ctl.getInputStream().read();
                c != '<';
                c = v4l2ctl.getInputStream().read()) {
            if (c < 0) {
                throw new AssertionError("v4l2-ctl has no frame: " + said);
            }
            said.append((char) c);
        }
    }

    @Test
    void aUserWithoutTheGroupIsToldWhichOne() throws IOException, InterruptedException {
        assertThat(openAs("--clear-groups"))
                .isEqualTo(
                        "v4l2:/dev/video0: /dev/video0 is not open to this user, who lacks the group video; sudo usermod"
                                + " -aG video $USER, then log in again");
        assertThat(openAs("--groups=video")).isEqualTo("open");
    }

    /** What {@link OpenCamera} says as nobody. */
    private static String openAs(String groups) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, groups, "--", "java", "-Xshare:auto"));
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED", "-cp"));
        command.addAll(List.of(System.getProperty("java.class.path"), OpenCamera.class.getName(), "v4l2:/dev/video0"));
        Process p = new ProcessBuilder(command).start();
        String said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(p.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return said;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "v4l2:/dev/video0?format=NM12 | it has no format NM12; it has YUYV, UYVY",
                "v4l2:/dev/video0?size=333x222&format=NV12 | it has no size 333x222 in NV12; it has 320x180, 640x360",
                "v4l2:/dev/video0?size=640x480&fps=77 | it does not give 77 frames a second at 640x480",
                "v4l2:/dev/video0?control.brightnes=1 | it has no control brightnes; it has brightness",
                "v4l2:/dev/video0?control.brightness=999 | control brightness takes a number from 0 to 255, not 999",
                "v4l2:/dev/video0?control.test_pattern=polka | control test_pattern takes one of 0 (75% Colorbar)",
                "v4l2:/dev/video7 | no such camera: /dev/video7",
                "v4l2:webcam | no camera is called that; there is vivid",
                "v4l2:vivid | more than one camera is called that: /dev/video0 at platform:vivid-000",
            })
    void whatIsNotThereIsNamedWithWhatIs(String uri, String message) {
        assertThatThrownBy(() -> source(uri))
                .isInstanceOf(SourceException.class)
                .hasMessageStartingWith(uri + ": " + message);
    }

    @Test
    void leftAloneTheBestNodeIsTaken() {
        try (FrameSource source = source("v4l2:")) {
            assertThat(source.info().description())
                    .startsWith("/dev/video0: vivid (vivid, platform:vivid-000), NV12 1920x1080");
        }
    }

    @Test
    void controlsAreSetByName() throws Exception {
        try (FrameSource source =
                source("v4l2:/dev/video0?size=320x180&control.brightness=42&control.test_pattern=100%25_colorbar"
                        .replace("%25", "%"))) {
            assertThat(source.info().format().width()).isEqualTo(320);
            Process p = new ProcessBuilder("v4l2-ctl", "-d", "/dev/video0", "-C", "brightness,test_pattern").start();
            assertThat(new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("brightness: 42")
                    .contains("test_pattern: 1");
        }
    }
}
