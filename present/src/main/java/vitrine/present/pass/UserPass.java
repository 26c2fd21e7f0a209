package vitrine.present.pass;

import static org.lwjgl.vulkan.VK13.*;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VkCommandBuffer;
import vitrine.engine.command.Barriers;
import vitrine.engine.command.ReleaseQueue;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.frame.Orientation;
import vitrine.engine.memory.DeviceBuffer;
import vitrine.engine.memory.Image;
import vitrine.engine.pipeline.ComputePipeline;
import vitrine.engine.pipeline.DescriptorSet;
import vitrine.engine.pipeline.GraphicsPipeline;
import vitrine.engine.pipeline.GraphicsPipelineSpec;
import vitrine.engine.pipeline.Pipeline;
import vitrine.engine.pipeline.PipelineVersion;
import vitrine.engine.pipeline.Rehearsal;
import vitrine.engine.pipeline.Sampler;
import vitrine.engine.pipeline.Specialization;
import vitrine.present.video.VideoPass;
import vitrine.shaders.ShaderLibrary;
import vitrine.shaders.Spirv;

/**
 * One pass of the chain: its pipelines, made when what they are specialised for changes, and its state, which stays as
 * long as the pass. Frame thread.
 */
final class UserPass implements AutoCloseable {

    /** Bytes of the push constants of present/pass.glsl, and where the chain and the pass put theirs. */
    static final int PUSH_BYTES = 64;

    static final int PUSH_MOMENT = 24;
    static final int PUSH_PICTURE = 32;
    private static final int PUSH_STATE = 48;
    private static final int PUSH_STATE_NEXT = 56;

    private static final int PICTURE_BINDING = 0;
    private static final int CELL_BYTES = 16;

    /** Pixels a side of the picture on which an edited pass is tried. */
    private static final int REHEARSAL_SIDE = 64;

    /** Workgroup of present/pass_state.comp. */
    private static final int GROUP_WIDTH = 16;

    private static final int GROUP_HEIGHT = 8;

    private static final long SHADERS =
            VK_PIPELINE_STAGE_2_FRAGMENT_SHADER_BIT | VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT;
    private static final long READ = VK_ACCESS_2_SHADER_STORAGE_READ_BIT;
    private static final long WRITE = VK_ACCESS_2_SHADER_STORAGE_WRITE_BIT;

    private final VulkanDevice device;
    private final ReleaseQueue releases;
    private final Sampler sampler;
    private final PassSpec spec;
    private final int index;

    private final String lookName;
    private final String stateName;

    /** The state as it is and as it was, in turn; null without. */
    private final @Nullable DeviceBuffer[] state = new DeviceBuffer[2];

    private boolean stateZero;
    private int stateNow;

    private @Nullable GraphicsPipeline look;
    private @Nullable DescriptorSet lookSet;
    private @Nullable Image lookImage;
    private @Nullable ComputePipeline remember;
    private @Nullable DescriptorSet rememberSet;
    private @Nullable Image rememberImage;

    // What the pipelines are specialised for.
    private @Nullable VideoPass lookVideo;
    private @Nullable Orientation lookOrientation;
    private int lookFormat;
    private boolean lookSrgb;
    private @Nullable VideoPass rememberVideo;

    /** @param index in the chain */
    UserPass(VulkanDevice device, ReleaseQueue releases, Sampler sampler, PassSpec spec, int index) {
        this.device = device;
        this.releases = releases;
        this.sampler = sampler;
        this.spec = spec;
        this.index = index;
        lookName = "pass " + spec.name();
        stateName = "state of " + lookName;
        for (int i = 0; i < 2 && hasState(); i++) {
            state[i] = DeviceBuffer.create(
                    device,
                    stateName + ", " + i,
                    (long) CELL_BYTES * spec.stateWidth() * spec.stateHeight(),
                    VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_TRANSFER_DST_BIT,
                    DeviceBuffer.Use.DEVICE);
        }
    }

    boolean hasState() {
        return spec.remember() != null;
    }

    /**
     * Records what the pass keeps of this picture; nothing without state. Outside a rendering scope.
     *
     * @param video whose frame this is
     * @param input the picture as the pass gets it, in SHADER_READ_ONLY_OPTIMAL
     * @param push frame, moment and the upright picture's size are in it; state is put in here
     */
    void recordState(VkCommandBuffer cmd, Barriers barriers, VideoPass video, Image input, ByteBuffer push) {
        Spirv shader = spec.remember();
        DeviceBuffer now = state[stateNow];
        DeviceBuffer next = state[1 - stateNow];
        if (shader == null || now == null || next == null) {
            return;
        }
        if (!stateZero) {
            stateZero = true;
            vkCmdFillBuffer(cmd, now.handle(), 0, VK_WHOLE_SIZE, 0);
            vkCmdFillBuffer(cmd, next.handle(), 0, VK_WHOLE_SIZE, 0);
            barriers.buffer(
                            now,
                            VK_PIPELINE_STAGE_2_CLEAR_BIT,
                            VK_ACCESS_2_TRANSFER_WRITE_BIT,
                            VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT,
                            READ)
                    .buffer(
                            next,
                            VK_PIPELINE_STAGE_2_CLEAR_BIT,
                            VK_ACCESS_2_TRANSFER_WRITE_BIT,
                            VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT,
                            WRITE);
        } else {
            // Written by the picture before this one, and what it read is written now.
            barriers.buffer(
                            now,
                            VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT,
                            WRITE,
                            VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT,
                            READ)
                    .buffer(next, SHADERS, VK_ACCESS_2_NONE, VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT, WRITE);
        }
        barriers.record(cmd);
        device.labels().begin(cmd, stateName);
        ComputePipeline pipeline = rememberPipeline(shader, video);
        push.putLong(PUSH_STATE, now.deviceAddress()).putLong(PUSH_STATE_NEXT, next.deviceAddress());
        pipeline.bind(cmd);
        pipeline.bind(cmd, rememberSet(pipeline, input));
        pipeline.push(cmd, push);
        vkCmdDispatch(
                cmd, Math.ceilDiv(spec.stateWidth(), GROUP_WIDTH), Math.ceilDiv(spec.stateHeight(), GROUP_HEIGHT), 1);
        device.labels().end(cmd);
        barriers.buffer(
                        next,
                        VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT,
                        WRITE,
                        VK_PIPELINE_STAGE_2_FRAGMENT_SHADER_BIT,
                        READ)
                .record(cmd);
        stateNow = 1 - stateNow;
    }

    /**
     * Records the draw, inside a rendering scope whose viewport is the picture's rectangle.
     *
     * @param input as above
     * @param orientation how the upright picture lies in that rectangle
     * @param push frame, moment and rectangle are in it; state is put in here
     */
    void recordLook(
            VkCommandBuffer cmd,
            VideoPass video,
            Image input,
            Orientation orientation,
            int colorFormat,
            boolean srgb,
            ByteBuffer push) {
        GraphicsPipeline pipeline = lookPipeline(video, orientation, colorFormat, srgb);
        DeviceBuffer now = state[stateNow];
        push.putLong(PUSH_STATE, now == null ? 0 : now.deviceAddress()).putLong(PUSH_STATE_NEXT, 0);
        device.labels().begin(cmd, lookName);
        pipeline.bind(cmd);
        pipeline.bind(cmd, lookSet(pipeline, input));
        pipeline.push(cmd, push);
        vkCmdDraw(cmd, 3, 1, 0, 0);
        device.labels().end(cmd);
    }

    private GraphicsPipeline lookPipeline(VideoPass video, Orientation orientation, int colorFormat, boolean srgb) {
        GraphicsPipeline old = look;
        if (old != null
                && video == lookVideo
                && orientation.equals(lookOrientation)
                && colorFormat == lookFormat
                && srgb == lookSrgb) {
            return old;
        }
        GraphicsPipeline made = GraphicsPipeline.create(
                device,
                lookName,
                new GraphicsPipelineSpec(
                        ShaderLibrary.load("present/video.vert"),
                        spec.look(),
                        new Specialization(),
                        constants(spec.look(), video)
                                .offer("CANVAS_ROTATION", orientation.rotation())
                                .offer("CANVAS_MIRROR", orientation.mirror())
                                .offer("TARGET_SRGB", srgb),
                        GraphicsPipelineSpec.Topology.TRIANGLE_LIST,
                        GraphicsPipelineSpec.Blend.NONE,
                        colorFormat,
                        GraphicsPipelineSpec.InstanceInput.NONE),
                new Rehearsal(
                        video.format(),
                        new Rehearsal.Picture(colorFormat, REHEARSAL_SIDE, REHEARSAL_SIDE),
                        true,
                        (cmd, version, stage) -> rehearseLook(cmd, version, stage, video)));
        retire(old, lookSet);
        lookSet = null;
        look = made;
        lookVideo = video;
        lookOrientation = orientation;
        lookFormat = colorFormat;
        lookSrgb = srgb;
        return made;
    }

    private ComputePipeline rememberPipeline(Spirv shader, VideoPass video) {
        ComputePipeline old = remember;
        if (old != null && video == rememberVideo) {
            return old;
        }
        Rehearsal.Tensor cells =
                new Rehearsal.Tensor((long) CELL_BYTES * spec.stateWidth() * spec.stateHeight(), Float.BYTES);
        ComputePipeline made = ComputePipeline.create(
                device,
                stateName,
                shader,
                constants(shader, video),
                shader,
                new Rehearsal(
                        video.format(),
                        cells,
                        true,
                        (cmd, version, stage) -> rehearseState(cmd, version, stage, video)));
        retire(old, rememberSet);
        rememberSet = null;
        remember = made;
        rememberVideo = video;
        return made;
    }

    /** A picture of noise with an object in its first quarter, over a state of zeros. */
    private void rehearseLook(VkCommandBuffer cmd, PipelineVersion version, Rehearsal.Stage stage, VideoPass video) {
        rehearse(cmd, version, stage, video, 0);
        vkCmdDraw(cmd, 3, 1, 0, 0);
    }

    private void rehearseState(VkCommandBuffer cmd, PipelineVersion version, Rehearsal.Stage stage, VideoPass video) {
        rehearse(cmd, version, stage, video, stage.tensor().deviceAddress());
        vkCmdDispatch(
                cmd, Math.ceilDiv(spec.stateWidth(), GROUP_WIDTH), Math.ceilDiv(spec.stateHeight(), GROUP_HEIGHT), 1);
    }

    private void rehearse(
            VkCommandBuffer cmd, PipelineVersion version, Rehearsal.Stage stage, VideoPass video, long stateNext) {
        DeviceBuffer moment = stage.keep(Moment.rehearsal(device, REHEARSAL_SIDE));
        DeviceBuffer zeros = stage.keep(DeviceBuffer.create(
                device,
                stateName + ", rehearsal",
                (long) CELL_BYTES * Math.max(1, spec.stateWidth() * spec.stateHeight()),
                VK_BUFFER_USAGE_STORAGE_BUFFER_BIT,
                DeviceBuffer.Use.UPLOAD));
        zeros.memory().fill((byte) 0);
        DescriptorSet set = stage.keep(version.createDescriptorSet(lookName + " rehearsal"));
        try (MemoryStack stack = MemoryStack.stackPush()) {
            ByteBuffer block = stack.calloc(PUSH_BYTES);
            video.pushFrame(block, stage.frame());
            block.putLong(PUSH_MOMENT, moment.deviceAddress());
            block.putInt(PUSH_PICTURE + 8, REHEARSAL_SIDE).putInt(PUSH_PICTURE + 12, REHEARSAL_SIDE);
            block.putLong(PUSH_STATE, zeros.deviceAddress()).putLong(PUSH_STATE_NEXT, stateNext);
            version.bind(cmd);
            version.bind(cmd, set.sampledImage(PICTURE_BINDING, stage.sampled(), sampler));
            version.push(cmd, block);
        }
    }

    private Specialization constants(Spirv shader, VideoPass video) {
        Specialization constants = new Specialization()
                .offer("PASS_INDEX", index)
                .offer("STATE_WIDTH", spec.stateWidth())
                .offer("STATE_HEIGHT", spec.stateHeight());
        video.frameConstants(constants::offer);
        spec.values().forEach((name, value) -> {
            if (shader.hasSpecConstant(name)) {
                constants.offer(name, shader.constantBits(name, value));
            }
        });
        return constants;
    }

    private DescriptorSet lookSet(GraphicsPipeline pipeline, Image input) {
        DescriptorSet set = lookSet;
        if (set == null || input != lookImage) {
            retire(null, set);
            set = set(pipeline, "look", input);
            lookSet = set;
            lookImage = input;
        }
        return set;
    }

    private DescriptorSet rememberSet(ComputePipeline pipeline, Image input) {
        DescriptorSet set = rememberSet;
        if (set == null || input != rememberImage) {
            retire(null, set);
            set = set(pipeline, "remember", input);
            rememberSet = set;
            rememberImage = input;
        }
        return set;
    }

    private DescriptorSet set(Pipeline pipeline, String what, Image input) {
        return pipeline.createDescriptorSet("pass " + spec.name() + " " + what)
                .sampledImage(PICTURE_BINDING, input, sampler);
    }

    private void retire(@Nullable Pipeline pipeline, @Nullable DescriptorSet set) {
        if (set != null) {
            releases.defer(set::close);
        }
        if (pipeline != null) {
            releases.defer(pipeline::close);
        }
    }

    /** To be called when the GPU is done with what was recorded. */
    @Override
    public void close() {
        if (lookSet != null) {
            lookSet.close();
        }
        if (look != null) {
            look.close();
        }
        if (rememberSet != null) {
            rememberSet.close();
        }
        if (remember != null) {
            remember.close();
        }
        for (DeviceBuffer buffer : state) {
            if (buffer != null) {
                buffer.close();
            }
        }
    }
}
