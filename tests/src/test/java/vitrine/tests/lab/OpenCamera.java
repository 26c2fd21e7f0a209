package vitrine.tests.lab;

import java.util.List;
import vitrine.capture.FrameSource;
import vitrine.capture.FrameSources;
import vitrine.capture.SourceException;
import vitrine.capture.SourceOptions;
import vitrine.engine.linux.FdMemoryAllocator;
import vitrine.engine.linux.Rung;

/** Opens a source and says {@code open}, or why not: for processes of other users. */
final class OpenCamera {
    private OpenCamera() {}

    public static void main(String[] args) {
        try (FdMemoryAllocator allocator = FdMemoryAllocator.open(List.of(Rung.DMA_HEAP, Rung.MEMFD));
                FrameSource source = FrameSources.open(args[0], allocator, SourceOptions.DEFAULT)) {
            System.out.println(source.info().live() ? "open" : "not live");
        } catch (SourceException e) {
            System.out.println(e.getMessage());
        }
    }
}
