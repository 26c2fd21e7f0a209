package vitrine.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import vitrine.engine.frame.ColorEncoding;
import vitrine.engine.frame.ColorEncoding.Matrix;
import vitrine.engine.frame.ColorEncoding.Range;
import vitrine.engine.frame.PixelFormat;

class FfmpegSourceTest extends SourceTestSupport {
    @TempDir
    static Path dir;

    /** 60 different pictures of 160x120 at 20 a second, and what ffmpeg itself makes of them. */
    private static Path clip = Path.of("");

    private static List<byte[]> pictures = List.of();

    @BeforeAll
    static void makeClip() throws Exception {
        clip = dir.resolve("clip.mkv");
        ffmpeg(
                "-f",
                "lavfi",
                "-i",
                "testsrc=size=160x120:rate=20:duration=3",
                "-pix_fmt",
                "yuv420p",
                "-c:v",
                "mpeg4",
                "-g",
                "12",
                "-q:v",
                "3",
                clip.toString());
        Path raw = dir.resolve("clip.yuv");
        ffmpeg("-i", clip.toString(), "-f", "rawvideo", "-pix_fmt", "yuv420p", raw.toString());
        byte[] all = Files.readAllBytes(raw);
        int frame = 160 * 120 * 3 / 2;
        assertThat(all.length).isEqualTo(60 * frame);
        pictures = java.util.stream.IntStream.range(0, 60)
                .mapToObj(i -> Arrays.copyOfRange(all, i * frame, (i + 1) * frame))
                .toList();
    }

    @Test
    void everyFrameArrivesAsFfmpegDecodesIt() throws Exception {
        try (FrameSource s = open(clip + "?pace=max")) {
            assertThat(s.info().framesPerSecond()).isEqualTo(20);
            assertThat(s.info().live()).isFalse();
            assertThat(s.info().format().pixelFormat()).isEqualTo(PixelFormat.I420);
            assertThat(s.info().description()).startsWith("mpeg4 video through ffmpeg");
            assertThat(all(s)).usingElementComparator(Arrays::compare).containsExactlyElementsOf(pictures);
        }
    }

    @Test
    void aKilledChildIsStartedAgainAtTheFrameItHadReached() throws Exception {
        try (FrameSource s = open(clip + "?pace=max")) {
            for (int i = 0; i < 60; i++) {
                try (CapturedFrame f = frame(s)) {
                    assertThat(packed(f)).as("frame " + i).isEqualTo(pictures.get(i));
                }
                if (i == 3 || i == 25) {
                    ProcessHandle.current().children().forEach(ProcessHandle::destroyForcibly);
                }
            }
            assertThat(s.next(SECONDS_30)).isInstanceOf(Capture.EndOfStream.class);
        }
    }

    /** The pipe holds a megabyte, so a small clip is decoded before its first frame is read; a large one is not. */
    @Test
    void aKilledChildOfALargeClipIsStartedAgainToo() throws Exception {
        Path large = dir.resolve("large.mkv");
        ffmpeg(
                "-f",
                "lavfi",
                "-i",
                "testsrc=size=1280x720:rate=25:duration=2",
                "-pix_fmt",
                "yuv420p",
                "-c:v",
                "mpeg4",
                "-g",
                "12",
                "-q:v",
                "3",
                large.toString());
        try (FrameSource whole = open(large + "?pace=max");
                FrameSource s = open(large + "?pace=max")) {
            for (int i = 0; i < 50; i++) {
                if (i == 7 || i == 20 || i == 41) {
                    assertThat(children()).isPositive();
                    ProcessHandle.current().children().forEach(ProcessHandle::destroyForcibly);
                }
                try (CapturedFrame a = frame(whole);
                        CapturedFrame b = frame(s)) {
                    assertThat(Arrays.mismatch(packed(a), packed(b)))
                            .as("frame " + i)
                            .isEqualTo(-1);
                }
            }
            assertThat(s.next(SECONDS_30)).isInstanceOf(Capture.EndOfStream.class);
            assertThat(whole.next(SECONDS_30)).isInstanceOf(Capture.EndOfStream.class);
        }
    }

    @Test
    void loops() throws Exception {
        try (FrameSource s = open(clip + "?pace=max&loop=true")) {
            for (int i = 0; i < 130; i++) {
                try (CapturedFrame f = frame(s)) {
                    assertThat(packed(f)).as("frame " + i).isEqualTo(pictures.get(i % 60));
                }
            }
        }
    }

    @Test
    void closingInMidStreamEndsTheChild() throws Exception {
        Path endless = dir.resolve("endless.mkv");
        ffmpeg("-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=25:duration=4", "-c:v", "mpeg4", endless.toString());
        FrameSource s = open(endless.toString());
        frame(s).close();
        assertThat(children()).isOne();
        long start = System.nanoTime();
        s.close();
        assertThat(children()).isZero();
        assertThat((System.nanoTime() - start) / 1e9).isLessThan(5);
        assertThat(s.next(0)).isInstanceOf(Capture.EndOfStream.class);
    }

    @ParameterizedTest
    @CsvSource({
        "bt709,tv,BT709,LIMITED",
        "smpte170m,tv,BT601,LIMITED",
        "bt2020nc,tv,BT2020,LIMITED",
        "bt709,pc,BT709,FULL",
        "bt470bg,pc,BT601,FULL"
    })
    void colorIsThatOfTheVideo(String space, String range, String matrix, String expectedRange) throws Exception {
        Path file = dir.resolve("color-" + space + range + ".mkv");
        // Solid Y 81, Cb 90, Cr 240, which must arrive as they are.
        Path raw = Files.write(dir.resolve("solid.yuv"), solid());
        ffmpeg(
                "-f",
                "rawvideo",
                "-pix_fmt",
                "yuv420p",
                "-s",
                "32x32",
                "-color_range",
                range,
                "-colorspace",
                space,
                "-i",
                raw.toString(),
                "-c:v",
                "ffv1",
                "-color_range",
                range,
                "-colorspace",
                space,
                file.toString());
        try (FrameSource s = open(file.toString())) {
            assertThat(s.info().format().color())
                    .isEqualTo(new ColorEncoding(Matrix.valueOf(matrix), Range.valueOf(expectedRange)));
            try (CapturedFrame f = frame(s)) {
                assertThat(packed(f)).isEqualTo(solid());
            }
        }
    }

    @Test
    void unmarkedVideoIsGuessedByItsHeightAndTheQueryWins() throws Exception {
        try (FrameSource s = open(clip.toString())) {
            assertThat(s.info().format().color()).isEqualTo(ColorEncoding.BT601_LIMITED);
        }
        try (FrameSource s = open(clip + "?matrix=bt709&range=full")) {
            assertThat(s.info().format().color()).isEqualTo(new ColorEncoding(Matrix.BT709, Range.FULL));
        }
    }

    @Test
    void aFileThatIsNoVideoQuotesFfmpeg() throws Exception {
        Path file = Files.writeString(dir.resolve("notes.mp4"), "this is no video\n".repeat(50));
        assertThatThrownBy(() -> open(file.toString()))
                .isInstanceOf(SourceException.class)
                .hasMessage(file + ": cannot be read as a video; ffmpeg says: \"file:" + file
                        + ": Invalid data found when processing input\"; check that it plays: ffplay FILE");
    }

    @Test
    void aFileWithSoundAloneHoldsNoVideo() throws Exception {
        Path file = dir.resolve("sound.wav");
        ffmpeg("-f", "lavfi", "-i", "sine=duration=1", file.toString());
        assertThatThrownBy(() -> open(file.toString())).hasMessage(file + ": holds no video");
    }

    @Test
    void aMissingProgramSaysHowToInstallIt() {
        SourceOptions none = SourceOptions.DEFAULT.withPrograms("ffmpeg", "/nowhere/ffprobe");
        assertThatThrownBy(() -> FrameSources.open(clip.toString(), allocator, none))
                .isInstanceOf(SourceException.class)
                .hasMessage(clip + ": needs the program /nowhere/ffprobe, which cannot be started here; install it:"
                        + " sudo apt-get install ffmpeg");
        SourceOptions half = SourceOptions.DEFAULT.withPrograms("/nowhere/ffmpeg", "ffprobe");
        assertThatThrownBy(() -> FrameSources.open(clip.toString(), allocator, half))
                .hasMessageContaining("needs the program /nowhere/ffmpeg");
    }

    @Test
    void hostileNamesAreNamesOnly() throws Exception {
        for (String name : List.of("-i.mkv", "concat:a|b.mkv", "a b'c\"d$(e).mkv", "100%?.mkv")) {
            Path file = Files.copy(clip, dir.resolve(name));
            try (FrameSource s = open(file.toString())) {
                frame(s).close();
            }
        }
    }

    @Test
    void aChildThatKeepsFailingIsReportedInTheEnd() throws Exception {
        // Writes one frame, then complains and fails, as often as it is started.
        Path fake = dir.resolve("fake-ffmpeg");
        Files.writeString(fake, """
                #!/bin/sh
                case "$*" in *-ss*) echo "disk on fire" >&2; exit 3;; esac
                printf 'YUV4MPEG2 W2 H2 F50:1\\nFRAME\\nABCDEF'
                echo "disk on fire" >&2
                exit 3
                """);
        assertThat(fake.toFile().setExecutable(true)).isTrue();
        SourceOptions options = SourceOptions.DEFAULT.withPrograms(fake.toString(), "ffprobe");
        try (FrameSource s = FrameSources.open(clip.toString(), allocator, options)) {
            try (CapturedFrame f = frame(s)) {
                assertThat(packed(f)).isEqualTo("ABCDEF".getBytes(StandardCharsets.US_ASCII));
            }
            assertThat(s.next(SECONDS_30))
                    .isEqualTo(new Capture.Failed(
                            clip + ": ffmpeg ended with code 3 at frame 1, saying \"disk on fire\", 4 times"));
        }
    }

    @Test
    void aLiveStreamComesBackAfterItsChildDies() throws Exception {
        // Stands for a camera: ten numbered frames, then the connection breaks; each start goes on counting.
        Path counter = Files.writeString(dir.resolve("starts"), "");
        Path fake = dir.resolve("fake-live");
        Files.writeString(fake, """
                #!/bin/sh
                printf x >> '%s'
                printf 'YUV4MPEG2 W2 H2 F50:1\\n'
                for i in 1 2 3 4 5; do printf 'FRAME\\nABCDEF'; sleep 0.02; done
                exit 1
                """.formatted(counter));
        Path probe = dir.resolve("fake-probe");
        Files.writeString(probe, "#!/bin/sh\necho codec_name=h264\necho height=2\necho color_range=tv\n");
        assertThat(fake.toFile().setExecutable(true) && probe.toFile().setExecutable(true))
                .isTrue();
        SourceOptions options = SourceOptions.DEFAULT.withPrograms(fake.toString(), probe.toString());
        try (FrameSource s = FrameSources.open("rtsp://camera.invalid/stream?channel=1", allocator, options)) {
            assertThat(s.info().live()).isTrue();
            assertThat(s.info().description()).startsWith("h264 stream through ffmpeg");
            long last = -1;
            while (last < 22) {
                try (CapturedFrame f = frame(s)) {
                    assertThat(f.sequence()).isGreaterThan(last);
                    last = f.sequence();
                }
            }
            assertThat(Files.size(counter)).isGreaterThanOrEqualTo(4);
        }
    }

    @Test
    void anAddressThatRefusesIsOneClearLine() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        String uri = "rtsp://127.0.0.1:" + port + "/camera";
        assertThatThrownBy(() -> open(uri))
                .isInstanceOf(SourceException.class)
                .hasMessage(uri + ": cannot be read as a video; ffmpeg says: \"" + uri
                        + ": Connection refused\"; check that it plays: ffplay FILE");
    }

    private static byte[] solid() {
        byte[] b = new byte[32 * 32 * 3 / 2];
        Arrays.fill(b, 0, 1024, (byte) 81);
        Arrays.fill(b, 1024, 1280, (byte) 90);
        Arrays.fill(b, 1280, 1536, (byte) 240);
        return b;
    }
}
