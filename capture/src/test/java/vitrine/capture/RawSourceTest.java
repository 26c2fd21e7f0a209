package vitrine.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import vitrine.engine.frame.ColorEncoding;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.PixelFormat;

class RawSourceTest extends SourceTestSupport {
    @TempDir
    Path dir;

    @ParameterizedTest
    @EnumSource(PixelFormat.class)
    void bytesOfRawFilesArriveUnchanged(PixelFormat format) throws Exception {
        // 101 wide: every stride is padded. 128 wide: whole planes are read at once.
        for (int width : new int[] {101, 128}) {
            int frameBytes = Math.toIntExact(FrameFormat.packed(format, width, 37, ColorEncoding.BT601_LIMITED)
                    .pictureBytes());
            byte[] content = random(7 * frameBytes);
            Path file = Files.write(dir.resolve("f." + format.lowerName()), content);
            try (FrameSource s = open(file + "?size=" + width + "x37&pace=max&fps=12.5")) {
                assertThat(s.info().framesPerSecond()).isEqualTo(12.5);
                assertThat(s.info().format().pixelFormat()).isEqualTo(format);
                assertThat(s.info().format().planes()).allMatch(p -> p.stride() % 64 == 0 && p.offset() % 64 == 0);
                List<byte[]> frames = all(s);
                assertThat(frames).hasSize(7);
                for (int i = 0; i < 7; i++) {
                    assertThat(frames.get(i))
                            .isEqualTo(Arrays.copyOfRange(content, i * frameBytes, (i + 1) * frameBytes));
                }
                assertThat(s.cpuBytes()).isEqualTo(content.length);
                assertThat(s.dropped()).isZero();
            }
        }
    }

    @Test
    void alignmentIsTheCallers() throws Exception {
        Path file = Files.write(dir.resolve("f.nv12"), random(10 * 10 * 3 / 2));
        try (FrameSource s =
                FrameSources.open(file + "?size=10x10", allocator, SourceOptions.DEFAULT.withAlignment(1))) {
            assertThat(s.info().format())
                    .isEqualTo(FrameFormat.packed(PixelFormat.NV12, 10, 10, ColorEncoding.BT601_LIMITED));
            assertThat(all(s)).containsExactly(Files.readAllBytes(file));
        }
    }

    @Test
    void aCutLastFrameIsLeftOut() throws Exception {
        byte[] content = random(3 * 600 + 599);
        Path file = Files.write(dir.resolve("cut.i420"), content);
        try (FrameSource s = open(file + "?size=20x20&pace=max")) {
            assertThat(all(s)).hasSize(3);
        }
    }

    @Test
    void loopsWithoutEnd() throws Exception {
        byte[] content = random(2 * 150);
        Path file = Files.write(dir.resolve("loop.nv12"), content);
        try (FrameSource s = open(file + "?size=10x10&pace=max&loop=true")) {
            for (int i = 0; i < 11; i++) {
                try (CapturedFrame f = frame(s)) {
                    assertThat(packed(f)).isEqualTo(Arrays.copyOfRange(content, i % 2 * 150, i % 2 * 150 + 150));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " C420", " C420jpeg", " C420mpeg2 XYSCSS=420MPEG2", " C420paldv"})
    void y4mFramesArriveUnchanged(String chroma) throws Exception {
        List<byte[]> frames = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            frames.add(random(33 * 21 + 2 * 17 * 11));
        }
        Path file = y4m("W33 H21 F30000:1001 Ip A1:1" + chroma, frames, "FRAME\n");
        try (FrameSource s = open(file + "?pace=max")) {
            assertThat(s.info().framesPerSecond()).isEqualTo(30000 / 1001.0);
            assertThat(s.info().format().pixelFormat()).isEqualTo(PixelFormat.I420);
            assertThat(s.info().format().color()).isEqualTo(ColorEncoding.BT601_LIMITED);
            assertThat(all(s)).usingElementComparator(Arrays::compare).containsExactlyElementsOf(frames);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "XCOLORRANGE=FULL,'',FULL,BT601",
        "XCOLORRANGE=LIMITED,'',LIMITED,BT601",
        "XCOLORRANGE=FULL,?range=limited,LIMITED,BT601",
        "Ip,?matrix=bt2020&range=full,FULL,BT2020"
    })
    void y4mColorComesFromTheHeaderAndTheQuery(String field, String query, String range, String matrix)
            throws Exception {
        Path file = y4m("W8 H8 F25:1 " + field, List.of(random(96)), "FRAME\n");
        try (FrameSource s = open(file + query)) {
            assertThat(s.info().format().color())
                    .isEqualTo(new ColorEncoding(
                            ColorEncoding.Matrix.valueOf(matrix), ColorEncoding.Range.valueOf(range)));
        }
    }

    @Test
    void y4mFrameParametersAreSkippedAndTheRateMayBeMissing() throws Exception {
        List<byte[]> frames = List.of(random(96), random(96));
        Path file = y4m("W8 H8", frames, "FRAME Ip X=something\n");
        try (FrameSource s = open(file + "?pace=max")) {
            assertThat(s.info().framesPerSecond()).isEqualTo(30);
            assertThat(all(s)).usingElementComparator(Arrays::compare).containsExactlyElementsOf(frames);
        }
    }

    @Test
    void monoHasNeutralChroma() throws Exception {
        List<byte[]> frames = List.of(random(70), random(70), random(70), random(70), random(70), random(70));
        Path file = y4m("W10 H7 F25:1 Cmono", frames, "FRAME\n");
        try (FrameSource s = open(file + "?pace=max")) {
            List<byte[]> seen = all(s);
            assertThat(seen).hasSize(6);
            for (int i = 0; i < 6; i++) {
                byte[] expected = Arrays.copyOf(frames.get(i), 70 + 2 * 5 * 4);
                Arrays.fill(expected, 70, expected.length, (byte) 128);
                assertThat(seen.get(i)).isEqualTo(expected);
            }
        }
    }

    @Test
    void aCutY4mEndsWithItsLastWholeFrame() throws Exception {
        Path file = y4m("W8 H8 F25:1", List.of(random(96), random(96)), "FRAME\n");
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
        try (FrameSource s = open(file + "?pace=max")) {
            assertThat(all(s)).hasSize(1);
        }
    }

    @Test
    void aDamagedY4mFails() throws Exception {
        Path file = y4m("W8 H8 F25:1", List.of(random(96)), "FRAME\n");
        Files.writeString(file, "FRANK\n" + "x".repeat(200), java.nio.file.StandardOpenOption.APPEND);
        try (FrameSource s = open(file + "?pace=max")) {
            frame(s).close();
            assertThat(s.next(SECONDS_30))
                    .isEqualTo(new Capture.Failed(
                            file + "?pace=max: is damaged: no FRAME header where a frame should start"));
            assertThat(s.next(0)).isInstanceOf(Capture.Failed.class);
        }
    }

    @Test
    void ay4mWithoutAFrameFails() throws Exception {
        Path file = y4m("W8 H8 F25:1", List.of(), "FRAME\n");
        try (FrameSource s = open(file.toString())) {
            assertThat(s.next(SECONDS_30)).isEqualTo(new Capture.Failed(file + ": holds no whole frame"));
        }
    }

    private Path y4m(String header, List<byte[]> frames, String frameHeader) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(("YUV4MPEG2 " + header + "\n").getBytes(StandardCharsets.US_ASCII));
        for (byte[] f : frames) {
            out.write(frameHeader.getBytes(StandardCharsets.US_ASCII));
            out.write(f);
        }
        return Files.write(dir.resolve("clip.y4m"), out.toByteArray());
    }

    private static byte[] random(int length) {
        byte[] b = new byte[length];
        new Random(length).nextBytes(b);
        return b;
    }
}
