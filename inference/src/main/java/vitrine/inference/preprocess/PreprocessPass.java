package vitrine.inference.preprocess;

import static org.lwjgl.vulkan.VK13.*;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.vulkan.VkCommandBuffer;
import vitrine.engine.command.Barriers;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.frame.ChromaSiting;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.Orientation;
import vitrine.engine.memory.FrameBuffers;
import vitrine.engine.memory.GpuBuffer;
import vitrine.engine.pipeline.ComputePipeline;
import vitrine.engine.pipeline.DescriptorSet;
import vitrine.engine.pipeline.Rehearsal;
import vitrine.shaders.Spirv;

/**
 * The compute pass that makes a network's input tensor out of a camera frame: scaled, turned, letterboxed, converted to
 * R'G'B' and normalised in one dispatch. {@link PreprocessReference} defines every value it writes.
 *
 * <p>Made for one geometry; another frame format or tensor needs another pass. All geometry is checked here on the CPU,
 * since a shader that goes by device address has no bounds. The padding is written once a tensor by {@link #recordPad};
 * {@link #record} writes the picture only, and allocates nothing once it knows its buffers. Frame thread.
 */
public final class PreprocessPass implements AutoCloseable {

    /** How the shader reaches the two buffers. */
    public enum Access {
        /** By VkDeviceAddress in the push constants: fastest, where the device has bufferDeviceAddress. */
        DEVICE_ADDRESS,
        /** As storage buffers in a descriptor set, one a pair of buffers; for frames in one memory object. */
        STORAGE_BUFFER
    }

    /** Reads and writes by address are for whole vectors. */
    private static final int ADDRESS_ALIGNMENT = 16;

    /** The largest buffer of V3D 7.1 under Mesa's v3dv (maxStorageBufferRange). */
    private static final long MAX_BYTES = 1L << 30;

    /** Four addresses, three rows of four factors, the orientation: see include/buffers.glsl. */
    private static final int PUSH_BYTES = 32 + 48 + 4;

    private final Access access;
    private final ShaderChoice choice;
    private final Letterbox letterbox;
    private final FrameFormat format;
    private final long tensorBytes;
    private final ComputePipeline content;
    private final ComputePipeline pad;
    private final Barriers barriers;
    private final ByteBuffer push = MemoryUtil.memCalloc(PUSH_BYTES);
    private final List<Binding> bindings = new ArrayList<>();
    private boolean closed;

    /** A descriptor set and what it points at; sets of a pass are few, so a search will do. */
    private record Binding(ComputePipeline pipeline, GpuBuffer source, GpuBuffer tensor, DescriptorSet set) {}

    private PreprocessPass(
            Access access,
            ShaderChoice choice,
            FrameFormat format,
            long tensorBytes,
            ComputePipeline content,
            ComputePipeline pad,
            Barriers barriers) {
        this.access = access;
        this.choice = choice;
        this.letterbox = choice.letterbox();
        this.format = format;
        this.tensorBytes = tensorBytes;
        this.content = content;
        this.pad = pad;
        this.barriers = barriers;
        choice.fillColor(push, 32);
    }

    /** A pass that goes by device address where the device can. */
    public static PreprocessPass create(
            VulkanDevice device,
            FrameFormat source,
            Orientation orientation,
            ChromaSiting siting,
            Filter filter,
            TensorSpec tensor) {
        return create(
                device,
                source,
                orientation,
                siting,
                filter,
                tensor,
                device.info().deviceAddresses() ? Access.DEVICE_ADDRESS : Access.STORAGE_BUFFER);
    }

    /**
     * Makes the pipelines.
     *
     * @param source layout of the frames; strides and plane offsets as they come, multiples of 16 are fastest
     * @param orientation what stands a stored frame upright
     * @param siting where chroma samples are taken to lie; {@link ChromaSiting#CENTER} is how networks were trained
     * @throws IllegalArgumentException if frame or tensor are larger than shaders can address, or if the frame lies in
     *     several memory objects and access is by storage buffer
     */
    public static PreprocessPass create(
            VulkanDevice device,
            FrameFormat source,
            Orientation orientation,
            ChromaSiting siting,
            Filter filter,
            TensorSpec tensor,
            Access access) {
        long tensorBytes = tensorBytes(tensor);
        for (int i = 0; i < source.memories(); i++) {
            requireReach("frame " + source, wholeWords(source.extent(i)));
        }
        requireReach("tensor " + tensor.width() + "x" + tensor.height(), tensorBytes);
        if (access == Access.DEVICE_ADDRESS && !device.info().deviceAddresses()) {
            throw new IllegalArgumentException(
                    device.info().name() + " has no bufferDeviceAddress: use storage buffers");
        }
        if (access == Access.STORAGE_BUFFER && source.memories() > 1) {
            throw new IllegalArgumentException("frames of " + source + " lie in " + source.memories()
                    + " memory objects, which shaders reach by device address only");
        }
        ShaderChoice choice = ShaderChoice.of(source, orientation, siting, filter, tensor);
        ComputePipeline content = null;
        ComputePipeline pad = null;
        try {
            content = choice.createContent(device, access, rehearsal(access, choice, source, tensor, true));
            pad = choice.createPad(device, access, rehearsal(access, choice, source, tensor, false));
            return new PreprocessPass(access, choice, source, tensorBytes, content, pad, Barriers.create(device));
        } catch (RuntimeException e) {
            if (content != null) {
                content.close();
            }
            if (pad != null) {
                pad.close();
            }
            throw e;
        }
    }

    /** One dispatch of the real one's size. */
    private static Rehearsal rehearsal(
            Access access, ShaderChoice choice, FrameFormat format, TensorSpec tensor, boolean picture) {
        var output = new Rehearsal.Tensor(tensorBytes(tensor), tensor.type().bytes());
        return new Rehearsal(picture ? format : null, output, (cmd, pipeline, stage) -> {
            GpuBuffer to = stage.tensor();
            GpuBuffer from = picture ? stage.frame().get(0) : to;
            pipeline.bind(cmd);
            if (access == Access.STORAGE_BUFFER) {
                pipeline.bind(
                        cmd,
                        point(
                                stage.keep(pipeline.createDescriptorSet("rehearsal buffers")),
                                pipeline.bindings(),
                                from,
                                to));
            }
            try (MemoryStack stack = MemoryStack.stackPush()) {
                ByteBuffer constants = stack.calloc(PUSH_BYTES);
                constants.putLong(0, from.deviceAddress()).putLong(8, to.deviceAddress());
                if (picture) {
                    constants.putLong(16, stage.frame().planeAddress(format, 1));
                    constants.putLong(24, stage.frame().planeAddress(format, 2));
                }
                choice.fillColor(constants, 32);
                if (pipeline.pushConstantBytes() > 0) {
                    pipeline.push(cmd, constants.limit(pipeline.pushConstantBytes()));
                }
            }
            vkCmdDispatch(
                    cmd,
                    picture ? choice.groupsX() : choice.padGroupsX(),
                    picture ? choice.groupsY() : choice.padGroupsY(),
                    1);
        });
    }

    /** Bytes that a tensor's buffer must have: its elements, in whole 32-bit words. */
    public static long tensorBytes(TensorSpec tensor) {
        return wholeWords(tensor.bytes());
    }

    /** Where the upright picture lies in the tensor. */
    public Letterbox letterbox() {
        return letterbox;
    }

    /** Shader invocations of one dispatch. */
    public long invocations() {
        return (long) choice.groupsX() * choice.groupsY() * choice.localSize();
    }

    /** Name of the shader in use, for logs and reports. */
    public String shader() {
        return choice.name();
    }

    /**
     * Fills the whole tensor with the pad value, and makes later {@link #record}s in this queue wait for that. Once a
     * tensor buffer.
     */
    public void recordPad(VkCommandBuffer cmd, GpuBuffer tensor) {
        require("tensor", tensor, tensorBytes);
        pad.bind(cmd);
        give(cmd, pad, tensor, tensor);
        vkCmdDispatch(cmd, choice.padGroupsX(), choice.padGroupsY(), 1);
        barriers.buffer(
                        tensor,
                        VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT,
                        VK_ACCESS_2_SHADER_STORAGE_WRITE_BIT,
                        VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT,
                        VK_ACCESS_2_SHADER_STORAGE_WRITE_BIT)
                .record(cmd);
    }

    /**
     * Writes the picture into the tensor. Barriers are the caller's: the frame must be readable by compute shaders
     * before, the tensor's writes (COMPUTE_SHADER, SHADER_STORAGE_WRITE) made visible to their reader after.
     *
     * @param source a frame of the pass's format, each memory object from its first byte
     * @param tensor {@link #tensorBytes} bytes; all buffers outlive the pass
     */
    public void record(VkCommandBuffer cmd, FrameBuffers source, GpuBuffer tensor) {
        if (source.size() != format.memories()) {
            throw new IllegalArgumentException("the frame has " + source.size() + " buffers; " + format + " lies in "
                    + format.memories() + " memory objects");
        }
        for (int i = 0; i < source.size(); i++) {
            require("frame", source.get(i), wholeWords(format.extent(i)));
        }
        require("tensor", tensor, tensorBytes);
        push.putLong(16, source.planeAddress(format, 1));
        push.putLong(24, source.planeAddress(format, 2));
        content.bind(cmd);
        give(cmd, content, source.get(0), tensor);
        vkCmdDispatch(cmd, choice.groupsX(), choice.groupsY(), 1);
    }

    private void give(VkCommandBuffer cmd, ComputePipeline pipeline, GpuBuffer source, GpuBuffer tensor) {
        if (access == Access.DEVICE_ADDRESS) {
            push.putLong(0, source.deviceAddress());
            push.putLong(8, tensor.deviceAddress());
        } else {
            pipeline.bind(cmd, set(pipeline, source, tensor));
        }
        if (pipeline.pushConstantBytes() > 0) {
            push.limit(pipeline.pushConstantBytes());
            pipeline.push(cmd, push);
        }
    }

    private DescriptorSet set(ComputePipeline pipeline, GpuBuffer source, GpuBuffer tensor) {
        for (int i = 0; i < bindings.size(); i++) {
            Binding b = bindings.get(i);
            if (b.pipeline == pipeline && b.source == source && b.tensor == tensor) {
                return b.set;
            }
        }
        DescriptorSet set =
                point(pipeline.createDescriptorSet("preprocess buffers"), pipeline.bindings(), source, tensor);
        bindings.add(new Binding(pipeline, source, tensor, set));
        return set;
    }

    private static DescriptorSet point(
            DescriptorSet set, List<Spirv.Binding> declared, GpuBuffer source, GpuBuffer tensor) {
        for (Spirv.Binding b : declared) {
            set.storageBuffer(b.binding(), b.binding() == 0 ? source : tensor);
        }
        return set;
    }

    private void require(String what, GpuBuffer buffer, long bytes) {
        if (buffer.size() < bytes) {
            throw new IllegalArgumentException(
                    "the " + what + "'s buffer has " + buffer.size() + " bytes; " + choice.name() + " needs " + bytes);
        }
        if (access == Access.DEVICE_ADDRESS
                && (buffer.deviceAddress() == 0 || buffer.deviceAddress() % ADDRESS_ALIGNMENT != 0)) {
            throw new IllegalArgumentException("the " + what + "'s buffer has no device address that is a multiple of "
                    + ADDRESS_ALIGNMENT + ": " + buffer.deviceAddress());
        }
    }

    private static void requireReach(String what, long bytes) {
        if (bytes > MAX_BYTES) {
            throw new IllegalArgumentException(
                    what + " takes " + bytes + " bytes; shaders address " + MAX_BYTES + " at most");
        }
    }

    private static long wholeWords(long bytes) {
        return (bytes + 3) / 4 * 4;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        bindings.forEach(b -> b.set.close());
        content.close();
        pad.close();
        barriers.close();
        MemoryUtil.memFree(push);
    }
}
