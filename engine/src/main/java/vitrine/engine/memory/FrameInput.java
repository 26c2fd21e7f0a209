package vitrine.engine.memory;

import static org.lwjgl.vulkan.VK13.VK_BUFFER_USAGE_STORAGE_BUFFER_BIT;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.device.VulkanException;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.linux.FdMemory;
import vitrine.engine.linux.FrameMemory;
import vitrine.engine.linux.Rung;

/**
 * A capture buffer as the GPU sees it: each memory object imported where the ladder allows, else a copy in Vulkan's
 * memory that is refreshed for each frame. Made once a buffer, not once a frame. Frame thread.
 */
public final class FrameInput implements AutoCloseable {

    private final FrameBuffers buffers;
    private final List<Copy> copies;

    /** What {@link #refresh} does for a memory object that is not imported. */
    private record Copy(MemorySegment from, MemorySegment to) {}

    private FrameInput(FrameBuffers buffers, List<Copy> copies) {
        this.buffers = buffers;
        this.copies = copies;
    }

    /**
     * Imports a capture buffer or sets up its copy.
     *
     * @param source stays its maker's and must outlive this
     * @param format of the frames in it; tells how far shaders read
     * @throws VulkanException when a memory object is shorter than the format, or the driver refuses it
     */
    public static FrameInput create(VulkanDevice device, String name, FrameMemory source, FrameFormat format) {
        if (source.size() != format.memories()) {
            throw new IllegalArgumentException(name + ": " + format + " lies in " + format.memories()
                    + " memory objects, the buffer has " + source.size());
        }
        List<GpuBuffer> buffers = new ArrayList<>();
        List<Copy> copies = new ArrayList<>();
        try {
            for (int i = 0; i < source.size(); i++) {
                String own = source.size() == 1 ? name : name + " memory " + i;
                buffers.add(create(device, own, source.get(i), format.extent(i), copies));
            }
            return new FrameInput(new FrameBuffers(buffers), List.copyOf(copies));
        } catch (RuntimeException e) {
            buffers.forEach(GpuBuffer::close);
            throw e;
        }
    }

    private static GpuBuffer create(VulkanDevice device, String name, FdMemory source, long extent, List<Copy> copies) {
        // Shaders read whole words, so the last one may end past the frame.
        if ((extent + 3) / 4 * 4 > source.size()) {
            throw VulkanException.missing(
                    name + ": the frame takes " + extent + " bytes in whole 32-bit words, its "
                            + source.rung().label() + " has " + source.size(),
                    "Allocate the whole frame.");
        }
        long readable = Math.min((extent + 63) / 64 * 64, source.size());
        if (source.rung() != Rung.STAGING_COPY) {
            return ImportedBuffer.create(device, name, source, readable);
        }
        DeviceBuffer copy = DeviceBuffer.create(
                device, name + " copy", readable, VK_BUFFER_USAGE_STORAGE_BUFFER_BIT, DeviceBuffer.Use.UPLOAD);
        copies.add(new Copy(source.memory(), copy.memory()));
        return copy;
    }

    /** What shaders read. */
    public FrameBuffers buffers() {
        return buffers;
    }

    /**
     * Makes a freshly captured frame visible to the GPU, before the submission that reads it.
     *
     * @return bytes the CPU copied: 0 for an import
     */
    public long refresh() {
        long bytes = 0;
        for (int i = 0; i < copies.size(); i++) {
            Copy c = copies.get(i);
            MemorySegment.copy(c.from, 0, c.to, 0, c.to.byteSize());
            bytes += c.to.byteSize();
        }
        return bytes;
    }

    @Override
    public void close() {
        for (int i = buffers.size() - 1; i >= 0; i--) {
            buffers.get(i).close();
        }
    }
}
