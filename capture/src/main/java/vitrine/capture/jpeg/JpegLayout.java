package vitrine.capture.jpeg;

import java.util.ArrayList;
import java.util.List;
import vitrine.engine.frame.PlaneLayout;

/**
 * Where the planes of a decoded picture go. Checked when made: every plane has room for all that TurboJPEG writes, which
 * for odd sizes is more than the picture ({@link ChromaSubsampling#planeWidth}), and no two planes overlap. Made once a
 * stream or buffer, not once a frame.
 *
 * @param width of the picture, in pixels
 * @param height of the picture, in pixels
 * @param planes Y, Cb, Cr, or Y alone; offsets from the start of the target
 */
public record JpegLayout(int width, int height, ChromaSubsampling subsampling, List<PlaneLayout> planes) {

    /** What JPEG's 16-bit fields can hold. */
    private static final int MAX_SIDE = 65535;

    public JpegLayout {
        if (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE) {
            throw new IllegalArgumentException("JPEG size " + width + "x" + height);
        }
        planes = List.copyOf(planes);
        if (planes.size() != subsampling.planes()) {
            throw new IllegalArgumentException(
                    subsampling + " has " + subsampling.planes() + " planes, not " + planes.size());
        }
        for (int i = 0; i < planes.size(); i++) {
            PlaneLayout p = planes.get(i);
            if (p.stride() < subsampling.planeWidth(i, width)) {
                throw new IllegalArgumentException("plane " + i + " of " + subsampling + " " + width + "x" + height
                        + ": stride " + p.stride() + " is shorter than the " + subsampling.planeWidth(i, width)
                        + " bytes written to a row");
            }
            for (int k = 0; k < i; k++) {
                PlaneLayout q = planes.get(k);
                if (p.offset() < end(subsampling, k, width, height, q)
                        && q.offset() < end(subsampling, i, width, height, p)) {
                    throw new IllegalArgumentException("planes " + k + " and " + i + " of " + subsampling + " " + width
                            + "x" + height + " overlap");
                }
            }
        }
    }

    /** Planes one after another, every stride and offset rounded up to a multiple of {@code alignment} bytes. */
    public static JpegLayout aligned(JpegHeader header, int alignment) {
        ChromaSubsampling s = header.subsampling();
        List<PlaneLayout> planes = new ArrayList<>();
        long offset = 0;
        for (int i = 0; i < s.planes(); i++) {
            int stride = Math.ceilDiv(s.planeWidth(i, header.width()), alignment) * alignment;
            planes.add(new PlaneLayout(offset, stride));
            // Whole rows of whole strides, so a multiple of the alignment again.
            offset += (long) stride * s.planeHeight(i, header.height());
        }
        return new JpegLayout(header.width(), header.height(), s, planes);
    }

    /** Bytes that the target must have: to the end of the last byte written. */
    public long extent() {
        long end = 0;
        for (int i = 0; i < planes.size(); i++) {
            end = Math.max(end, end(subsampling, i, width, height, planes.get(i)));
        }
        return end;
    }

    private static long end(ChromaSubsampling s, int plane, int width, int height, PlaneLayout p) {
        return p.offset() + (long) p.stride() * (s.planeHeight(plane, height) - 1) + s.planeWidth(plane, width);
    }
}
