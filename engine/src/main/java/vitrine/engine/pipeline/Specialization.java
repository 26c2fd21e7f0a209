package vitrine.engine.pipeline;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import vitrine.shaders.Spirv;

/**
 * Values for a shader's specialisation constants, by their GLSL names. Each is 32 bits: int, uint, bool or float. A name
 * that the shader does not have is an error when the pipeline is made: the shader text is the single source.
 */
public final class Specialization {

    private final Map<String, Integer> values = new LinkedHashMap<>();
    private final Map<String, Integer> offers = new LinkedHashMap<>();

    /** An int or uint constant. */
    public Specialization set(String name, int value) {
        values.put(name, value);
        return this;
    }

    public Specialization set(String name, boolean value) {
        return set(name, value ? 1 : 0);
    }

    public Specialization set(String name, float value) {
        return set(name, Float.floatToRawIntBits(value));
    }

    /** A value for a constant that the shader need not have: compilers drop what nobody reads. */
    public Specialization offer(String name, int value) {
        offers.put(name, value);
        return this;
    }

    public Specialization offer(String name, boolean value) {
        return offer(name, value ? 1 : 0);
    }

    public Specialization offer(String name, float value) {
        return offer(name, Float.floatToRawIntBits(value));
    }

    /**
     * Constant ids and bits for one shader, by id.
     *
     * @param over values that win; where there are any, even none, the shader is one that is being worked on, and may have
     *     lost the use of a constant
     */
    Map<Integer, Integer> resolve(Spirv shader, @Nullable Map<String, Double> over) {
        Map<Integer, Integer> byId = new TreeMap<>();
        offers.forEach((name, bits) -> {
            if (shader.hasSpecConstant(name)) {
                byId.put(shader.specConstant(name), bits);
            }
        });
        values.forEach((name, bits) -> {
            if (over == null || shader.hasSpecConstant(name)) {
                byId.put(shader.specConstant(name), bits);
            }
        });
        if (over != null) {
            over.forEach((name, value) -> {
                if (shader.hasSpecConstant(name)) {
                    byId.put(shader.specConstant(name), shader.constantBits(name, value));
                }
            });
        }
        return byId;
    }
}
