package vitrine.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import vitrine.engine.ChildJvm;
import vitrine.inference.model.TinyOnnx;
import vitrine.tools.Main;

/** Users' passes through the whole command. */
final class UserPassRunTest {

    private static final double MAX_BYTES_PER_FRAME = 1024;

    private static final String INVERT = """
            layout(constant_id = 100) const float SHARE = 1.0; //! tunable 0..1

            vec3 look(vec2 at) {
                vec3 rgb = picture(at);
                return mix(rgb, 1.0 - rgb, SHARE);
            }
            """;

    @TempDir
    Path dir;

    @BeforeEach
    void writeModel() throws IOException {
        Files.write(
                dir.resolve("tiny.onnx"),
                new TinyOnnx().answer(20, 0.5f, 0.5f, 0.1f, 0.1f, 0.9f, 0.9f).bytes());
        Files.writeString(dir.resolve("tiny.toml"), TinyOnnx.descriptor("tiny.onnx"));
        Files.createDirectory(dir.resolve("looks"));
        write("looks/invert.glsl", INVERT);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(dir.resolve(name), text);
    }

    private List<String> arguments(String source, int frames, String present, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "run",
                "--source",
                source,
                "--model",
                dir.resolve("tiny.toml").toString(),
                "--frames",
                Integer.toString(frames),
                "--report",
                dir.resolve("report.json").toString(),
                "--present",
                present.replace("DIR", dir.resolve("pictures").toString())));
        arguments.addAll(Arrays.asList(more));
        return arguments;
    }

    private CommandRun run(String source, int frames, String present, String... more) {
        return CommandRun.of(arguments(source, frames, present, more).toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pattern:640x360@120?format=nv12&pace=max",
                "pattern:641x359@120?format=i420&pace=max",
                "pattern:320x240@120?format=yuyv&pace=max"
            })
    void allPassesRunCleanUnderValidationAndAllocateLittle(String source) throws IOException {
        CommandRun run = run(
                source,
                600,
                "offscreen:DIR?every=200&rotate=90&mirror=true&margin=3",
                "--passes",
                "privacy,heat,edges,invert",
                "--pass-folder",
                dir.resolve("looks").toString(),
                "--debug=core,sync,best-practices");
        assertThat(run.code()).as(run.err()).isZero();
        String report = Files.readString(dir.resolve("report.json"));
        assertThat(CommandRun.number(report, "presented")).isEqualTo(600);
        assertThat(CommandRun.number(report, "validationMessages")).isZero();
        assertThat(report)
                .contains("\"leaks\": []")
                .contains("\"passes\": [\"privacy\", \"heat\", \"edges\", \"invert\"]");
        assertThat(CommandRun.number(report, "allocatedBytesPerFrame")).isBetween(0.0, MAX_BYTES_PER_FRAME);
    }

    @Test
    void aPassOfTheUsersIsDrawnWithItsValues() throws IOException {
        Files.write(dir.resolve("tiny.onnx"), new TinyOnnx().bytes()); // finds nothing: no box over the picture
        write("plain.toml", "");
        write("inverted.toml", "passes = [\"invert\"]\npass_folder = \"looks\"\n");
        write("half.toml", "passes = [\"invert\"]\npass_folder = \"looks\"\n[pass.invert]\nSHARE = 0.5\n");
        int[] plain = pixels("plain.toml");
        int[] inverted = pixels("inverted.toml");
        int[] half = pixels("half.toml");
        int differing = 0;
        for (int y = 0; y < 64; y++) {
            for (int x = 0; x < 128; x++) {
                for (int shift = 0; shift < 24; shift += 8) {
                    int before = plain[y * 128 + x] >> shift & 255;
                    assertThat(inverted[y * 128 + x] >> shift & 255).isBetween(254 - before, 256 - before);
                    assertThat(half[y * 128 + x] >> shift & 255).isBetween(126, 129);
                    differing += before < 100 || before > 150 ? 1 : 0;
                }
            }
        }
        assertThat(differing).as("the pattern has other colours than grey").isGreaterThan(1000);
    }

    private int[] pixels(String config) throws IOException {
        CommandRun run = run(
                "pattern:128x64@30",
                1,
                "offscreen:DIR",
                "--config",
                dir.resolve(config).toString());
        assertThat(run.code()).as(run.err()).isZero();
        BufferedImage image =
                ImageIO.read(dir.resolve("pictures/frame-000000.png").toFile());
        return image.getRGB(0, 0, 128, 64, null, 0, 128);
    }

    /** The first picture is shown before there was any detection, the last ones with detections of a moment ago. */
    @Test
    void privacyHidesEverythingUntilThereAreDetections() throws IOException {
        Files.write(dir.resolve("tiny.onnx"), new TinyOnnx().bytes()); // finds nothing
        CommandRun run = run("pattern:128x64@30", 60, "offscreen:DIR", "--passes", "privacy");
        assertThat(run.code()).as(run.err()).isZero();
        String[] pictures =
                Objects.requireNonNull(dir.resolve("pictures").toFile().list());
        Arrays.sort(pictures);
        assertThat(brokenSquares(pictures[0])).isZero();
        assertThat(brokenSquares(pictures[pictures.length - 1])).isGreaterThan(50);
    }

    /** Squares of 3 pixels, 32 of 720 rows, that are not of one colour. */
    private int brokenSquares(String picture) throws IOException {
        BufferedImage image = ImageIO.read(dir.resolve("pictures/" + picture).toFile());
        int broken = 0;
        for (int y = 0; y + 3 <= 64; y += 3) {
            for (int x = 0; x + 3 <= 128; x += 3) {
                int[] square = image.getRGB(x, y, 3, 3, null, 0, 3);
                broken += Arrays.stream(square).distinct().count() > 1 ? 1 : 0;
            }
        }
        return broken;
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                Arguments.of("passes = [\"wrong\"]", "", "looks/wrong.glsl:2: 'pictur' : no matching"),
                Arguments.of("passes = [\"empty\"]", "", "looks/empty.glsl: there is no function 'vec3 look(vec2 at)'"),
                Arguments.of("passes = [\"forgetful\"]", "", "looks/forgetful.glsl: it has state, but no function"),
                Arguments.of("passes = [\"huge\"]", "", "looks/huge.glsl:1: '//! state 5000x3' must be columns x rows"),
                Arguments.of("passes = [\"invrt\"]", "", "there is no pass 'invrt'"),
                Arguments.of("passes = [\"../invert\"]", "", "pass '../invert': a name is of letters"),
                Arguments.of("passes = \"invert\"", "", ".toml:1:1: passes must be a list of strings"),
                Arguments.of("pass_folder = \"nowhere\"", "", "nowhere: there is no such folder"),
                Arguments.of("", "[pass.invrt]", "there is no pass 'invrt'"),
                Arguments.of(
                        "passes = [\"invert\"]", "[pass.invert]\nSHAR = 1", "has no constant 'SHAR'; it has SHARE"),
                Arguments.of("passes = [\"invert\"]", "[pass.invert]\nSHARE = true", "SHARE must be a number"),
                Arguments.of("passes = [\"edges\"]", "[pass.edges]\nWIDTH = 9", "WIDTH must be from 0.5 to 4, not 9"),
                Arguments.of("passes = [\"badly\"]", "", "looks/badly.glsl:1: K needs the range of its values"),
                Arguments.of("passes = [\"edges\"]", "[pass.edges]\nINK = 1", "INK must be true or false"),
                Arguments.of("passes = [\"invert\"]", "[pass.invert]\nSHARE = \"x\"", "SHARE in [pass.invert] must be"),
                Arguments.of("passes = [\"privacy\"]", "[pass.privacy]\nclasses = [\"thng\"]", "near it: thing"),
                Arguments.of(
                        "passes = [\"privacy\"]", "[pass.privacy]\nclasses = 3", "classes must be a list of strings"),
                Arguments.of("", "[shader.\"present/video.frag\"]\nX = \"y\"", "X in [shader.present/video.frag]"));
    }

    /** One error, exit code 2, and no picture: what does not compile may have been there to hide something. */
    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeEndsTheStart(String top, String tables, String message) throws IOException {
        write("looks/wrong.glsl", "vec3 look(vec2 at) {\n    return pictur(at);\n}\n");
        write("looks/empty.glsl", "// nothing yet\n");
        write("looks/forgetful.glsl", "//! state 4x4\nvec3 look(vec2 at) { return recall(at).rgb; }\n");
        write("looks/huge.glsl", "//! state 5000x3\n");
        write("looks/badly.glsl", "layout(constant_id = 100) const float K = 1.0; //! tunable\n");
        String folder = top.contains("pass_folder") ? "" : "pass_folder = \"looks\"\n";
        write("config.toml", top + "\n" + folder + tables + "\n");
        CommandRun run = run(
                "pattern:128x64@30",
                1,
                "offscreen:DIR",
                "--config",
                dir.resolve("config.toml").toString());
        assertThat(run.code()).as(run.err()).isEqualTo(2);
        List<String> said =
                run.err().lines().dropWhile(line -> !line.contains(message)).toList();
        assertThat(said).as(run.err()).isNotEmpty();
        if (message.contains("wrong.glsl")) {
            assertThat(said).hasSize(3);
            assertThat(said.get(1)).isEqualTo("    return pictur(at);");
            assertThat(said.get(2).indexOf('^')).isEqualTo(said.get(1).indexOf("pictur"));
        } else if (message.contains("badly.glsl")) {
            assertThat(said).hasSize(3);
        } else {
            assertThat(said).hasSize(1);
        }
        assertThat(run.err()).doesNotContain("\tat ");
        assertThat(dir.resolve("pictures/frame-000000.png")).doesNotExist();
    }

    /** A process that has no shader compiler, nor could load one, runs a user's pass all the same. */
    @Test
    void theKiosksProcessLoadsNoCompiler() throws Exception {
        Assumptions.assumeTrue(Files.isReadable(Path.of("/proc/self/maps")), "no /proc here");
        List<String> command = ChildJvm.command(Main.class, "-Dorg.lwjgl.shaderc.libname=/nowhere/libshaderc.so");
        command.addAll(arguments(
                "pattern:128x64@20",
                40,
                "offscreen:DIR",
                "--passes",
                "invert,privacy",
                "--pass-folder",
                dir.resolve("looks").toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("out.txt").toFile())
                .start();
        Path maps = Path.of("/proc/" + process.pid() + "/maps");
        String last = "";
        while (!process.waitFor(50, TimeUnit.MILLISECONDS)) {
            try {
                String now = Files.readString(maps, StandardCharsets.ISO_8859_1);
                last = now.isEmpty() ? last : now;
            } catch (IOException e) {
                break; // it ended meanwhile
            }
        }
        assertThat(process.waitFor())
                .as(Files.readString(dir.resolve("out.txt")))
                .isZero();
        assertThat(last).contains("liblwjgl").doesNotContain("shaderc");
        assertThat(Files.readString(dir.resolve("report.json"))).contains("\"passes\": [\"invert\", \"privacy\"]");
    }
}
