package vitrine.engine.memory;

import static org.lwjgl.vulkan.VK13.VK_BUFFER_USAGE_STORAGE_BUFFER_BIT;

import java.lang.foreign.MemorySegment;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.linux.FdMemory;
import vitrine.engine.linux.Rung;

/**
 * A capture buffer as the GPU sees it: imported where the ladder allows, else a copy in Vulkan's memory that is
 * refreshed for each frame. Made once a buffer, not once a frame. Frame thread.
 */
public final class FrameInput implements AutoCloseable {

    private final FdMemory source;
    private final GpuBuffer buffer;
    private final MemorySegment staging;

    private FrameInput(FdMemory source, GpuBuffer buffer, MemorySegment staging) {
        this.source = source;
        this.buffer = buffer;
        this.staging = staging;
    }

    /**
     * Imports a capture buffer or sets up its copy.
     *
     * @param source stays its maker's and must outlive this
     * @param size bytes that the frame format reaches, {@link vitrine.engine.frame.FrameFormat#extent()}
     */
    public static FrameInput create(VulkanDevice device, String name, FdMemory source, long size) {
        // Shaders read whole words, so the last one may end past the frame; the allocation's slack covers it.
        long readable = Math.min((size + 63) / 64 * 64, source.size());
        if (source.rung() != Rung.STAGING_COPY) {
            return new FrameInput(source, ImportedBuffer.create(device, name, source, readable), MemorySegment.NULL);
        }
        DeviceBuffer copy = DeviceBuffer.create(
                device, name + " copy", readable, VK_BUFFER_USAGE_STORAGE_BUFFER_BIT, DeviceBuffer.Use.UPLOAD);
        return new FrameInput(source, copy, copy.memory());
    }

    /** What shaders read. */
    public GpuBuffer buffer() {
        return buffer;
    }

    /**
     * Makes a freshly captured frame visible to the GPU, before the submission that reads it.
     *
     * @return bytes the CPU copied: 0 for an import
     */
    public long refresh() {
        if (staging.equals(MemorySegment.NULL)) {
            return 0;
        }
        MemorySegment.copy(source.memory(), 0, staging, 0, staging.byteSize());
        return staging.byteSize();
    }

    @Override
    public void close() {
        buffer.close();
    }
}
