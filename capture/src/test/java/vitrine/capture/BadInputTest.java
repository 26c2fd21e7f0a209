package vitrine.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import vitrine.capture.v4l2.PixelCode;
import vitrine.engine.linux.Libc;

/** What a user may get wrong, and the one line each answer consists of. */
class BadInputTest extends SourceTestSupport {
    private static final String SOURCES = "known sources are v4l2:, demo:, pattern:WxH@FPS, rtsp://... and paths";
    private static final String PATTERN_KEYS = "this source takes format, seed, matrix, range, pace";

    @TempDir
    Path dir;

    static Stream<Arguments> uris() {
        return Stream.of(
                Arguments.of("", "source: is empty; " + SOURCES),
                Arguments.of("  ", "source: is empty; " + SOURCES),
                Arguments.of("camera:0", "camera:0: unknown source scheme camera:; " + SOURCES),
                Arguments.of("http://x/y.mp4", "http://x/y.mp4: unknown source scheme http:; " + SOURCES),
                Arguments.of(
                        "v4l2:/dev/none",
                        "v4l2:/dev/none: no such camera: /dev/none; vitrine list cameras shows what there is"),
                Arguments.of(
                        "v4l2:/dev/null",
                        "v4l2:/dev/null: /dev/null is no V4L2 device; vitrine list cameras shows what there is"),
                Arguments.of(
                        "v4l2:?format=H264",
                        "v4l2:?format=H264: format=H264 is not a pixel format that is read here; Vitrine reads "
                                + String.join(", ", PixelCode.names())),
                Arguments.of("v4l2:?via=x", "v4l2:?via=x: via=x is not libcamera"),
                Arguments.of(
                        "v4l2:?library=/dev/null",
                        "v4l2:?library=/dev/null: /dev/null: dlopen: ENOENT (No such file or directory); check the name, and that it is for this machine"),
                Arguments.of("v4l2:?memory=x", "v4l2:?memory=x: memory=x is not one of dmabuf, expbuf, copy"),
                Arguments.of(
                        "v4l2:?exposure=1",
                        "v4l2:?exposure=1: unknown key exposure in the query; this source takes size, fps, format, buffers, memory, matrix, range, via, library"),
                Arguments.of("pattern:", "pattern:: has no size; write it as pattern:1280x720@30"),
                Arguments.of("pattern:@30", "pattern:@30: has no size; write it as pattern:1280x720@30"),
                Arguments.of("pattern:720p", "pattern:720p: \"720p\" is not a size; write it as 1280x720"),
                Arguments.of("pattern:-4x4", "pattern:-4x4: \"-4x4\" is not a size; write it as 1280x720"),
                Arguments.of("pattern:0x4", "pattern:0x4: size 0x4 is outside 1x1 to 16384x16384"),
                Arguments.of("pattern:16385x4", "pattern:16385x4: size 16385x4 is outside 1x1 to 16384x16384"),
                Arguments.of(
                        "pattern:9999999999x4",
                        "pattern:9999999999x4: \"9999999999x4\" is not a size; write it as 1280x720"),
                Arguments.of("pattern:4x4@0", fps("pattern:4x4@0", "0")),
                Arguments.of("pattern:4x4@-1", fps("pattern:4x4@-1", "-1")),
                Arguments.of("pattern:4x4@", fps("pattern:4x4@", "")),
                Arguments.of("pattern:4x4@NaN", fps("pattern:4x4@NaN", "NaN")),
                Arguments.of("pattern:4x4@1e3", fps("pattern:4x4@1e3", "1e3")),
                Arguments.of("pattern:4x4@1/0", fps("pattern:4x4@1/0", "1/0")),
                Arguments.of("pattern:4x4@1001", fps("pattern:4x4@1001", "1001")),
                Arguments.of(
                        "pattern:4x4?format=p010",
                        "pattern:4x4?format=p010: format=p010 is not one of nv12, nv21, i420, yuyv, uyvy, yvyu, vyuy,"
                                + " nv16, nv61, nv24, i422, i444, grey, rgb24, bgr24, rgbx32, bgrx32"),
                Arguments.of(
                        "pattern:4x4?seed=1.5",
                        "pattern:4x4?seed=1.5: seed=1.5 is not a whole number from -9223372036854775808 to"
                                + " 9223372036854775807"),
                Arguments.of(
                        "pattern:4x4?matrix=709",
                        "pattern:4x4?matrix=709: matrix=709 is not one of bt601, bt709, bt2020"),
                Arguments.of("pattern:4x4?range=tv", "pattern:4x4?range=tv: range=tv is not one of limited, full"),
                Arguments.of("pattern:4x4?pace=min", "pattern:4x4?pace=min: pace=min is not max"),
                Arguments.of(
                        "pattern:4x4?colour=red",
                        "pattern:4x4?colour=red: unknown key colour in the query; " + PATTERN_KEYS),
                Arguments.of("pattern:4x4?seed", "pattern:4x4?seed: \"seed\" in the query is not key=value"),
                Arguments.of("pattern:4x4?seed=", "pattern:4x4?seed=: \"seed=\" in the query is not key=value"),
                Arguments.of("pattern:4x4?=1", "pattern:4x4?=1: \"=1\" in the query is not key=value"),
                Arguments.of("pattern:4x4?", "pattern:4x4?: \"\" in the query is not key=value"),
                Arguments.of("pattern:4x4?seed=1&", "pattern:4x4?seed=1&: \"\" in the query is not key=value"),
                Arguments.of(
                        "pattern:4x4?seed=1&seed=2",
                        "pattern:4x4?seed=1&seed=2: the query gives seed twice; give it once"),
                Arguments.of(
                        "demo:astronaut",
                        "demo:astronaut: demo: takes nothing but a query; write it as demo: or"
                                + " demo:?size=1920x1080&fps=30"),
                Arguments.of("demo:?size=big", "demo:?size=big: \"big\" is not a size; write it as 1280x720"),
                Arguments.of(
                        "demo:?loop=true",
                        "demo:?loop=true: unknown key loop in the query; this source takes" + " size, fps, pace"),
                Arguments.of("/no/such/file.png", "/no/such/file.png: no such file or folder; check the path"),
                Arguments.of(
                        "/no/such/file.png?repeat=2",
                        "/no/such/file.png?repeat=2: no such file or folder; check the path"),
                Arguments.of("a\0b", "a\\u0000b: is not a path (Nul character not allowed)"),
                Arguments.of("a\nb\u001b[31m", "a\\u000ab\\u001b[31m: no such file or folder; check the path"),
                Arguments.of("/dev/null", "/dev/null: is neither a file nor a folder"));
    }

    private static String fps(String uri, String value) {
        return uri + ": \"" + value
                + "\" is not a frame rate above 0 and up to 1000; write it as 30, 29.97 or 30000/1001";
    }

    @ParameterizedTest
    @MethodSource("uris")
    void badUri(String uri, String message) {
        assertMessage(uri, message);
    }

    @Test
    void aVeryLongAddressIsCut() {
        String uri = "pattern:" + "9".repeat(10_000);
        SourceException e = catchThrowableOfType(SourceException.class, () -> open(uri));
        assertThat(e).hasMessageStartingWith("pattern:999").hasMessageContaining("...: \"999");
        assertThat(String.valueOf(e.getMessage())).hasSizeLessThan(400);
    }

    @Test
    void passwordsOfAddressesAreNotPrinted() {
        SourceUri uri = SourceUri.parse("rtsp://admin:s3cret@camera.invalid:554/a?b=c");
        assertThat(uri.text()).isEqualTo("rtsp://admin:***@camera.invalid:554/a?b=c");
        assertThat(uri.target()).isEqualTo("rtsp://admin:s3cret@camera.invalid:554/a?b=c");
        assertThat(SourceUri.parse("rtsp://camera/a@b:c").text()).isEqualTo("rtsp://camera/a@b:c");
    }

    @Test
    void emptyFiles() throws Exception {
        for (String name : new String[] {"e.png", "e.y4m", "e.nv12", "e.mp4"}) {
            Path file = Files.createFile(dir.resolve(name));
            assertMessage(file.toString(), file + ": is an empty file");
        }
    }

    @Test
    void foldersAndLinks() throws Exception {
        assertMessage(dir.toString(), dir + ": holds no photos; put .jpg, .jpeg, .png, .webp or .bmp files into it");
        Path link = Files.createSymbolicLink(dir.resolve("link.png"), dir.resolve("gone.png"));
        assertMessage(
                link.toString(),
                link + ": is a link to " + dir.resolve("gone.png") + ", which does not exist; check the path");
        Path sub = Files.createDirectory(dir.resolve("photos"));
        Files.writeString(sub.resolve("a.png"), "no picture");
        Files.writeString(sub.resolve("b.jpg"), "no picture");
        assertMessage(sub.toString(), sub + ": none of its 2 photos can be decoded");
        Path named = Files.createDirectory(dir.resolve("folder.nv12"));
        assertMessage(
                named.toString(), named + ": holds no photos; put .jpg, .jpeg, .png, .webp or .bmp files into it");
        Path fifo = dir.resolve("fifo.y4m");
        assertThat(Libc.mkfifo(fifo.toString(), 0600)).isZero();
        assertMessage(fifo.toString(), fifo + ": is neither a file nor a folder");
    }

    @Test
    void rawFiles() throws Exception {
        Path file = Files.write(dir.resolve("f.nv12"), new byte[1000]);
        assertMessage(
                file.toString(), file + ": a raw file does not tell its size; add it: " + file + "?size=1280x720");
        assertMessage(
                file + "?size=64x64",
                file + "?size=64x64: holds 1000 bytes, less than one frame of 6144 bytes (NV12 64x64); check size= and"
                        + " the file's extension");
        assertMessage(
                file + "?size=4x4&format=yuyv",
                file + "?size=4x4&format=yuyv: unknown key format in the query; this source takes size, fps, matrix,"
                        + " range, loop, pace");
        assertMessage(file + "?size=4x4&loop=yes", file + "?size=4x4&loop=yes: loop=yes is not true or false");
        assertMessage(file + "?size=4x4&fps=0", fps(file + "?size=4x4&fps=0", "0"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "RIFF junk|is not a YUV4MPEG2 file: it does not start with YUV4MPEG2; check the file's name and content",
                "YUV4MPEG2|its YUV4MPEG2 header gives no width or no height",
                "YUV4MPEG2 W8|its YUV4MPEG2 header gives no width or no height",
                "YUV4MPEG2 Wx H8|YUV4MPEG2 header field Wx is not a size of 1 to 16384",
                "YUV4MPEG2 W0 H8|YUV4MPEG2 header field W0 is not a size of 1 to 16384",
                "YUV4MPEG2 W8 H99999|YUV4MPEG2 header field H99999 is not a size of 1 to 16384",
                "YUV4MPEG2 W8 H8 F30|YUV4MPEG2 header field F30 is not a frame rate",
                "YUV4MPEG2 W8 H8 C444|chroma 444 is not read here; convert it: ffmpeg -i IN -pix_fmt yuv420p OUT.y4m",
                "YUV4MPEG2 W8 H8 C420p10|chroma 420p10 is not read here; convert it: ffmpeg -i IN -pix_fmt yuv420p OUT.y4m"
            })
    void y4mHeaders(String header, String message) throws Exception {
        Path file = Files.write(dir.resolve("f.y4m"), (header + "\n").getBytes(StandardCharsets.US_ASCII));
        assertMessage(file.toString(), file + ": " + message);
    }

    @Test
    void aY4mHeaderWithoutEndIsRefused() throws Exception {
        Path file = Files.writeString(dir.resolve("f.y4m"), "YUV4MPEG2 W8 H8 X" + "x".repeat(100_000));
        try (FrameSource s = open(file.toString())) {
            assertThat(s.next(SECONDS_30)).isInstanceOf(Capture.Failed.class);
        }
    }

    private void assertMessage(String uri, String message) {
        SourceException e = catchThrowableOfType(SourceException.class, () -> {
            try (FrameSource s = open(uri)) {
                s.next(0);
            }
        });
        assertThat(e).as("%s must be refused", uri).isNotNull();
        // Folders of the test may be longer than a message quotes.
        assertThat(e).hasMessage(message);
    }
}
