package vitrine.shaders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShaderLibraryTest {
    @Test
    void everyVariantIsOnTheClassPathAndFitsTheRaspberryPi() throws IOException {
        List<Variant> variants = CompileShaders.variants(Path.of("src/main/glsl"));
        assertThat(variants).isNotEmpty();
        for (Variant v : variants) {
            Spirv s = ShaderLibrary.load(v.file(), v.macros().toArray(String[]::new));
            assertThat(s.name()).isEqualTo(v.name());
            Spirv.LocalSize local = s.localSize();
            // Limits of V3D 7.1 under Mesa's v3dv.
            assertThat(local.x() * local.y() * local.z()).as(s.name()).isLessThanOrEqualTo(256);
            assertThat(s.pushConstantBytes()).as(s.name()).isLessThanOrEqualTo(128);
            long buffers = s.bindings().stream()
                    .filter(b -> b.kind() == Spirv.Kind.STORAGE_BUFFER)
                    .count();
            assertThat(buffers).as(s.name()).isLessThanOrEqualTo(8);
        }
    }

    @Test
    void addressVariantsHaveNoDescriptorAndTheOthersNoAddress() {
        Spirv byAddress = ShaderLibrary.load("preprocess/general.comp", "DEVICE_ADDRESS");
        assertThat(byAddress.bindings()).isEmpty();
        assertThat(byAddress.pushConstantBytes()).isEqualTo(4 * 8 + 3 * 16 + 4);
        Spirv byBuffer = ShaderLibrary.load("preprocess/general.comp");
        assertThat(byBuffer.bindings()).hasSize(2);
        assertThat(ShaderLibrary.load("preprocess/nv12_area.comp").pushConstantBytes())
                .isZero();
        assertThat(byBuffer.specConstant("TENSOR_TYPE")).isEqualTo(16);
    }

    @Test
    void anUnknownShaderIsNamed() {
        assertThatThrownBy(() -> ShaderLibrary.load("no.comp", "B", "A")).hasMessageContaining("no.comp+A+B");
    }
}
