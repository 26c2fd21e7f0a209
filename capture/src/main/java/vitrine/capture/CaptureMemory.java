package vitrine.capture;

import java.util.List;

/**
 * How a source's frames get into memory that the GPU reads.
 *
 * @param way for a log line: {@code V4L2 DMABUF, dma-heap /dev/dma_heap/system}
 * @param rejected why no better way was taken, one line each
 */
public record CaptureMemory(String way, List<String> rejected) {
    public CaptureMemory {
        rejected = List.copyOf(rejected);
    }
}
