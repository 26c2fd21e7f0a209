package vitrine.capture;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.PixelFormat;
import vitrine.engine.frame.PlaneLayout;

/**
 * A frame's picture data as stretches without padding, in the order in which files and pipes carry it: whole planes
 * where rows follow one another, else single rows. Made once a buffer.
 */
final class FrameRows implements AutoCloseable {
    private final List<MemorySegment> stretches = new ArrayList<>();

    private FrameRows() {}

    /** The buffer's rows, remembered with it; only the first {@code planes} planes. */
    static FrameRows of(CapturedFrame frame, int planes) {
        if (frame.attachment() instanceof FrameRows rows) {
            return rows;
        }
        FrameRows rows = new FrameRows();
        FrameFormat format = frame.format();
        PixelFormat pixels = format.pixelFormat();
        for (int p = 0; p < planes; p++) {
            PlaneLayout plane = format.plane(p);
            MemorySegment memory = frame.memory().get(plane.memory()).memory();
            int rowBytes = pixels.rowBytes(p, format.width());
            int count = pixels.rows(p, format.height());
            if (plane.stride() == rowBytes) {
                rows.stretches.add(memory.asSlice(plane.offset(), (long) rowBytes * count));
            } else {
                for (int y = 0; y < count; y++) {
                    rows.stretches.add(memory.asSlice(plane.offset() + (long) y * plane.stride(), rowBytes));
                }
            }
        }
        frame.attach(rows);
        return rows;
    }

    int size() {
        return stretches.size();
    }

    MemorySegment get(int index) {
        return stretches.get(index);
    }

    /** The memory is the buffer's, nothing of its own to free. */
    @Override
    public void close() {}
}
