package vitrine.engine.memory;

import static org.lwjgl.vulkan.VK13.*;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.linux.FdMemory;
import vitrine.engine.linux.FdMemoryAllocator;
import vitrine.engine.linux.Rung;

/**
 * Memory that the GPU writes and the CPU reads often: a cached fd-backed buffer, imported into Vulkan. Vulkan's own
 * memory would be write-combined on the Pi, and slow to read. Where nothing can be imported it is Vulkan's after all.
 * The GPU side belongs to the frame thread, the CPU side to whoever holds the tensor between {@code begin} and
 * {@code end}.
 */
public final class TensorMemory implements AutoCloseable {

    private final @Nullable FdMemory shared;
    private final GpuBuffer buffer;
    private final MemorySegment memory;

    private TensorMemory(@Nullable FdMemory shared, GpuBuffer buffer, MemorySegment memory) {
        this.shared = shared;
        this.buffer = buffer;
        this.memory = memory;
    }

    /** Allocates and imports {@code size} bytes. */
    public static TensorMemory create(VulkanDevice device, String name, FdMemoryAllocator allocator, long size) {
        FdMemory shared = allocator.allocate("vitrine-" + name, size);
        if (shared.rung() == Rung.STAGING_COPY) {
            shared.close();
            DeviceBuffer own = DeviceBuffer.create(
                    device, name, size, VK_BUFFER_USAGE_STORAGE_BUFFER_BIT, DeviceBuffer.Use.READBACK);
            return new TensorMemory(null, own, own.memory());
        }
        try {
            return new TensorMemory(
                    shared,
                    ImportedBuffer.create(device, name, shared, size),
                    shared.memory().asSlice(0, size));
        } catch (RuntimeException e) {
            shared.close();
            throw e;
        }
    }

    /** What the compute pass writes. */
    public GpuBuffer buffer() {
        return buffer;
    }

    /** The CPU's view, {@code size} bytes at a fixed address until {@link #close()}. */
    public MemorySegment memory() {
        return memory;
    }

    /** Before the CPU reads, after the timeline says that the GPU has written. */
    public void beginCpuRead() {
        if (shared != null) {
            shared.beginCpuRead();
        }
    }

    /** After the CPU has read, before the GPU writes again. */
    public void endCpuRead() {
        if (shared != null) {
            shared.endCpuRead();
        }
    }

    @Override
    public void close() {
        buffer.close();
        if (shared != null) {
            shared.close();
        }
    }
}
