package vitrine.inference.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import vitrine.engine.command.OneTimeCommands;
import vitrine.engine.frame.ChromaSiting;
import vitrine.engine.frame.ColorEncoding;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.Orientation;
import vitrine.engine.frame.PixelFormat;
import vitrine.engine.frame.PlaneLayout;
import vitrine.inference.preprocess.PreprocessPass.Access;
import vitrine.inference.preprocess.PreprocessRig.Case;
import vitrine.inference.preprocess.TensorSpec.Channels;
import vitrine.inference.preprocess.TensorSpec.Fit;
import vitrine.inference.preprocess.TensorSpec.Layout;

class PreprocessPassTest {
    private static PreprocessRig rig;

    @BeforeAll
    static void open() {
        rig = PreprocessRig.open();
    }

    @AfterAll
    static void close() {
        if (rig != null) {
            rig.close();
        }
    }

    private static <E> E any(RandomGenerator random, E[] values) {
        return values[random.nextInt(values.length)];
    }

    /** Planes in order with random gaps and strides; by a third, multiples of 16. */
    private static FrameFormat layout(PixelFormat format, int width, int height, ColorEncoding color, Random random) {
        int alignment = random.nextInt(3) == 0 ? 16 : 1;
        List<PlaneLayout> planes = new ArrayList<>();
        int offset = alignment * random.nextInt(5);
        for (int i = 0; i < format.planes(); i++) {
            int stride = Math.ceilDiv(format.rowBytes(i, width) + random.nextInt(9), alignment) * alignment;
            planes.add(new PlaneLayout(offset, stride));
            offset += stride * format.rows(i, height) + alignment * random.nextInt(4);
        }
        return new FrameFormat(format, width, height, planes, color);
    }

    private static TensorSpec tensor(int width, int height, TensorSpec.Type type, Random random) {
        boolean plain = type == TensorSpec.Type.U8 || random.nextBoolean();
        return new TensorSpec(
                width,
                height,
                type,
                any(random, Layout.values()),
                any(random, Channels.values()),
                any(random, Fit.values()),
                random.nextInt(256),
                plain ? TensorSpec.ZEROS : List.of(123.7f, 0f, 103.5f),
                plain ? TensorSpec.ONES : List.of(1 / 58.4f, -1 / 255f, 1 / 57.1f));
    }

    @Test
    void everyCombinationEqualsTheReference() {
        Random random = new Random(20261123);
        int count = 0;
        for (PixelFormat format : PixelFormat.values()) {
            FrameFormat planes =
                    layout(format, 9 + random.nextInt(40), 9 + random.nextInt(30), ColorEncoding.BT601_FULL, random);
            rig.fill(planes, random);
            for (Filter filter : Filter.values()) {
                for (TensorSpec.Type type : TensorSpec.Type.values()) {
                    // What is drawn here stays for all encodings and orientations, as they share a pipeline's code.
                    TensorSpec spec = tensor(3 + random.nextInt(18), 3 + random.nextInt(18), type, random);
                    ChromaSiting siting = any(random, ChromaSiting.values());
                    Access access = any(random, Access.values());
                    for (ColorEncoding color : encodings(format)) {
                        FrameFormat source =
                                new FrameFormat(format, planes.width(), planes.height(), planes.planes(), color);
                        for (int turn = 0; turn < 8; turn++) {
                            rig.check(
                                    new Case(
                                            source, new Orientation(turn & 3, turn >= 4), siting, filter, spec, access),
                                    turn < 2 && color.equals(ColorEncoding.BT601_FULL));
                            count++;
                        }
                    }
                }
            }
        }
        System.out.println(count + " combinations of format, matrix, range, filter, orientation and tensor type");
    }

    /**
     * All of them for the first five formats and for grey; each matrix and range for their relatives, which share the
     * conversion; one for the RGB family, which has no use for it.
     */
    private static List<ColorEncoding> encodings(PixelFormat format) {
        if (!format.isYuv()) {
            return List.of(ColorEncoding.BT601_FULL);
        }
        if (format.shaderCode() > PixelFormat.UYVY.shaderCode() && format != PixelFormat.GREY) {
            return List.of(
                    ColorEncoding.BT601_FULL,
                    ColorEncoding.BT709_LIMITED,
                    new ColorEncoding(ColorEncoding.Matrix.BT2020, ColorEncoding.Range.LIMITED));
        }
        List<ColorEncoding> all = new ArrayList<>();
        for (ColorEncoding.Matrix matrix : ColorEncoding.Matrix.values()) {
            for (ColorEncoding.Range range : ColorEncoding.Range.values()) {
                all.add(new ColorEncoding(matrix, range));
            }
        }
        return all;
    }

    @Test
    void oddGeometriesEqualTheReference() {
        Random random = new Random(7);
        int[] tensorSides = {1, 2, 3, 5, 7, 64, 65, 127, 300, 301, 416};
        int[] sourceSides = {1, 2, 3, 4, 5, 31, 64, 255, 417, 640, 719, 1280};
        for (int i = 0; i < 40; i++) {
            FrameFormat source = layout(
                    any(random, PixelFormat.values()),
                    sourceSides[random.nextInt(sourceSides.length)],
                    sourceSides[random.nextInt(sourceSides.length)],
                    ColorEncoding.BT709_LIMITED,
                    random);
            rig.fill(source, random);
            rig.check(new Case(
                    source,
                    new Orientation(random.nextInt(4), random.nextBoolean()),
                    any(random, ChromaSiting.values()),
                    any(random, Filter.values()),
                    tensor(
                            tensorSides[random.nextInt(tensorSides.length)],
                            tensorSides[random.nextInt(tensorSides.length)],
                            any(random, TensorSpec.Type.values()),
                            random),
                    any(random, Access.values())));
        }
    }

    /** V4L2's NM12, YM12 and their like: odd sizes, gaps and strides, a pair of planes in one object and one apart. */
    @Test
    void framesInSeveralMemoryObjectsEqualTheReference() {
        Random random = new Random(17);
        for (PixelFormat format : PixelFormat.values()) {
            for (int memories = 2; memories <= format.planes(); memories++) {
                FrameFormat one = layout(
                        format,
                        21 + 2 * random.nextInt(9),
                        15 + random.nextInt(9),
                        ColorEncoding.BT709_LIMITED,
                        random);
                FrameFormat source = apart(one, memories);
                assertThat(source.memories()).isEqualTo(memories);
                rig.fill(source, random);
                for (Filter filter : Filter.values()) {
                    for (TensorSpec.Type type : List.of(TensorSpec.Type.F32, TensorSpec.Type.U8)) {
                        for (Orientation orientation : List.of(Orientation.UPRIGHT, new Orientation(1, true))) {
                            rig.check(new Case(
                                    source,
                                    orientation,
                                    any(random, ChromaSiting.values()),
                                    filter,
                                    tensor(9 + random.nextInt(9), 7 + random.nextInt(9), type, random),
                                    Access.DEVICE_ADDRESS));
                        }
                    }
                }
            }
        }
    }

    /** The fast NV12 shaders read NM12 and NM21 too. */
    @Test
    void nv12ShadersReadTwoMemoryObjects() {
        Random random = new Random(19);
        var shaders = new TreeSet<String>();
        for (PixelFormat format : List.of(PixelFormat.NV12, PixelFormat.NV21)) {
            for (int[] size : new int[][] {{64, 48}, {96, 66}, {128, 64}, {192, 96}, {84, 44}}) {
                FrameFormat one = FrameFormat.aligned(format, size[0], size[1], ColorEncoding.BT709_LIMITED, 16);
                FrameFormat source = apart(one, 2);
                rig.fill(source, random);
                for (Filter filter : Filter.values()) {
                    for (int height : new int[] {size[1] / 2, 32}) {
                        TensorSpec spec = nchw(32, height, TensorSpec.Type.U8);
                        shaders.add(rig.check(new Case(
                                source,
                                Orientation.UPRIGHT,
                                ChromaSiting.CENTER,
                                filter,
                                spec,
                                Access.DEVICE_ADDRESS)));
                    }
                }
            }
        }
        assertThat(shaders)
                .contains(
                        "preprocess/nv12_whole.comp RATIO=2",
                        "preprocess/nv12_whole.comp RATIO=3 AREA",
                        "preprocess/nv12_whole.comp RATIO=4 AREA",
                        "preprocess/nv12_whole.comp RATIO=6",
                        "preprocess/nv12_bilinear.comp",
                        "preprocess/nv12_area.comp");
    }

    /** The planes of a frame, the last {@code memories - 1} each in a memory object of its own. */
    private static FrameFormat apart(FrameFormat one, int memories) {
        List<PlaneLayout> planes = new ArrayList<>();
        for (int i = 0; i < one.planes().size(); i++) {
            PlaneLayout p = one.plane(i);
            int memory = Math.max(0, i - (one.planes().size() - memories));
            planes.add(new PlaneLayout(memory == 0 ? p.offset() : p.offset() % 64, p.stride(), memory));
        }
        return new FrameFormat(one.pixelFormat(), one.width(), one.height(), planes, one.color());
    }

    @Test
    void storageBuffersAreForFramesInOneMemoryObject() {
        FrameFormat source = apart(FrameFormat.packed(PixelFormat.NV12, 32, 32, ColorEncoding.BT709_LIMITED), 2);
        TensorSpec spec = nchw(16, 16, TensorSpec.Type.U8);
        assertThatThrownBy(() -> rig.pass(new Case(
                        source, Orientation.UPRIGHT, ChromaSiting.CENTER, Filter.AREA, spec, Access.STORAGE_BUFFER)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 memory objects, which shaders reach by device address only");
        Case c = new Case(source, Orientation.UPRIGHT, ChromaSiting.CENTER, Filter.AREA, spec, Access.DEVICE_ADDRESS);
        rig.fill(FrameFormat.packed(PixelFormat.NV12, 32, 32, ColorEncoding.BT709_LIMITED), new Random(1));
        try (PreprocessPass pass = rig.pass(c)) {
            assertThatThrownBy(() -> rig.run(pass, false))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the frame has 1 buffers");
        }
    }

    @Test
    void wholeRatiosEqualTheReference() {
        Random random = new Random(11);
        for (int ratio : new int[] {2, 3, 4, 6}) {
            for (Filter filter : Filter.values()) {
                for (TensorSpec.Type type : TensorSpec.Type.values()) {
                    for (Access access : Access.values()) {
                        int width = 8 * (1 + random.nextInt(12));
                        int height = 1 + random.nextInt(40);
                        PixelFormat format = random.nextBoolean() ? PixelFormat.NV12 : PixelFormat.NV21;
                        FrameFormat source = FrameFormat.aligned(
                                format, ratio * width, ratio * height, ColorEncoding.BT709_LIMITED, 16);
                        rig.fill(source, random);
                        boolean beside = random.nextBoolean(); // where the pad is
                        TensorSpec spec = nchw(width + (beside ? 8 : 0), height + (beside ? 0 : 3), type);
                        assertThat(rig.check(new Case(
                                        source, Orientation.UPRIGHT, ChromaSiting.CENTER, filter, spec, access)))
                                .contains("nv12_whole.comp RATIO=" + ratio);
                    }
                }
            }
        }
    }

    @Test
    void otherNv12RatiosEqualTheReference() {
        Random random = new Random(13);
        var shaders = new TreeMap<String, Integer>();
        for (int i = 0; i < 80; i++) {
            int width = 4 * (1 + random.nextInt(30));
            int height = 1 + random.nextInt(50);
            boolean area = i % 2 == 0;
            boolean stretch = i % 4 < 2;
            double scale = area ? 2 + 16 * random.nextDouble() : 0.2 + 12 * random.nextDouble();
            PixelFormat format = random.nextBoolean() ? PixelFormat.NV12 : PixelFormat.NV21;
            FrameFormat source = FrameFormat.aligned(
                    format,
                    Math.max(4, (int) Math.ceil(width * scale)),
                    Math.max(4, (int) Math.ceil(height * (area ? 2 + 16 * random.nextDouble() : scale))),
                    any(random, new ColorEncoding[] {ColorEncoding.BT601_FULL, ColorEncoding.BT709_LIMITED}),
                    4);
            rig.fill(source, random);
            TensorSpec spec = new TensorSpec(
                    width,
                    stretch ? height : height + 3, // room below, so that the picture is as wide as the tensor
                    any(random, TensorSpec.Type.values()),
                    Layout.NCHW,
                    any(random, Channels.values()),
                    stretch ? Fit.STRETCH : Fit.TOP_LEFT,
                    114,
                    TensorSpec.ZEROS,
                    TensorSpec.ONES);
            String shader = rig.check(new Case(
                    source,
                    Orientation.UPRIGHT,
                    area ? ChromaSiting.CENTER : any(random, ChromaSiting.values()),
                    area ? Filter.AREA : Filter.BILINEAR,
                    spec,
                    any(random, Access.values())));
            shaders.merge(shader, 1, Integer::sum);
        }
        assertThat(shaders.get("preprocess/nv12_area.comp")).isGreaterThan(12);
        assertThat(shaders.get("preprocess/nv12_bilinear.comp")).isGreaterThan(24);
    }

    private static TensorSpec nchw(int width, int height, TensorSpec.Type type) {
        return new TensorSpec(
                width, height, type, Layout.NCHW, Channels.RGB, Fit.CENTER, 114, TensorSpec.ZEROS, TensorSpec.ONES);
    }

    /** The cameras' and networks' own sizes choose the shaders that were made for them. */
    @Test
    void commonSizesAreServedByFastShaders() {
        assertThat(shader(3840, 2160, 640, Filter.BILINEAR)).isEqualTo("preprocess/nv12_whole.comp RATIO=6");
        assertThat(shader(3840, 2160, 640, Filter.AREA)).isEqualTo("preprocess/nv12_whole.comp RATIO=6 AREA");
        assertThat(shader(1920, 1080, 640, Filter.AREA)).isEqualTo("preprocess/nv12_whole.comp RATIO=3 AREA");
        assertThat(shader(1280, 720, 640, Filter.AREA)).isEqualTo("preprocess/nv12_whole.comp RATIO=2 AREA");
        assertThat(shader(3840, 2160, 416, Filter.AREA)).isEqualTo("preprocess/nv12_area.comp");
        assertThat(shader(3840, 2160, 416, Filter.BILINEAR)).isEqualTo("preprocess/nv12_bilinear.comp");
        assertThat(shader(1280, 720, 416, Filter.BILINEAR)).isEqualTo("preprocess/nv12_bilinear.comp");
        assertThat(shader(640, 480, 301, Filter.BILINEAR)).isEqualTo("preprocess/general.comp");
    }

    private static String shader(int width, int height, int side, Filter filter) {
        FrameFormat source = FrameFormat.packed(PixelFormat.NV12, width, height, ColorEncoding.BT709_LIMITED);
        TensorSpec spec = TensorSpec.u8(side, side, Channels.RGB, Fit.CENTER, 114);
        return ShaderChoice.of(source, Orientation.UPRIGHT, ChromaSiting.CENTER, filter, spec)
                .name();
    }

    @Test
    @Tag("arm64")
    void thePictureIsWrittenWithoutTouchingThePad() {
        FrameFormat source = FrameFormat.aligned(PixelFormat.NV12, 96, 48, ColorEncoding.BT709_LIMITED, 16);
        rig.fill(source, new Random(5));
        TensorSpec spec = nchw(32, 32, TensorSpec.Type.U8);
        Case c = new Case(source, Orientation.UPRIGHT, ChromaSiting.CENTER, Filter.AREA, spec, Access.DEVICE_ADDRESS);
        try (PreprocessPass pass = rig.pass(c)) {
            rig.clear(spec);
            rig.run(pass, false);
            rig.compare(c, pass, false);
            for (int channel = 0; channel < 3; channel++) {
                assertThat(rig.untouched(channel * 1024L, 8 * 32)).isTrue();
                assertThat(rig.untouched(channel * 1024L + 24 * 32, 8 * 32)).isTrue();
            }
        }
    }

    @Test
    void buffersThatAreTooSmallAndFramesThatAreTooLargeAreRefused() {
        FrameFormat large = FrameFormat.packed(PixelFormat.RGB24, 2400, 2400, ColorEncoding.BT601_FULL);
        TensorSpec spec = TensorSpec.u8(32, 32, Channels.RGB, Fit.CENTER, 114);
        Case c = new Case(large, Orientation.UPRIGHT, ChromaSiting.CENTER, Filter.AREA, spec, Access.DEVICE_ADDRESS);
        rig.fill(FrameFormat.packed(PixelFormat.GREY, 4, 4, ColorEncoding.BT601_FULL), new Random(1));
        try (PreprocessPass pass = rig.pass(c)) {
            assertThatThrownBy(() -> rig.run(pass, false))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("frame's buffer has 16777216 bytes");
        }
        FrameFormat far = new FrameFormat(
                PixelFormat.RGB24, 8, 1000, List.of(new PlaneLayout(0, 2_000_000)), ColorEncoding.BT601_FULL);
        assertThatThrownBy(() -> rig.pass(new Case(
                        far, Orientation.UPRIGHT, ChromaSiting.CENTER, Filter.AREA, spec, Access.STORAGE_BUFFER)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1073741824 at most");
    }

    @Test
    void recordingAllocatesNothing() {
        FrameFormat source = FrameFormat.aligned(PixelFormat.NV12, 96, 48, ColorEncoding.BT709_LIMITED, 16);
        TensorSpec spec = nchw(32, 32, TensorSpec.Type.U8);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (Access access : Access.values()) {
            Case c = new Case(source, Orientation.UPRIGHT, ChromaSiting.CENTER, Filter.AREA, spec, access);
            try (PreprocessPass pass = rig.pass(c)) {
                rig.fill(source, new Random(2));
                OneTimeCommands.run(rig.device(), cmd -> {
                    for (int i = 0; i < 2000; i++) {
                        pass.record(cmd, rig.source(), rig.tensor());
                    }
                    long before = threads.getCurrentThreadAllocatedBytes();
                    for (int i = 0; i < 1000; i++) {
                        pass.record(cmd, rig.source(), rig.tensor());
                    }
                    long bytes = threads.getCurrentThreadAllocatedBytes() - before;
                    assertThat(bytes / 1000).as(access.name()).isLessThan(16);
                });
            }
        }
    }
}
