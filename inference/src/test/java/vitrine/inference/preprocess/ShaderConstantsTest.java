package vitrine.inference.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import vitrine.engine.frame.ChromaSiting;
import vitrine.engine.frame.ColorEncoding;
import vitrine.engine.frame.PixelFormat;

/** The numbers in the shaders' text are those of the enums. */
class ShaderConstantsTest {
    private static final Path INCLUDE = Path.of("../shaders/src/main/glsl/include");

    private static Map<String, Integer> constants(String file, String prefix) throws IOException {
        Map<String, Integer> found = new TreeMap<>();
        Pattern.compile("^const uint " + prefix + "_(\\w+) = (\\d+)u;", Pattern.MULTILINE)
                .matcher(Files.readString(INCLUDE.resolve(file)))
                .results()
                .forEach((MatchResult m) -> found.put(m.group(1), Integer.parseInt(m.group(2))));
        return found;
    }

    @Test
    void frameConstantsEqualTheEnums() throws IOException {
        Map<String, Integer> formats = new TreeMap<>();
        for (PixelFormat f : PixelFormat.values()) {
            formats.put(f.name(), f.shaderCode());
        }
        assertThat(constants("frame.glsl", "FORMAT")).isEqualTo(formats);
        Map<String, Integer> matrices = new TreeMap<>();
        for (ColorEncoding.Matrix m : ColorEncoding.Matrix.values()) {
            matrices.put(m.name(), m.shaderCode());
        }
        assertThat(constants("frame.glsl", "MATRIX")).isEqualTo(matrices);
        Map<String, Integer> ranges = new TreeMap<>();
        for (ColorEncoding.Range r : ColorEncoding.Range.values()) {
            ranges.put(r.name(), r.shaderCode());
        }
        assertThat(constants("frame.glsl", "RANGE")).isEqualTo(ranges);
        Map<String, Integer> sitings = new TreeMap<>();
        for (ChromaSiting s : ChromaSiting.values()) {
            sitings.put(s.name(), s.shaderCode());
        }
        assertThat(constants("frame.glsl", "SITING")).isEqualTo(sitings);
    }

    @Test
    void tensorConstantsEqualTheEnums() throws IOException {
        Map<String, Integer> types = new TreeMap<>();
        for (TensorSpec.Type t : TensorSpec.Type.values()) {
            types.put(t.name(), t.shaderCode());
        }
        assertThat(constants("tensor.glsl", "TENSOR")).isEqualTo(types);
    }
}
