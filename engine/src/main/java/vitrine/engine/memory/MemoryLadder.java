package vitrine.engine.memory;

import java.util.ArrayList;
import java.util.List;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.device.VulkanException;
import vitrine.engine.linux.FdMemory;
import vitrine.engine.linux.FdMemoryAllocator;
import vitrine.engine.linux.LinuxException;
import vitrine.engine.linux.Rung;

/**
 * Finds the best memory that this kernel allocates and this device imports, by trying: dma-heap, udmabuf, memfd, and at
 * last a copy. What a driver claims and what it takes are two things.
 *
 * @param rung the rung that works
 * @param rejected why each better one does not, one line each
 */
public record MemoryLadder(Rung rung, List<String> rejected) {

    private static final List<Rung> IMPORTABLE = List.of(Rung.DMA_HEAP, Rung.UDMABUF, Rung.MEMFD);

    public MemoryLadder {
        rejected = List.copyOf(rejected);
    }

    /** Tries each rung with a small buffer. */
    public static MemoryLadder probe(VulkanDevice device) {
        List<String> rejected = new ArrayList<>();
        if (!device.info().dmaBufImport()) {
            rejected.add(device.info().name() + " imports no dma-buf");
            return new MemoryLadder(Rung.STAGING_COPY, rejected);
        }
        for (Rung rung : IMPORTABLE) {
            try (FdMemoryAllocator allocator = FdMemoryAllocator.open(List.of(rung));
                    FdMemory memory = allocator.allocate("vitrine-probe", 1 << 16);
                    ImportedBuffer imported = ImportedBuffer.create(device, "probe", memory, 1 << 16)) {
                if (imported.size() > 0) {
                    return new MemoryLadder(rung, rejected);
                }
            } catch (LinuxException | VulkanException e) {
                rejected.add(rung.label() + ": " + e.getMessage());
            }
        }
        return new MemoryLadder(Rung.STAGING_COPY, rejected);
    }

    /** An allocator for that rung; the caller closes it after all memory it gave. */
    public FdMemoryAllocator allocator() {
        return FdMemoryAllocator.open(List.of(rung));
    }

    /** One line for the log: what was taken and why nothing better. */
    public String description() {
        return "frame memory: " + rung.label() + (rejected.isEmpty() ? "" : " (" + String.join("; ", rejected) + ")");
    }
}
