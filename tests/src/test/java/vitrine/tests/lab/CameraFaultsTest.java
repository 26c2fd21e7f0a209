package vitrine.tests.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import vitrine.engine.GpuFixture;

/**
 * vivid's fault injection, {@code Documentation/admin-guide/media/vivid.rst}: after each fault frames come again, in
 * order, and descriptors, mappings and Vulkan objects are as many as before. 100 faults, and changes of a sender's mode.
 */
@Tag("lab")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CameraFaultsTest {
    private static final String WEBCAM = "/dev/video0";
    private static final String HDMI = "/dev/video1";
    private static final int FRAMES = 6;

    private Vivid vivid;
    private GpuFixture gpu;
    private int injected;

    @BeforeAll
    void open() {
        vivid = Vivid.load(
                "n_devs=2 multiplanar=1,2 num_inputs=1,1 input_types=0x0,0x3 node_types=0x1,0x1 vid_cap_nr=0,1");
        gpu = GpuFixture.open();
    }

    @AfterAll
    void close() {
        System.out.println("faults injected: " + injected);
        gpu.close();
        vivid.close();
    }

    private CameraConsumer webcam() {
        return CameraConsumer.open(gpu.device(), "v4l2:" + WEBCAM + "?size=320x180&fps=120&format=NV12");
    }

    private void inject(String control) {
        CameraConsumer.set(WEBCAM, control, "1");
        injected++;
    }

    /** The device stays open: the frame is lost and counted. */
    @Test
    void damagedFramesAreLeftOut() throws Exception {
        try (CameraConsumer camera = webcam()) {
            camera.take(FRAMES);
            CameraConsumer.Holdings before = camera.holdings();
            for (int i = 0; i < 20; i++) {
                long dropped = camera.source().dropped();
                inject("inject_v4l2_buf_flag_error");
                camera.take(FRAMES);
                assertThat(camera.source().dropped()).isGreaterThan(dropped);
            }
            assertThat(camera.changes()).isZero();
            assertThat(camera.holdings()).isEqualTo(before);
        }
    }

    /** The device is opened anew. */
    @ParameterizedTest
    @CsvSource({
        "inject_fatal_streaming_error, '', 20",
        "disconnect, '', 20",
        "inject_vidioc_qbuf_error, '', 10",
        "inject_fatal_streaming_error, inject_vidioc_reqbufs_error, 5",
        "inject_fatal_streaming_error, inject_vidioc_streamon_error, 5",
    })
    void theCameraIsOpenedAgain(String fault, String prepared, int times) throws Exception {
        try (CameraConsumer camera = webcam()) {
            camera.take(FRAMES);
            CameraConsumer.Holdings before = camera.holdings();
            for (int i = 0; i < times; i++) {
                if (!prepared.isEmpty()) {
                    inject(prepared);
                }
                inject(fault);
                camera.awaitChange();
                camera.take(FRAMES);
                assertThat(camera.source().memory().way()).startsWith("V4L2 DMABUF");
                assertThat(camera.holdings()).as("after fault %d", i).isEqualTo(before);
            }
        }
    }

    @Test
    void sequencesGoOnWhereTheDriversWrap() throws Exception {
        try (CameraConsumer camera = webcam()) {
            camera.take(FRAMES);
            CameraConsumer.Holdings before = camera.holdings();
            for (int i = 0; i < 3; i++) {
                CameraConsumer.set(WEBCAM, "wrap_sequence_number", "1");
                injected++;
                inject("inject_fatal_streaming_error");
                camera.awaitChange();
                // It starts 128 frames before the end.
                long dropped = camera.source().dropped();
                camera.take(150);
                assertThat(camera.source().dropped() - dropped).isLessThan(10_000);
            }
            CameraConsumer.set(WEBCAM, "wrap_sequence_number", "0");
            assertThat(camera.holdings()).isEqualTo(before);
        }
    }

    @Test
    void lostFramesAreCounted() throws Exception {
        try (CameraConsumer camera = webcam()) {
            camera.take(FRAMES);
            CameraConsumer.Holdings before = camera.holdings();
            for (int i = 0; i < 4; i++) {
                long dropped = camera.source().dropped();
                CameraConsumer.set(WEBCAM, "percentage_of_dropped_buffers", "50");
                injected++;
                camera.take(20);
                CameraConsumer.set(WEBCAM, "percentage_of_dropped_buffers", "0");
                camera.take(FRAMES);
                assertThat(camera.source().dropped()).isGreaterThan(dropped);
            }
            assertThat(camera.changes()).isZero();
            assertThat(camera.holdings()).isEqualTo(before);
        }
    }

    /** Nothing is wrong that poll(2) would tell: the silence is noticed, and lasts until frames come. */
    @Test
    void aSilentCameraIsLostAndFoundAgain() throws Exception {
        try (CameraConsumer camera = webcam()) {
            camera.take(FRAMES);
            CameraConsumer.Holdings before = camera.holdings();
            CameraConsumer.set(WEBCAM, "percentage_of_dropped_buffers", "100");
            injected++;
            camera.awaitLoss();
            CameraConsumer.set(WEBCAM, "percentage_of_dropped_buffers", "0");
            camera.take(FRAMES);
            assertThat(camera.losses()).isEqualTo(1);
            assertThat(camera.holdings()).isEqualTo(before);
        }
    }

    @Test
    void theSendersModeIsFollowed() throws IOException, InterruptedException {
        CameraConsumer.set(HDMI, "dv_timings_signal_mode", "Current DV Timings");
        try (CameraConsumer camera = CameraConsumer.open(gpu.device(), "v4l2:" + HDMI + "?format=NV12")) {
            camera.take(FRAMES);
            int changes = 0;
            for (String mode : new String[] {"640x480p59", "1280x720p24", "720x576p50"}) {
                CameraConsumer.set(HDMI, "dv_timings", mode);
                CameraConsumer.set(HDMI, "dv_timings_signal_mode", "Selected DV Timings");
                injected++;
                camera.awaitChange();
                camera.take(FRAMES);
                changes++;
                assertThat(camera.source().info().format().toString()).contains(mode.split("p", -1)[0]);
            }
            assertThat(camera.changes()).isGreaterThanOrEqualTo(changes);
            CameraConsumer.Holdings before = camera.holdings();
            for (String fault : new String[] {"No Signal", "No Lock", "Out of Range"}) {
                CameraConsumer.set(HDMI, "dv_timings_signal_mode", fault);
                injected++;
                camera.awaitLoss();
                CameraConsumer.set(HDMI, "dv_timings_signal_mode", "Selected DV Timings");
                camera.awaitChange();
                camera.take(FRAMES);
                assertThat(camera.holdings()).as(fault).isEqualTo(before);
            }
        } finally {
            CameraConsumer.set(HDMI, "dv_timings_signal_mode", "Current DV Timings");
        }
    }
}
