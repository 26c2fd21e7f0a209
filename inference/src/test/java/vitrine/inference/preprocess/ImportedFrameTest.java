package vitrine.inference.preprocess;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.lwjgl.vulkan.VK13.*;

import java.lang.foreign.MemorySegment;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import vitrine.engine.GpuFixture;
import vitrine.engine.command.Barriers;
import vitrine.engine.command.OneTimeCommands;
import vitrine.engine.frame.ChromaSiting;
import vitrine.engine.frame.ColorEncoding;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.Orientation;
import vitrine.engine.frame.PixelFormat;
import vitrine.engine.linux.FdMemory;
import vitrine.engine.linux.FdMemoryAllocator;
import vitrine.engine.linux.FrameMemory;
import vitrine.engine.linux.Rung;
import vitrine.engine.memory.FrameInput;
import vitrine.engine.memory.MemoryLadder;
import vitrine.engine.memory.TensorMemory;

/** What the CPU writes into a captured frame's memory is what a shader reads there, on every rung that works here. */
final class ImportedFrameTest {

    private static final int WIDTH = 640;
    private static final int HEIGHT = 357;

    @Test
    void theShaderReadsTheBytesThatWereWritten() {
        FrameFormat format = FrameFormat.packed(PixelFormat.BGR24, WIDTH, HEIGHT, ColorEncoding.BT709_LIMITED);
        // One to one, no conversion: the tensor is the frame.
        TensorSpec same = new TensorSpec(
                WIDTH,
                HEIGHT,
                TensorSpec.Type.U8,
                TensorSpec.Layout.NHWC,
                TensorSpec.Channels.BGR,
                TensorSpec.Fit.STRETCH,
                0,
                TensorSpec.ZEROS,
                TensorSpec.ONES);
        try (GpuFixture gpu = GpuFixture.open();
                Barriers barriers = Barriers.create(gpu.device());
                PreprocessPass pass = PreprocessPass.create(
                        gpu.device(), format, Orientation.UPRIGHT, ChromaSiting.CENTER, Filter.BILINEAR, same)) {
            MemoryLadder ladder = MemoryLadder.probe(gpu.device());
            System.out.println(ladder.description());
            Set<Rung> rungs = new LinkedHashSet<>(List.of(ladder.rung(), Rung.STAGING_COPY));
            for (Rung rung : rungs) {
                try (FdMemoryAllocator allocator = FdMemoryAllocator.open(List.of(rung));
                        FdMemory memory = allocator.allocate("frame", format.extent());
                        FrameInput input = FrameInput.create(gpu.device(), "frame", FrameMemory.of(memory), format);
                        TensorMemory tensor = TensorMemory.create(
                                gpu.device(), "tensor", allocator, PreprocessPass.tensorBytes(same))) {
                    Random random = new Random(rung.label().length());
                    for (int frame = 0; frame < 5; frame++) {
                        byte[] bytes = new byte[(int) format.extent()];
                        random.nextBytes(bytes);
                        memory.beginCpuWrite();
                        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, memory.memory(), 0, bytes.length);
                        memory.endCpuWrite();
                        assertThat(input.refresh() == 0).isEqualTo(rung != Rung.STAGING_COPY);
                        run(gpu, barriers, pass, input, tensor);
                        tensor.beginCpuRead();
                        assertThat(tensor.memory().asSlice(0, same.bytes()).toArray(JAVA_BYTE))
                                .as("frame %d through %s", frame, rung)
                                .isEqualTo(bytes);
                        tensor.endCpuRead();
                    }
                }
            }
        }
    }

    private static void run(
            GpuFixture gpu, Barriers barriers, PreprocessPass pass, FrameInput input, TensorMemory tensor) {
        OneTimeCommands.run(gpu.device(), cmd -> {
            barriers.acquire(
                            input.buffers(),
                            VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT,
                            VK_ACCESS_2_SHADER_STORAGE_READ_BIT)
                    .acquire(
                            tensor.buffer(),
                            VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT,
                            VK_ACCESS_2_SHADER_STORAGE_WRITE_BIT)
                    .record(cmd);
            pass.record(cmd, input.buffers(), tensor.buffer());
            barriers.release(input.buffers(), VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT, VK_ACCESS_2_NONE)
                    .release(
                            tensor.buffer(),
                            VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT,
                            VK_ACCESS_2_SHADER_STORAGE_WRITE_BIT)
                    .record(cmd);
        });
    }
}
