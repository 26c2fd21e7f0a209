package vitrine.engine.pipeline;

import static org.lwjgl.vulkan.VK13.*;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.vulkan.VkCommandBuffer;
import vitrine.engine.command.ReleaseQueue;
import vitrine.engine.device.PipelineWorkshop;
import vitrine.engine.device.Remakeable;
import vitrine.engine.device.VulkanDevice;
import vitrine.shaders.Spirv;

/**
 * What compute and graphics pipelines share: layout, binding, push constants. In a development run its VkPipeline may be
 * replaced while it is in use; the layout stays.
 */
public abstract sealed class Pipeline implements AutoCloseable, Remakeable permits ComputePipeline, GraphicsPipeline {

    private final VulkanDevice device;
    private final String name;
    private final int bindPoint;
    private final PipelineLayout layout;
    private final Recipe recipe;
    private final AtomicInteger generation = new AtomicInteger(1);

    // The frame thread's: what it records is what it has been given by swap.
    private long handle;
    private volatile PipelineVersion version;
    private boolean closed;

    /**
     * What stays when shaders change.
     *
     * @param built the shaders as the pass knows them
     * @param contract shaders whose interface the layout has
     * @param rehearsal null where the pipeline cannot be tried
     * @param making makes a VkPipeline of shaders like those, with the layout
     */
    record Recipe(
            List<Spirv> built,
            List<Spirv> contract,
            @Nullable Rehearsal rehearsal,
            Making making) {}

    /** Makes VkPipelines; on any thread. */
    interface Making {
        long make(List<Spirv> shaders);
    }

    /** Takes a layout over and makes the first version: of the newest shaders, if somebody works on them. */
    Pipeline(VulkanDevice device, String name, int bindPoint, PipelineLayout layout, Recipe recipe) {
        this.device = device;
        this.name = name;
        this.bindPoint = bindPoint;
        this.layout = layout;
        this.recipe = recipe;
        PipelineWorkshop workshop = device.workshop();
        PipelineVersion newest = workshop == null ? null : newest(workshop);
        version = newest != null
                ? newest
                : new PipelineVersion(device, name, recipe.making.make(recipe.built), bindPoint, layout, recipe.built);
        handle = version.handle();
    }

    /** Of edited shaders; null where nobody edited them, or where they do not fit what this pass asks for. */
    private @Nullable PipelineVersion newest(PipelineWorkshop workshop) {
        List<Spirv> shaders = recipe.built.stream().map(workshop::newest).toList();
        if (shaders.equals(recipe.built)) {
            return null;
        }
        try {
            return new PipelineVersion(device, name, recipe.making.make(shaders), bindPoint, layout, shaders);
        } catch (RuntimeException e) {
            return null; // the workshop tries again beside the frames, and tells what is wrong
        }
    }

    /** Tells the workshop, if there is one, of a pipeline that is ready. */
    final void tellMade() {
        PipelineWorkshop workshop = device.workshop();
        if (workshop != null) {
            workshop.made(this);
        }
    }

    /** The pipeline behind the device's view of it. */
    public static Pipeline of(Remakeable made) {
        if (made instanceof Pipeline pipeline) {
            return pipeline;
        }
        throw new AssertionError(made.name() + " is no pipeline");
    }

    @Override
    public final String name() {
        return name;
    }

    /** The shaders as the pass knows them, edited or not: the compute shader, or vertex and fragment shader. */
    public final List<Spirv> built() {
        return recipe.built;
    }

    /** Shaders whose interface the layout has, so that others must keep to it. */
    public final List<Spirv> contract() {
        return recipe.contract;
    }

    /** How to try a version of this pipeline; null where its pass does not say. */
    public final @Nullable Rehearsal rehearsal() {
        return recipe.rehearsal;
    }

    /**
     * Makes a version of other shaders, which the caller closes or gives to {@link #swap}. Any thread.
     *
     * @param shaders as many and of the same stages as {@link #built}
     * @return null where this pipeline has been closed
     * @throws vitrine.engine.device.VulkanException when the driver does not take them
     */
    public final @Nullable PipelineVersion remake(List<Spirv> shaders) {
        if (!layout.hold()) {
            return null;
        }
        try {
            return new PipelineVersion(
                    device,
                    name + " #" + generation.incrementAndGet(),
                    recipe.making.make(shaders),
                    bindPoint,
                    layout,
                    shaders);
        } catch (RuntimeException e) {
            layout.close();
            throw e;
        }
    }

    /** The version in use, held for the caller, who closes it; null where this pipeline has been closed. Any thread. */
    public final @Nullable PipelineVersion hold() {
        while (true) {
            PipelineVersion now = version;
            if (now.hold()) {
                return now;
            }
            if (now == version) {
                return null;
            }
        }
    }

    /**
     * Puts a version in the place of the one in use, which leaves through the release queue. Where this pipeline has been
     * closed meanwhile, the version is closed. Frame thread, between two frames.
     */
    public final void swap(PipelineVersion next, ReleaseQueue releases) {
        if (closed) {
            next.close();
            return;
        }
        PipelineVersion old = version;
        version = next;
        handle = next.handle();
        releases.defer(old::close);
    }

    /** Records vkCmdBindPipeline. */
    public final void bind(VkCommandBuffer cmd) {
        vkCmdBindPipeline(cmd, bindPoint, handle);
    }

    /**
     * Records vkCmdPushConstants of all the buffer's bytes from position to limit; position and limit stay. The buffer
     * is direct and at most as long as the shaders' block.
     */
    public final void push(VkCommandBuffer cmd, ByteBuffer constants) {
        if (constants.remaining() > layout.pushBytes()) {
            throw new AssertionError(
                    name + " takes " + layout.pushBytes() + " bytes of push constants, not " + constants.remaining());
        }
        vkCmdPushConstants(cmd, layout.handle(), layout.pushStages(), 0, constants);
    }

    /** Records vkCmdBindDescriptorSets of set 0. */
    public final void bind(VkCommandBuffer cmd, DescriptorSet set) {
        nvkCmdBindDescriptorSets(cmd, bindPoint, layout.handle(), 0, 1, set.address(), 0, MemoryUtil.NULL);
    }

    /** What the shaders declare in set 0. */
    public final List<Spirv.Binding> bindings() {
        return layout.bindings();
    }

    /** Size of the shaders' push-constant block in bytes, 0 without one. */
    public final int pushConstantBytes() {
        return layout.pushBytes();
    }

    /** A descriptor set for this pipeline, to be filled and closed by the caller. */
    public final DescriptorSet createDescriptorSet(String setName) {
        return DescriptorSet.create(device, setName, layout);
    }

    @Override
    public final void close() {
        if (closed) {
            return;
        }
        closed = true;
        PipelineWorkshop workshop = device.workshop();
        if (workshop != null) {
            workshop.closed(this);
        }
        version.close();
    }
}
