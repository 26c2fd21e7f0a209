package vitrine.engine.frame;

import java.util.ArrayList;
import java.util.List;

/**
 * Everything needed to read a frame's bytes. Checked when made: a frame format that exists is consistent.
 *
 * @param pixelFormat order of the bytes
 * @param width stored width in pixels, odd values allowed
 * @param height stored height in pixels, odd values allowed
 * @param planes one layout a plane; their memory objects are counted from 0 without a gap
 * @param color matrix and range; ignored by the RGB family
 */
public record FrameFormat(
        PixelFormat pixelFormat, int width, int height, List<PlaneLayout> planes, ColorEncoding color) {

    /** Largest width and height read: the shaders count in 32 bits and V3D's buffers end at 1 GiB. */
    public static final int MAX_SIDE = 16384;

    public FrameFormat {
        if (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE) {
            throw new IllegalArgumentException(
                    "frame size " + width + "x" + height + " is outside 1x1 to " + MAX_SIDE + "x" + MAX_SIDE);
        }
        planes = List.copyOf(planes);
        if (planes.size() != pixelFormat.planes()) {
            throw new IllegalArgumentException(
                    pixelFormat + " has " + pixelFormat.planes() + " planes, not " + planes.size());
        }
        int memories = memories(planes);
        for (int memory = 0; memory < memories; memory++) {
            int wanted = memory;
            if (planes.stream().noneMatch(p -> p.memory() == wanted)) {
                throw new IllegalArgumentException("no plane lies in memory object " + memory + " of " + memories);
            }
        }
        for (int i = 0; i < planes.size(); i++) {
            if (planes.get(i).stride() < pixelFormat.rowBytes(i, width)) {
                throw new IllegalArgumentException("plane " + i + " of " + pixelFormat + " " + width + "x" + height
                        + ": stride " + planes.get(i).stride() + " is shorter than a row of "
                        + pixelFormat.rowBytes(i, width) + " bytes");
            }
        }
    }

    /** Planes one after another in one memory object, without any padding. */
    public static FrameFormat packed(PixelFormat pixelFormat, int width, int height, ColorEncoding color) {
        return aligned(pixelFormat, width, height, color, 1);
    }

    /**
     * Planes one after another in one memory object, every stride and plane offset rounded up to a multiple of
     * {@code alignment} bytes.
     */
    public static FrameFormat aligned(
            PixelFormat pixelFormat, int width, int height, ColorEncoding color, int alignment) {
        List<PlaneLayout> planes = new ArrayList<>();
        long offset = 0;
        for (int i = 0; i < pixelFormat.planes(); i++) {
            int stride = Math.ceilDiv(pixelFormat.rowBytes(i, width), alignment) * alignment;
            planes.add(new PlaneLayout(offset, stride));
            offset += (long) stride * pixelFormat.rows(i, height);
            offset = Math.ceilDiv(offset, alignment) * alignment;
        }
        return new FrameFormat(pixelFormat, width, height, planes, color);
    }

    public PlaneLayout plane(int index) {
        return planes.get(index);
    }

    /** Memory objects that the planes lie in, 1 to 3. */
    public int memories() {
        return memories(planes);
    }

    private static int memories(List<PlaneLayout> planes) {
        int last = 0;
        for (int i = 0; i < planes.size(); i++) {
            last = Math.max(last, planes.get(i).memory());
        }
        return last + 1;
    }

    /** Bytes from the start of a memory object to the end of the last row of picture data in it. */
    public long extent(int memory) {
        long end = 0;
        for (int i = 0; i < planes.size(); i++) {
            PlaneLayout p = planes.get(i);
            if (p.memory() == memory) {
                end = Math.max(
                        end,
                        p.offset()
                                + (long) p.stride() * (pixelFormat.rows(i, height) - 1)
                                + pixelFormat.rowBytes(i, width));
            }
        }
        return end;
    }

    /**
     * {@link #extent(int)} of a frame in one memory object.
     *
     * @throws IllegalStateException where there are several, so that nobody takes one's extent for the frame's
     */
    public long extent() {
        if (memories() > 1) {
            throw new IllegalStateException(this + " lies in " + memories() + " memory objects");
        }
        return extent(0);
    }

    /** Bytes of picture data in the frame, padding not counted. */
    public long pictureBytes() {
        long sum = 0;
        for (int i = 0; i < planes.size(); i++) {
            sum += (long) pixelFormat.rowBytes(i, width) * pixelFormat.rows(i, height);
        }
        return sum;
    }

    @Override
    public String toString() {
        return pixelFormat + " " + width + "x" + height
                + (pixelFormat.isYuv() ? " " + color.matrix() + " " + color.range() : "");
    }
}
