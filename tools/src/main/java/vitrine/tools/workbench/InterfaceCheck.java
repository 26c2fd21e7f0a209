package vitrine.tools.workbench;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import vitrine.shaders.ShaderInterface;
import vitrine.shaders.ShaderSources;
import vitrine.shaders.Spirv;
import vitrine.shaders.Stage;

/**
 * Whether edited shaders still fit the pipeline that they are for: the layout it was made with, the values that its pass
 * sets, and what the device, and a Raspberry Pi 5, can do.
 */
final class InterfaceCheck {

    private static final int MAX_INVOCATIONS = 256;
    private static final int MAX_SHARED_BYTES = 16 << 10;
    private static final int MAX_STORAGE_BUFFERS = 8;

    /**
     * SPIR-V capabilities (specification 1.6, section 3.31) that need no feature, or one that Vitrine's devices have
     * enabled; of subgroup operations, those of V3D 7.1.
     */
    private static final Map<Integer, String> ENABLED = Map.ofEntries(
            Map.entry(0, "Matrix"),
            Map.entry(1, "Shader"),
            Map.entry(46, "SampledBuffer"),
            Map.entry(50, "ImageQuery"),
            Map.entry(51, "DerivativeControl"),
            Map.entry(61, "GroupNonUniform"),
            Map.entry(62, "GroupNonUniformVote"),
            Map.entry(64, "GroupNonUniformBallot"),
            Map.entry(65, "GroupNonUniformShuffle"),
            Map.entry(66, "GroupNonUniformShuffleRelative"),
            Map.entry(68, "GroupNonUniformQuad"),
            Map.entry(5347, "PhysicalStorageBufferAddresses"));

    private record Lacking(String name, List<String> words) {}

    private static final Map<Integer, Lacking> LACKING = Map.ofEntries(
            Map.entry(9, new Lacking("Float16", List.of("float16_t", "f16vec2", "f16vec3", "f16vec4"))),
            Map.entry(10, new Lacking("Float64", List.of("double", "dvec2", "dvec3", "dvec4"))),
            Map.entry(11, new Lacking("Int64", List.of("int64_t", "uint64_t"))),
            Map.entry(22, new Lacking("Int16", List.of("int16_t", "uint16_t"))),
            Map.entry(39, new Lacking("Int8", List.of("int8_t", "uint8_t"))),
            Map.entry(35, new Lacking("SampleRateShading", List.of("gl_SampleID"))),
            Map.entry(63, new Lacking("GroupNonUniformArithmetic", List.of("GL_KHR_shader_subgroup_arithmetic"))),
            Map.entry(67, new Lacking("GroupNonUniformClustered", List.of("GL_KHR_shader_subgroup_clustered"))),
            Map.entry(4427, new Lacking("DrawParameters", List.of("gl_BaseInstance"))),
            Map.entry(
                    4433,
                    new Lacking(
                            "StorageBuffer16BitAccess",
                            List.of("float16_t", "uint16_t", "GL_EXT_shader_16bit_storage"))),
            Map.entry(4448, new Lacking("StorageBuffer8BitAccess", List.of("uint8_t", "GL_EXT_shader_8bit_storage"))),
            Map.entry(5301, new Lacking("ShaderNonUniform", List.of("nonuniformEXT"))),
            Map.entry(5302, new Lacking("RuntimeDescriptorArray", List.of("GL_EXT_nonuniform_qualifier"))),
            Map.entry(5345, new Lacking("VulkanMemoryModel", List.of("GL_KHR_memory_scope_semantics"))));

    private final ShaderSources sources;
    private final Map<String, List<String>> files;

    /** @param files those of each variant, itself first, by variant name: where to look for the line */
    InterfaceCheck(ShaderSources sources, Map<String, List<String>> files) {
        this.sources = sources;
        this.files = files;
    }

    /**
     * The first thing that does not fit.
     *
     * @param contract shaders whose interface the layout has
     * @param built the shaders that the pass was written for
     * @param next the edited ones, of the same stages as {@code built}
     */
    Optional<ShaderProblem> problem(List<Spirv> contract, List<Spirv> built, List<Spirv> next) {
        for (int i = 0; i < next.size(); i++) {
            Spirv shader = next.get(i);
            ShaderProblem found = limits(shader);
            found = found != null ? found : layout(of(contract, shader.stage()), contract, shader);
            found = found != null ? found : workgroup(built.get(i), shader);
            if (found != null) {
                return Optional.of(found);
            }
        }
        return Optional.ofNullable(stages(built, next));
    }

    private static @Nullable Spirv of(List<Spirv> shaders, Stage stage) {
        return shaders.stream().filter(s -> s.stage() == stage).findFirst().orElse(null);
    }

    private @Nullable ShaderProblem limits(Spirv shader) {
        ShaderInterface own = ShaderInterface.of(shader);
        for (int capability : new TreeSet<>(own.capabilities())) {
            if (!ENABLED.containsKey(capability)) {
                Lacking lacking = LACKING.getOrDefault(capability, new Lacking("number " + capability, List.of()));
                return about(
                        shader,
                        "needs the SPIR-V capability " + lacking.name
                                + ", which no device is opened with: a Raspberry Pi 5"
                                + " lacks it; do without",
                        Stream.concat(lacking.words.stream(), Stream.of("#extension"))
                                .toArray(String[]::new));
            }
        }
        long buffers = shader.bindings().stream()
                .filter(b ->
                        b.kind() == Spirv.Kind.STORAGE_BUFFER && own.bindings().contains(b.binding()))
                .count();
        if (buffers > MAX_STORAGE_BUFFERS) {
            return about(
                    shader,
                    "has " + buffers + " storage buffers; a Raspberry Pi 5 takes " + MAX_STORAGE_BUFFERS
                            + " a stage: reach some by address",
                    "buffer");
        }
        if (own.sharedBytes() > MAX_SHARED_BYTES) {
            return about(
                    shader,
                    "has " + own.sharedBytes() + " bytes of shared memory; a Raspberry Pi 5 has " + MAX_SHARED_BYTES
                            + ": make the arrays smaller",
                    "shared");
        }
        Spirv.LocalSize size = own.localSize();
        int invocations = size.x() * size.y() * size.z();
        if (invocations > MAX_INVOCATIONS) {
            return about(
                    shader,
                    "has workgroups of " + invocations + " invocations; a Raspberry Pi 5 takes " + MAX_INVOCATIONS
                            + ": lower local_size",
                    "local_size_x");
        }
        return null;
    }

    private @Nullable ShaderProblem layout(@Nullable Spirv promised, List<Spirv> contract, Spirv shader) {
        ShaderInterface own = ShaderInterface.of(shader);
        for (Spirv.Binding b : shader.bindings()) {
            if (!own.bindings().contains(b.binding())) {
                continue; // declared only
            }
            Spirv.Binding there = promised == null
                    ? null
                    : promised.bindings().stream()
                            .filter(p -> p.set() == b.set() && p.binding() == b.binding())
                            .findFirst()
                            .orElse(null);
            if (there == null) {
                return about(
                        shader,
                        "declares binding " + b.binding() + " of set " + b.set() + " ('" + b.name()
                                + "'), which nothing is bound to: take it out, or run anew with a pass that binds it",
                        b.name(),
                        "binding = " + b.binding());
            }
            if (there.kind() != b.kind()) {
                return about(
                        shader,
                        "makes binding " + b.binding() + " ('" + b.name() + "') a " + words(b.kind())
                                + "; what is bound is a " + words(there.kind()),
                        b.name());
            }
        }
        int offered = promised == null || promised.pushConstantBytes() == 0
                ? 0
                : contract.stream().mapToInt(Spirv::pushConstantBytes).max().orElse(0);
        if (!own.pushMembers().isEmpty() && shader.pushConstantBytes() > offered) {
            return about(
                    shader,
                    "has " + shader.pushConstantBytes() + " bytes of push constants; the pass sends " + offered
                            + ": take the new members out, or run anew with a pass that sends them",
                    "push_constant");
        }
        Map<String, Integer> members =
                promised == null ? Map.of() : ShaderInterface.of(promised).pushMembers();
        for (Map.Entry<String, Integer> member : own.pushMembers().entrySet()) {
            Integer offset = members.get(member.getKey());
            if (offset != null && !offset.equals(member.getValue())) {
                return about(
                        shader,
                        "moves the push constant '" + member.getKey() + "' from byte " + offset + " to "
                                + member.getValue() + ", while the pass goes on writing it there: keep the order",
                        "push_constant");
            }
        }
        return null;
    }

    private @Nullable ShaderProblem workgroup(Spirv built, Spirv shader) {
        if (shader.stage() != Stage.COMPUTE) {
            return null;
        }
        for (String axis : List.of("LOCAL_SIZE_X", "LOCAL_SIZE_Y", "LOCAL_SIZE_Z")) {
            boolean before = built.hasSpecConstant(axis);
            if (before != shader.hasSpecConstant(axis)
                    || (before && built.specConstant(axis) != shader.specConstant(axis))) {
                return about(
                        shader,
                        "has a workgroup size that the pass does not set as before ('" + axis
                                + "'): keep local_size_x_id" + " and its like as they were",
                        "local_size_x_id",
                        "local_size_x");
            }
        }
        if (!ShaderInterface.of(built)
                .localSize()
                .equals(ShaderInterface.of(shader).localSize())) {
            Spirv.LocalSize was = built.localSize();
            return about(
                    shader,
                    "changes the workgroup's size; the pass counts on " + was.x() + " x " + was.y() + " x " + was.z()
                            + ": keep it",
                    "local_size_x",
                    "local_size_x_id");
        }
        return null;
    }

    /** What one stage hands to the next, what comes from outside, and the picture. */
    private @Nullable ShaderProblem stages(List<Spirv> built, List<Spirv> next) {
        Spirv vertex = of(next, Stage.VERTEX);
        Spirv fragment = of(next, Stage.FRAGMENT);
        Spirv builtVertex = of(built, Stage.VERTEX);
        if (vertex == null || fragment == null || builtVertex == null) {
            return null;
        }
        ShaderInterface v = ShaderInterface.of(vertex);
        ShaderInterface f = ShaderInterface.of(fragment);
        Map<Integer, String> attributes = ShaderInterface.of(builtVertex).inputs();
        for (Map.Entry<Integer, String> input : v.inputs().entrySet()) {
            if (!input.getValue().equals(attributes.get(input.getKey()))) {
                return about(
                        vertex,
                        "reads a " + input.getValue() + " at location " + input.getKey() + ", which no pass provides",
                        "location = " + input.getKey());
            }
        }
        for (Map.Entry<Integer, String> input : f.inputs().entrySet()) {
            if (!input.getValue().equals(v.outputs().get(input.getKey()))) {
                return about(
                        fragment,
                        "reads a " + input.getValue() + " at location " + input.getKey() + ", where " + vertex.file()
                                + " writes " + v.outputs().getOrDefault(input.getKey(), "nothing"),
                        "location = " + input.getKey());
            }
        }
        if (!f.outputs().containsKey(0)) {
            return about(
                    fragment,
                    "writes no colour: it needs 'layout(location = 0) out vec4', and to write it",
                    "out vec4",
                    "main");
        }
        return null;
    }

    private ShaderProblem about(Spirv shader, String message, String... words) {
        List<String> among = files.getOrDefault(shader.name(), List.of(shader.file()));
        return ShaderProblem.about(among, List.of(words), message, sources);
    }

    private static String words(Spirv.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
