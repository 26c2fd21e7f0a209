package vitrine.tests.lab;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import vitrine.capture.Capture;
import vitrine.capture.CapturedFrame;
import vitrine.capture.FrameSource;
import vitrine.capture.FrameSources;
import vitrine.capture.SourceException;
import vitrine.capture.SourceOptions;
import vitrine.engine.GpuFixture;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.linux.FdMemoryAllocator;
import vitrine.engine.linux.FrameMemory;
import vitrine.engine.linux.Rung;
import vitrine.engine.memory.FrameInput;
import vitrine.engine.memory.GpuBuffer;

/**
 * Every format, both APIs, both of vivid's allocators, all three ways to the GPU: each byte that the GPU reads in a frame
 * is the byte that the CPU reads there, the picture is the one that was sent, and frames come in order.
 */
@Tag("lab")
final class CameraFramesTest {
    private static final int FRAMES = 20;
    private static final long SECONDS_20 = 20_000_000_000L;
    private static final long MOST_BYTES = 3840 * 2160 * 2;

    private static final List<String> BOTH_APIS = List.of(
            "NV12", "NV21", "NV16", "NV61", "NV24", "YU12", "YV12", "422P", "YUYV", "UYVY", "YVYU", "VYUY", "RGB3",
            "BGR3", "XR24", "AR24", "BGR4", "XB24", "AB24", "GREY");
    private static final List<String> MULTIPLANAR =
            List.of("NM12", "NM21", "NM16", "NM61", "YM12", "YM21", "YM16", "YM61", "YM24", "YM42");

    private static final String SINGLE_NODE = "/dev/video0";
    private static final String MULTI_NODE = "/dev/video1";
    private static final String SMALL_NV12 = "v4l2:" + SINGLE_NODE + "?size=320x180&fps=120&format=NV12";

    /** With a driver whose buffers are scattered pages: vb2-vmalloc, as uvcvideo's. */
    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    final class Vmalloc extends Matrix {
        Vmalloc() {
            super(0);
        }

        /** Not with dma-contig: this kernel has no CMA, so no 12 MiB in one piece, neither for a driver nor in a heap. */
        @ParameterizedTest
        @CsvSource({
            "/dev/video0, NV12, dmabuf", "/dev/video0, NV12, expbuf", "/dev/video0, NV12, copy",
            "/dev/video1, NM12, dmabuf", "/dev/video1, NM12, expbuf", "/dev/video1, NM12, copy"
        })
        void at4kToo(String node, String format, String way) throws InterruptedException {
            compare("v4l2:" + node + "?size=3840x2160&format=" + format + "&buffers=4&memory=" + way, way);
        }

        @Test
        void udmabufsAreFilledToo() throws InterruptedException {
            try (FdMemoryAllocator udmabufs = FdMemoryAllocator.open(List.of(Rung.UDMABUF));
                    FrameSource source = FrameSources.open(SMALL_NV12, udmabufs, options(true))) {
                assertThat(source.memory().way()).isEqualTo("V4L2 DMABUF, udmabuf /dev/udmabuf");
                compare(source);
            }
        }

        /**
         * As on a Pi, whose GPU does not see the CPU's cache: frames of a driver that writes through it are written back
         * by DMA_BUF_IOCTL_SYNC, and its own buffers, which cannot be, are not taken.
         */
        @Test
        void aGpuThatDoesNotSeeTheCacheIsNeverGivenTheDriversBuffers() throws InterruptedException {
            try (FrameSource source = open(SMALL_NV12, options(false))) {
                assertThat(source.memory().way()).startsWith("V4L2 DMABUF, dma-heap");
                compare(source);
            }
            assertThatThrownBy(() ->
                            open(SMALL_NV12 + "&memory=expbuf", options(false)).close())
                    .isInstanceOf(SourceException.class)
                    .hasMessageContaining("vivid writes through the CPU's cache, which this GPU does not see");
            try (FdMemoryAllocator memfds = FdMemoryAllocator.open(List.of(Rung.MEMFD));
                    FrameSource source = FrameSources.open(SMALL_NV12, memfds, options(false))) {
                assertThat(source.memory().way()).isEqualTo("copied to memfd");
                assertThat(source.memory().rejected())
                        .containsExactly(
                                "V4L2 DMABUF: memfd is no dma-buf for a driver to write to",
                                "V4L2 EXPBUF: vivid writes through the CPU's cache, which this GPU does not see");
                compare(source);
            }
        }
    }

    /** With a driver whose buffers are contiguous: vb2-dma-contig, as those of most chips. */
    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    final class DmaContig extends Matrix {
        DmaContig() {
            super(1);
        }

        /** Frames too large for a block of the heap: the device takes none of ours, and the ladder is stepped down. */
        @Test
        void scatteredMemoryOfOursIsNotTaken() throws InterruptedException {
            try (FrameSource source = open("v4l2:/dev/video0?size=1280x720&format=NV12")) {
                assertThat(source.memory().way()).isEqualTo("V4L2 EXPBUF, vivid's buffers");
                assertThat(source.memory().rejected())
                        .singleElement()
                        .asString()
                        .startsWith("V4L2 DMABUF: VIDIOC_QBUF: EFAULT");
                compare(source);
            }
        }
    }

    abstract static class Matrix {
        private final int allocators;
        private Vivid vivid;
        private GpuFixture gpu;
        private FdMemoryAllocator allocator;
        private GpuReader reader;
        private long compared;

        Matrix(int allocators) {
            this.allocators = allocators;
        }

        @BeforeAll
        void open(@TempDir Path scratch) throws IOException {
            vivid = Vivid.load("n_devs=2 multiplanar=1,2 num_inputs=1,1 input_types=0x0,0x0 node_types=0x1,0x1"
                    + " vid_cap_nr=0,1 allocators=" + allocators + "," + allocators);
            gpu = GpuFixture.open();
            allocator = FdMemoryAllocator.open(List.of(Rung.DMA_HEAP));
            reader = GpuReader.create(gpu.device(), scratch, MOST_BYTES);
        }

        @AfterAll
        void close() {
            System.out.println("frames compared: " + compared);
            reader.close();
            allocator.close();
            gpu.close();
            vivid.close();
        }

        static Stream<Arguments> cases() {
            List<Arguments> cases = new ArrayList<>();
            for (String way : List.of("dmabuf", "expbuf", "copy")) {
                BOTH_APIS.forEach(f -> cases.add(Arguments.of(SINGLE_NODE, f, way)));
                BOTH_APIS.forEach(f -> cases.add(Arguments.of(MULTI_NODE, f, way)));
                MULTIPLANAR.forEach(f -> cases.add(Arguments.of(MULTI_NODE, f, way)));
            }
            return cases.stream();
        }

        @ParameterizedTest
        @MethodSource("cases")
        void theGpuReadsWhatTheCameraWrote(String node, String format, String way) throws InterruptedException {
            compare("v4l2:" + node + "?size=320x180&fps=120&format=" + format + "&memory=" + way, way);
        }

        final FrameSource open(String uri) {
            return open(uri, options(gpu.device().info().cacheCoherent()));
        }

        final FrameSource open(String uri, SourceOptions options) {
            return FrameSources.open(uri, allocator, options);
        }

        final SourceOptions options(boolean cacheCoherent) {
            return SourceOptions.DEFAULT.withGpu(
                    (memory, format) -> CameraConsumer.refusal(gpu.device(), memory, format), cacheCoherent);
        }

        final void compare(String uri, String way) throws InterruptedException {
            try (FrameSource source = open(uri)) {
                assertThat(source.memory().way())
                        .startsWith(
                                switch (way) {
                                    case "dmabuf" -> "V4L2 DMABUF, dma-heap";
                                    case "expbuf" -> "V4L2 EXPBUF, vivid's buffers";
                                    default -> "copied to dma-heap";
                                });
                compare(source);
                assertThat(source.cpuBytes() == 0).isEqualTo(!way.equals("copy"));
            }
        }

        final void compare(FrameSource source) throws InterruptedException {
            FrameFormat format = source.info().format();
            List<FrameInput> inputs = new ArrayList<>();
            for (FrameMemory memory : source.buffers()) {
                inputs.add(FrameInput.create(gpu.device(), "frame " + inputs.size(), memory, format));
            }
            try {
                compare(source, format, inputs);
            } finally {
                inputs.forEach(this::forget);
            }
        }

        private void forget(FrameInput input) {
            for (int i = 0; i < input.buffers().size(); i++) {
                reader.forget(input.buffers().get(i));
            }
            input.close();
        }

        private void compare(FrameSource source, FrameFormat format, List<FrameInput> inputs)
                throws InterruptedException {
            long sequence = -1;
            long captured = 0;
            byte[] before = {};
            int alike = 0;
            for (int i = 0; i < FRAMES; i++) {
                Capture capture = source.next(SECONDS_20);
                assertThat(capture).isInstanceOf(CapturedFrame.class);
                try (CapturedFrame frame = (CapturedFrame) capture) {
                    assertThat(frame.sequence()).isGreaterThan(sequence);
                    assertThat(frame.captureNanos()).isGreaterThan(captured).isLessThanOrEqualTo(System.nanoTime());
                    sequence = frame.sequence();
                    captured = frame.captureNanos();
                    frame.memory().beginCpuRead();
                    for (int m = 0; m < format.memories(); m++) {
                        long bytes = format.extent(m);
                        GpuBuffer buffer = inputs.get(frame.buffer()).buffers().get(m);
                        MemorySegment seen = reader.read(buffer, bytes);
                        MemorySegment written = frame.memory().get(m).memory().asSlice(0, bytes);
                        assertThat(seen.mismatch(written))
                                .as("frame %d, memory %d", i, m)
                                .isEqualTo(-1);
                    }
                    ColorBars.require(format, frame.memory());
                    byte[] now = clock(format, frame.memory());
                    alike += Arrays.equals(now, before) ? 1 : 0;
                    before = now;
                    frame.memory().endCpuRead();
                    compared++;
                }
            }
            // vivid, late, gives two frames one number and one time now and then, as v4l2-ctl --verbose shows too.
            assertThat(alike).as("frames with the time of the one before").isLessThan(FRAMES / 4);
        }

        /** The rows that vivid writes time and frame number to. */
        private static byte[] clock(FrameFormat format, FrameMemory memory) {
            return memory.get(format.plane(0).memory())
                    .memory()
                    .asSlice(format.plane(0).offset(), 40L * format.plane(0).stride())
                    .toArray(JAVA_BYTE);
        }
    }
}
