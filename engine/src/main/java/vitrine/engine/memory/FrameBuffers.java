package vitrine.engine.memory;

import java.util.List;
import vitrine.engine.frame.FrameFormat;

/**
 * The GPU's side of a frame: one buffer a memory object, by {@link vitrine.engine.frame.PlaneLayout#memory}. A value;
 * the buffers stay their maker's.
 *
 * @param buffers 1 to 3
 */
public record FrameBuffers(List<GpuBuffer> buffers) {

    public FrameBuffers {
        buffers = List.copyOf(buffers);
        if (buffers.isEmpty() || buffers.size() > 3) {
            throw new IllegalArgumentException("a frame in " + buffers.size() + " buffers");
        }
    }

    /** A frame in one memory object. */
    public static FrameBuffers of(GpuBuffer buffer) {
        return new FrameBuffers(List.of(buffer));
    }

    public int size() {
        return buffers.size();
    }

    public GpuBuffer get(int memory) {
        return buffers.get(memory);
    }

    /**
     * VkDeviceAddress of the buffer that a plane lies in, which its offset counts from; plane 0's for a plane that the
     * format lacks.
     */
    public long planeAddress(FrameFormat format, int plane) {
        int present = plane < format.planes().size() ? plane : 0;
        return buffers.get(format.plane(present).memory()).deviceAddress();
    }
}
