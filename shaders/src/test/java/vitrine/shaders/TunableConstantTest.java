package vitrine.shaders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import vitrine.shaders.Spirv.ConstantType;

class TunableConstantTest {

    private static TunableConstant one(String line) {
        List<TunableConstant> all = TunableConstant.parse("f.frag", "#version 460\n\n" + line + "\nvoid main() {}\n");
        assertThat(all).hasSize(1);
        return all.getFirst();
    }

    @Test
    void annotationsAreRead() {
        assertThat(one("layout(constant_id = 100) const float STRENGTH = 1.0; //! tunable 0..4 step 0.1 how strong"))
                .isEqualTo(new TunableConstant("STRENGTH", ConstantType.FLOAT, 1, 0, 4, 0.1, "how strong", 3));
        assertThat(one("layout (constant_id=7) const int  CELL=-16 ;//!tunable -64 .. -4"))
                .isEqualTo(new TunableConstant("CELL", ConstantType.INT, -16, -64, -4, 1, "", 3));
        assertThat(one("layout(constant_id = 7) const uint MASK = 0xFFu; //! tunable 0..255 step 5 5 is nice"))
                .isEqualTo(new TunableConstant("MASK", ConstantType.UINT, 255, 0, 255, 5, "5 is nice", 3));
        assertThat(one("layout(constant_id = 7) const bool ON = true; //! tunable switch it on\r"))
                .isEqualTo(new TunableConstant("ON", ConstantType.BOOL, 1, 0, 1, 1, "switch it on", 3));
        assertThat(one("layout(constant_id = 7) const float F = -.5f; //! tunable -1.5..+2.5e0"))
                .isEqualTo(new TunableConstant("F", ConstantType.FLOAT, -0.5, -1.5, 2.5, 0.08, "", 3));
        assertThat(one("/* a */ layout(constant_id = 7) const float F = /* b */ 1.; //! tunable 0.5..1.5 /* c")
                        .preset())
                .isEqualTo(1);
    }

    @Test
    void whatIsNoAnnotationIsNot() {
        assertThat(TunableConstant.parse("f", """
                        layout(constant_id = 1) const float A = 1.0;
                        // layout(constant_id = 2) const float B = 1.0; //! tunable 0..1
                        /* layout(constant_id = 3) const float C = 1.0; //! tunable 0..1
                           layout(constant_id = 3) const float C = 1.0; //! tunable 0..1 */
                        //! a comment in Doxygen's way
                        layout(constant_id = 4) const float D = 1.0; // tunable 0..1
                        """)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    const float A = 1.0; //! tunable 0..1                                            | belongs on a line that declares one specialisation constant
                    //! tunable 0..1                                                                 | belongs on a line
                    layout(constant_id = 1) const float A = 1.0, B = 2.0; //! tunable 0..1           | not a plain number
                    layout(constant_id = 1) const vec2 A = vec2(1.0); //! tunable 0..1               | vec2 cannot be tuned; only bool, int, uint and float can
                    layout(constant_id = 1) const float A = 2.0 * 3.0; //! tunable 0..1              | A = 2.0 * 3.0 is not a plain number
                    layout(constant_id = 1) const float A = 5.0; //! tunable 0..1                    | A = 5.0 lies outside its range 0..1; widen the range or change the value
                    layout(constant_id = 1) const float A = 5.0; //! tunable                         | A needs the range of its values; write //! tunable LEAST..MOST
                    layout(constant_id = 1) const float A = 5.0; //! tunable 0-1                     | needs the range
                    layout(constant_id = 1) const float A = 5.0; //! tunable 0..x                    | needs the range
                    layout(constant_id = 1) const float A = 5.0; //! tunable 9..1                    | the range 9..1 is empty
                    layout(constant_id = 1) const float A = 1.0; //! tunable 0..4 step               | step is not followed by a number
                    layout(constant_id = 1) const float A = 1.0; //! tunable 0..4 step fine          | step is not followed by a number
                    layout(constant_id = 1) const float A = 1.0; //! tunable 0..4 step 0             | a step of 0 does not fit the range 0..4
                    layout(constant_id = 1) const float A = 1.0; //! tunable 0..4 step 5             | a step of 5 does not fit
                    layout(constant_id = 1) const float A = 1.0; //! tunable 0..1e50                 | more than a float can hold
                    layout(constant_id = 1) const int A = 1; //! tunable 0..4.5                      | the most value, 4.5, must be a whole number
                    layout(constant_id = 1) const int A = 1; //! tunable 0..4 step 0.5               | the step, 0.5, must be a whole number
                    layout(constant_id = 1) const uint A = 1u; //! tunable -1..4                     | the least value, -1, is outside what a uint can hold
                    layout(constant_id = 1) const bool A = true; //! tunable 0..1                    | A is a bool, which has no range
                    layout(constant_id = 1) const bool A = yes; //! tunable                          | A = yes is not a plain true or false
                    layout(constant_id = 1) const float A = 1.0; //! Tuneable 0..4                   | the annotation is written //! tunable, not Tuneable
                    """)
    void mistakesAreNamedWithTheirPlace(String line, String message) {
        assertThatThrownBy(() -> TunableConstant.parse("present/video.frag", "\n" + line))
                .isInstanceOf(ShaderCompileException.class)
                .hasMessageStartingWith("present/video.frag:2: error: ")
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n")
                .satisfies(e -> assertThat(((ShaderCompileException) e).line()).isEqualTo(2));
    }

    @Test
    void includedFilesAreReadToo(@TempDir Path dir) throws IOException {
        Files.createDirectories(dir.resolve("passes"));
        Files.writeString(dir.resolve("pass.frag"), """
                #include "all.glsl"
                # include "passes/PASS.glsl"
                // #include "none.glsl"
                /*
                #include "none.glsl"
                */
                layout(constant_id = 9) const int LAST = 1; //! tunable 0..1
                """);
        Files.writeString(
                dir.resolve("all.glsl"),
                "#include \"all.glsl\"\nlayout(constant_id = 7) const int FIRST = 1; //! tunable 0..1\n");
        Files.writeString(
                dir.resolve("passes/heat.glsl"),
                "#include \"all.glsl\"\nlayout(constant_id = 8) const int OWN = 1; //! tunable 0..1\n");
        ShaderSources sources = ShaderSources.inFolder(dir);
        assertThat(TunableConstant.of("pass.frag+DEVICE_ADDRESS+PASS=heat", sources).stream()
                        .map(TunableConstant::name))
                .containsExactly("FIRST", "OWN", "LAST");
        assertThatThrownBy(() -> TunableConstant.of("pass.frag+PASS=none", sources))
                .isInstanceOf(ShaderCompileException.class)
                .hasMessageStartingWith("passes/none.glsl: cannot be read");
        Files.writeString(dir.resolve("passes/heat.glsl"), "\nint a; //! tunable 0..1\n");
        assertThatThrownBy(() -> TunableConstant.of("pass.frag+PASS=heat", sources))
                .hasMessageStartingWith("passes/heat.glsl:2: error: ");
        assertThat(TunableConstant.passOf("pass.frag+A+PASS=heat")).hasValue("heat");
        assertThat(TunableConstant.passOf("pass.frag+COMPASS=heat")).isEmpty();
    }

    /** Whatever ships can be tuned as it stands. */
    @Test
    void theShadersOfTheHouseAreWellAnnotated() throws IOException {
        Path folder = Path.of("src/main/glsl");
        for (String line : Files.readAllLines(folder.resolve("variants.txt"))) {
            if (!line.isBlank() && !line.startsWith("#")) {
                String variant = Variant.parse(line).name();
                assertThatCode(() -> TunableConstant.of(variant, ShaderSources.inFolder(folder)))
                        .as(variant)
                        .doesNotThrowAnyException();
            }
        }
    }

    @Test
    void valuesSnapToTheStep() {
        TunableConstant c = one("layout(constant_id = 1) const float A = 0.25; //! tunable 0..1 step 0.1");
        assertThat(c.snap(0.2999)).isEqualTo(0.3);
        assertThat(c.snap(-7)).isZero();
        assertThat(c.snap(7)).isEqualTo(1);
        assertThat(c.nudged(0.25, 1)).isGreaterThan(0.25);
        assertThat(c.nudged(0.25, -1)).isLessThan(0.25);
        assertThat(c.nudged(0.3, 1)).isEqualTo(0.4);
        assertThat(c.nudged(0.3, 100)).isEqualTo(1);
        double value = 0;
        for (int i = 1; i <= 10; i++) {
            value = c.nudged(value, 1);
            assertThat(c.text(value)).isEqualTo(i == 10 ? "1" : "0." + i);
        }
        TunableConstant odd = one("layout(constant_id = 1) const int A = 0; //! tunable 0..10 step 4");
        assertThat(odd.nudged(8, 1)).isEqualTo(10);
        assertThat(odd.nudged(10, -1)).isEqualTo(8);
        assertThat(odd.clamp(7.2)).isEqualTo(7);
        assertThat(c.clamp(0.123)).isEqualTo(0.123);
        assertThat(c.literal(1)).isEqualTo("1.0");
        assertThat(c.literal(0.1 + 0.2)).isEqualTo("0.3");
        assertThat(odd.literal(8)).isEqualTo("8");
        TunableConstant tiny = one("layout(constant_id = 1) const float A = 0.0; //! tunable 0..1e-9");
        assertThat(tiny.literal(tiny.nudged(0, 1))).isEqualTo("0.00000000002");
        TunableConstant flag = one("layout(constant_id = 1) const bool A = false; //! tunable");
        assertThat(flag.literal(flag.nudged(0, 1))).isEqualTo("true");
        assertThat(flag.text(flag.nudged(1, -1))).isEqualTo("off");
    }
}
