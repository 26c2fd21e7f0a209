package vitrine.shaders;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** The SPIR-V that the build put into this jar. Loads no shader compiler. */
public final class ShaderLibrary {

    private ShaderLibrary() {}

    /**
     * Reads one shader of {@code src/main/glsl/variants.txt}.
     *
     * @param file source below the GLSL folder, as {@code preprocess/general.comp}
     * @param macros the variant's macros in any order, each {@code NAME} or {@code NAME=VALUE}
     * @throws IllegalArgumentException if there is no such variant
     */
    public static Spirv load(String file, String... macros) {
        String name = new Variant(file, List.of(macros)).name();
        try (InputStream in = ShaderLibrary.class.getResourceAsStream("spirv/" + name + ".spv")) {
            if (in == null) {
                throw new IllegalArgumentException("no shader " + name
                        + " on the class path: is it in shaders/src/main/glsl/variants.txt, and was the module built?");
            }
            return Spirv.parse(name, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("shader " + name + " cannot be read", e);
        }
    }
}
