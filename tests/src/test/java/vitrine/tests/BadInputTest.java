package vitrine.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import vitrine.engine.debug.RenderDoc;
import vitrine.inference.model.TinyOnnx;

/**
 * What a user can get wrong, each through the whole command: one clear line that names the thing, an exit code that is
 * not 0, no stack trace. Words in {@code <>} stand for files made below.
 */
final class BadInputTest {

    @TempDir
    static Path dir;

    @BeforeAll
    static void makeFiles() throws IOException {
        write(
                "tiny.onnx",
                new TinyOnnx().answer(20, 0.1f, 0.2f, 0.3f, 0.4f, 0.9f, 0.9f).bytes());
        write("tiny.toml", TinyOnnx.descriptor("tiny.onnx"));
        TinyOnnx nan = new TinyOnnx().answer(20, 0, 0, 0, 0, 0.9f, Float.NaN);
        write("nan.onnx", nan.bytes());
        write("nan.toml", TinyOnnx.descriptor("nan.onnx"));
        write("cut.onnx", Arrays.copyOf(new TinyOnnx().bytes(), 700));
        write("cut.toml", TinyOnnx.descriptor("cut.onnx"));
        byte[] noise = new byte[5000];
        new Random(5).nextBytes(noise);
        write("noise.onnx", noise);
        write("noise.toml", TinyOnnx.descriptor("noise.onnx"));
        write("empty.onnx", new byte[0]);
        write("empty.toml", TinyOnnx.descriptor("empty.onnx"));
        write("bare.onnx", new TinyOnnx().bytes());
        write("lost.toml", TinyOnnx.descriptor("nowhere.onnx"));
        write("key.toml", TinyOnnx.descriptor("tiny.onnx") + "colour = 1\n");
        write("type.toml", TinyOnnx.descriptor("tiny.onnx").replace("width = 32", "width = \"wide\""));
        write("head.toml", TinyOnnx.descriptor("tiny.onnx").replace("\"yolox\"", "\"yolo99\""));
        write("size.toml", TinyOnnx.descriptor("tiny.onnx").replace("width = 32", "width = 64"));

        var picture = new java.awt.image.BufferedImage(64, 48, java.awt.image.BufferedImage.TYPE_INT_RGB);
        ImageIO.write(picture, "png", dir.resolve("good.png").toFile());
        write("cut.png", Arrays.copyOf(Files.readAllBytes(dir.resolve("good.png")), 40));
        write("empty.jpg", new byte[0]);
        write("text.jpg", "this is no picture");
        write("notes.txt", "neither a picture nor a video");
        Files.createDirectory(dir.resolve("nophotos"));
        Files.createSymbolicLink(dir.resolve("dangling.png"), dir.resolve("gone.png"));
        write("short.nv12", new byte[100]);
        write("frames.nv12", new byte[64 * 48 * 3 / 2]);
        write("bad.y4m", "YUV4MPEG2 W0 H48 F25:1 C420\nFRAME\n");
        write("odd.y4m", "YUV4MPEG2 W64 H48 F25:1 C444p16\nFRAME\n");
        write("not.y4m", "RIFF....");
        write("empty.mp4", new byte[0]);

        write("syntax.toml", "frames = 3\nsource = \n");
        write("unknown.toml", "frames = 3\n  colour = \"red\"\n");
        write("wrong.toml", "frames = 3\nmirror = \"yes\"\n");
        write("impossible.toml", "rotate = 45\n");
        write("level.toml", "frames = 3\ndebug = \"sync,deep\"\n");
        write("debug.toml", "debug = 2\n");
        write("huge.toml", "frames = 99999999999999999999\n");
        write("binary.toml", new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
        write("deep.toml", "a = " + "[".repeat(3000) + "]".repeat(3000) + "\n");
    }

    private static void write(String name, byte[] bytes) throws IOException {
        Files.write(dir.resolve(name), bytes);
    }

    private static void write(String name, String text) throws IOException {
        write(name, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Command line, exit code, what the message must hold. */
    static Stream<Arguments> mistakes() {
        String ok = " --model <tiny.toml> --present none: --frames 1 ";
        return Stream.of(
                // The command line.
                Arguments.of("", 2, "Usage: vitrine"),
                Arguments.of("fly", 2, "fly"),
                Arguments.of("run --colour red", 2, "--colour"),
                Arguments.of("run --frames many" + ok.replace("--frames 1", ""), 2, "--frames"),
                Arguments.of("run --frames -1 --model <tiny.toml>", 2, "--frames must be at least 0, not -1"),
                Arguments.of("run --rotate 45" + ok, 2, "--rotate must be 0, 90, 180 or 270, not 45"),
                Arguments.of("run --filter cubic" + ok, 2, "--filter must be area or bilinear, not 'cubic'"),
                Arguments.of("run --debug=sync,all" + ok, 2, "--debug: no level 'all'; there are core, sync, best-pr"),
                Arguments.of("run --capture-frame -1" + ok, 2, "--capture-frame must be at least 0, not -1"),
                Arguments.of("run --score 2" + ok, 2, "--score must lie between 0 and 1"),
                Arguments.of("run --threads 9999" + ok, 2, "--threads must be from 0 to 256"),
                Arguments.of("run --source" + ok.stripTrailing(), 2, "--source"),
                Arguments.of("list", 2, "gpus, displays or cameras"),
                Arguments.of("models fetch nothing_like_it", 2, "nothing_like_it"),
                Arguments.of("test", 2, "./vitrine test"),
                // Sources.
                Arguments.of("run --source <missing.jpg>" + ok, 1, "missing.jpg"),
                Arguments.of("run --source <cut.png>" + ok, 1, "cut.png"),
                Arguments.of("run --source <empty.jpg>" + ok, 1, "empty.jpg"),
                Arguments.of("run --source <text.jpg>" + ok, 1, "text.jpg"),
                Arguments.of("run --source <notes.txt>" + ok, 1, "notes.txt"),
                Arguments.of("run --source <nophotos>" + ok, 1, "nophotos"),
                Arguments.of("run --source <dangling.png>" + ok, 1, "dangling.png"),
                Arguments.of("run --source <frames.nv12>" + ok, 1, "size="),
                Arguments.of("run --source <short.nv12>?size=64x48" + ok, 1, "short.nv12"),
                Arguments.of("run --source <frames.nv12>?size=0x48" + ok, 1, "size"),
                Arguments.of("run --source <frames.nv12>?size=wide" + ok, 1, "size"),
                Arguments.of("run --source <frames.nv12>?size=64x48&colour=red" + ok, 1, "colour"),
                Arguments.of("run --source <bad.y4m>" + ok, 1, "bad.y4m"),
                Arguments.of("run --source <odd.y4m>" + ok, 1, "444"),
                Arguments.of("run --source <not.y4m>" + ok, 1, "not.y4m"),
                Arguments.of("run --source <empty.mp4>" + ok, 1, "empty.mp4"),
                Arguments.of("run --source v4l2:/dev/none" + ok, 1, "no such camera"),
                Arguments.of("run --source pattern:0x0@30" + ok, 1, "pattern:0x0@30"),
                Arguments.of("run --source pattern:99999x99999@30" + ok, 1, "99999"),
                Arguments.of("run --source pattern:640x480@-3" + ok, 1, "pattern:640x480@-3"),
                Arguments.of("run --source demo:?%00=%zz" + ok, 1, "demo:"),
                // Models.
                Arguments.of("run --present none: --model <missing.onnx>", 1, "missing.onnx"),
                Arguments.of("run --present none: --model no_such_model", 1, "no_such_model"),
                Arguments.of("run --present none: --frames 1 --model <empty.toml>", 1, "empty.onnx"),
                Arguments.of("run --present none: --frames 1 --model <cut.toml>", 1, "cut.onnx"),
                Arguments.of("run --present none: --frames 1 --model <noise.toml>", 1, "noise.onnx"),
                Arguments.of("run --present none: --model <good.png>", 1, "good.png"),
                Arguments.of("run --present none: --model <bare.onnx>", 1, "head"),
                Arguments.of("run --present none: --model <lost.toml>", 1, "nowhere.onnx"),
                Arguments.of("run --present none: --model <key.toml>", 1, "key.toml:18:1"),
                Arguments.of("run --present none: --model <type.toml>", 1, "type.toml:8:1"),
                Arguments.of("run --present none: --model <head.toml>", 1, "head.toml:4:1"),
                Arguments.of("run --present none: --frames 1 --model <size.toml>", 1, "64"),
                // Presentation.
                Arguments.of("run --model <tiny.toml> --present paper:", 1, "unknown scheme 'paper'"),
                Arguments.of("run --model <tiny.toml> --present offscreen:", 1, "no folder"),
                Arguments.of("run --model <tiny.toml> --present offscreen:<o>?every=0", 1, "every=0"),
                Arguments.of("run --model <tiny.toml> --frames 1 --present offscreen:<notes.txt>/x", 1, "notes.txt"),
                Arguments.of("run --model <tiny.toml> --present display:", 1, "display:"),
                // Configuration.
                Arguments.of("run --config <missing.toml>", 2, "missing.toml: there is no such file"),
                Arguments.of("run --config <nophotos>", 2, "it is a folder"),
                Arguments.of("run --config <syntax.toml>", 2, "syntax.toml:2:10"),
                Arguments.of("run --config <unknown.toml>", 2, "unknown.toml:2:3: unknown key 'colour'"),
                Arguments.of("run --config <wrong.toml>", 2, "wrong.toml:2:1: mirror must be true or false"),
                Arguments.of("run --config <impossible.toml>", 2, "impossible.toml:1:1: rotate must be 0, 90"),
                Arguments.of("run --config <level.toml>", 2, "level.toml:2:1: debug: no level 'deep'"),
                Arguments.of(
                        "run --config <debug.toml>", 2, "debug.toml:1:1: debug must be true, false or a string of"),
                Arguments.of("run --config <huge.toml>", 2, "huge.toml:1:"),
                Arguments.of("run --config <binary.toml>", 2, "not UTF-8"),
                Arguments.of("run --config <deep.toml>", 2, "deep.toml"),
                // Output and the rest.
                Arguments.of("run --detections <no/where.jsonl>" + ok, 2, "its folder does not exist"),
                Arguments.of("run --report <no/where.json>" + ok, 2, "its folder does not exist"),
                Arguments.of("run --gpu Voodoo2" + ok, 1, "does not contain 'Voodoo2'"),
                Arguments.of("run --font <notes.txt>" + ok, 1, "notes.txt"),
                Arguments.of("run --font <missing.ttf>" + ok, 1, "missing.ttf"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mistakes")
    void oneClearLine(String line, int code, String fragment) {
        String[] args = line.isBlank()
                ? new String[0]
                : Arrays.stream(line.strip().split("\\s+"))
                        .map(w -> w.replaceAll("<([^>]*)>", dir + "/$1"))
                        .toArray(String[]::new);
        CommandRun run = CommandRun.of(args);
        assertThat(run.code()).as("exit code; %s", run.err()).isEqualTo(code);
        assertThat(run.out() + run.err()).contains(fragment).doesNotContain("\tat ", "fault of Vitrine", "Exception");
    }

    @Test
    void aCaptureWithoutRenderDocIsRefusedBeforeAnythingStarts() {
        Assumptions.assumeFalse(RenderDoc.isExpected(), "SKIPPED: this test runs under RenderDoc");
        CommandRun run = CommandRun.of("run", "--capture-frame", "5", "--model", "no_such_model");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err())
                .startsWith("vitrine: --capture-frame needs RenderDoc")
                .contains("ENABLE_VULKAN_RENDERDOC_CAPTURE=1")
                .hasLineCount(1);
    }

    @Test
    void aNetworkThatAnswersNanGivesNoBoxAndAWarning() throws IOException {
        Path detections = dir.resolve("nan.jsonl");
        CommandRun run = CommandRun.of(
                "run",
                "--source",
                "pattern:64x48@30",
                "--frames",
                "2",
                "--present",
                "none:",
                "--model",
                dir.resolve("nan.toml").toString(),
                "--detections",
                detections.toString());
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).contains("NaN or infinite");
        assertThat(Files.readAllLines(detections)).hasSize(2).allMatch(l -> l.contains("\"objects\":[]"));
    }
}
