package vitrine.engine.pipeline;

import org.jspecify.annotations.Nullable;
import org.lwjgl.vulkan.VkCommandBuffer;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.memory.FrameBuffers;
import vitrine.engine.memory.GpuBuffer;
import vitrine.engine.memory.Image;

/**
 * How a pass's pipeline is run once, off screen, before it is used: with the pass's own constants and grid, on a frame
 * that is always the same.
 *
 * @param frame format of the frame to read, null for none
 * @param output what is written
 * @param samples whether a picture is sampled, {@link Stage#sampled}
 * @param recorder records the draw or the dispatch
 */
public record Rehearsal(@Nullable FrameFormat frame, Output output, boolean samples, Recorder recorder) {

    /** One that samples nothing. */
    public Rehearsal(@Nullable FrameFormat frame, Output output, Recorder recorder) {
        this(frame, output, false, recorder);
    }

    /** What a pipeline writes. */
    public sealed interface Output {}

    /**
     * A picture, the upper left part of what the pass draws: viewport as large as said by the recorder, all of it black
     * before.
     *
     * @param format VkFormat
     */
    public record Picture(int format, int width, int height) implements Output {}

    /**
     * A tensor.
     *
     * @param bytes whole words
     * @param elementBytes 4 for float32, 2 for float16, 1 for whole numbers
     */
    public record Tensor(long bytes, int elementBytes) implements Output {}

    /** Records; on any thread, at any time while the pipeline lives, so it uses nothing that changes. */
    @FunctionalInterface
    public interface Recorder {
        /**
         * Records binding, constants and draw or dispatch.
         *
         * @param pipeline the version to use
         */
        void record(VkCommandBuffer cmd, PipelineVersion pipeline, Stage stage);
    }

    /** What a rehearsal plays on. */
    public interface Stage {
        /** A frame of the rehearsal's format, readable by all shaders. */
        FrameBuffers frame();

        /** The tensor to write. */
        GpuBuffer tensor();

        /** A picture of noise in SHADER_READ_ONLY_OPTIMAL, for the rehearsals that say they sample one. */
        Image sampled();

        /** Closes a thing when the GPU is done. */
        <T extends AutoCloseable> T keep(T thing);
    }
}
