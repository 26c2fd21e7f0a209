package vitrine.tests.lab;

import static org.lwjgl.vulkan.VK13.*;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.lwjgl.system.MemoryUtil;
import vitrine.engine.command.Barriers;
import vitrine.engine.command.OneTimeCommands;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.memory.DeviceBuffer;
import vitrine.engine.memory.GpuBuffer;
import vitrine.engine.pipeline.ComputePipeline;
import vitrine.engine.pipeline.DescriptorSet;
import vitrine.engine.pipeline.Specialization;
import vitrine.shaders.ShaderCompiler;

/** What the GPU reads in a buffer, word by word, as the shaders of the pipeline do. */
final class GpuReader implements AutoCloseable {
    private static final int LOCAL_SIZE = 64;
    private static final String SHADER = """
            #version 460
            layout(local_size_x = 64) in;
            layout(set = 0, binding = 0, std430) restrict readonly buffer From { uint words[]; } from;
            layout(set = 0, binding = 1, std430) restrict writeonly buffer To { uint words[]; } to;
            layout(push_constant) uniform Push { uint count; } push;
            void main() {
                uint i = gl_GlobalInvocationID.x;
                if (i < push.count) {
                    to.words[i] = from.words[i];
                }
            }
            """;

    private final VulkanDevice device;
    private final ComputePipeline pipeline;
    private final Barriers barriers;
    private final DeviceBuffer copy;
    private final Map<GpuBuffer, DescriptorSet> sets = new HashMap<>();
    private final ByteBuffer push = MemoryUtil.memCalloc(4);

    private GpuReader(VulkanDevice device, ComputePipeline pipeline, Barriers barriers, DeviceBuffer copy) {
        this.device = device;
        this.pipeline = pipeline;
        this.barriers = barriers;
        this.copy = copy;
    }

    /** @param most bytes that are read at once */
    static GpuReader create(VulkanDevice device, Path scratch, long most) throws IOException {
        Files.writeString(scratch.resolve("read.comp"), SHADER);
        try (ShaderCompiler compiler = ShaderCompiler.create(scratch)) {
            return new GpuReader(
                    device,
                    ComputePipeline.create(device, "read", compiler.compile("read.comp"), new Specialization()),
                    Barriers.create(device),
                    DeviceBuffer.create(
                            device,
                            "what the GPU read",
                            most,
                            VK_BUFFER_USAGE_STORAGE_BUFFER_BIT,
                            DeviceBuffer.Use.READBACK));
        }
    }

    /** The buffer's first bytes, in whole words, as the GPU sees them now; valid until the next call. */
    MemorySegment read(GpuBuffer buffer, long bytes) {
        int words = Math.toIntExact((bytes + 3) / 4);
        DescriptorSet set = sets.computeIfAbsent(
                buffer,
                b -> pipeline.createDescriptorSet("read").storageBuffer(0, b).storageBuffer(1, copy));
        push.putInt(0, words);
        OneTimeCommands.run(device, cmd -> {
            barriers.acquire(buffer, VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT, VK_ACCESS_2_SHADER_STORAGE_READ_BIT)
                    .record(cmd);
            pipeline.bind(cmd);
            pipeline.bind(cmd, set);
            pipeline.push(cmd, push);
            vkCmdDispatch(cmd, Math.ceilDiv(words, LOCAL_SIZE), 1, 1);
            barriers.hostRead(copy, VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT, VK_ACCESS_2_SHADER_STORAGE_WRITE_BIT)
                    .release(buffer, VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT, VK_ACCESS_2_NONE)
                    .record(cmd);
        });
        return copy.memory().asSlice(0, bytes);
    }

    /** To be called before a buffer that was read is closed. */
    void forget(GpuBuffer buffer) {
        DescriptorSet set = sets.remove(buffer);
        if (set != null) {
            set.close();
        }
    }

    @Override
    public void close() {
        sets.values().forEach(DescriptorSet::close);
        copy.close();
        barriers.close();
        pipeline.close();
        MemoryUtil.memFree(push);
    }
}
