package vitrine.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import vitrine.capture.jpeg.JpegPictures;
import vitrine.engine.linux.FdMemoryAllocator;
import vitrine.engine.linux.Rung;

/** What cannot be opened is told in one line, and leaves nothing behind. */
class CameraRefusalTest extends CameraTestSupport {
    private static final int V4L2_CAP_VIDEO_OUTPUT = 2;
    private static final int V4L2_FIELD_TOP = 2;

    @BeforeEach
    void oneMode() {
        camera.mode("NV12", 64, 48, 0);
    }

    private void refused(String query, String... parts) {
        assertThatThrownBy(() -> openCamera(query).close())
                .isInstanceOf(SourceException.class)
                .message()
                .startsWith("v4l2:/dev/video0?library=")
                .doesNotContain("\n")
                .satisfies(m -> assertThat(m).contains(parts));
    }

    @Test
    void aDeviceThatIsNotThereOrNotOurs() {
        camera.set("open_failures", -1);
        camera.set("open_errno", 2);
        refused("", "no such camera: /dev/video0; vitrine list cameras shows what there is");
        camera.set("open_errno", StandIn.EACCES);
        refused("", "/dev/video0 is not open to this user", "; check its permissions: ls -l /dev/video0");
        camera.set("open_errno", StandIn.EBUSY);
        refused("", "/dev/video0 is in use by another program; see who holds it: sudo fuser -v /dev/video0");
        camera.set("open_errno", StandIn.EIO);
        refused("", "open of /dev/video0: EIO (Input/output error)");
    }

    @Test
    void aDeviceThatIsNoCamera() {
        camera.set("capabilities", V4L2_CAP_VIDEO_OUTPUT);
        refused("", "/dev/video0 (/base/stand-in) does not capture pictures; vitrine list cameras shows what does");
    }

    @Test
    void aSecondUser() throws Exception {
        FrameSource first = openCamera("");
        refused("", "/dev/video0 is in use by");
        first.close();
        openCamera("").close();
    }

    @Test
    void aDriverThatDoesNotKeepToWhatWasAsked() {
        camera.set("fmt_code", StandIn.code("YUYV"));
        refused("", "it keeps the pixel format YUYV where NV12 was asked");
        camera.set("fmt_code", 0);
        camera.set("fmt_width", 32);
        refused("size=64x48", "it answers 64x48 with 32x48; ask for that size");
        camera.set("fmt_width", 20_000);
        refused("", "it answers with a picture of 20000x48");
        camera.set("fmt_width", 0);
        camera.set("fmt_field", V4L2_FIELD_TOP);
        refused("", "it delivers single fields (v4l2_field 2), not whole pictures; choose a progressive");
        camera.set("fmt_field", 0);
        camera.set("parm_fps", 10);
        refused("fps=25", "it answers 25 frames a second with 10; leave fps= out");
        camera.set("parm_errno", StandIn.ENOTTY);
        refused("fps=25", "its frame rate cannot be set; leave fps= out");
        camera.set("fmt_errno", StandIn.EBUSY);
        refused("", "/dev/video0 is in use by");
        camera.set("fmt_errno", StandIn.EIO);
        refused("", "VIDIOC_S_FMT: EIO (Input/output error)");
    }

    @Test
    void anotherSizeThatNobodyAskedForIsTaken() throws Exception {
        camera.set("fmt_width", 32);
        camera.set("fmt_height", 16);
        try (FrameSource s = openCamera("");
                CapturedFrame f = shot(s)) {
            assertThat(f.format().width()).isEqualTo(32);
            assertThat(f.format().height()).isEqualTo(16);
            assertContent(f, 0);
        }
    }

    @Test
    void whatTheCameraDoesNotHave() throws Exception {
        camera.mode("YUYV", 64, 48, 15);
        refused("format=rgb3", "it has no format RGB3");
        refused("format=xyz", "format=xyz is not a pixel format that is read here; Vitrine reads NV12, ");
        refused("size=65x48", "65x48");
        refused("format=yuyv&fps=60", "it does not give 60 frames a second in YUYV");
    }

    @Test
    void aSensorsRawPictures() throws Exception {
        camera = StandIn.reset();
        camera.mode("pRAA", 64, 48, 0);
        camera.text("description", "10-bit Bayer RGRG/GBGB Packed");
        refused("", "delivers raw Bayer pictures (pRAA)", "v4l2:?via=libcamera (package libcamera-v4l2)");
        camera.text("description", "Greyscale of a kind");
        refused("", "has only formats that are not read here: pRAA; Vitrine reads NV12, ");
        camera = StandIn.reset();
        refused("", "libcamera offers no format, as when another program has the camera; end that program");
        camera.asKernelDriver();
        refused("", "offers no pixel format at all");
    }

    @Test
    void buffersThatCannotBeHad() {
        camera.set("reqbufs_count", 1);
        refused("", "the driver gives one buffer; streaming takes two");
        camera.set("reqbufs_count", 0);
        camera.set("reqbufs_errno", 12);
        refused("", "VIDIOC_REQBUFS MMAP: ENOMEM (Cannot allocate memory)");
        camera.set("reqbufs_errno", 0);
        camera.set("querybuf_length_0", 1);
        refused("", "the driver's buffers are empty");
        camera.set("querybuf_length_0", 0);
        camera.set("streamon_errno", 28);
        refused("", "the USB bus has no room for this mode; use another port, or a smaller size or rate");
        camera.set("streamon_errno", 22);
        refused("", "streaming does not start (EINVAL)");
        refused("memory=copy", "streaming does not start (EINVAL)");
        refused("buffers=1", "buffers=1 is not a whole number from 2 to 32");
    }

    @Test
    void memoryThatCannotBeHad() {
        camera.set("expbuf_errno", StandIn.ENOTTY);
        try (FdMemoryAllocator closed = FdMemoryAllocator.open(List.of(Rung.STAGING_COPY))) {
            assertThatThrownBy(() -> FrameSources.open(camera.uri("memory=expbuf"), closed, SourceOptions.DEFAULT))
                    .isInstanceOf(SourceException.class)
                    .hasMessageContaining("V4L2 EXPBUF: the GPU imports no dma-buf; leave memory= out");
        }
    }

    @Test
    void noPicturesInThePictures() throws Exception {
        camera = StandIn.reset();
        camera.mode("MJPG", 64, 48, 0);
        camera.pictures(new byte[100]);
        camera.set("pace_us", 1_000);
        // The first whole one counts.
        Thread late = Thread.ofPlatform().start(() -> {
            try {
                Thread.sleep(300);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            camera.pictures(JpegPictures.grey(64, 48));
        });
        openCamera("").close();
        late.join();
        byte[] huge = JpegPictures.grey(64, 48);
        huge[JpegPictures.indexOf(huge, 0xc0) + 7] = 0x7f; // width, the high byte
        camera.pictures(huge);
        refused("", "its pictures are too large: 32576x48");
        camera.pictures(JpegPictures.grey(64, 48));
        camera.set("qbuf_errno", StandIn.EIO);
        refused("", "VIDIOC_QBUF: EIO (Input/output error)");
        camera.set("dqbuf_errno", StandIn.EIO);
        refused("", "VIDIOC_DQBUF: EIO (Input/output error)");
    }

    @Test
    void aLibraryThatIsNone() {
        assertThatThrownBy(() -> FrameSources.open("v4l2:?library=/nowhere.so", allocator, SourceOptions.DEFAULT))
                .isInstanceOf(SourceException.class)
                .hasMessageContaining("/nowhere.so: dlopen");
        assertThatThrownBy(() -> FrameSources.open("v4l2:?via=gstreamer", allocator, SourceOptions.DEFAULT))
                .isInstanceOf(SourceException.class)
                .hasMessageContaining("via=gstreamer is not libcamera");
    }
}
