package vitrine.tests.pi5;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import vitrine.shaders.Spirv;

/**
 * What a SPIR-V module needs beyond its interface. Opcode numbers: SPIR-V specification 1.6, section 3.49.
 *
 * @param capabilities the numbers of OpCapability
 * @param workgroupSize invocations along x, y and z with the given constants
 * @param sharedBytes of workgroup memory, with the given constants
 */
record ShaderDemands(Set<Integer> capabilities, Spirv.LocalSize workgroupSize, int sharedBytes) {
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
    private static final int OP_VARIABLE = 59;
    private static final int OP_DECORATE = 71;
    private static final int DECORATION_SPEC_ID = 1;
    private static final int CLASS_WORKGROUP = 4;

    /**
     * Reads a module.
     *
     * @param constants specialisation constants by id
     */
    static ShaderDemands of(Spirv shader, Map<Integer, Integer> constants) {
        Set<Integer> capabilities = new TreeSet<>();
        Map<Integer, int[]> types = new HashMap<>();
        Map<Integer, Integer> values = new HashMap<>();
        Map<Integer, Integer> specIds = new HashMap<>();
        Map<Integer, Integer> defaults = new HashMap<>();
        int shared = 0;
        IntBuffer words =
                ByteBuffer.wrap(shader.code()).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
        for (int at = 5; at < words.limit(); at += words.get(at) >>> 16) {
            int[] w = new int[words.get(at) >>> 16];
            words.get(at, w);
            int opcode = w[0] & 0xffff;
            switch (opcode) {
                case OP_CAPABILITY -> capabilities.add(w[1]);
                case OP_DECORATE -> {
                    if (w[2] == DECORATION_SPEC_ID) {
                        specIds.put(w[1], w[3]);
                    }
                }
                case OP_CONSTANT -> values.put(w[2], w[3]);
                case OP_SPEC_CONSTANT -> {
                    // Decorations stand before constants.
                    int specId = specIds.getOrDefault(w[2], -1);
                    defaults.put(specId, w[3]);
                    values.put(w[2], constants.getOrDefault(specId, w[3]));
                }
                case OP_VARIABLE -> {
                    int[] pointer = types.getOrDefault(w[1], new int[4]);
                    if (w[3] == CLASS_WORKGROUP) {
                        shared += bytes(pointer[3], types, values);
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
        int[] size = {
            shader.localSize().x(), shader.localSize().y(), shader.localSize().z()
        };
        String[] names = {"LOCAL_SIZE_X", "LOCAL_SIZE_Y", "LOCAL_SIZE_Z"};
        for (int i = 0; i < 3; i++) {
            if (shader.hasSpecConstant(names[i])) {
                int id = shader.specConstant(names[i]);
                size[i] = constants.getOrDefault(id, defaults.getOrDefault(id, size[i]));
            }
        }
        return new ShaderDemands(capabilities, new Spirv.LocalSize(size[0], size[1], size[2]), shared);
    }

    int invocations() {
        return workgroupSize.x() * workgroupSize.y() * workgroupSize.z();
    }

    private static int bytes(int id, Map<Integer, int[]> types, Map<Integer, Integer> values) {
        int[] t = types.getOrDefault(id, new int[] {0});
        return switch (t[0]) {
            case OP_TYPE_BOOL -> 4;
            case OP_TYPE_INT, OP_TYPE_FLOAT -> t[2] / 8;
            case OP_TYPE_VECTOR, OP_TYPE_MATRIX -> t[3] * bytes(t[2], types, values);
            case OP_TYPE_ARRAY -> values.getOrDefault(t[3], 0) * bytes(t[2], types, values);
            case OP_TYPE_STRUCT -> {
                int sum = 0;
                for (int i = 2; i < t.length; i++) {
                    sum += bytes(t[i], types, values);
                }
                yield sum;
            }
            default -> throw new AssertionError("type " + t[0] + " in workgroup memory has no size here");
        };
    }
}
