package vitrine.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import vitrine.capture.jpeg.JpegDecoder;
import vitrine.capture.jpeg.JpegHeader;
import vitrine.capture.jpeg.JpegLayout;
import vitrine.capture.jpeg.JpegPictures;
import vitrine.engine.frame.ColorEncoding;
import vitrine.engine.frame.PixelFormat;
import vitrine.engine.linux.Rung;

/** Frames of the camera in all formats and by all ways, and their count. */
class CameraSourceTest extends CameraTestSupport {

    @ParameterizedTest
    @CsvSource({
        "NV12, NV12, EXPBUF, 32", "NV12, NV12, COPY, 0", "YUYV, YUYV, EXPBUF, 0", "YUYV, YUYV, COPY, 64",
        "RGB3, RGB24, EXPBUF, 4", "RGB3, RGB24, COPY, 0", "YU12, I420, EXPBUF, 64", "YU12, I420, COPY, 32"
    })
    void framesAreWhatTheDriverWrote(String fourcc, PixelFormat format, String way, int pad) throws Exception {
        camera.mode(fourcc, 64, 48, 0);
        camera.set("fmt_pad", pad);
        if (way.equals("COPY")) {
            camera.set("expbuf_errno", StandIn.ENOTTY);
        }
        try (FrameSource s = openCamera("")) {
            assertThat(s.info().format().pixelFormat()).isEqualTo(format);
            assertThat(s.info().format().width()).isEqualTo(64);
            assertThat(s.info().format().height()).isEqualTo(48);
            assertThat(s.info().live()).isTrue();
            assertThat(s.info().format().color()).isEqualTo(ColorEncoding.BT601_FULL);
            assertThat(s.memory().way())
                    .isEqualTo(way.equals("COPY") ? "copied to memfd" : "V4L2 EXPBUF, libcamera's buffers");
            assertThat(s.memory().rejected()).hasSize(way.equals("COPY") ? 2 : 1);
            assertThat(s.memory().rejected().getFirst()).contains("memfd is no dma-buf for a driver to write to");
            if (way.equals("COPY")) {
                assertThat(s.memory().rejected().getLast())
                        .isEqualTo("V4L2 EXPBUF: VIDIOC_EXPBUF: ENOTTY (Inappropriate ioctl for device)");
            }
            assertThat(s.buffers())
                    .hasSize(8)
                    .allMatch(
                            m -> m.size() == 1 && m.get(0).rung() == (way.equals("COPY") ? Rung.MEMFD : Rung.EXPORTED));
            for (int i = 0; i < 20; i++) {
                try (CapturedFrame f = shot(s)) {
                    assertThat(f.sequence()).isEqualTo(i);
                    assertThat(s.buffers().get(f.buffer())).isSameAs(f.memory());
                    assertContent(f, i);
                }
            }
            assertThat(s.dropped()).isZero();
            assertThat(s.cpuBytes())
                    .isEqualTo(way.equals("COPY") ? 20 * s.info().format().extent(0) : 0);
        }
    }

    @ParameterizedTest
    @CsvSource({"420, I420, 64, 48", "422, I422, 64, 48", "444, I444, 64, 48", "grey, GREY, 64, 48", "420, I420, 33, 17"
    })
    void jpegsAreDecoded(String kind, PixelFormat format, int width, int height) throws Exception {
        byte[] picture = picture(kind, width, height);
        camera.mode("MJPG", width, height, 30);
        camera.pictures(picture);
        camera.set("pace_us", 5_000);
        try (FrameSource s = openCamera("")) {
            assertThat(s.info().format().pixelFormat()).isEqualTo(format);
            assertThat(s.info().format().color()).isEqualTo(ColorEncoding.BT601_FULL);
            assertThat(s.memory().way()).matches("JPEG decoded by [1-3] threads to memfd");
            for (int i = 0; i < 5; i++) {
                try (CapturedFrame f = frame(s)) {
                    assertThat(f.format()).isEqualTo(s.info().format());
                    assertThat(packed(f)).isEqualTo(decoded(picture, f));
                }
            }
        }
    }

    /** USB cameras leave the tables out, and lose the ends of pictures. */
    @Test
    void oddJpegsAreShownAndBrokenOnesAreCounted() throws Exception {
        byte[] whole = picture("420", 320, 240);
        byte[] bare = JpegPictures.without(whole, 0xc4);
        byte[] cut = java.util.Arrays.copyOf(whole, whole.length / 2);
        byte[] none = new byte[64];
        camera.asKernelDriver();
        camera.mode("MJPG", 320, 240, 30);
        camera.pictures(whole, bare, cut, none);
        camera.set("pace_us", 1_000);
        try (FrameSource s = openCamera("")) {
            camera.set("pace_us", 0);
            Thread.sleep(50);
            while (s.next(0) instanceof CapturedFrame f) {
                f.close();
            }
            camera.set("sequence", 1 << 20);
            List<byte[]> seen = new ArrayList<>();
            for (int i = 0; i < 7; i++) {
                long before = s.dropped();
                camera.shoot(1);
                if (i % 4 == 3) {
                    await("a broken picture", () -> s.dropped() > before);
                    assertThat(s.next(0)).isInstanceOf(Capture.NoFrame.class);
                } else {
                    try (CapturedFrame f = frame(s)) {
                        seen.add(packed(f));
                    }
                }
            }
            byte[] expected = seen.getFirst();
            assertThat(seen).hasSize(6);
            assertThat(seen.get(1)).as("without tables").isEqualTo(expected);
            assertThat(seen.get(2)).as("cut").isNotEqualTo(expected);
            for (int i = 0; i < 320 * 16; i++) {
                assertThat(seen.get(2)[i]).as("above the cut").isEqualTo(expected[i]);
            }
            assertThat(seen.subList(3, 6)).containsExactlyElementsOf(seen.subList(0, 3));
        }
    }

    @Test
    void otherSubsamplingInTheStreamIsAnotherFormat() throws Exception {
        camera.mode("MJPG", 64, 48, 30);
        camera.pictures(picture("420", 64, 48));
        camera.set("pace_us", 5_000);
        try (FrameSource s = openCamera("")) {
            frame(s).close();
            byte[] other = picture("422", 64, 48);
            camera.pictures(other);
            assertThat(event(s))
                    .isInstanceOfSatisfying(
                            Capture.FormatChanged.class,
                            c -> assertThat(c.format().pixelFormat()).isEqualTo(PixelFormat.I422));
            assertThat(s.info().format().pixelFormat()).isEqualTo(PixelFormat.I422);
            try (CapturedFrame f = frame(s)) {
                assertThat(f.format().pixelFormat()).isEqualTo(PixelFormat.I422);
                assertThat(packed(f)).isEqualTo(decoded(other, f));
                assertThat(s.buffers().get(f.buffer())).isSameAs(f.memory());
            }
        }
    }

    private static byte[] picture(String kind, int width, int height) {
        return switch (kind) {
            case "grey" -> JpegPictures.grey(width, height);
            case "422" -> JpegPictures.colour(width, height, JpegPictures.S422);
            case "444" -> JpegPictures.colour(width, height, JpegPictures.S444);
            default -> JpegPictures.colour(width, height, JpegPictures.S420);
        };
    }

    /** What the decoder, which has its own test, makes of a picture. */
    private static byte[] decoded(byte[] picture, CapturedFrame like) {
        try (Arena arena = Arena.ofConfined();
                JpegDecoder decoder = JpegDecoder.create()) {
            MemorySegment jpeg = arena.allocate(picture.length);
            jpeg.copyFrom(MemorySegment.ofArray(picture));
            JpegHeader header = (JpegHeader) decoder.header(jpeg, picture.length);
            JpegLayout layout = JpegLayout.aligned(header, 1);
            MemorySegment target = arena.allocate(layout.extent());
            assertThat(decoder.decode(jpeg, picture.length, target, layout).isPicture())
                    .isTrue();
            byte[] out = new byte[Math.toIntExact(like.format().pictureBytes())];
            int at = 0;
            for (int p = 0; p < layout.planes().size(); p++) {
                int rowBytes = like.format().pixelFormat().rowBytes(p, layout.width());
                for (int y = 0; y < like.format().pixelFormat().rows(p, layout.height()); y++) {
                    long from = layout.planes().get(p).offset()
                            + (long) y * layout.planes().get(p).stride();
                    MemorySegment.copy(target, java.lang.foreign.ValueLayout.JAVA_BYTE, from, out, at, rowBytes);
                    at += rowBytes;
                }
            }
            return out;
        }
    }

    @Test
    void gapsAreCountedAndTheDriversCountMayWrap() throws Exception {
        camera.mode("NV12", 64, 48, 0);
        camera.set("sequence", 0xffff_fffeL);
        try (FrameSource s = openCamera("")) {
            for (int i = 0; i < 4; i++) {
                try (CapturedFrame f = shot(s)) {
                    assertThat(f.sequence()).isEqualTo(i);
                    assertContent(f, (0xffff_fffeL + i) & 0xffff_ffffL);
                }
            }
            camera.set("gap", 5);
            try (CapturedFrame f = shot(s)) {
                assertThat(f.sequence()).isEqualTo(9);
            }
            assertThat(s.dropped()).isEqualTo(5);
            // A driver that begins anew has lost nothing.
            camera.set("sequence", 0);
            try (CapturedFrame f = shot(s)) {
                assertThat(f.sequence()).isEqualTo(10);
            }
            assertThat(s.dropped()).isEqualTo(5);
        }
    }

    @Test
    void framesHaveTheDriversTime() throws Exception {
        camera.mode("NV12", 64, 48, 0);
        try (FrameSource s = openCamera("")) {
            long before = System.nanoTime();
            camera.shoot(1);
            long after = System.nanoTime();
            Thread.sleep(20);
            try (CapturedFrame f = frame(s)) {
                assertThat(f.captureNanos()).isBetween(before - 1000, after);
            }
        }
        camera.set("no_clock", 1);
        try (FrameSource s = openCamera("")) {
            long before = System.nanoTime();
            try (CapturedFrame f = shot(s)) {
                assertThat(f.captureNanos()).isBetween(before, System.nanoTime());
            }
        }
    }

    /** In the kernel's order of buffers and in libcamera's; the content shows a buffer taken for another. */
    @ParameterizedTest
    @CsvSource({"true, expbuf", "false, expbuf", "true, copy", "false, copy"})
    void aSlowConsumerGetsTheNewestAndTheRestIsCounted(boolean kernel, String way) throws Exception {
        if (kernel) {
            camera.asKernelDriver();
        }
        camera.mode("NV12", 64, 48, 0);
        camera.set("pace_us", 500);
        try (FrameSource s = openCamera("memory=" + way)) {
            long captured = 0;
            long last = -1;
            for (int i = 0; i < 150; i++) {
                try (CapturedFrame f = frame(s)) {
                    captured++;
                    assertThat(f.sequence()).isGreaterThan(last);
                    last = f.sequence();
                    if (i % 3 == 0) {
                        Thread.sleep(2);
                    }
                    assertContent(f, last);
                }
            }
            camera.set("pace_us", 0);
            while (s.next(100_000_000) instanceof CapturedFrame f) {
                try (f) {
                    captured++;
                    assertThat(f.sequence()).isGreaterThan(last);
                    last = f.sequence();
                    assertContent(f, last);
                }
            }
            assertThat(s.dropped()).isPositive();
            // Those before it may have been dropped after the last that was seen.
            try (CapturedFrame f = shot(s)) {
                assertThat(captured + 1 + s.dropped()).isEqualTo(f.sequence() + 1);
            }
        }
    }

    @Test
    void slowConsumersOfJpegsLoseNoFrameUncounted() throws Exception {
        camera.mode("MJPG", 64, 48, 0);
        camera.pictures(picture("420", 64, 48));
        camera.set("pace_us", 500);
        try (FrameSource s = openCamera("")) {
            long captured = 0;
            long last = -1;
            for (int i = 0; i < 150; i++) {
                try (CapturedFrame f = frame(s)) {
                    captured++;
                    assertThat(f.sequence()).isGreaterThan(last);
                    last = f.sequence();
                    Thread.sleep(i % 3);
                }
            }
            camera.set("pace_us", 0);
            while (s.next(100_000_000) instanceof CapturedFrame f) {
                captured++;
                f.close();
            }
            assertThat(s.dropped()).isPositive();
            // Those before it may have been dropped after the last that was seen.
            try (CapturedFrame f = shot(s)) {
                assertThat(captured + 1 + s.dropped()).isEqualTo(f.sequence() + 1);
            }
        }
    }

    /** Frames come back in any order; those on loan are not written to. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void framesOnLoanStayAsTheyAre(boolean kernel) throws Exception {
        if (kernel) {
            camera.asKernelDriver();
        }
        camera.mode("NV12", 64, 48, 0);
        try (FrameSource s = openCamera("buffers=4")) {
            List<CapturedFrame> held = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                held.add(shot(s));
            }
            camera.shoot(3); // for which there is no buffer
            assertThat(s.next(20_000_000)).isInstanceOf(Capture.NoFrame.class);
            for (int i = 0; i < 4; i++) {
                assertContent(held.get(i), i);
            }
            held.get(2).close();
            held.get(0).close();
            try (CapturedFrame f = shot(s)) {
                assertThat(f.sequence()).isEqualTo(7);
                assertContent(f, 7);
            }
            assertThat(s.dropped()).isEqualTo(3);
            assertContent(held.get(1), 1);
            assertContent(held.get(3), 3);
            held.get(3).close();
            held.get(1).close();
            await("all buffers in the driver", () -> camera.get("queued") == 4);
            for (int i = 8; i < 20; i++) {
                try (CapturedFrame f = shot(s)) {
                    assertContent(f, i);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void damagedFramesAreCountedAndNotShown(boolean kernel) throws Exception {
        if (kernel) {
            camera.asKernelDriver();
        }
        camera.mode("NV12", 64, 48, 0);
        try (FrameSource s = openCamera("buffers=3")) {
            shot(s).close();
            camera.set("damaged", 2);
            camera.shoot(2);
            await("two damaged frames", () -> s.dropped() == 2);
            assertThat(s.next(0)).isInstanceOf(Capture.NoFrame.class);
            // libcamera's layer never takes the mark off again.
            for (int i = 3; i < 12; i++) {
                try (CapturedFrame f = shot(s)) {
                    assertThat(f.sequence()).isEqualTo(i);
                    assertContent(f, i);
                }
            }
            assertThat(s.dropped()).isEqualTo(2);
            // The last row's padding need not be there.
            camera.set("short_by", 1);
            camera.shoot(1);
            await("a short frame", () -> s.dropped() == 3);
            camera.set("short_by", 0);
            shot(s).close();
        }
    }

    /** libcamera's layer hands out the frames before the exposure has settled with neither count nor bytes. */
    @Test
    void framesOfTheStartAreCountedOnce() throws Exception {
        camera.mode("NV12", 64, 48, 0);
        try (FrameSource s = openCamera("")) {
            camera.set("startup", 4);
            camera.shoot(4);
            await("four empty frames", () -> s.dropped() == 4);
            for (int i = 4; i < 14; i++) {
                try (CapturedFrame f = shot(s)) {
                    assertThat(f.sequence()).isEqualTo(i);
                    assertContent(f, i);
                }
            }
            assertThat(s.dropped()).isEqualTo(4);
        }
    }

    @Test
    void aGpuThatRefusesTheDriversMemoryGetsCopies() throws Exception {
        camera.mode("NV12", 64, 48, 0);
        SourceOptions options = SourceOptions.DEFAULT.withGpu(
                (memory, format) -> memory.get(0).rung() == Rung.EXPORTED ? "no memory type" : "", true);
        try (FrameSource s = openCamera("", options)) {
            assertThat(s.memory().way()).isEqualTo("copied to memfd");
            assertThat(s.memory().rejected()).contains("V4L2 EXPBUF: the GPU does not take it: no memory type");
            try (CapturedFrame f = shot(s)) {
                assertContent(f, 0);
            }
        }
    }

    @Test
    void aUsbCamerasOwnBuffersAreNotReadByAGpuThatDoesNotSeeTheCache() throws Exception {
        camera.asKernelDriver();
        camera.text("bus", "usb-0000:01:00.0-1.2");
        camera.mode("NV12", 64, 48, 0);
        SourceOptions incoherent = SourceOptions.DEFAULT.withGpu(ImportProbe.ANY, false);
        try (FrameSource s = openCamera("", incoherent)) {
            assertThat(s.memory().way()).isEqualTo("copied to memfd");
            assertThat(s.memory().rejected())
                    .contains("V4L2 EXPBUF: uvcvideo writes through the CPU's cache, which this GPU does not see");
        }
        assertThatThrownBy(() -> openCamera("memory=expbuf", incoherent))
                .isInstanceOf(SourceException.class)
                .hasMessageContaining("writes through the CPU's cache")
                .hasMessageEndingWith("; leave memory= out");
        camera.text("bus", "platform:fe801000.csi");
        try (FrameSource s = openCamera("", incoherent)) {
            assertThat(s.memory().way()).isEqualTo("V4L2 EXPBUF, uvcvideo's buffers");
        }
    }

    @Test
    void theUserNamesTheWay() throws Exception {
        camera.mode("NV12", 64, 48, 0);
        try (FrameSource s = openCamera("memory=copy")) {
            assertThat(s.memory().way()).isEqualTo("copied to memfd");
            assertThat(s.memory().rejected()).isEmpty();
            assertThat(camera.get("maps"))
                    .as("buffers mapped otherwise than as dma-bufs")
                    .isZero();
            try (CapturedFrame f = shot(s)) {
                assertContent(f, 0);
            }
        }
        camera.asKernelDriver();
        try (FrameSource s = openCamera("memory=copy")) {
            assertThat(camera.get("maps")).isEqualTo(8);
            assertThat(s.memory().way()).isEqualTo("copied to memfd");
        }
        camera.text("driver", "libcamera");
        assertThatThrownBy(() -> openCamera("memory=dmabuf"))
                .isInstanceOf(SourceException.class)
                .hasMessageContaining("none of the ways that memory= allows works: V4L2 DMABUF: memfd is no dma-buf");
        camera.set("expbuf_errno", StandIn.ENOTTY);
        assertThatThrownBy(() -> openCamera("memory=expbuf"))
                .isInstanceOf(SourceException.class)
                .hasMessageContaining("VIDIOC_EXPBUF: ENOTTY");
    }

    @Test
    void sizeRateAndFormatAreTheUsers() throws Exception {
        camera.mode("NV12", 64, 48, 30);
        camera.mode("NV12", 128, 96, 15);
        camera.mode("YUYV", 64, 48, 30);
        try (FrameSource s = openCamera("size=128x96&fps=15")) {
            assertThat(s.info().format().width()).isEqualTo(128);
            assertThat(s.info().framesPerSecond()).isEqualTo(15);
            assertThat(camera.get("interval_us")).isEqualTo(66_666);
        }
        try (FrameSource s = openCamera("format=yuyv&matrix=bt709&range=limited")) {
            assertThat(s.info().format().pixelFormat()).isEqualTo(PixelFormat.YUYV);
            assertThat(s.info().format().color())
                    .isEqualTo(new ColorEncoding(ColorEncoding.Matrix.BT709, ColorEncoding.Range.LIMITED));
            assertThat(s.info().framesPerSecond()).isEqualTo(30);
        }
    }
}
