package vitrine.tools.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vitrine.shaders.ShaderCompiler;
import vitrine.shaders.ShaderSources;
import vitrine.shaders.Spirv;

final class InterfaceCheckTest {

    private static final String COMPUTE = """
            #version 460
            #extension GL_EXT_shader_explicit_arithmetic_types : enable
            layout(local_size_x = 64) in;
            layout(set = 0, binding = 0, std430) readonly buffer From { uint words[]; } from;
            layout(set = 0, binding = 1, std430) writeonly buffer To { uint words[]; } to;
            layout(push_constant) uniform Push { uvec2 at; float gain; } push;
            // declarations
            void main() {
                uint i = gl_GlobalInvocationID.x;
                to.words[i] = uint(float(from.words[i]) * push.gain);
                // more
            }
            """;

    private static final String VERTEX = """
            #version 460
            layout(location = 0) out vec2 at;
            void main() {
                at = vec2(gl_VertexIndex);
                gl_Position = vec4(at, 0.0, 1.0);
            }
            """;

    private static final String FRAGMENT = """
            #version 460
            layout(location = 0) in vec2 at;
            layout(location = 0) out vec4 color;
            void main() {
                color = vec4(at, 0.0, 1.0);
            }
            """;

    @TempDir
    Path root;

    private Spirv compile(String file, String text, ShaderCompiler.Optimization optimization) throws IOException {
        Files.writeString(root.resolve(file), text);
        try (ShaderCompiler compiler = ShaderCompiler.create(ShaderSources.inFolder(root), optimization)) {
            return compiler.compile(file);
        }
    }

    /** What is said of an edit; the layout is that of the text before, optimised as the build does it. */
    private Optional<ShaderProblem> compute(String edited) throws IOException {
        Spirv built = compile("a.comp", COMPUTE, ShaderCompiler.Optimization.SPEED);
        Spirv next = compile("a.comp", edited, ShaderCompiler.Optimization.NONE);
        return new InterfaceCheck(ShaderSources.inFolder(root), Map.of())
                .problem(List.of(built), List.of(built), List.of(next));
    }

    private Optional<ShaderProblem> graphics(String vertex, String fragment) throws IOException {
        List<Spirv> built = List.of(
                compile("a.vert", VERTEX, ShaderCompiler.Optimization.SPEED),
                compile("a.frag", FRAGMENT, ShaderCompiler.Optimization.SPEED));
        List<Spirv> next = List.of(
                compile("a.vert", vertex, ShaderCompiler.Optimization.NONE),
                compile("a.frag", fragment, ShaderCompiler.Optimization.NONE));
        return new InterfaceCheck(ShaderSources.inFolder(root), Map.of()).problem(built, built, next);
    }

    private static void assertSays(Optional<ShaderProblem> found, String place, String... words) {
        assertThat(found).isPresent();
        assertThat(found.get().place()).isEqualTo(place);
        assertThat(found.get().message()).contains(words).doesNotContain("\n");
    }

    @Test
    void takesWhatFits() throws IOException {
        assertThat(compute(COMPUTE)).isEmpty();
        assertThat(compute(COMPUTE.replace("push.gain", "0.5"))).isEmpty();
        assertThat(compute(COMPUTE.replace("float(from.words[i])", "1.0"))).isEmpty();
        assertThat(graphics(VERTEX, FRAGMENT)).isEmpty();
    }

    @Test
    void takesABindingThatIsDeclaredAndNotUsed() throws IOException {
        String declared = "layout(set = 0, binding = 4) buffer Extra { float values[]; } extra;";
        assertThat(compute(COMPUTE.replace("// declarations", declared))).isEmpty();
        assertSays(
                compute(COMPUTE.replace("// declarations", declared).replace("// more", "extra.values[i] = 1.0;")),
                "a.comp:7",
                "binding 4",
                "'extra'",
                "take it out");
    }

    @Test
    void rejectsAnotherKindOfBinding() throws IOException {
        assertSays(
                compute(COMPUTE.replace(
                                "layout(set = 0, binding = 0, std430) readonly buffer From { uint words[]; } from;",
                                "layout(set = 0, binding = 0, std140) uniform From { uvec4 words[8]; } from;")
                        .replace("from.words[i]", "from.words[i].x")),
                "a.comp:4",
                "uniform buffer",
                "storage buffer");
    }

    @Test
    void rejectsMoreAndMovedPushConstants() throws IOException {
        assertSays(
                compute(COMPUTE.replace("float gain;", "float gain; vec4 tint;").replace("push.gain", "push.tint.x")),
                "a.comp:6",
                "32 bytes",
                "12");
        assertSays(
                compute(COMPUTE.replace("uvec2 at; float gain;", "float gain;")),
                "a.comp:6",
                "'gain'",
                "from byte 8 to 0");
    }

    @Test
    void rejectsOtherWorkgroups() throws IOException {
        assertSays(compute(COMPUTE.replace("local_size_x = 64", "local_size_x = 512")), "a.comp:3", "512", "256");
        assertSays(compute(COMPUTE.replace("local_size_x = 64", "local_size_x = 32")), "a.comp:3", "64 x 1 x 1");
        assertSays(compute(COMPUTE.replace("local_size_x = 64", "local_size_x_id = 3")), "a.comp:3", "LOCAL_SIZE_X");
    }

    @Test
    void rejectsWhatAPiLacks() throws IOException {
        assertSays(
                compute(COMPUTE.replace("// declarations", "shared float big[5000];")
                        .replace("// more", "big[i] = 1.0;")),
                "a.comp:7",
                "20000",
                "16384");
        assertSays(
                compute(COMPUTE.replace("// more", "to.words[i] = uint(float16_t(push.gain) * float16_t(2));")),
                "a.comp:11",
                "Float16",
                "Raspberry Pi 5");
        assertSays(
                compute(COMPUTE.replace("// more", "to.words[i] = uint(double(push.gain) * double(push.at.x));")),
                "a.comp:11",
                "Float64");
        StringBuilder buffers = new StringBuilder();
        StringBuilder uses = new StringBuilder();
        for (int b = 2; b < 9; b++) {
            buffers.append("layout(set = 0, binding = %d) buffer B%d { float v[]; } b%d;\n".formatted(b, b, b));
            uses.append("b%d.v[i] = 1.0;\n".formatted(b));
        }
        assertSays(
                compute(COMPUTE.replace("// declarations", buffers).replace("// more", uses)),
                "a.comp:4",
                "9 storage buffers",
                "takes 8");
    }

    @Test
    void rejectsStagesThatDoNotMeet() throws IOException {
        assertSays(
                graphics(VERTEX, FRAGMENT.replace("in vec2 at", "in vec3 at").replace("vec4(at, 0.0", "vec4(at")),
                "a.frag:2",
                "vec3 at location 0",
                "a.vert writes vec2");
        assertSays(
                graphics(VERTEX, FRAGMENT.replace("location = 0) in vec2", "location = 5) in vec2")),
                "a.frag:2",
                "location 5",
                "nothing");
        assertSays(
                graphics(
                        VERTEX.replace("void main", "layout(location = 2) in vec2 from;\nvoid main")
                                .replace("vec2(gl_VertexIndex)", "from"),
                        FRAGMENT),
                "a.vert:3",
                "vec2 at location 2",
                "no pass provides");
        assertSays(
                graphics(VERTEX, FRAGMENT.replace("location = 0) out", "location = 1) out")), "a.frag:3", "no colour");
    }
}
