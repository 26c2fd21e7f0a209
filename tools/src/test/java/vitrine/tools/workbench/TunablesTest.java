package vitrine.tools.workbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vitrine.shaders.TunableConstant;

class TunablesTest {

    private static final String VIDEO = "present/video.frag";

    @TempDir
    Path dir;

    static List<TunableConstant> glsl(String... declarations) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < declarations.length; i++) {
            text.append("layout(constant_id = ")
                    .append(100 + i)
                    .append(") const ")
                    .append(declarations[i])
                    .append('\n');
        }
        return TunableConstant.parse("test.frag", text.toString());
    }

    private static final String CELL = "int CELL = 16; //! tunable 4..64";
    private static final String STRENGTH = "float STRENGTH = 1.0; //! tunable 0..4 step 0.1";

    @Test
    void valuesComeFromTheConfigurationElseTheGlsl() {
        Tunables tunables = new Tunables(Map.of("privacy", Map.of("CELL", 30.0, "OTHER", 1.0)), null);
        assertThat(tunables.values("privacy")).containsExactlyInAnyOrderEntriesOf(Map.of("CELL", 30.0, "OTHER", 1.0));
        tunables.declare("privacy", glsl(CELL, STRENGTH));
        assertThat(tunables.values("privacy")).isEqualTo(Map.of("CELL", 30.0));
        assertThat(tunables.values("unheard of")).isEmpty();
        assertThat(tunables.isDirty()).isFalse();
        assertThat(tunables.set("privacy", "STRENGTH", 1.234)).isEqualTo(1.2);
        assertThat(tunables.values("privacy")).isEqualTo(Map.of("CELL", 30.0, "STRENGTH", 1.2));
        assertThat(tunables.isDirty()).isTrue();
        assertThat(tunables.reset("privacy", "STRENGTH")).isEqualTo(1);
        assertThat(tunables.isDirty()).isFalse();
        assertThat(tunables.reset("privacy", "CELL")).isEqualTo(16);
        assertThat(tunables.values("privacy")).isEqualTo(Map.of("CELL", 16.0));
        assertThat(tunables.isDirty()).isTrue();
    }

    @Test
    void aValueSurvivesEditsOfItsShader() {
        Tunables tunables = new Tunables(Map.of(), null);
        tunables.declare(VIDEO, glsl(CELL, STRENGTH));
        double _ = tunables.set(VIDEO, "CELL", 60);
        tunables.declare(VIDEO, glsl(STRENGTH, "int CELL = 8; //! tunable 4..32"));
        assertThat(tunables.values(VIDEO)).isEqualTo(Map.of("CELL", 32.0));
        // Nobody changed this one, so it follows the text.
        tunables.declare(VIDEO, glsl(CELL, "float STRENGTH = 2.0; //! tunable 0..4"));
        assertThat(tunables.list().get(1).value()).isEqualTo(2);
        assertThat(tunables.values(VIDEO)).isEqualTo(Map.of("CELL", 32.0));
        tunables.declare(VIDEO, List.of());
        assertThat(tunables.list()).isEmpty();
        tunables.declare(VIDEO, glsl(CELL));
        assertThat(tunables.values(VIDEO)).isEqualTo(Map.of("CELL", 32.0));
        tunables.declare(VIDEO, glsl("float CELL = 16.0; //! tunable 4..64"));
        assertThat(tunables.values(VIDEO)).isEmpty();
    }

    @Test
    void variantsOfAShaderShareItsName() {
        assertThat(Tunables.shaderOf("present/pass.frag+PASS=privacy")).isEqualTo("privacy");
        assertThat(Tunables.shaderOf("preprocess/general.comp+DEVICE_ADDRESS")).isEqualTo("preprocess/general.comp");
        assertThat(Tunables.shaderOf(VIDEO)).isEqualTo(VIDEO);
    }

    @Test
    void mistakesAreNamed() {
        Tunables tunables = new Tunables(Map.of(), null);
        assertThatThrownBy(() -> tunables.set("privacy", "CELL", 1))
                .isInstanceOf(TuningException.class)
                .hasMessage("no shader 'privacy' with tunable constants is in use; no shader has any");
        tunables.declare("privacy", glsl(CELL, STRENGTH));
        assertThatThrownBy(() -> tunables.set("private", "CELL", 1))
                .hasMessage("no shader 'private' with tunable constants is in use; there are privacy");
        assertThatThrownBy(() -> tunables.set("privacy", "cell", 1))
                .hasMessage("privacy has no tunable constant 'cell'; it has CELL, STRENGTH");
        assertThatThrownBy(() -> tunables.set("privacy", "CELL", Double.NaN))
                .hasMessage("CELL of privacy must be a number");
        assertThatThrownBy(tunables::save).hasMessage("nowhere to save to; start with --config FILE");
    }

    @Test
    void theSelectedOneIsMovedByItsSteps() {
        Tunables tunables = new Tunables(Map.of(), null);
        tunables.nudge(1);
        tunables.select(1);
        tunables.resetSelected();
        List<String> changes = new ArrayList<>();
        tunables.onChange(changes::add);
        tunables.declare("privacy", glsl(CELL));
        tunables.declare(VIDEO, glsl(STRENGTH));
        assertThat(tunables.list().get(0).selected()).isTrue();
        long before = tunables.version();
        tunables.nudge(-10);
        tunables.nudge(-10);
        assertThat(tunables.values("privacy")).isEqualTo(Map.of("CELL", 4.0));
        tunables.nudge(-1);
        tunables.select(1);
        tunables.nudge(3);
        assertThat(tunables.values(VIDEO)).isEqualTo(Map.of("STRENGTH", 1.3));
        tunables.select(1);
        tunables.resetSelected();
        assertThat(tunables.values("privacy")).isEmpty();
        tunables.select(-1);
        assertThat(tunables.list().get(1).selected()).isTrue();
        assertThat(changes).containsExactly("privacy", "privacy", VIDEO, "privacy");
        assertThat(tunables.version()).isGreaterThan(before);
        tunables.declare(VIDEO, List.of());
        assertThat(tunables.list().getFirst().selected()).isTrue();
    }

    @Test
    void unsavedValuesAreWrittenToTheFile() throws IOException {
        Path file = Files.writeString(dir.resolve("kiosk.toml"), "# mine\n[pass.privacy]\nCELL = 30 # cells\n");
        Tunables tunables = new Tunables(Map.of("privacy", Map.of("CELL", 30.0)), file);
        tunables.declare("privacy", glsl(CELL, STRENGTH, "bool SOFT = true; //! tunable"));
        tunables.declare(VIDEO, glsl(STRENGTH));
        assertThat(tunables.save()).isEqualTo("nothing to save");
        double _ = tunables.set("privacy", "CELL", 8);
        double _ = tunables.set("privacy", "SOFT", 0);
        double _ = tunables.set(VIDEO, "STRENGTH", 2);
        Files.writeString(file, "hud = true\n" + Files.readString(file));
        assertThat(tunables.save()).isEqualTo("saved 3 values to kiosk.toml");
        assertThat(file).hasContent("""
                hud = true
                # mine
                [pass.privacy]
                CELL = 8 # cells
                SOFT = false

                [shader."present/video.frag"]
                STRENGTH = 2.0
                """);
        assertThat(tunables.isDirty()).isFalse();
        assertThat(tunables.values("privacy")).isEqualTo(Map.of("CELL", 8.0, "SOFT", 0.0));
        double _ = tunables.reset("privacy", "SOFT");
        assertThat(tunables.save()).isEqualTo("saved 1 value to kiosk.toml");
        assertThat(file).content().contains("SOFT = true");
        Files.delete(file);
        double _ = tunables.set("privacy", "CELL", 9);
        assertThatThrownBy(tunables::save).hasMessageContaining("is gone");
        assertThat(tunables.isDirty()).isTrue();
    }

    @Test
    void configuredValuesOutsideTheRangeAreTakenIn() {
        Tunables tunables = new Tunables(Map.of("privacy", Map.of("CELL", 900.0)), null);
        tunables.declare("privacy", glsl(CELL));
        assertThat(tunables.values("privacy")).isEqualTo(Map.of("CELL", 64.0));
    }
}
