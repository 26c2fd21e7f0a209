package vitrine.engine.pipeline;

import java.util.List;
import vitrine.shaders.Spirv;

/**
 * What a {@link GraphicsPipeline} is made of; the rest is fixed: triangles, no depth, no culling, one colour attachment
 * under dynamic rendering, viewport and scissor set while recording.
 *
 * @param vertex vertex shader
 * @param fragment fragment shader
 * @param vertexConstants specialisation of the vertex shader
 * @param fragmentConstants specialisation of the fragment shader
 * @param topology triangle list or strip
 * @param blend how fragments meet what is there
 * @param colorFormat VkFormat of the attachment
 * @param input per-instance data, possibly none
 * @param contract shaders whose interface the layout has; these shaders' own, unless theirs may change while others'
 *     promise stands
 */
public record GraphicsPipelineSpec(
        Spirv vertex,
        Spirv fragment,
        Specialization vertexConstants,
        Specialization fragmentConstants,
        Topology topology,
        Blend blend,
        int colorFormat,
        InstanceInput input,
        List<Spirv> contract) {

    public GraphicsPipelineSpec {
        contract = List.copyOf(contract);
    }

    public GraphicsPipelineSpec(
            Spirv vertex,
            Spirv fragment,
            Specialization vertexConstants,
            Specialization fragmentConstants,
            Topology topology,
            Blend blend,
            int colorFormat,
            InstanceInput input) {
        this(
                vertex,
                fragment,
                vertexConstants,
                fragmentConstants,
                topology,
                blend,
                colorFormat,
                input,
                List.of(vertex, fragment));
    }

    /** VkPrimitiveTopology. */
    public enum Topology {
        TRIANGLE_LIST,
        TRIANGLE_STRIP
    }

    /** Colour blending. */
    public enum Blend {
        /** Fragments replace. */
        NONE,
        /** Source over, colour not multiplied by alpha. */
        STRAIGHT,
        /** Source over, colour already multiplied by alpha. */
        PREMULTIPLIED
    }

    /**
     * Binding 0, stepped once an instance.
     *
     * @param stride bytes an instance
     * @param attributes in any order; empty for no input at all
     */
    public record InstanceInput(int stride, List<Attribute> attributes) {
        public static final InstanceInput NONE = new InstanceInput(0, List.of());

        public InstanceInput {
            attributes = List.copyOf(attributes);
        }
    }

    /**
     * One vertex attribute.
     *
     * @param location as in the shader
     * @param format VkFormat
     * @param offset bytes into the instance
     */
    public record Attribute(int location, int format, int offset) {}
}
