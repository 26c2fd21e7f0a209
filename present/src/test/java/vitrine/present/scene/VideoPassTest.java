package vitrine.present.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.lwjgl.vulkan.VK13.VK_FORMAT_R8G8B8A8_SRGB;
import static org.lwjgl.vulkan.VK13.VK_FORMAT_R8G8B8A8_UNORM;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import vitrine.engine.frame.ChromaSiting;
import vitrine.engine.frame.ColorEncoding;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.Orientation;
import vitrine.engine.frame.PixelFormat;
import vitrine.engine.frame.PlaneLayout;
import vitrine.engine.linux.FdMemoryAllocator;
import vitrine.engine.linux.FrameMemory;
import vitrine.engine.memory.FrameBuffers;
import vitrine.engine.memory.FrameInput;
import vitrine.engine.memory.MemoryLadder;
import vitrine.present.Frames;
import vitrine.present.Gpu;
import vitrine.present.display.OutputTransform;
import vitrine.present.overlay.Overlay;
import vitrine.present.text.Font;
import vitrine.present.video.VideoPass;

/** The real video pass through the composer, against {@link VideoReference}. */
class VideoPassTest {

    /** Steps of 255: half a step of rounding, and what 32-bit positions and conversions lose. */
    private static final double TOLERANCE = 0.55;

    private static Gpu gpu;
    private static Font font;

    @BeforeAll
    static void open() {
        gpu = new Gpu();
        font = Font.bundled();
    }

    @AfterAll
    static void close() {
        if (gpu != null) {
            font.close();
            gpu.close();
        }
    }

    private static double error(
            FrameFormat format, Orientation orientation, ChromaSiting siting, int width, int height, int target) {
        byte[] bytes = Frames.noise(format, 11);
        try (var frame = gpu.frame(bytes)) {
            return error(
                    format, new byte[][] {bytes}, FrameBuffers.of(frame), orientation, siting, width, height, target);
        }
    }

    private static double error(
            FrameFormat format,
            byte[][] bytes,
            FrameBuffers frame,
            Orientation orientation,
            ChromaSiting siting,
            int width,
            int height,
            int target) {
        double worst = 0;
        try (Composer composer = Composer.create(gpu.device, gpu.timeline, gpu.releases, font);
                VideoPass video = VideoPass.create(gpu.device, gpu.releases, format, orientation, siting)) {
            int[] drawn =
                    gpu.draw(composer, video, frame, new Overlay(), width, height, target, OutputTransform.IDENTITY);
            double[] expected = new VideoReference(format, bytes, orientation, siting).draw(video.view(width, height));
            for (int i = 0; i < expected.length; i++) {
                int value = drawn[i / 3] >> (16 - 8 * (i % 3)) & 255;
                worst = Math.max(worst, Math.abs(value - expected[i]));
            }
            gpu.releases.drain();
        }
        return worst;
    }

    private static List<Orientation> orientations() {
        List<Orientation> all = new ArrayList<>();
        for (int turn = 0; turn < 4; turn++) {
            all.add(new Orientation(turn, false));
            all.add(new Orientation(turn, true));
        }
        return all;
    }

    private static List<ColorEncoding> encodings() {
        List<ColorEncoding> all = new ArrayList<>();
        for (ColorEncoding.Matrix matrix : ColorEncoding.Matrix.values()) {
            for (ColorEncoding.Range range : ColorEncoding.Range.values()) {
                all.add(new ColorEncoding(matrix, range));
            }
        }
        return all;
    }

    /** Every orientation, with odd sizes, padded and packed strides and colour encodings taking turns; magnified. */
    @ParameterizedTest
    @EnumSource(PixelFormat.class)
    void everyOrientationOfEveryFormat(PixelFormat pixelFormat) {
        int i = 0;
        for (Orientation orientation : orientations()) {
            ColorEncoding encoding = encodings().get(i % encodings().size());
            FrameFormat format = i % 2 == 0
                    ? FrameFormat.packed(pixelFormat, 17, 11, encoding)
                    : FrameFormat.aligned(pixelFormat, 18, 11, encoding, 16);
            ChromaSiting siting = i / 2 % 2 == 0 ? ChromaSiting.LEFT : ChromaSiting.CENTER;
            assertThat(error(format, orientation, siting, 45, 38, VK_FORMAT_R8G8B8A8_UNORM))
                    .as("%s %s %s", format, orientation, siting)
                    .isLessThanOrEqualTo(TOLERANCE);
            i++;
        }
    }

    /** V4L2's NM12, YM12 and their like, each memory object imported by itself; also two planes of three in one. */
    @ParameterizedTest
    @EnumSource(
            value = PixelFormat.class,
            names = {"NV12", "NV21", "I420", "NV16", "NV61", "NV24", "I422", "I444"})
    void planesInSeveralMemoryObjects(PixelFormat pixelFormat) {
        Random random = new Random(3);
        try (FdMemoryAllocator allocator = MemoryLadder.probe(gpu.device).allocator()) {
            for (int memories = 2; memories <= pixelFormat.planes(); memories++) {
                List<PlaneLayout> planes = new ArrayList<>();
                int offset = 3;
                for (int i = 0; i < pixelFormat.planes(); i++) {
                    int memory = Math.max(0, i - (pixelFormat.planes() - memories));
                    int stride = pixelFormat.rowBytes(i, 23) + i;
                    planes.add(new PlaneLayout(memory == 0 ? offset : 5 * i, stride, memory));
                    offset += stride * pixelFormat.rows(i, 13);
                }
                FrameFormat format = new FrameFormat(pixelFormat, 23, 13, planes, ColorEncoding.BT601_FULL);
                assertThat(format.memories()).isEqualTo(memories);
                byte[][] bytes = new byte[memories][];
                try (FrameMemory memory = FrameMemory.allocate(allocator, "frame", format);
                        FrameInput input = FrameInput.create(gpu.device, "frame", memory, format)) {
                    memory.beginCpuWrite();
                    for (int m = 0; m < memories; m++) {
                        bytes[m] = new byte[Math.toIntExact(format.extent(m))];
                        random.nextBytes(bytes[m]);
                        MemorySegment.copy(
                                bytes[m], 0, memory.get(m).memory(), ValueLayout.JAVA_BYTE, 0, bytes[m].length);
                    }
                    memory.endCpuWrite();
                    input.refresh();
                    for (Orientation orientation : List.of(Orientation.UPRIGHT, new Orientation(1, false))) {
                        for (int size : new int[] {12, 41}) {
                            assertThat(error(
                                            format,
                                            bytes,
                                            input.buffers(),
                                            orientation,
                                            ChromaSiting.LEFT,
                                            size,
                                            size,
                                            VK_FORMAT_R8G8B8A8_UNORM))
                                    .as("%s in %d memory objects, %s", format, memories, orientation)
                                    .isLessThanOrEqualTo(TOLERANCE);
                        }
                    }
                }
            }
        }
    }

    /** Made smaller: whole ratios (read at sample centres), odd ones, and more than the taps cover. */
    @ParameterizedTest
    @EnumSource(PixelFormat.class)
    void everyFormatMadeSmaller(PixelFormat pixelFormat) {
        FrameFormat format = FrameFormat.packed(pixelFormat, 120, 60, ColorEncoding.BT709_LIMITED);
        for (int[] size : new int[][] {{120, 60}, {60, 30}, {40, 20}, {53, 29}, {97, 48}, {9, 8}}) {
            assertThat(error(
                            format, Orientation.UPRIGHT, ChromaSiting.LEFT, size[0], size[1], VK_FORMAT_R8G8B8A8_UNORM))
                    .as("%s to %dx%d", format, size[0], size[1])
                    .isLessThanOrEqualTo(TOLERANCE);
        }
        assertThat(error(format, new Orientation(3, true), ChromaSiting.CENTER, 31, 50, VK_FORMAT_R8G8B8A8_UNORM))
                .isLessThanOrEqualTo(TOLERANCE);
    }

    /** One or two stored pixels a shown one have a way of their own: rims, odd sizes, both sitings, all orientations. */
    @ParameterizedTest
    @EnumSource(names = {"NV12", "NV21"})
    void wholeRatios(PixelFormat pixelFormat) {
        for (int[] size : new int[][] {{64, 36, 1}, {64, 36, 2}, {33, 17, 1}, {6, 2, 2}}) {
            FrameFormat format = FrameFormat.aligned(pixelFormat, size[0], size[1], ColorEncoding.BT601_FULL, 4);
            for (ChromaSiting siting : ChromaSiting.values()) {
                for (Orientation orientation : orientations()) {
                    int width = orientation.width(size[0], size[1]) / size[2];
                    int height = orientation.height(size[0], size[1]) / size[2];
                    assertThat(error(format, orientation, siting, width, height, VK_FORMAT_R8G8B8A8_UNORM))
                            .as("%s, 1 of %d, %s, %s", format, size[2], siting, orientation)
                            .isLessThanOrEqualTo(TOLERANCE);
                }
            }
        }
    }

    @Test
    void everyColourEncoding() {
        for (ColorEncoding encoding : encodings()) {
            FrameFormat format = FrameFormat.packed(PixelFormat.I420, 16, 16, encoding);
            assertThat(error(format, Orientation.UPRIGHT, ChromaSiting.LEFT, 16, 16, VK_FORMAT_R8G8B8A8_UNORM))
                    .as("%s", encoding)
                    .isLessThanOrEqualTo(TOLERANCE);
        }
    }

    /** An _SRGB target must end up with the same codes; one step is the hardware's encoder. */
    @Test
    void targetsThatEncodeGetTheSameCodes() {
        FrameFormat format = FrameFormat.packed(PixelFormat.NV12, 32, 32, ColorEncoding.BT709_LIMITED);
        assertThat(error(format, Orientation.UPRIGHT, ChromaSiting.LEFT, 40, 32, VK_FORMAT_R8G8B8A8_SRGB))
                .isLessThanOrEqualTo(1.5);
    }

    /** Stripes of one pixel must average to grey on a third of the size, not alias into bands. */
    @Test
    void fineStripesAverageOut() {
        FrameFormat format = FrameFormat.packed(PixelFormat.RGB24, 300, 60, ColorEncoding.BT601_FULL);
        byte[] bytes = new byte[(int) format.extent()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i / 3 % 2 == 0 ? 255 : 0);
        }
        try (var frame = gpu.frame(bytes);
                Composer composer = Composer.create(gpu.device, gpu.timeline, gpu.releases, font);
                VideoPass video =
                        VideoPass.create(gpu.device, gpu.releases, format, Orientation.UPRIGHT, ChromaSiting.LEFT)) {
            int[] drawn = gpu.draw(composer, video, frame, new Overlay(), 77, 15, VK_FORMAT_R8G8B8A8_UNORM);
            assertThat(video.view(77, 15).width()).isEqualTo(75);
            for (int i = 0; i < drawn.length; i++) {
                if (i % 77 > 0 && i % 77 < 76) {
                    assertThat(drawn[i] & 255).isBetween(127, 128);
                }
            }
            drawn = gpu.draw(composer, video, frame, new Overlay(), 77, 16, VK_FORMAT_R8G8B8A8_UNORM);
            for (int i = 0; i < 77 * 15; i++) {
                assertThat(drawn[i] & 255).isBetween(90, 165);
            }
            gpu.releases.drain();
        }
    }

    @Test
    void shortBuffersAreRefusedBeforeTheGpuSeesThem() {
        FrameFormat format = FrameFormat.packed(PixelFormat.NV12, 64, 64, ColorEncoding.BT601_FULL);
        try (var frame = gpu.frame(new byte[64]);
                Composer composer = Composer.create(gpu.device, gpu.timeline, gpu.releases, font);
                VideoPass video =
                        VideoPass.create(gpu.device, gpu.releases, format, Orientation.UPRIGHT, ChromaSiting.LEFT)) {
            assertThatThrownBy(() -> gpu.draw(composer, video, frame, new Overlay(), 64, 64, VK_FORMAT_R8G8B8A8_UNORM))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("6144");
        }
    }
}
