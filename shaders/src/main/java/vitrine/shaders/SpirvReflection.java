package vitrine.shaders;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import vitrine.shaders.Spirv.Binding;
import vitrine.shaders.Spirv.ConstantType;
import vitrine.shaders.Spirv.Kind;
import vitrine.shaders.Spirv.LocalSize;

/** Reads the declarations of a SPIR-V module. Opcode numbers: SPIR-V specification 1.6, section 3.49. */
final class SpirvReflection {
    private static final int MAGIC = 0x07230203;

    private static final int OP_NAME = 5;
    private static final int OP_ENTRY_POINT = 15;
    private static final int OP_EXECUTION_MODE = 16;
    private static final int OP_TYPE_BOOL = 20;
    private static final int OP_TYPE_INT = 21;
    private static final int OP_TYPE_FLOAT = 22;
    private static final int OP_TYPE_VECTOR = 23;
    private static final int OP_TYPE_MATRIX = 24;
    private static final int OP_TYPE_IMAGE = 25;
    private static final int OP_TYPE_SAMPLED_IMAGE = 27;
    private static final int OP_TYPE_ARRAY = 28;
    private static final int OP_TYPE_STRUCT = 30;
    private static final int OP_TYPE_POINTER = 32;
    private static final int OP_CONSTANT = 43;
    private static final int OP_SPEC_CONSTANT_TRUE = 48;
    private static final int OP_SPEC_CONSTANT_FALSE = 49;
    private static final int OP_SPEC_CONSTANT = 50;
    private static final int OP_SPEC_CONSTANT_COMPOSITE = 51;
    private static final int OP_VARIABLE = 59;
    private static final int OP_DECORATE = 71;
    private static final int OP_MEMBER_DECORATE = 72;

    private static final int MODE_LOCAL_SIZE = 17;
    private static final int DECORATION_SPEC_ID = 1;
    private static final int DECORATION_BUFFER_BLOCK = 3;
    private static final int DECORATION_ARRAY_STRIDE = 6;
    private static final int DECORATION_MATRIX_STRIDE = 7;
    private static final int DECORATION_BUILT_IN = 11;
    private static final int DECORATION_BINDING = 33;
    private static final int DECORATION_SET = 34;
    private static final int DECORATION_OFFSET = 35;

    private static final int BUILT_IN_WORKGROUP_SIZE = 25;

    private static final int CLASS_UNIFORM_CONSTANT = 0;
    private static final int CLASS_UNIFORM = 2;
    private static final int CLASS_PUSH_CONSTANT = 9;
    private static final int CLASS_STORAGE_BUFFER = 12;

    private static final int DIM_BUFFER = 5;
    private static final int SAMPLED_STORAGE = 2;

    private final String name;
    private final byte[] code;
    private final Map<Integer, String> names = new HashMap<>();
    private final Map<Integer, int[]> types = new HashMap<>();
    private final Map<Integer, Integer> constants = new HashMap<>();
    private final Map<Integer, Map<Integer, Integer>> decorations = new HashMap<>();
    private final Map<Integer, Map<Integer, Map<Integer, Integer>>> memberDecorations = new HashMap<>();
    private final List<int[]> variables = new ArrayList<>();
    private final Map<Integer, Integer> specConstantTypes = new HashMap<>();
    private final List<int[]> composites = new ArrayList<>();
    private @Nullable Stage stage;
    private LocalSize localSize = LocalSize.ONE;

    SpirvReflection(String name, byte[] code) {
        this.name = name;
        this.code = code;
        IntBuffer words = ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
        if (code.length % 4 != 0 || words.remaining() < 5 || words.get(0) != MAGIC) {
            throw new IllegalArgumentException(name + " is not a SPIR-V module");
        }
        int at = 5;
        while (at < words.limit()) {
            int opcode = words.get(at) & 0xffff;
            int length = words.get(at) >>> 16;
            if (length == 0 || at + length > words.limit()) {
                throw new IllegalArgumentException(name + " is a cut or damaged SPIR-V module");
            }
            int[] instruction = new int[length];
            words.get(at, instruction);
            read(opcode, instruction);
            at += length;
        }
    }

    private void read(int opcode, int[] w) {
        switch (opcode) {
            case OP_NAME -> names.put(w[1], text(w, 2));
            case OP_ENTRY_POINT -> {
                if (stage != null) {
                    throw new IllegalArgumentException(name + " has more than one entry point");
                }
                stage = Stage.ofExecutionModel(w[1]);
            }
            case OP_EXECUTION_MODE -> {
                if (w[2] == MODE_LOCAL_SIZE) {
                    localSize = new LocalSize(w[3], w[4], w[5]);
                }
            }
            case OP_CONSTANT -> constants.put(w[2], w[3]);
            case OP_VARIABLE -> variables.add(w);
            case OP_SPEC_CONSTANT_TRUE, OP_SPEC_CONSTANT_FALSE, OP_SPEC_CONSTANT -> specConstantTypes.put(w[2], w[1]);
            case OP_SPEC_CONSTANT_COMPOSITE -> composites.add(w);
            case OP_DECORATE ->
                decorations.computeIfAbsent(w[1], k -> new HashMap<>()).put(w[2], w.length > 3 ? w[3] : 0);
            case OP_MEMBER_DECORATE ->
                memberDecorations
                        .computeIfAbsent(w[1], k -> new TreeMap<>())
                        .computeIfAbsent(w[2], k -> new HashMap<>())
                        .put(w[3], w.length > 4 ? w[4] : 0);
            default -> {
                if (opcode >= 19 && opcode <= OP_TYPE_POINTER) {
                    w[0] = opcode;
                    types.put(w[1], w);
                }
            }
        }
    }

    Spirv spirv() {
        if (stage == null) {
            throw new IllegalArgumentException(name + " has no entry point");
        }
        int pushConstantBytes = 0;
        List<Binding> bindings = new ArrayList<>();
        for (int[] v : variables) {
            int storageClass = v[3];
            int pointee = type(v[1])[3];
            if (storageClass == CLASS_PUSH_CONSTANT) {
                pushConstantBytes = size(pointee);
                continue;
            }
            Kind kind = kind(storageClass, pointee);
            if (kind != null) {
                String own = names.getOrDefault(v[2], "");
                bindings.add(new Binding(
                        decoration(v[2], DECORATION_SET),
                        decoration(v[2], DECORATION_BINDING),
                        kind,
                        own.isEmpty() ? names.getOrDefault(pointee, "") : own));
            }
        }
        bindings.sort(Comparator.comparingInt(Binding::set).thenComparingInt(Binding::binding));
        for (int[] c : composites) {
            if (decorations.getOrDefault(c[2], Map.of()).getOrDefault(DECORATION_BUILT_IN, -1)
                    == BUILT_IN_WORKGROUP_SIZE) {
                // layout(local_size_x_id = N) makes constants that have no name of their own.
                names.put(c[3], "LOCAL_SIZE_X");
                names.put(c[4], "LOCAL_SIZE_Y");
                names.put(c[5], "LOCAL_SIZE_Z");
            }
        }
        Map<Integer, String> specConstants = new HashMap<>();
        Map<String, ConstantType> constantTypes = new HashMap<>();
        decorations.forEach((id, d) -> {
            Integer specId = d.get(DECORATION_SPEC_ID);
            if (specId != null) {
                String constant = names.getOrDefault(id, "constant_" + specId);
                specConstants.put(specId, constant);
                constantTypes.put(constant, constantType(id));
            }
        });
        return new Spirv(name, stage, code, pushConstantBytes, bindings, specConstants, constantTypes, localSize);
    }

    private ConstantType constantType(int id) {
        int[] t = type(specConstantTypes.getOrDefault(id, 0));
        return switch (t[0]) {
            case OP_TYPE_BOOL -> ConstantType.BOOL;
            case OP_TYPE_INT -> t[3] == 0 ? ConstantType.UINT : ConstantType.INT;
            case OP_TYPE_FLOAT -> ConstantType.FLOAT;
            default -> throw new IllegalArgumentException(name + ": type " + t[0] + " is not one of a constant");
        };
    }

    private @Nullable Kind kind(int storageClass, int pointee) {
        int[] t = type(pointee);
        return switch (storageClass) {
            case CLASS_STORAGE_BUFFER -> Kind.STORAGE_BUFFER;
            case CLASS_UNIFORM ->
                decorations.getOrDefault(pointee, Map.of()).containsKey(DECORATION_BUFFER_BLOCK)
                        ? Kind.STORAGE_BUFFER
                        : Kind.UNIFORM_BUFFER;
            case CLASS_UNIFORM_CONSTANT ->
                switch (t[0]) {
                    case OP_TYPE_SAMPLED_IMAGE ->
                        type(t[2])[3] == DIM_BUFFER ? Kind.UNIFORM_TEXEL_BUFFER : Kind.COMBINED_IMAGE_SAMPLER;
                    case OP_TYPE_IMAGE ->
                        t[3] == DIM_BUFFER && t[7] != SAMPLED_STORAGE ? Kind.UNIFORM_TEXEL_BUFFER : Kind.STORAGE_IMAGE;
                    default ->
                        throw new IllegalArgumentException(
                                name + ": descriptor arrays and separate samplers are not used here");
                };
            default -> null;
        };
    }

    private int size(int id) {
        int[] t = type(id);
        return switch (t[0]) {
            case OP_TYPE_INT, OP_TYPE_FLOAT -> t[2] / 8;
            case OP_TYPE_VECTOR -> t[3] * size(t[2]);
            case OP_TYPE_POINTER -> 8;
            case OP_TYPE_ARRAY -> {
                Integer length = constants.get(t[3]);
                if (length == null) {
                    throw new IllegalArgumentException(name + ": an array in the push constants has no fixed length");
                }
                yield length * decoration(id, DECORATION_ARRAY_STRIDE);
            }
            case OP_TYPE_STRUCT -> {
                Map<Integer, Map<Integer, Integer>> members = memberDecorations.getOrDefault(id, Map.of());
                int end = 0;
                for (int i = 0; i < t.length - 2; i++) {
                    Map<Integer, Integer> member = members.getOrDefault(i, Map.of());
                    int[] memberType = type(t[2 + i]);
                    int bytes = memberType[0] == OP_TYPE_MATRIX
                            ? memberType[3] * member.getOrDefault(DECORATION_MATRIX_STRIDE, 16)
                            : size(t[2 + i]);
                    end = Math.max(end, member.getOrDefault(DECORATION_OFFSET, 0) + bytes);
                }
                yield end;
            }
            default -> throw new IllegalArgumentException(name + ": type " + t[0] + " has no size in a block");
        };
    }

    private int[] type(int id) {
        int[] t = types.get(id);
        if (t == null) {
            throw new IllegalArgumentException(name + ": type %" + id + " is not declared");
        }
        return t;
    }

    private int decoration(int id, int decoration) {
        return decorations.getOrDefault(id, Map.of()).getOrDefault(decoration, 0);
    }

    /** A nul-ended string packed into words from index {@code from}. */
    private static String text(int[] w, int from) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * (w.length - from)).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = from; i < w.length; i++) {
            bytes.putInt(w[i]);
        }
        String s = new String(bytes.array(), StandardCharsets.UTF_8);
        int nul = s.indexOf('\0');
        return nul < 0 ? s : s.substring(0, nul);
    }
}
