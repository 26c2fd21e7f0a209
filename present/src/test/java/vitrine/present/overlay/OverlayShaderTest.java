package vitrine.present.overlay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The numbers that Java and the overlay's shaders share: the shader's text says, Java follows. */
class OverlayShaderTest {

    @Test
    void kindsAndCornersAreTheShaders() throws IOException {
        String source = Files.readString(Path.of("../shaders/src/main/glsl/present/overlay.frag"));
        assertThat(constant(source, "KIND_FILL")).isEqualTo(Instances.KIND_FILL);
        assertThat(constant(source, "KIND_RING")).isEqualTo(Instances.KIND_RING);
        assertThat(constant(source, "KIND_GLYPH")).isEqualTo(Instances.KIND_GLYPH);
        assertThat(constant(source, "SQUARE_BOTTOM")).isEqualTo(Instances.SQUARE_BOTTOM);
        assertThat(constant(source, "SQUARE_TOP_LEFT")).isEqualTo(Instances.SQUARE_TOP_LEFT);
    }

    private static int constant(String source, String name) {
        Matcher m = Pattern.compile("const uint " + name + " = (\\d+)u;").matcher(source);
        assertThat(m.find()).as(name).isTrue();
        return Integer.parseInt(m.group(1));
    }
}
