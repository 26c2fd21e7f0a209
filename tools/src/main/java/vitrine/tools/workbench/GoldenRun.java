package vitrine.tools.workbench;

import static org.lwjgl.system.MemoryStack.stackPush;
import static org.lwjgl.vulkan.VK13.*;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VkBufferImageCopy;
import org.lwjgl.vulkan.VkCommandBuffer;
import vitrine.engine.command.Barriers;
import vitrine.engine.command.RenderingScope;
import vitrine.engine.command.SideCommands;
import vitrine.engine.command.Timeline;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.memory.DeviceBuffer;
import vitrine.engine.memory.FrameBuffers;
import vitrine.engine.memory.GpuBuffer;
import vitrine.engine.memory.Image;
import vitrine.engine.pipeline.PipelineVersion;
import vitrine.engine.pipeline.Rehearsal;

/**
 * Runs pipelines once, off screen, and looks at what they wrote. Recorded and judged on the workbench's thread, submitted
 * by the frame thread. A driver that compiles on first use, as the software driver does, has then done so.
 */
final class GoldenRun implements AutoCloseable {

    /** Stands in a tensor where nothing was written: a NaN that no arithmetic makes. */
    private static final int UNWRITTEN = 0x7FDEAD42;

    /** A tensor of one colour has a value a channel, in whatever order: so few different words are no picture. */
    private static final int FLAT_TENSOR_WORDS = 3;

    /** What a pipeline wrote. */
    enum Output {
        /** Numbers, and not all the same. */
        SOUND,
        /** The same everywhere, or nothing. */
        FLAT,
        /** Not-a-number or infinity. */
        NOT_FINITE
    }

    private final VulkanDevice device;
    private final GoldenFrames frames;
    private final SideCommands commands;
    private final Barriers barriers;
    private final List<Take> takes = new ArrayList<>();
    private final List<AutoCloseable> kept = new ArrayList<>();
    private @Nullable VkCommandBuffer cmd;

    /** One pipeline's output. */
    private record Take(Rehearsal.Output output, DeviceBuffer written, int words) {}

    private GoldenRun(VulkanDevice device, GoldenFrames frames, SideCommands commands) {
        this.device = device;
        this.frames = frames;
        this.commands = commands;
        barriers = Barriers.create(device);
    }

    /** An empty run; frames stay their maker's. */
    static GoldenRun create(VulkanDevice device, GoldenFrames frames) {
        return new GoldenRun(device, frames, SideCommands.create(device, "golden run"));
    }

    /**
     * Records a pipeline's run.
     *
     * @param version outlives the run
     * @return number of the run, for {@link #look}
     */
    int add(PipelineVersion version, Rehearsal rehearsal) {
        VkCommandBuffer into = cmd;
        if (into == null) {
            into = commands.begin();
            cmd = into;
        }
        Stage stage = new Stage(rehearsal, rehearsal.samples() ? sampled(into) : null);
        Take take = switch (rehearsal.output()) {
            case Rehearsal.Tensor tensor -> tensor(into, version, stage, tensor);
            case Rehearsal.Picture picture -> picture(into, version, stage, picture);
        };
        takes.add(take);
        return takes.size() - 1;
    }

    private Take tensor(VkCommandBuffer into, PipelineVersion version, Stage stage, Rehearsal.Tensor tensor) {
        DeviceBuffer buffer = keep(DeviceBuffer.create(
                device,
                "golden tensor",
                tensor.bytes(),
                VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_TRANSFER_DST_BIT,
                DeviceBuffer.Use.READBACK));
        vkCmdFillBuffer(into, buffer.handle(), 0, VK_WHOLE_SIZE, UNWRITTEN);
        barriers.buffer(
                        buffer,
                        VK_PIPELINE_STAGE_2_TRANSFER_BIT,
                        VK_ACCESS_2_TRANSFER_WRITE_BIT,
                        VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT,
                        VK_ACCESS_2_SHADER_STORAGE_READ_BIT | VK_ACCESS_2_SHADER_STORAGE_WRITE_BIT)
                .record(into);
        stage.tensor = buffer;
        stage.rehearsal.recorder().record(into, version, stage);
        barriers.hostRead(buffer, VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT, VK_ACCESS_2_SHADER_STORAGE_WRITE_BIT)
                .record(into);
        return new Take(tensor, buffer, Math.toIntExact(tensor.bytes() / 4));
    }

    private Take picture(VkCommandBuffer into, PipelineVersion version, Stage stage, Rehearsal.Picture picture) {
        int words = picture.width() * picture.height();
        Image image = keep(Image.create(
                device,
                "golden picture",
                picture.width(),
                picture.height(),
                picture.format(),
                VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT));
        DeviceBuffer buffer = keep(DeviceBuffer.create(
                device, "golden picture", 4L * words, VK_BUFFER_USAGE_TRANSFER_DST_BIT, DeviceBuffer.Use.READBACK));
        barriers.image(
                        image.handle(),
                        VK_IMAGE_LAYOUT_UNDEFINED,
                        VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL,
                        0,
                        0,
                        VK_PIPELINE_STAGE_2_COLOR_ATTACHMENT_OUTPUT_BIT,
                        VK_ACCESS_2_COLOR_ATTACHMENT_WRITE_BIT | VK_ACCESS_2_COLOR_ATTACHMENT_READ_BIT)
                .record(into);
        RenderingScope scope = keep(RenderingScope.onBlack());
        scope.begin(into, image.view(), picture.width(), picture.height());
        scope.area(into, 0, 0, picture.width(), picture.height());
        stage.rehearsal.recorder().record(into, version, stage);
        scope.end(into);
        try (MemoryStack stack = stackPush()) {
            barriers.image(
                            image.handle(),
                            VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL,
                            VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL,
                            VK_PIPELINE_STAGE_2_COLOR_ATTACHMENT_OUTPUT_BIT,
                            VK_ACCESS_2_COLOR_ATTACHMENT_WRITE_BIT,
                            VK_PIPELINE_STAGE_2_TRANSFER_BIT,
                            VK_ACCESS_2_TRANSFER_READ_BIT)
                    .record(into);
            var copies = VkBufferImageCopy.calloc(1, stack);
            copies.get(0)
                    .imageSubresource()
                    .aspectMask(VK_IMAGE_ASPECT_COLOR_BIT)
                    .layerCount(1);
            copies.get(0).imageExtent().set(picture.width(), picture.height(), 1);
            vkCmdCopyImageToBuffer(into, image.handle(), VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, buffer.handle(), copies);
        }
        barriers.hostRead(buffer, VK_PIPELINE_STAGE_2_TRANSFER_BIT, VK_ACCESS_2_TRANSFER_WRITE_BIT)
                .record(into);
        return new Take(picture, buffer, words);
    }

    private final class Stage implements Rehearsal.Stage {
        private final Rehearsal rehearsal;
        private final @Nullable Image sampled;
        private @Nullable GpuBuffer tensor;

        Stage(Rehearsal rehearsal, @Nullable Image sampled) {
            this.rehearsal = rehearsal;
            this.sampled = sampled;
        }

        @Override
        public FrameBuffers frame() {
            if (rehearsal.frame() == null) {
                throw new AssertionError("the rehearsal names no frame format");
            }
            return frames.of(rehearsal.frame());
        }

        @Override
        public GpuBuffer tensor() {
            if (tensor == null) {
                throw new AssertionError("the rehearsal draws a picture");
            }
            return tensor;
        }

        @Override
        public Image sampled() {
            if (sampled == null) {
                throw new AssertionError("the rehearsal samples nothing");
            }
            return sampled;
        }

        @Override
        public <T extends AutoCloseable> T keep(T thing) {
            return GoldenRun.this.keep(thing);
        }
    }

    /** Uploads a picture to sample. */
    private Image sampled(VkCommandBuffer into) {
        int side = GoldenFrames.SIDE;
        Image image = keep(Image.create(
                device,
                "golden sampled picture",
                side,
                side,
                VK_FORMAT_R8G8B8A8_UNORM,
                VK_IMAGE_USAGE_SAMPLED_BIT | VK_IMAGE_USAGE_TRANSFER_DST_BIT));
        DeviceBuffer pixels = keep(DeviceBuffer.create(
                device,
                "golden sampled pixels",
                4L * side * side,
                VK_BUFFER_USAGE_TRANSFER_SRC_BIT,
                DeviceBuffer.Use.UPLOAD));
        GoldenFrames.fill(pixels.memory());
        barriers.image(
                        image.handle(),
                        VK_IMAGE_LAYOUT_UNDEFINED,
                        VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL,
                        0,
                        0,
                        VK_PIPELINE_STAGE_2_TRANSFER_BIT,
                        VK_ACCESS_2_TRANSFER_WRITE_BIT)
                .record(into);
        try (MemoryStack stack = stackPush()) {
            var copies = VkBufferImageCopy.calloc(1, stack);
            copies.get(0)
                    .imageSubresource()
                    .aspectMask(VK_IMAGE_ASPECT_COLOR_BIT)
                    .layerCount(1);
            copies.get(0).imageExtent().set(side, side, 1);
            vkCmdCopyBufferToImage(into, pixels.handle(), image.handle(), VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, copies);
        }
        barriers.image(
                        image.handle(),
                        VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL,
                        VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL,
                        VK_PIPELINE_STAGE_2_TRANSFER_BIT,
                        VK_ACCESS_2_TRANSFER_WRITE_BIT,
                        VK_PIPELINE_STAGE_2_FRAGMENT_SHADER_BIT | VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT,
                        VK_ACCESS_2_SHADER_SAMPLED_READ_BIT)
                .record(into);
        return image;
    }

    private <T extends AutoCloseable> T keep(T thing) {
        kept.add(thing);
        return thing;
    }

    /** True where there is something to submit. */
    boolean isRecorded() {
        return cmd != null;
    }

    /** Ends the recording. */
    void end() {
        commands.end();
    }

    /** Submits it; the frame thread, between two frames. Returns its timeline value. */
    long submit(Timeline timeline) {
        return commands.submit(timeline);
    }

    /** What a pipeline wrote; once the GPU has finished. */
    Output look(int number) {
        Take take = takes.get(number);
        MemorySegment written = take.written.memory();
        return switch (take.output) {
            case Rehearsal.Picture picture -> isFlat(written, take.words, 1, false) ? Output.FLAT : Output.SOUND;
            case Rehearsal.Tensor tensor -> {
                if (tensor.elementBytes() > 1 && !isFinite(written, take.words, tensor.elementBytes() == 4)) {
                    yield Output.NOT_FINITE;
                }
                yield isFlat(written, take.words, FLAT_TENSOR_WORDS, true) ? Output.FLAT : Output.SOUND;
            }
        };
    }

    private static boolean isFinite(MemorySegment memory, int words, boolean single) {
        for (int i = 0; i < words; i++) {
            int w = memory.getAtIndex(ValueLayout.JAVA_INT, i);
            if (w == UNWRITTEN) {
                continue;
            }
            boolean finite = single
                    ? (w & 0x7F80_0000) != 0x7F80_0000
                    : (w & 0x7C00) != 0x7C00 && (w & 0x7C00_0000) != 0x7C00_0000;
            if (!finite) {
                return false;
            }
        }
        return true;
    }

    /** At most so many different words. */
    private static boolean isFlat(MemorySegment memory, int words, int most, boolean mayBeUnwritten) {
        int[] seen = new int[most];
        int count = 0;
        for (int i = 0; i < words; i++) {
            int w = memory.getAtIndex(ValueLayout.JAVA_INT, i);
            if (mayBeUnwritten && w == UNWRITTEN) {
                continue;
            }
            boolean known = false;
            for (int j = 0; j < count && !known; j++) {
                known = seen[j] == w;
            }
            if (!known) {
                if (count == most) {
                    return false;
                }
                seen[count++] = w;
            }
        }
        return true;
    }

    /** Once the GPU has finished, or where nothing was submitted. */
    @Override
    public void close() {
        for (AutoCloseable thing : kept.reversed()) {
            try {
                thing.close();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new AssertionError(thing + " of a golden run", e);
            }
        }
        commands.close();
        barriers.close();
    }
}
