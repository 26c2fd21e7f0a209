package vitrine.shaders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vitrine.shaders.Spirv.Binding;
import vitrine.shaders.Spirv.Kind;
import vitrine.shaders.Spirv.LocalSize;

class ShaderCompilerTest {
    @TempDir
    Path root;

    private ShaderCompiler compiler;

    @BeforeEach
    void open() {
        compiler = ShaderCompiler.create(root);
    }

    @AfterEach
    void close() {
        compiler.close();
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    @Test
    void readsTheInterfaceOfWhatItCompiles() throws IOException {
        write("include/n.glsl", "layout(constant_id = 7) const uint COUNT = 3u;\n");
        write("a/b.comp", """
                #version 460
                #extension GL_GOOGLE_include_directive : require
                #include "include/n.glsl"
                layout(local_size_x = 32, local_size_y = 2) in;
                layout(set = 0, binding = 1, std430) buffer Words { uint words[]; } words;
                layout(set = 0, binding = 0) uniform sampler2D picture;
                layout(set = 1, binding = 0) uniform usamplerBuffer texels;
                layout(set = 1, binding = 2) uniform Block { vec4 v; } block;
                layout(set = 1, binding = 3, rgba8) uniform writeonly image2D target;
                layout(push_constant) uniform Push { vec3 a; float b; uvec2 c; } push;
                void main() {
                    words.words[0] = COUNT + push.c.x + uint(texture(picture, vec2(0)).x) + uint(block.v.x)
                        + texelFetch(texels, FACTOR).x;
                    imageStore(target, ivec2(0), vec4(push.b));
                }
                """);
        Spirv s = compiler.compile("a/b.comp", "FACTOR=2");
        assertThat(s.name()).isEqualTo("a/b.comp+FACTOR=2");
        assertThat(s.stage()).isEqualTo(Stage.COMPUTE);
        assertThat(s.localSize()).isEqualTo(new LocalSize(32, 2, 1));
        assertThat(s.pushConstantBytes()).isEqualTo(24);
        assertThat(s.specConstant("COUNT")).isEqualTo(7);
        assertThat(s.bindings())
                .containsExactly(
                        new Binding(0, 0, Kind.COMBINED_IMAGE_SAMPLER, "picture"),
                        new Binding(0, 1, Kind.STORAGE_BUFFER, "words"),
                        new Binding(1, 0, Kind.UNIFORM_TEXEL_BUFFER, "texels"),
                        new Binding(1, 2, Kind.UNIFORM_BUFFER, "block"),
                        new Binding(1, 3, Kind.STORAGE_IMAGE, "target"));
    }

    @Test
    void namesFileAndLineOfAnErrorAlsoInAnInclude() throws IOException {
        write("include/bad.glsl", """
                float f() {
                    return nothing;
                }
                """);
        write("x.frag", """
                #version 460
                #extension GL_GOOGLE_include_directive : require
                #include "include/bad.glsl"
                void main() {}
                """);
        ShaderCompileException e = catchThrowableOfType(ShaderCompileException.class, () -> compiler.compile("x.frag"));
        assertThat(e.file()).isEqualTo("include/bad.glsl");
        assertThat(e.line()).isEqualTo(2);
        assertThat(e).hasMessageContaining("include/bad.glsl:2: error: 'nothing'");
    }

    @Test
    void namesAMissingFileAndAMissingInclude() throws IOException {
        write("x.comp", """
                #version 460
                #extension GL_GOOGLE_include_directive : require
                #include "no.glsl"
                """);
        assertThatThrownBy(() -> compiler.compile("x.comp")).hasMessageContaining("no.glsl");
        assertThatThrownBy(() -> compiler.compile("y.comp")).hasMessageContaining("y.comp: cannot be read");
    }

    @Test
    void aShaderThatNoVariantNamesIsAnError() throws IOException {
        write("variants.txt", "# none\n");
        write("x.comp", "#version 460");
        assertThatThrownBy(() -> CompileShaders.variants(root)).hasMessageContaining("x.comp");
    }

    @Test
    void bytesThatAreNoModuleAreRefused() {
        assertThatThrownBy(() -> Spirv.parse("x", new byte[] {1, 2, 3, 4})).hasMessageContaining("not a SPIR-V module");
        byte[] cut = Arrays.copyOf(compileEmpty().code(), 60);
        assertThatThrownBy(() -> Spirv.parse("x", cut)).isInstanceOf(IllegalArgumentException.class);
    }

    private Spirv compileEmpty() {
        try {
            write("e.comp", "#version 460\nvoid main() {}");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return compiler.compile("e.comp");
    }

    @Test
    void includesThePassThatTheMacroNames() throws IOException {
        Files.createDirectories(root.resolve("passes"));
        Files.writeString(root.resolve("passes/red.glsl"), "const vec4 LOOK = vec4(1.0, 0.0, 0.0, 1.0);\n");
        Files.writeString(root.resolve("look.frag"), """
                #version 460
                #extension GL_GOOGLE_include_directive : require
                #include "passes/PASS.glsl"
                layout(location = 0) out vec4 color;
                void main() { color = LOOK; }
                """);

        assertThat(compiler.compile("look.frag", "PASS=red").name()).isEqualTo("look.frag+PASS=red");
        assertThat(compiler.files()).containsExactlyInAnyOrder("look.frag", "passes/red.glsl");
        assertThatThrownBy(() -> compiler.compile("look.frag", "PASS=blue")).hasMessageContaining("passes/blue.glsl");
        assertThat(compiler.files()).contains("passes/blue.glsl");
    }

    @Test
    void readsFromTheFirstFolderThatHasAFileAndThenFromTheJar() throws IOException {
        Path over = Files.createDirectories(root.resolve("over/include"));
        Files.writeString(over.resolve("turn.glsl"), "// another\n");
        ShaderSources sources = ShaderSources.overBuiltIn(List.of(root.resolve("over"), root));

        assertThat(sources.read("include/turn.glsl")).isEqualTo("// another\n");
        assertThat(sources.path("include/turn.glsl")).contains(over.resolve("turn.glsl"));
        assertThat(sources.read("include/frame.glsl")).contains("FORMAT_NV12");
        assertThat(sources.path("include/frame.glsl")).isEmpty();
        assertThatThrownBy(() -> sources.read("include/none.glsl")).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void knowsTheTypesOfConstants() throws IOException {
        Files.writeString(root.resolve("typed.frag"), """
                #version 460
                layout(constant_id = 3) const float STRENGTH = 0.5;
                layout(constant_id = 4) const uint CELL = 4u;
                layout(constant_id = 5) const int SHIFT = -1;
                layout(constant_id = 6) const bool ON = true;
                layout(location = 0) out vec4 color;
                void main() { color = vec4(STRENGTH, float(CELL), float(SHIFT), ON ? 1.0 : 0.0); }
                """);
        Spirv spirv = compiler.compile("typed.frag");

        assertThat(spirv.constantBits("STRENGTH", 0.25)).isEqualTo(Float.floatToRawIntBits(0.25f));
        assertThat(spirv.constantBits("CELL", 23.7)).isEqualTo(24);
        assertThat(spirv.constantBits("SHIFT", -3)).isEqualTo(-3);
        assertThat(spirv.constantBits("ON", 1)).isEqualTo(1);
        assertThatThrownBy(() -> spirv.constantBits("NONE", 1)).hasMessageContaining("NONE");
    }
}
