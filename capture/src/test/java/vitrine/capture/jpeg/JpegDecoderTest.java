package vitrine.capture.jpeg;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import vitrine.engine.frame.PlaneLayout;

/** Needs libturbojpeg0, which the set-up installs: without it these tests fail, and say so. */
final class JpegDecoderTest {
    private static final byte GUARD = 0x5a;
    private static final int GUARD_BYTES = 4096;

    private final Arena arena = Arena.ofConfined();
    private JpegDecoder decoder;

    @BeforeEach
    void create() {
        decoder = JpegDecoder.create();
    }

    @AfterEach
    void close() {
        decoder.close();
        arena.close();
    }

    @ParameterizedTest
    @CsvSource({
        "S444, 64, 48", "S444, 35, 29", "S422, 64, 48", "S422, 35, 29", "S422, 640, 360", "S420, 64, 48",
        "S420, 35, 29", "S420, 1, 1", "S420, 1920, 1080", "GRAY, 64, 48", "GRAY, 35, 29", "S422, 17, 1"
    })
    void planesAreThoseOfAnotherDecoder(ChromaSubsampling s, int width, int height) throws IOException {
        byte[] jpeg = JpegPictures.of(s, width, height);
        MemorySegment data = JpegPictures.nativeCopy(arena, jpeg);
        assertThat(decoder.header(data, jpeg.length)).isEqualTo(new JpegHeader(width, height, s));

        Target target = new Target(JpegLayout.aligned(new JpegHeader(width, height, s), 1));
        assertThat(target.decode(data, jpeg.length)).isEqualTo(JpegStatus.DECODED);
        target.assertGuardsIntact();

        int[][] expected = JpegPictures.byImageIo(jpeg);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                // The same exact inverse DCT in both.
                assertThat(target.sample(0, x, y)).isEqualTo(expected[0][y * width + x]);
            }
        }
        for (int plane = 1; plane < s.planes(); plane++) {
            // ImageIO enlarges chroma with a soft filter; averaged over the sample's pixels that comes close again.
            double psnr = chromaPsnr(target, plane, expected[plane]);
            assertThat(psnr).isGreaterThan(s == ChromaSubsampling.S444 ? 99 : 36);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 16, 17, 35, 64})
    void planeSizesAreTurboJpegs(int side) throws Throwable {
        SymbolLookup library = SymbolLookup.libraryLookup("libturbojpeg.so.0", arena);
        FunctionDescriptor f = FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
        var width = Linker.nativeLinker().downcallHandle(library.findOrThrow("tjPlaneWidth"), f);
        var height = Linker.nativeLinker().downcallHandle(library.findOrThrow("tjPlaneHeight"), f);
        Map<ChromaSubsampling, Integer> tjsamp = Map.of(
                ChromaSubsampling.S444, TurboJpeg.TJSAMP_444,
                ChromaSubsampling.S422, TurboJpeg.TJSAMP_422,
                ChromaSubsampling.S420, TurboJpeg.TJSAMP_420,
                ChromaSubsampling.GRAY, TurboJpeg.TJSAMP_GRAY);
        for (ChromaSubsampling s : ChromaSubsampling.values()) {
            int samp = tjsamp.getOrDefault(s, -1);
            assertThat(ChromaSubsampling.of(samp)).isEqualTo(s);
            for (int plane = 0; plane < s.planes(); plane++) {
                assertThat(s.planeWidth(plane, side)).isEqualTo((int) width.invokeExact(plane, side, samp));
                assertThat(s.planeHeight(plane, side)).isEqualTo((int) height.invokeExact(plane, side, samp));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void planesGoWhereTheLayoutSays(ChromaSubsampling s) {
        int width = 51;
        int height = 37;
        JpegHeader header = new JpegHeader(width, height, s);
        byte[] jpeg = JpegPictures.of(s, width, height);
        MemorySegment data = JpegPictures.nativeCopy(arena, jpeg);
        Target packed = new Target(JpegLayout.aligned(header, 1));
        assertThat(packed.decode(data, jpeg.length)).isEqualTo(JpegStatus.DECODED);

        // In the reverse order, with odd gaps between rows and planes.
        PlaneLayout[] planes = new PlaneLayout[s.planes()];
        long offset = 13;
        for (int i = planes.length - 1; i >= 0; i--) {
            planes[i] = new PlaneLayout(offset, 67 + i);
            offset += (67 + i) * (long) s.planeHeight(i, height) + 5;
        }
        Target spread = new Target(new JpegLayout(width, height, s, List.of(planes)));
        assertThat(spread.decode(data, jpeg.length)).isEqualTo(JpegStatus.DECODED);
        spread.assertGuardsIntact();
        long written = 0;
        for (int i = 0; i < planes.length; i++) {
            for (int y = 0; y < s.planeHeight(i, height); y++) {
                for (int x = 0; x < s.planeWidth(i, width); x++) {
                    assertThat(spread.sample(i, x, y)).isEqualTo(packed.sample(i, x, y));
                }
                for (int x = s.planeWidth(i, width); x < planes[i].stride(); x++) {
                    long at = planes[i].offset() + (long) y * planes[i].stride() + x;
                    if (at < spread.memory.byteSize()) {
                        assertThat(spread.memory.get(JAVA_BYTE, at)).isEqualTo(GUARD);
                        written++;
                    }
                }
            }
        }
        assertThat(written).isPositive();
    }

    @Test
    void aPictureWithoutHuffmanTablesHasTheStandardOnes() {
        byte[] whole = JpegPictures.of(ChromaSubsampling.S422, 160, 120);
        byte[] bare = JpegPictures.without(whole, 0xc4);
        JpegLayout layout = JpegLayout.aligned(new JpegHeader(160, 120, ChromaSubsampling.S422), 1);
        Target expected = new Target(layout);
        expected.decode(JpegPictures.nativeCopy(arena, whole), whole.length);

        try (JpegDecoder fresh = JpegDecoder.create()) {
            Target actual = new Target(layout);
            assertThat(fresh.decode(JpegPictures.nativeCopy(arena, bare), bare.length, actual.memory, layout))
                    .isEqualTo(JpegStatus.DECODED);
            assertThat(actual.memory.mismatch(expected.memory)).isEqualTo(-1);
        }
        // A picture with tables of its own in between must leave none behind.
        byte[] own = JpegPictures.colour(160, 120, JpegPictures.S422, opencv_imgcodecs.IMWRITE_JPEG_OPTIMIZE, 1);
        assertThat(JpegPictures.indexOf(own, 0xc4)).isPositive();
        assertThat(new Target(layout).decode(JpegPictures.nativeCopy(arena, own), own.length))
                .isEqualTo(JpegStatus.DECODED);
        Target actual = new Target(layout);
        assertThat(actual.decode(JpegPictures.nativeCopy(arena, bare), bare.length))
                .isEqualTo(JpegStatus.DECODED);
        assertThat(actual.memory.mismatch(expected.memory)).isEqualTo(-1);
    }

    @Test
    void progressiveAndRestartPicturesAreDecoded() {
        JpegLayout layout = JpegLayout.aligned(new JpegHeader(160, 120, ChromaSubsampling.S422), 1);
        Target expected = new Target(layout);
        byte[] plain = JpegPictures.of(ChromaSubsampling.S422, 160, 120);
        expected.decode(JpegPictures.nativeCopy(arena, plain), plain.length);
        for (int[] more : new int[][] {
            {opencv_imgcodecs.IMWRITE_JPEG_PROGRESSIVE, 1}, {opencv_imgcodecs.IMWRITE_JPEG_RST_INTERVAL, 5}
        }) {
            byte[] jpeg = JpegPictures.colour(160, 120, JpegPictures.S422, more);
            Target actual = new Target(layout);
            assertThat(actual.decode(JpegPictures.nativeCopy(arena, jpeg), jpeg.length))
                    .isEqualTo(JpegStatus.DECODED);
            assertThat(actual.memory.mismatch(expected.memory)).isEqualTo(-1);
        }
    }

    @Test
    void aPictureThatEndsEarlyOrHasStrayBytesIsUsed() {
        JpegHeader header = new JpegHeader(160, 120, ChromaSubsampling.S422);
        byte[] jpeg = JpegPictures.of(ChromaSubsampling.S422, 160, 120);
        Target whole = new Target(JpegLayout.aligned(header, 1));
        assertThat(whole.decode(JpegPictures.nativeCopy(arena, jpeg), jpeg.length))
                .isEqualTo(JpegStatus.DECODED);

        Target cut = new Target(JpegLayout.aligned(header, 1));
        assertThat(cut.decode(JpegPictures.nativeCopy(arena, jpeg), jpeg.length * 3 / 4))
                .isEqualTo(JpegStatus.DAMAGED);
        assertThat(cut.sample(0, 10, 10)).isEqualTo(whole.sample(0, 10, 10));
        assertThat(decoder.error()).contains("JPEG");

        // Stray bytes before the end marker; and zeros after it, as buffers of cameras have, which nobody looks at.
        byte[] stray = Arrays.copyOf(jpeg, jpeg.length + 100);
        stray[jpeg.length - 2] = 1;
        stray[jpeg.length - 1] = 2;
        stray[jpeg.length] = (byte) 0xff;
        stray[jpeg.length + 1] = (byte) 0xd9;
        Target strayed = new Target(JpegLayout.aligned(header, 1));
        assertThat(strayed.decode(JpegPictures.nativeCopy(arena, stray), stray.length))
                .isIn(JpegStatus.DAMAGED, JpegStatus.DECODED);
        assertThat(strayed.memory.mismatch(whole.memory)).isEqualTo(-1);
        Target padded = new Target(JpegLayout.aligned(header, 1));
        assertThat(padded.decode(
                        JpegPictures.nativeCopy(arena, Arrays.copyOf(jpeg, jpeg.length + 5000)), jpeg.length + 5000))
                .isEqualTo(JpegStatus.DECODED);
        assertThat(padded.memory.mismatch(whole.memory)).isEqualTo(-1);
    }

    @Test
    void anErrorAfterAWarningIsNoPicture() {
        JpegHeader header = new JpegHeader(160, 120, ChromaSubsampling.S422);
        byte[] jpeg = JpegPictures.of(ChromaSubsampling.S422, 160, 120);
        // Stray bytes after the first marker, a warning; then quantisation tables that the frame does not have.
        byte[] bare = JpegPictures.without(jpeg, 0xdb);
        byte[] bad = new byte[bare.length + 3];
        System.arraycopy(bare, 0, bad, 0, 2);
        System.arraycopy(bare, 2, bad, 5, bare.length - 2);
        Target target = new Target(JpegLayout.aligned(header, 1));
        assertThat(target.decode(JpegPictures.nativeCopy(arena, bad), bad.length))
                .isEqualTo(JpegStatus.BROKEN);
        // Else the case above proves nothing: the stray bytes alone are a warning.
        byte[] warned = new byte[jpeg.length + 3];
        System.arraycopy(jpeg, 0, warned, 0, 2);
        System.arraycopy(jpeg, 2, warned, 5, jpeg.length - 2);
        assertThat(target.decode(JpegPictures.nativeCopy(arena, warned), warned.length))
                .isEqualTo(JpegStatus.DAMAGED);
    }

    @Test
    void badDataIsAnAnswer() {
        JpegHeader header = new JpegHeader(160, 120, ChromaSubsampling.S422);
        byte[] jpeg = JpegPictures.of(ChromaSubsampling.S422, 160, 120);
        Target target = new Target(JpegLayout.aligned(header, 1));

        MemorySegment data = JpegPictures.nativeCopy(arena, jpeg);
        assertThat(target.decode(data, 0)).isEqualTo(JpegStatus.BROKEN);
        assertThat(target.decode(data, 1)).isEqualTo(JpegStatus.BROKEN);
        assertThat(target.decode(data, 100)).isEqualTo(JpegStatus.BROKEN);
        assertThat(refusal(data, 0)).isEqualTo("empty");
        assertThat(refusal(data, 100)).startsWith("not a JPEG picture: ");

        byte[] marker = jpeg.clone();
        marker[1] = 0;
        assertThat(target.decode(JpegPictures.nativeCopy(arena, marker), marker.length))
                .isEqualTo(JpegStatus.BROKEN);
        byte[] zeros = new byte[jpeg.length];
        assertThat(target.decode(JpegPictures.nativeCopy(arena, zeros), zeros.length))
                .isEqualTo(JpegStatus.BROKEN);
        byte[] tables = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xd9};
        assertThat(target.decode(JpegPictures.nativeCopy(arena, tables), tables.length))
                .isEqualTo(JpegStatus.BROKEN);
        assertThat(refusal(JpegPictures.nativeCopy(arena, tables), tables.length))
                .startsWith("not a JPEG picture");

        byte[] huge = jpeg.clone();
        int sof = JpegPictures.indexOf(huge, 0xc0);
        Arrays.fill(huge, sof + 5, sof + 9, (byte) 0xfe);
        assertThat(target.decode(JpegPictures.nativeCopy(arena, huge), huge.length))
                .isEqualTo(JpegStatus.DIFFERENT);
        huge[sof + 5] = (byte) 0xff;
        assertThat(target.decode(JpegPictures.nativeCopy(arena, huge), huge.length))
                .isEqualTo(JpegStatus.BROKEN); // 65500 is the library's limit
        byte[] none = jpeg.clone();
        Arrays.fill(none, sof + 5, sof + 9, (byte) 0);
        assertThat(target.decode(JpegPictures.nativeCopy(arena, none), none.length))
                .isEqualTo(JpegStatus.BROKEN);

        assertThat(target.memory.mismatch(target.before)).isEqualTo(-1);
        target.assertGuardsIntact();
        assertThat(target.decode(data, jpeg.length)).isEqualTo(JpegStatus.DECODED);
    }

    @Test
    void anotherSizeOrSubsamplingLeavesTheTargetAlone() {
        Target target = new Target(JpegLayout.aligned(new JpegHeader(160, 120, ChromaSubsampling.S420), 1));
        for (byte[] jpeg : List.of(
                JpegPictures.of(ChromaSubsampling.S422, 160, 120),
                JpegPictures.of(ChromaSubsampling.S444, 160, 120),
                JpegPictures.of(ChromaSubsampling.GRAY, 160, 120),
                JpegPictures.of(ChromaSubsampling.S420, 160, 119),
                JpegPictures.of(ChromaSubsampling.S420, 80, 60),
                JpegPictures.of(ChromaSubsampling.S420, 320, 240))) {
            assertThat(target.decode(JpegPictures.nativeCopy(arena, jpeg), jpeg.length))
                    .isEqualTo(JpegStatus.DIFFERENT);
            assertThat(target.memory.mismatch(target.before)).isEqualTo(-1);
        }
        target.assertGuardsIntact();
    }

    @Test
    void otherKindsAreRefusedByName() {
        Target target = new Target(JpegLayout.aligned(new JpegHeader(160, 120, ChromaSubsampling.S422), 1));
        for (var kind :
                Map.of(JpegPictures.S440, "4:4:0", JpegPictures.S411, "4:1:1").entrySet()) {
            byte[] jpeg = JpegPictures.colour(160, 120, kind.getKey());
            MemorySegment data = JpegPictures.nativeCopy(arena, jpeg);
            assertThat(refusal(data, jpeg.length))
                    .isEqualTo("a JPEG picture of " + kind.getValue() + "; 4:4:4, 4:2:2, 4:2:0 and grey are decoded");
            assertThat(target.decode(data, jpeg.length)).isEqualTo(JpegStatus.UNSUPPORTED);
        }
        // The component's identifiers say RGB where no JFIF marker says otherwise.
        byte[] rgb = JpegPictures.without(JpegPictures.of(ChromaSubsampling.S444, 160, 120), 0xe0);
        int sof = JpegPictures.indexOf(rgb, 0xc0);
        int sos = JpegPictures.indexOf(rgb, 0xda);
        for (int i = 0; i < 3; i++) {
            rgb[sof + 10 + 3 * i] = (byte) "RGB".charAt(i);
            rgb[sos + 5 + 2 * i] = (byte) "RGB".charAt(i);
        }
        MemorySegment data = JpegPictures.nativeCopy(arena, rgb);
        assertThat(refusal(data, rgb.length)).contains("RGB without conversion");
        assertThat(target.decode(data, rgb.length)).isEqualTo(JpegStatus.UNSUPPORTED);
        assertThat(target.memory.mismatch(target.before)).isEqualTo(-1);
    }

    @ParameterizedTest
    @EnumSource
    void mutatedPicturesNeitherCrashNorWriteOutside(ChromaSubsampling s) {
        Random random = new Random(20261123);
        int width = 67;
        int height = 45;
        List<byte[]> seeds = s == ChromaSubsampling.GRAY
                ? List.of(JpegPictures.grey(width, height))
                : List.of(
                        JpegPictures.of(s, width, height),
                        JpegPictures.without(JpegPictures.of(s, width, height), 0xc4),
                        JpegPictures.colour(
                                width, height, JpegPictures.factors(s), opencv_imgcodecs.IMWRITE_JPEG_PROGRESSIVE, 1));
        JpegLayout layout = JpegLayout.aligned(new JpegHeader(width, height, s), 1);
        Map<JpegStatus, Integer> seen = new EnumMap<>(JpegStatus.class);
        for (int n = 0; n < 2000; n++) {
            byte[] jpeg = seeds.get(n % seeds.size()).clone();
            // Half of the flips in the headers, where they do more.
            for (int flips = random.nextInt(8); flips >= 0; flips--) {
                int range = random.nextBoolean() ? jpeg.length : Math.min(jpeg.length, 700);
                jpeg[random.nextInt(range)] = (byte) random.nextInt(256);
            }
            int length = random.nextInt(4) == 0 ? random.nextInt(jpeg.length + 1) : jpeg.length;
            try (Arena picture = Arena.ofConfined()) {
                Target target = new Target(picture, layout);
                MemorySegment data = JpegPictures.nativeCopy(picture, Arrays.copyOf(jpeg, length));
                JpegStatus status = target.decode(data, length);
                seen.merge(status, 1, Integer::sum);
                target.assertGuardsIntact();
                decoder.header(data, length);
            }
        }
        System.out.println("mutated pictures of " + s + ": " + seen);
        assertThat(seen).containsKeys(JpegStatus.DECODED, JpegStatus.DAMAGED, JpegStatus.BROKEN, JpegStatus.DIFFERENT);
        // The decoder still works.
        byte[] good = JpegPictures.of(s, width, height);
        assertThat(new Target(layout).decode(JpegPictures.nativeCopy(arena, good), good.length))
                .isEqualTo(JpegStatus.DECODED);
    }

    @Test
    void decodingAllocatesNothingInSteadyState() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        byte[] jpeg = JpegPictures.of(ChromaSubsampling.S422, 160, 120);
        MemorySegment good = JpegPictures.nativeCopy(arena, jpeg);
        Target target = new Target(JpegLayout.aligned(new JpegHeader(160, 120, ChromaSubsampling.S422), 1));
        // Only compiled code is free of garbage, and on a busy machine the compiler takes its time.
        double perFrame = Double.MAX_VALUE;
        for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60); perFrame >= 1 && System.nanoTime() < end; ) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 2_000; i++) {
                decoder.decode(good, i % 10 == 0 ? jpeg.length / 2 : jpeg.length, target.memory, target.layout);
            }
            perFrame = (threads.getCurrentThreadAllocatedBytes() - before) / 2_000.0;
        }
        assertThat(perFrame).isLessThan(1);
    }

    @Test
    void layoutsWithoutRoomAreRefused() {
        // Odd sizes packed as I420 usually is: TurboJPEG would write past the rows and into the next plane.
        List<PlaneLayout> tight =
                List.of(new PlaneLayout(0, 35), new PlaneLayout(35 * 29, 18), new PlaneLayout(35 * 29 + 18 * 15, 18));
        assertThatThrownBy(() -> new JpegLayout(35, 29, ChromaSubsampling.S420, tight))
                .hasMessageContaining("stride 35 is shorter than the 36 bytes");
        List<PlaneLayout> low =
                List.of(new PlaneLayout(0, 36), new PlaneLayout(36 * 29, 18), new PlaneLayout(36 * 29 + 18 * 15, 18));
        assertThatThrownBy(() -> new JpegLayout(35, 29, ChromaSubsampling.S420, low))
                .hasMessageContaining("planes 0 and 1 of 4:2:0 35x29 overlap");
        assertThat(JpegLayout.aligned(new JpegHeader(35, 29, ChromaSubsampling.S420), 4)
                        .extent())
                .isEqualTo(36 * 30 + 20 * 15 + 20 * 14 + 18);

        byte[] jpeg = JpegPictures.of(ChromaSubsampling.S420, 35, 29);
        MemorySegment data = JpegPictures.nativeCopy(arena, jpeg);
        JpegLayout layout = JpegLayout.aligned(new JpegHeader(35, 29, ChromaSubsampling.S420), 1);
        MemorySegment small = arena.allocate(layout.extent() - 1);
        assertThatThrownBy(() -> decoder.decode(data, jpeg.length, small, layout))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> decoder.decode(data, data.byteSize() + 1, small, layout))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aMissingLibraryIsKnown() {
        assertThat(TurboJpeg.open("libturbojpeg-not-here.so.0")).isNull();
        // A library that is there but lacks the call.
        assertThat(TurboJpeg.open("libc.so.6")).isNull();
    }

    @Test
    void closingTwiceIsHarmlessAndUseAfterwardsIsNot() {
        decoder.close();
        decoder.close();
        assertThatThrownBy(() -> decoder.header(arena.allocate(8), 8)).isInstanceOf(IllegalStateException.class);
    }

    private String refusal(MemorySegment data, long length) {
        return ((JpegHeaderResult.Refused) decoder.header(data, length)).reason();
    }

    private double chromaPsnr(Target target, int plane, int[] enlarged) {
        JpegLayout layout = target.layout;
        int width = layout.width();
        int height = layout.height();
        ChromaSubsampling s = layout.subsampling();
        int stepX = s == ChromaSubsampling.S444 ? 1 : 2;
        int stepY = s == ChromaSubsampling.S420 ? 2 : 1;
        double error = 0;
        for (int y = 0; y < s.planeHeight(plane, height); y++) {
            for (int x = 0; x < s.planeWidth(plane, width); x++) {
                double sum = 0;
                int count = 0;
                for (int dy = 0; dy < stepY && y * stepY + dy < height; dy++) {
                    for (int dx = 0; dx < stepX && x * stepX + dx < width; dx++) {
                        sum += enlarged[(y * stepY + dy) * width + x * stepX + dx];
                        count++;
                    }
                }
                double d = target.sample(plane, x, y) - sum / count;
                error += d * d;
            }
        }
        double mean = error / (s.planeWidth(plane, width) * s.planeHeight(plane, height));
        return mean == 0 ? 100 : 10 * Math.log10(255 * 255 / mean);
    }

    /** Memory for one picture with guard bytes around it. */
    private final class Target {
        final JpegLayout layout;
        final MemorySegment all;
        final MemorySegment memory;
        final MemorySegment before;

        Target(JpegLayout layout) {
            this(arena, layout);
        }

        Target(Arena arena, JpegLayout layout) {
            this.layout = layout;
            all = arena.allocate(layout.extent() + 2 * GUARD_BYTES);
            all.fill(GUARD);
            memory = all.asSlice(GUARD_BYTES, layout.extent());
            before = arena.allocate(layout.extent()).fill(GUARD);
        }

        JpegStatus decode(MemorySegment jpeg, long length) {
            return decoder.decode(jpeg, length, memory, layout);
        }

        int sample(int plane, int x, int y) {
            PlaneLayout p = layout.planes().get(plane);
            return memory.get(JAVA_BYTE, p.offset() + (long) y * p.stride() + x) & 0xff;
        }

        void assertGuardsIntact() {
            MemorySegment end = all.asSlice(GUARD_BYTES + memory.byteSize());
            for (long i = 0; i < GUARD_BYTES; i++) {
                if (all.get(JAVA_BYTE, i) != GUARD || end.get(JAVA_BYTE, i) != GUARD) {
                    throw new AssertionError("written outside the target, at " + i);
                }
            }
        }
    }
}
