package vitrine.tools.workbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vitrine.shaders.ShaderCompileException;
import vitrine.shaders.ShaderCompiler;
import vitrine.shaders.ShaderSources;

final class ShaderProblemTest {

    @TempDir
    Path root;

    private ShaderProblem compile(String text) throws IOException {
        Files.writeString(root.resolve("a.comp"), text);
        ShaderSources sources = ShaderSources.inFolder(root);
        try (ShaderCompiler compiler = ShaderCompiler.create(sources, ShaderCompiler.Optimization.NONE)) {
            return ShaderProblem.of(
                    catchThrowableOfType(ShaderCompileException.class, () -> compiler.compileVariant("a.comp+X=1")),
                    sources);
        }
    }

    @Test
    void marksWhatTheCompilerStumblesOn() throws IOException {
        ShaderProblem problem = compile("#version 460\nvoid main() {\n\tfloat x = colour + 1.0;\n}\n");
        assertThat(problem.place()).isEqualTo("a.comp:3");
        assertThat(problem.message())
                .contains("'colour'")
                .contains("undeclared")
                .doesNotContain("a.comp");
        assertThat(problem.sourceLine()).isEqualTo("\tfloat x = colour + 1.0;");
        assertThat(problem.column()).isEqualTo(12);
        assertThat(problem.caretLine()).isEqualTo("\t          ^");
        assertThat(problem.toString()).startsWith("a.comp:3: ").endsWith("\n\t          ^");
    }

    @Test
    void namesTheIncludeThatIsNotThere() throws IOException {
        ShaderProblem problem = compile(
                "#version 460\n#extension GL_GOOGLE_include_directive : require\n#include \"b/none.glsl\"\nvoid main() {}\n");
        assertThat(problem.place()).isEqualTo("a.comp:3");
        assertThat(problem.message()).contains("b/none.glsl");
        assertThat(problem.column()).isEqualTo(1);
    }

    @Test
    void pointsIntoTheIncludeThatIsWrong() throws IOException {
        Files.writeString(root.resolve("b.glsl"), "// fine\nfloat f() { return 1.0 }\n");
        ShaderProblem problem = compile(
                "#version 460\n#extension GL_GOOGLE_include_directive : require\n#include \"b.glsl\"\nvoid main() { f(); }\n");
        assertThat(problem.place()).isEqualTo("b.glsl:2");
        assertThat(problem.sourceLine()).isEqualTo("float f() { return 1.0 }");
    }

    @Test
    void aWordIsFoundWhereItStandsAlone() {
        assertThat(ShaderProblem.column("  max(maximum, max2, a);", "'a' : no such"))
                .isEqualTo(22);
        assertThat(ShaderProblem.column("  max(maximum, m);", "'m' : no such")).isEqualTo(16);
        assertThat(ShaderProblem.column("   x += y;", "'+=' : wrong types")).isEqualTo(6);
        assertThat(ShaderProblem.column("   x = y;", "'z' : elsewhere")).isEqualTo(4);
        assertThat(ShaderProblem.column("", "'z' : elsewhere")).isZero();
    }

    @Test
    void aPlaceIsLookedForByWords() throws IOException {
        Files.writeString(root.resolve("a.comp"), "void main() {}\n");
        Files.writeString(root.resolve("b.glsl"), "// buffer\nlayout(std430) buffer Words {\n");
        ShaderSources sources = ShaderSources.inFolder(root);
        ShaderProblem found =
                ShaderProblem.about(List.of("a.comp", "b.glsl"), List.of("buffer"), "has a buffer", sources);
        assertThat(found.place()).isEqualTo("b.glsl:2");
        assertThat(found.column()).isEqualTo(16);
        assertThat(found.message()).isEqualTo("a.comp has a buffer");
        ShaderProblem nowhere = ShaderProblem.about(List.of("a.comp"), List.of("image"), "has an image", sources);
        assertThat(nowhere.place()).isEqualTo("a.comp");
        assertThat(nowhere.caretLine()).isEmpty();
    }
}
