package vitrine.inference.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lwjgl.vulkan.VK13.*;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import vitrine.engine.GpuFixture;
import vitrine.engine.command.Barriers;
import vitrine.engine.command.OneTimeCommands;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.frame.ChromaSiting;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.Orientation;
import vitrine.engine.linux.FdMemory;
import vitrine.engine.linux.FdMemoryAllocator;
import vitrine.engine.linux.FrameMemory;
import vitrine.engine.memory.DeviceBuffer;
import vitrine.engine.memory.FrameBuffers;
import vitrine.engine.memory.FrameInput;
import vitrine.engine.memory.MemoryLadder;

/** Runs the pass on random bytes on the GPU, under validation, and compares with the reference. */
final class PreprocessRig implements AutoCloseable {

    /** Of full scale. The project promises 2e-3; box borders are exact, so only single-precision sums remain. */
    static final double F32_TOLERANCE = 2e-5;

    /** Of full scale: one step of a half float in 128..255, since Vulkan leaves the rounding of packHalf2x16 open. */
    static final double F16_TOLERANCE = 0.125 / 255 + F32_TOLERANCE;

    /** In steps. The project promises 1; rounding to nearest gives a half. */
    static final double U8_TOLERANCE = 0.51;

    private static final int SOURCE_BYTES = 16 << 20;
    private static final int TENSOR_BYTES = 8 << 20;
    private static final byte SENTINEL = (byte) 0xa5;

    private final GpuFixture gpu;
    private final FdMemoryAllocator allocator;
    private final DeviceBuffer source;
    private final FrameBuffers sourceAlone;
    private final DeviceBuffer tensor;
    private final Barriers barriers;

    // A frame in several memory objects: each has an import of its own.
    private @Nullable FrameMemory memory;
    private @Nullable FrameInput input;

    private PreprocessRig(GpuFixture gpu) {
        this.gpu = gpu;
        allocator = MemoryLadder.probe(gpu.device()).allocator();
        source = DeviceBuffer.create(
                gpu.device(), "frame", SOURCE_BYTES, VK_BUFFER_USAGE_STORAGE_BUFFER_BIT, DeviceBuffer.Use.UPLOAD);
        sourceAlone = FrameBuffers.of(source);
        tensor = DeviceBuffer.create(
                gpu.device(), "tensor", TENSOR_BYTES, VK_BUFFER_USAGE_STORAGE_BUFFER_BIT, DeviceBuffer.Use.READBACK);
        barriers = Barriers.create(gpu.device());
    }

    /** Skips the test where there is no Vulkan. */
    static PreprocessRig open() {
        return new PreprocessRig(GpuFixture.open());
    }

    VulkanDevice device() {
        return gpu.device();
    }

    FrameBuffers source() {
        return input == null ? sourceAlone : input.buffers();
    }

    private List<MemorySegment> sourceBytes() {
        return memory == null
                ? List.of(source.memory())
                : memory.memories().stream().map(FdMemory::memory).toList();
    }

    DeviceBuffer tensor() {
        return tensor;
    }

    /** One combination of everything. */
    record Case(
            FrameFormat source,
            Orientation orientation,
            ChromaSiting siting,
            Filter filter,
            TensorSpec tensor,
            PreprocessPass.Access access) {

        @Override
        public String toString() {
            return source + " " + source.planes() + " " + orientation + " " + siting + " " + filter + " " + tensor + " "
                    + access;
        }
    }

    PreprocessPass pass(Case c) {
        return PreprocessPass.create(
                gpu.device(), c.source(), c.orientation(), c.siting(), c.filter(), c.tensor(), c.access());
    }

    /** Fills the frame: smooth parts, noise and hard edges, and bytes that must not be read outside the picture. */
    void fill(FrameFormat format, RandomGenerator random) {
        closeSeparate();
        if (format.memories() > 1) {
            FrameMemory m = FrameMemory.allocate(allocator, "frame", format);
            memory = m;
            input = FrameInput.create(gpu.device(), "frame", m, format);
            m.beginCpuWrite();
        }
        for (int i = 0; i < format.memories(); i++) {
            fill(sourceBytes().get(i), format.extent(i), random);
        }
        if (memory != null) {
            memory.endCpuWrite();
        }
    }

    private static void fill(MemorySegment m, long bytes, RandomGenerator random) {
        int run = 0;
        int value = 0;
        for (long i = 0; i < bytes; i++) {
            if (run-- == 0) {
                run = random.nextInt(6);
                value = random.nextInt(3) == 0 ? 255 * random.nextInt(2) : random.nextInt(256);
            }
            m.set(ValueLayout.JAVA_BYTE, i, (byte) value);
        }
        m.asSlice(bytes, 64).fill((byte) 255);
    }

    /** Runs pad and picture, compares every element, and returns the shader's name. */
    String check(Case c) {
        return check(c, true);
    }

    /** As above; without the pad, which has its own shader to compile, the picture only. */
    String check(Case c, boolean pad) {
        try (PreprocessPass pass = pass(c)) {
            clear(c.tensor());
            run(pass, pad);
            compare(c, pass, pad);
            assertThat(untouched(PreprocessPass.tensorBytes(c.tensor()), 48))
                    .as("bytes after the tensor of %s", c)
                    .isTrue();
            return pass.shader();
        }
    }

    /** Marks every byte of the tensor, and some after it, as not written. */
    void clear(TensorSpec spec) {
        tensor.memory().asSlice(0, spec.bytes() + 64).fill(SENTINEL);
    }

    void run(PreprocessPass pass, boolean pad) {
        if (input != null) {
            input.refresh();
        }
        OneTimeCommands.run(gpu.device(), cmd -> {
            if (input != null) {
                barriers.acquire(
                                input.buffers(),
                                VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT,
                                VK_ACCESS_2_SHADER_STORAGE_READ_BIT)
                        .record(cmd);
            }
            if (pad) {
                pass.recordPad(cmd, tensor);
            }
            pass.record(cmd, source(), tensor);
            if (input != null) {
                barriers.release(input.buffers(), VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT, VK_ACCESS_2_NONE);
            }
            barriers.hostRead(tensor, VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT, VK_ACCESS_2_SHADER_STORAGE_WRITE_BIT)
                    .record(cmd);
        });
    }

    boolean untouched(long from, long bytes) {
        for (long i = from; i < from + bytes; i++) {
            if (tensor.memory().get(ValueLayout.JAVA_BYTE, i) != SENTINEL) {
                return false;
            }
        }
        return true;
    }

    void compare(Case c, PreprocessPass pass, boolean withPad) {
        TensorSpec t = c.tensor();
        double[] expected =
                PreprocessReference.tensor(sourceBytes(), c.source(), c.orientation(), c.siting(), c.filter(), t);
        Letterbox box = pass.letterbox();
        double worst = 0;
        int at = 0;
        for (int i = 0; i < expected.length; i++) {
            int plane = t.width() * t.height();
            int pixel = t.layout() == TensorSpec.Layout.NCHW ? i % plane : i / 3;
            int channel = t.layout() == TensorSpec.Layout.NCHW ? i / plane : i % 3;
            int x = pixel % t.width() - box.x();
            int y = pixel / t.width() - box.y();
            if (!withPad && (x < 0 || x >= box.width() || y < 0 || y >= box.height())) {
                continue;
            }
            double actual = switch (t.type()) {
                case F32 -> tensor.memory().get(ValueLayout.JAVA_FLOAT, 4L * i);
                case F16 -> Float.float16ToFloat(tensor.memory().get(ValueLayout.JAVA_SHORT, 2L * i));
                case U8 -> tensor.memory().get(ValueLayout.JAVA_BYTE, i) & 0xff;
            };
            double error = Math.abs(actual - expected[i]);
            error = switch (t.type()) {
                case F32 -> error / (255 * Math.abs(t.scale().get(channel))) / F32_TOLERANCE;
                case F16 -> error / (255 * Math.abs(t.scale().get(channel))) / F16_TOLERANCE;
                case U8 -> error / U8_TOLERANCE;
            };
            if (!(error <= worst)) {
                worst = error;
                at = i;
            }
        }
        assertThat(worst)
                .as(
                        "error in tolerances of element %d (of %d, expected %s) by %s of %s",
                        at, expected.length, expected[at], pass.shader(), c)
                .isLessThanOrEqualTo(1);
    }

    private void closeSeparate() {
        if (input != null && memory != null) {
            input.close();
            memory.close();
        }
        input = null;
        memory = null;
    }

    @Override
    public void close() {
        closeSeparate();
        barriers.close();
        source.close();
        tensor.close();
        allocator.close();
        gpu.close();
    }
}
