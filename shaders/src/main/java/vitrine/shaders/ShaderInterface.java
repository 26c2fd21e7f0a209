package vitrine.shaders;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a shader declares beyond its descriptors, for comparing two versions of it. Read from the SPIR-V; opcode numbers:
 * SPIR-V specification 1.6, section 3.49.
 *
 * @param capabilities numbers of OpCapability
 * @param inputs type by location, of those that are read
 * @param outputs type by location
 * @param bindings those of set 0 that are used
 * @param pushMembers offset of each member of the push-constant block, by name; empty where it is not used
 * @param sharedBytes of workgroup memory, arrays sized by constants at those constants' values
 * @param localSize invocations along x, y and z, at the constants' values
 */
public record ShaderInterface(
        Set<Integer> capabilities,
        Map<Integer, String> inputs,
        Map<Integer, String> outputs,
        Set<Integer> bindings,
        Map<String, Integer> pushMembers,
        int sharedBytes,
        Spirv.LocalSize localSize) {

    private static final int OP_NAME = 5;
    private static final int OP_MEMBER_NAME = 6;
    private static final int OP_CAPABILITY = 17;
    private static final int OP_TYPE_BOOL = 20;
    private static final int OP_TYPE_INT = 21;
    private static final int OP_TYPE_FLOAT = 22;
    private static final int OP_TYPE_VECTOR = 23;
    private static final int OP_TYPE_MATRIX = 24;
    private static final int OP_TYPE_ARRAY = 28;
    private static final int OP_TYPE_STRUCT = 30;
    private static final int OP_TYPE_POINTER = 32;
    private static final int OP_CONSTANT = 43;
    private static final int OP_SPEC_CONSTANT = 50;
    private static final int OP_FUNCTION = 54;
    private static final int OP_FUNCTION_CALL = 57;
    private static final int OP_VARIABLE = 59;
    private static final int OP_IMAGE_TEXEL_POINTER = 60;
    private static final int OP_LOAD = 61;
    private static final int OP_STORE = 62;
    private static final int OP_COPY_MEMORY = 63;
    private static final int OP_ACCESS_CHAIN = 65;
    private static final int OP_IN_BOUNDS_ACCESS_CHAIN = 66;
    private static final int OP_PTR_ACCESS_CHAIN = 67;
    private static final int OP_ARRAY_LENGTH = 68;
    private static final int OP_ENTRY_POINT = 15;
    private static final int OP_DECORATE = 71;
    private static final int OP_MEMBER_DECORATE = 72;
    private static final int DECORATION_SPEC_ID = 1;
    private static final int DECORATION_LOCATION = 30;
    private static final int DECORATION_BINDING = 33;
    private static final int DECORATION_OFFSET = 35;
    private static final int CLASS_INPUT = 1;
    private static final int CLASS_OUTPUT = 3;
    private static final int CLASS_WORKGROUP = 4;
    private static final int CLASS_PUSH_CONSTANT = 9;
    private static final int HEADER_WORDS = 5;

    public ShaderInterface {
        capabilities = Set.copyOf(capabilities);
        inputs = Map.copyOf(inputs);
        outputs = Map.copyOf(outputs);
        bindings = Set.copyOf(bindings);
        pushMembers = Map.copyOf(pushMembers);
    }

    /** Reads a module, which {@link Spirv#parse} has found whole. */
    public static ShaderInterface of(Spirv shader) {
        return of(shader, Map.of());
    }

    /**
     * As above, with sizes as they are with other values than the text's.
     *
     * @param constants specialisation constants by id
     */
    public static ShaderInterface of(Spirv shader, Map<Integer, Integer> constants) {
        return new Reader(shader, constants).read();
    }

    /** Instructions sorted by what they declare. */
    private static final class Reader {
        private final Spirv shader;
        private final Map<Integer, Integer> constants;
        private final Set<Integer> capabilities = new TreeSet<>();
        private final Map<Integer, int[]> types = new HashMap<>();
        private final Map<Integer, Integer> values = new HashMap<>();
        private final Map<Integer, Integer> specialized = new HashMap<>();
        private final Map<Integer, Integer> specIds = new HashMap<>();
        private final Map<Integer, Integer> locations = new HashMap<>();
        private final Map<List<Integer>, Integer> offsets = new HashMap<>();
        private final Map<List<Integer>, String> memberNames = new HashMap<>();
        private final Map<Integer, String> names = new HashMap<>();
        private final Map<Integer, String> inputs = new TreeMap<>();
        private final Map<Integer, String> outputs = new TreeMap<>();
        private final Map<String, Integer> pushMembers = new TreeMap<>();
        private final Map<Integer, Integer> bindings = new HashMap<>();
        private final List<int[]> variables = new ArrayList<>();
        private final Map<Integer, Set<Integer>> uses = new HashMap<>();
        private Set<Integer> usedHere = new HashSet<>();
        private int main;
        private int shared;

        Reader(Spirv shader, Map<Integer, Integer> constants) {
            this.shader = shader;
            this.constants = constants;
        }

        ShaderInterface read() {
            IntBuffer words = ByteBuffer.wrap(shader.code())
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asIntBuffer();
            for (int at = HEADER_WORDS; at < words.limit(); at += words.get(at) >>> 16) {
                int[] w = new int[words.get(at) >>> 16];
                words.get(at, w);
                read(w[0] & 0xffff, w);
            }
            Set<Integer> used = used();
            Set<Integer> usedBindings = new TreeSet<>();
            for (int[] v : variables) {
                declare(v, used.contains(v[2]));
                Integer binding = bindings.get(v[2]);
                if (binding != null && used.contains(v[2])) {
                    usedBindings.add(binding);
                }
            }
            return new ShaderInterface(capabilities, inputs, outputs, usedBindings, pushMembers, shared, localSize());
        }

        /** Ids of variables that the entry point's function, or one that it calls, makes use of. */
        private Set<Integer> used() {
            Set<Integer> reached = new HashSet<>();
            Deque<Integer> ahead = new ArrayDeque<>(List.of(main));
            while (!ahead.isEmpty()) {
                int id = ahead.pop();
                if (reached.add(id)) {
                    ahead.addAll(uses.getOrDefault(id, Set.of()));
                }
            }
            return reached;
        }

        private void read(int opcode, int[] w) {
            switch (opcode) {
                case OP_CAPABILITY -> capabilities.add(w[1]);
                case OP_NAME -> names.put(w[1], text(w, 2));
                case OP_MEMBER_NAME -> memberNames.put(List.of(w[1], w[2]), text(w, 3));
                case OP_DECORATE -> {
                    if (w[2] == DECORATION_SPEC_ID) {
                        specIds.put(w[1], w[3]);
                    } else if (w[2] == DECORATION_LOCATION) {
                        locations.put(w[1], w[3]);
                    } else if (w[2] == DECORATION_BINDING) {
                        bindings.put(w[1], w[3]);
                    }
                }
                case OP_MEMBER_DECORATE -> {
                    if (w[3] == DECORATION_OFFSET) {
                        offsets.put(List.of(w[1], w[2]), w[4]);
                    }
                }
                case OP_CONSTANT -> values.put(w[2], w[3]);
                case OP_SPEC_CONSTANT -> {
                    Integer id = specIds.get(w[2]); // decorations stand before constants
                    int value = id == null ? w[3] : constants.getOrDefault(id, w[3]);
                    values.put(w[2], value);
                    if (id != null) {
                        specialized.put(id, value);
                    }
                }
                case OP_VARIABLE -> variables.add(w);
                case OP_ENTRY_POINT -> main = w[2];
                case OP_FUNCTION -> {
                    usedHere = new HashSet<>();
                    uses.put(w[2], usedHere);
                }
                case OP_STORE -> usedHere.add(w[1]);
                case OP_COPY_MEMORY -> usedHere.addAll(List.of(w[1], w[2]));
                case OP_LOAD,
                        OP_ACCESS_CHAIN,
                        OP_IN_BOUNDS_ACCESS_CHAIN,
                        OP_PTR_ACCESS_CHAIN,
                        OP_ARRAY_LENGTH,
                        OP_IMAGE_TEXEL_POINTER -> usedHere.add(w[3]);
                case OP_FUNCTION_CALL -> {
                    for (int i = 3; i < w.length; i++) {
                        usedHere.add(w[i]); // the function, and pointers handed to it
                    }
                }
                default -> {
                    if (opcode >= OP_TYPE_BOOL && opcode <= OP_TYPE_POINTER) {
                        w[0] = opcode;
                        types.put(w[1], w);
                    }
                }
            }
        }

        private void declare(int[] w, boolean used) {
            int pointee = types.getOrDefault(w[1], new int[4])[3];
            Integer location = locations.get(w[2]);
            switch (w[3]) {
                case CLASS_INPUT -> {
                    if (location != null && used) {
                        inputs.put(location, words(pointee));
                    }
                }
                case CLASS_OUTPUT -> {
                    if (location != null) {
                        outputs.put(location, words(pointee));
                    }
                }
                case CLASS_WORKGROUP -> shared += bytes(pointee);
                case CLASS_PUSH_CONSTANT -> {
                    int[] block = types.getOrDefault(pointee, new int[2]);
                    for (int i = 0; used && i + 2 < block.length; i++) {
                        List<Integer> member = List.of(pointee, i);
                        pushMembers.put(
                                memberNames.getOrDefault(member, "member " + i), offsets.getOrDefault(member, 0));
                    }
                }
                default -> {}
            }
        }

        private Spirv.LocalSize localSize() {
            int[] size = {
                shader.localSize().x(),
                shader.localSize().y(),
                shader.localSize().z()
            };
            String[] axes = {"LOCAL_SIZE_X", "LOCAL_SIZE_Y", "LOCAL_SIZE_Z"};
            for (int i = 0; i < axes.length; i++) {
                if (shader.hasSpecConstant(axes[i])) {
                    size[i] = specialized.getOrDefault(shader.specConstant(axes[i]), size[i]);
                }
            }
            return new Spirv.LocalSize(size[0], size[1], size[2]);
        }

        private String words(int type) {
            int[] t = types.getOrDefault(type, new int[] {0});
            return switch (t[0]) {
                case OP_TYPE_BOOL -> "bool";
                case OP_TYPE_INT -> t[3] == 0 ? "uint" : "int";
                case OP_TYPE_FLOAT -> t[2] == 32 ? "float" : "float" + t[2];
                case OP_TYPE_VECTOR -> {
                    String element = words(t[2]);
                    String prefix = element.equals("float") ? "" : element.substring(0, 1);
                    yield prefix + "vec" + t[3];
                }
                case OP_TYPE_MATRIX -> "mat" + t[3];
                case OP_TYPE_ARRAY -> words(t[2]) + "[" + values.getOrDefault(t[3], 0) + "]";
                default -> names.getOrDefault(type, "block");
            };
        }

        private int bytes(int type) {
            int[] t = types.getOrDefault(type, new int[] {0});
            return switch (t[0]) {
                case OP_TYPE_BOOL -> 4;
                case OP_TYPE_INT, OP_TYPE_FLOAT -> t[2] / 8;
                case OP_TYPE_POINTER -> 8;
                case OP_TYPE_VECTOR, OP_TYPE_MATRIX -> t[3] * bytes(t[2]);
                case OP_TYPE_ARRAY -> values.getOrDefault(t[3], 0) * bytes(t[2]);
                case OP_TYPE_STRUCT -> {
                    int sum = 0;
                    for (int i = 2; i < t.length; i++) {
                        sum += bytes(t[i]);
                    }
                    yield sum;
                }
                default -> throw new AssertionError("type " + t[0] + " in workgroup memory has no size here");
            };
        }

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
}
