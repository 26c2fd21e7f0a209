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

    private static final long PROBE_BYTES = 1 << 16;

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
        List<Rung> candidates = new ArrayList<>(IMPORTABLE);
        while (!candidates.isEmpty()) {
            Rung rung = candidates.getLast();
            try (FdMemoryAllocator allocator = FdMemoryAllocator.open(candidates)) {
                rung = allocator.rung();
                note(allocator.rejections(), candidates, rejected);
                tryImport(device, allocator);
                return new MemoryLadder(rung, rejected);
            } catch (LinuxException | VulkanException e) {
                rejected.add(rung.label() + ": " + e.getMessage());
            }
            candidates = new ArrayList<>(candidates.subList(candidates.indexOf(rung) + 1, candidates.size()));
        }
        return new MemoryLadder(Rung.STAGING_COPY, rejected);
    }

    private static void tryImport(VulkanDevice device, FdMemoryAllocator allocator) {
        try (FdMemory memory = allocator.allocate("probe", PROBE_BYTES);
                ImportedBuffer imported = ImportedBuffer.create(device, "probe", memory, PROBE_BYTES)) {
            assert imported.size() == PROBE_BYTES;
        }
    }

    /** The allocator's reasons for the rungs that were candidates, shortened where a device is simply absent. */
    private static void note(List<String> reasons, List<Rung> candidates, List<String> rejected) {
        for (Rung rung : candidates) {
            List<String> own = reasons.stream()
                    .filter(r -> r.startsWith(rung.label() + ": "))
                    .map(r -> r.substring(rung.label().length() + 2))
                    .toList();
            if (!own.isEmpty()) {
                rejected.add(rung.label() + ": "
                        + (own.stream().allMatch(r -> r.contains("ENOENT"))
                                ? "no such device here"
                                : String.join("; ", own)));
            }
        }
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
