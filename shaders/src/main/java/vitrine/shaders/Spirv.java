package vitrine.shaders;

import java.util.List;
import java.util.Map;

/**
 * A compiled shader and the interface its SPIR-V declares. Sets, bindings and sizes are read from the code, so the
 * shader text stays the single source of layouts.
 *
 * @param name variant name, as {@code preprocess/general.comp+DEVICE_ADDRESS}
 * @param stage vertex, fragment or compute
 * @param code the SPIR-V module, little-endian words; not to be changed
 * @param pushConstantBytes end of the push-constant block's last member, 0 without a block
 * @param bindings descriptors by set, then binding
 * @param specConstants id ({@code constant_id}) to name; those of a {@code local_size_x_id} are LOCAL_SIZE_X to _Z; those
 *     the shader never uses are not there
 * @param constantTypes type of each of specConstants, by name
 * @param localSize invocations in a workgroup, where they are not specialisation constants; 1, 1, 1 for graphics
 */
@SuppressWarnings("ArrayRecordComponent") // the code goes to vkCreateShaderModule as it is; nobody compares it
public record Spirv(
        String name,
        Stage stage,
        byte[] code,
        int pushConstantBytes,
        List<Binding> bindings,
        Map<Integer, String> specConstants,
        Map<String, ConstantType> constantTypes,
        LocalSize localSize) {

    public Spirv {
        bindings = List.copyOf(bindings);
        specConstants = Map.copyOf(specConstants);
        constantTypes = Map.copyOf(constantTypes);
    }

    /**
     * Reads a module's interface.
     *
     * @throws IllegalArgumentException if the bytes are not a SPIR-V module with one entry point
     */
    public static Spirv parse(String name, byte[] code) {
        return new SpirvReflection(name, code).spirv();
    }

    /** The source file below the GLSL folder: the variant's name without its macros. */
    public String file() {
        return fileOf(name);
    }

    /** The source file of a variant, by its {@link #name}. */
    public static String fileOf(String variant) {
        int macros = variant.indexOf('+');
        return macros < 0 ? variant : variant.substring(0, macros);
    }

    /** True if the code uses a specialisation constant of this GLSL name. */
    public boolean hasSpecConstant(String constantName) {
        return specConstants.containsValue(constantName);
    }

    /** The id of a specialisation constant by its GLSL name; an error if the shader has none. */
    public int specConstant(String constantName) {
        for (Map.Entry<Integer, String> e : specConstants.entrySet()) {
            if (e.getValue().equals(constantName)) {
                return e.getKey();
            }
        }
        throw new IllegalArgumentException(name + " has no specialisation constant " + constantName);
    }

    /**
     * A number as the 32 bits of a specialisation constant: rounded to the nearest for int and uint, not 0 for bool.
     *
     * @throws IllegalArgumentException if the shader has no such constant
     */
    public int constantBits(String constantName, double value) {
        ConstantType type = constantTypes.get(constantName);
        if (type == null) {
            throw new IllegalArgumentException(name + " has no specialisation constant " + constantName);
        }
        return switch (type) {
            case BOOL -> value == 0 ? 0 : 1;
            case INT -> (int) Math.round(value);
            case UINT -> (int) Math.clamp(Math.round(value), 0L, 0xffff_ffffL);
            case FLOAT -> Float.floatToRawIntBits((float) value);
        };
    }

    @Override
    public String toString() {
        return name;
    }

    /**
     * One descriptor.
     *
     * @param set descriptor set
     * @param binding number within the set
     * @param kind what is bound
     * @param name the variable's or, for a buffer without one, the block's GLSL name
     */
    public record Binding(int set, int binding, Kind kind, String name) {}

    /** Types of specialisation constants; all have 32 bits. */
    public enum ConstantType {
        BOOL,
        INT,
        UINT,
        FLOAT
    }

    /** Descriptor types in use. */
    public enum Kind {
        STORAGE_BUFFER,
        UNIFORM_BUFFER,
        COMBINED_IMAGE_SAMPLER,
        STORAGE_IMAGE,
        UNIFORM_TEXEL_BUFFER
    }

    /** Workgroup size in invocations. */
    public record LocalSize(int x, int y, int z) {
        public static final LocalSize ONE = new LocalSize(1, 1, 1);
    }
}
