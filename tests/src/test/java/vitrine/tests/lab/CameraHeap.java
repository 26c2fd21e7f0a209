package vitrine.tests.lab;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import vitrine.capture.CapturedFrame;
import vitrine.capture.FrameSource;
import vitrine.capture.FrameSources;
import vitrine.capture.SourceOptions;
import vitrine.engine.linux.FdMemoryAllocator;
import vitrine.engine.linux.Rung;

/** Takes a camera's frames until the camera's thread allocates nothing any more, or for as long as a user would wait. */
final class CameraHeap {
    private static final int FRAMES = 500;
    private static final int ROUNDS = 20;
    private static final long SECONDS_20 = 20_000_000_000L;

    private CameraHeap() {}

    public static void main(String[] args) throws InterruptedException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (FdMemoryAllocator allocator = FdMemoryAllocator.open(List.of(Rung.DMA_HEAP));
                FrameSource source = FrameSources.open(args[0], allocator, SourceOptions.DEFAULT)) {
            long camera = Thread.getAllStackTraces().keySet().stream()
                    .filter(t -> t.getName().equals("camera"))
                    .findFirst()
                    .orElseThrow()
                    .threadId();
            long allocated = Long.MAX_VALUE;
            for (int round = 0; round < ROUNDS && allocated > 0; round++) {
                long before = threads.getThreadAllocatedBytes(camera);
                for (int i = 0; i < FRAMES; i++) {
                    if (source.next(SECONDS_20) instanceof CapturedFrame frame) {
                        frame.close();
                    } else {
                        throw new AssertionError("no frame");
                    }
                }
                allocated = threads.getThreadAllocatedBytes(camera) - before;
                System.out.println("round " + round + ": " + allocated + " bytes of heap for " + FRAMES + " frames");
            }
        }
    }
}
