package vitrine.inference.preprocess;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;
import vitrine.engine.frame.ChromaSiting;
import vitrine.engine.frame.ColorEncoding;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.Orientation;
import vitrine.engine.frame.PixelFormat;
import vitrine.engine.frame.PlaneLayout;

/**
 * The preprocess pass in double precision: the definition that every shader is tested against, written for reading.
 *
 * <p>Coordinates are continuous with pixel centres at one half. The centre of a tensor pixel is carried through letterbox
 * and orientation to the stored picture, and from there to each component's own plane. Along each axis of that plane the
 * kernel is a box centred there, over samples that are constant across their pixel; samples beyond the edge repeat it.
 * The box is 1 sample wide for {@link Filter#BILINEAR}, which is linear interpolation, and max(1, scale) samples for
 * {@link Filter#AREA}. The three averages are converted to R'G'B' once, clamped to 0..1, and become
 * {@code (255 v - mean) * scale}.
 */
public final class PreprocessReference {

    private PreprocessReference() {}

    /**
     * The tensor's elements in memory order, as exact values, before they are rounded to the element type.
     *
     * @param frame its memory objects, each at least {@code format.extent(i)} bytes
     */
    public static double[] tensor(
            List<MemorySegment> frame,
            FrameFormat format,
            Orientation orientation,
            ChromaSiting siting,
            Filter filter,
            TensorSpec spec) {
        Letterbox box = Letterbox.of(
                spec,
                orientation.width(format.width(), format.height()),
                orientation.height(format.width(), format.height()));
        double[][] components = new double[3][];
        for (int c = 0; c < 3; c++) {
            components[c] = component(frame, format, orientation, siting, filter, box, c);
        }
        boolean bgr = spec.channels() == TensorSpec.Channels.BGR;
        double[] out = new double[Math.toIntExact(spec.elements())];
        double[] code = new double[3];
        for (int y = 0; y < spec.height(); y++) {
            for (int x = 0; x < spec.width(); x++) {
                int cx = x - box.x();
                int cy = y - box.y();
                boolean inside = cx >= 0 && cx < box.width() && cy >= 0 && cy < box.height();
                if (inside) {
                    for (int c = 0; c < 3; c++) {
                        code[c] = components[c][cy * box.width() + cx];
                    }
                }
                double[] rgb = inside ? rgb(format, code) : null;
                for (int channel = 0; channel < 3; channel++) {
                    double v = rgb == null ? spec.pad() : 255 * Math.clamp(rgb[bgr ? 2 - channel : channel], 0, 1);
                    int i = spec.layout() == TensorSpec.Layout.NCHW
                            ? (channel * spec.height() + y) * spec.width() + x
                            : (y * spec.width() + x) * 3 + channel;
                    out[i] = (v - spec.mean().get(channel)) * spec.scale().get(channel);
                }
            }
        }
        return out;
    }

    /** One component, 0..255, for every pixel of the letterbox's picture. */
    private static double[] component(
            List<MemorySegment> frame,
            FrameFormat format,
            Orientation orientation,
            ChromaSiting siting,
            Filter filter,
            Letterbox box,
            int c) {
        PixelFormat pf = format.pixelFormat();
        boolean chroma = pf.isYuv() && c > 0;
        int shiftX = chroma ? pf.chromaShiftX() : 0;
        int shiftY = chroma ? pf.chromaShiftY() : 0;
        int width = (format.width() + shiftX) >> shiftX;
        int height = (format.height() + shiftY) >> shiftY;
        boolean sideways = orientation.isSideways();
        int columns = sideways ? box.height() : box.width(); // output pixels along the stored x axis
        int rows = sideways ? box.width() : box.height();
        double scaleX = (double) format.width() / columns / (1 << shiftX);
        double scaleY = (double) format.height() / rows / (1 << shiftY);
        double left = shiftX == 1 && siting == ChromaSiting.LEFT ? 0.25 : 0;

        Kernel[] along = new Kernel[columns];
        for (int i = 0; i < columns; i++) {
            double p = (i + 0.5) / columns;
            double stored = sideways ? orientation.storedX(0.5, p) : orientation.storedX(p, 0.5);
            along[i] = Kernel.of(stored * format.width() / (1 << shiftX) + left, scaleX, filter);
        }
        Kernel[] down = new Kernel[rows];
        for (int i = 0; i < rows; i++) {
            double p = (i + 0.5) / rows;
            double stored = sideways ? orientation.storedY(p, 0.5) : orientation.storedY(0.5, p);
            down[i] = Kernel.of(stored * format.height() / (1 << shiftY), scaleY, filter);
        }

        Samples samples = Samples.of(frame, format, c);
        double[] out = new double[box.width() * box.height()];
        for (int y = 0; y < box.height(); y++) {
            for (int x = 0; x < box.width(); x++) {
                Kernel kx = along[sideways ? y : x];
                Kernel ky = down[sideways ? x : y];
                double sum = 0;
                for (int j = 0; j < ky.weights.length; j++) {
                    int row = Math.clamp(ky.first + j, 0, height - 1);
                    double rowSum = 0;
                    for (int i = 0; i < kx.weights.length; i++) {
                        rowSum += kx.weights[i] * samples.at(Math.clamp(kx.first + i, 0, width - 1), row);
                    }
                    sum += ky.weights[j] * rowSum;
                }
                out[y * box.width() + x] = sum;
            }
        }
        return out;
    }

    /** The share of each sample in a box; the shares add up to 1. */
    private static final class Kernel {
        final int first;
        final double[] weights;

        private Kernel(int first, double[] weights) {
            this.first = first;
            this.weights = weights;
        }

        static Kernel of(double center, double scale, Filter filter) {
            double w = filter == Filter.AREA ? Math.max(1, scale) : 1;
            double low = center - w / 2;
            double high = center + w / 2;
            int first = (int) Math.floor(low);
            int last = Math.max(first, (int) Math.ceil(high) - 1);
            double[] weights = new double[last - first + 1];
            for (int i = first; i <= last; i++) {
                weights[i - first] = (Math.min(high, i + 1) - Math.max(low, i)) / w;
            }
            return new Kernel(first, weights);
        }
    }

    /** Where a component's bytes are; {@code memory} is null for the chroma of a frame that has none. */
    private record Samples(@Nullable MemorySegment memory, long origin, int stride, int step) {

        static Samples of(List<MemorySegment> frame, FrameFormat format, int c) {
            if (format.pixelFormat() == PixelFormat.GREY && c > 0) {
                return new Samples(null, 0, 0, 0);
            }
            int plane = switch (format.pixelFormat()) {
                case NV12, NV21, NV16, NV61, NV24 -> c == 0 ? 0 : 1;
                case I420, I422, I444 -> c;
                default -> 0;
            };
            int first = switch (format.pixelFormat()) {
                case NV12, NV16, NV24 -> c == 2 ? 1 : 0;
                case NV21, NV61 -> c == 1 ? 1 : 0;
                case I420, I422, I444, GREY -> 0;
                case YUYV -> new int[] {0, 1, 3}[c];
                case UYVY -> new int[] {1, 0, 2}[c];
                case YVYU -> new int[] {0, 3, 1}[c];
                case VYUY -> new int[] {1, 2, 0}[c];
                case RGB24, RGBX32 -> c;
                case BGR24, BGRX32 -> 2 - c;
            };
            int step = switch (format.pixelFormat()) {
                case NV12, NV21, NV16, NV61, NV24 -> c == 0 ? 1 : 2;
                case I420, I422, I444, GREY -> 1;
                case YUYV, UYVY, YVYU, VYUY -> c == 0 ? 2 : 4;
                case RGB24, BGR24 -> 3;
                case RGBX32, BGRX32 -> 4;
            };
            PlaneLayout layout = format.plane(plane);
            return new Samples(frame.get(layout.memory()), layout.offset() + first, layout.stride(), step);
        }

        int at(int x, int y) {
            return memory == null
                    ? 128
                    : memory.get(ValueLayout.JAVA_BYTE, origin + (long) y * stride + (long) x * step) & 0xff;
        }
    }

    /** Component codes 0..255 to R'G'B', not clamped. */
    private static double[] rgb(FrameFormat format, double[] code) {
        if (!format.pixelFormat().isYuv()) {
            return new double[] {code[0] / 255, code[1] / 255, code[2] / 255};
        }
        ColorEncoding color = format.color();
        boolean limited = color.range() == ColorEncoding.Range.LIMITED;
        double y = limited ? (code[0] - 16) / 219 : code[0] / 255;
        double cb = (code[1] - 128) / (limited ? 224 : 255);
        double cr = (code[2] - 128) / (limited ? 224 : 255);
        double kr = color.matrix().kr();
        double kb = color.matrix().kb();
        double r = y + 2 * (1 - kr) * cr;
        double b = y + 2 * (1 - kb) * cb;
        double g = (y - kr * r - kb * b) / (1 - kr - kb);
        return new double[] {r, g, b};
    }
}
