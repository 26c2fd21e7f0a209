package vitrine.engine.linux;

import java.util.ArrayList;
import java.util.List;
import vitrine.engine.frame.FrameFormat;

/**
 * The memory objects of one capture buffer: one for most formats, one a plane for V4L2's NM12, YM12 and their like. A
 * value; whoever made it, or was given it to own, closes it.
 *
 * @param memories 1 to 3, by {@link vitrine.engine.frame.PlaneLayout#memory}
 */
public record FrameMemory(List<FdMemory> memories) implements AutoCloseable {

    public FrameMemory {
        memories = List.copyOf(memories);
        if (memories.isEmpty() || memories.size() > 3) {
            throw new IllegalArgumentException("a frame in " + memories.size() + " memory objects");
        }
    }

    /** A frame in one memory object. */
    public static FrameMemory of(FdMemory memory) {
        return new FrameMemory(List.of(memory));
    }

    /**
     * Memory for a frame, owned by the caller.
     *
     * @param name as in {@link FdMemoryAllocator#allocate}; a number is added where there are several memory objects
     */
    public static FrameMemory allocate(FdMemoryAllocator allocator, String name, FrameFormat format) {
        long[] needs = new long[format.memories()];
        for (int i = 0; i < needs.length; i++) {
            needs[i] = format.extent(i);
        }
        return allocate(allocator, name, needs);
    }

    /** As above, with the bytes that each memory object must have. */
    public static FrameMemory allocate(FdMemoryAllocator allocator, String name, long[] needs) {
        List<FdMemory> memories = new ArrayList<>();
        try {
            for (int i = 0; i < needs.length; i++) {
                String own = needs.length == 1 ? name : name + "-" + i;
                memories.add(allocator.allocate(own, needs[i]));
            }
            return new FrameMemory(memories);
        } catch (RuntimeException e) {
            memories.forEach(FdMemory::close);
            throw e;
        }
    }

    public int size() {
        return memories.size();
    }

    public FdMemory get(int memory) {
        return memories.get(memory);
    }

    /** Before the CPU reads what a device wrote, {@link FdMemory#beginCpuRead} of each. */
    public void beginCpuRead() {
        for (int i = 0; i < memories.size(); i++) {
            memories.get(i).beginCpuRead();
        }
    }

    public void endCpuRead() {
        for (int i = 0; i < memories.size(); i++) {
            memories.get(i).endCpuRead();
        }
    }

    /** Before the CPU writes what a device will read, {@link FdMemory#beginCpuWrite} of each. */
    public void beginCpuWrite() {
        for (int i = 0; i < memories.size(); i++) {
            memories.get(i).beginCpuWrite();
        }
    }

    /** After the CPU has written, before the device's work is submitted. */
    public void endCpuWrite() {
        for (int i = 0; i < memories.size(); i++) {
            memories.get(i).endCpuWrite();
        }
    }

    /** Unmaps and closes all, the last first; a second call does nothing. */
    @Override
    public void close() {
        memories.reversed().forEach(FdMemory::close);
    }
}
