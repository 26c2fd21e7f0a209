package vitrine.capture.jpeg;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/** Pictures to decode, encoded by OpenCV, and what ImageIO, another decoder, reads in them. */
public final class JpegPictures {
    /** Sampling factors of the three components, as in OpenCV's IMWRITE_JPEG_SAMPLING_FACTOR_*. */
    public static final int S444 = 0x111111;

    public static final int S422 = 0x211111;
    public static final int S420 = 0x221111;
    public static final int S440 = 0x121111;
    public static final int S411 = 0x411111;

    private JpegPictures() {}

    static int factors(ChromaSubsampling s) {
        return switch (s) {
            case S444, GRAY -> S444;
            case S422 -> S422;
            case S420 -> S420;
        };
    }

    /** A soft picture of many colours. */
    public static byte[] colour(int width, int height, int factors, int... more) {
        try (Mat mat = new Mat(height, width, opencv_core.CV_8UC3)) {
            BytePointer data = mat.data();
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    long at = y * mat.step() + 3L * x;
                    data.put(at, (byte) (127 + 120 * Math.sin(x / 23.0)));
                    data.put(at + 1, (byte) (127 + 100 * Math.sin(y / 17.0 + 1)));
                    data.put(at + 2, (byte) (127 + 80 * Math.sin((x + 2 * y) / 31.0 + 2)));
                }
            }
            int[] parameters = new int[4 + more.length];
            parameters[0] = opencv_imgcodecs.IMWRITE_JPEG_QUALITY;
            parameters[1] = 92;
            parameters[2] = opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR;
            parameters[3] = factors;
            System.arraycopy(more, 0, parameters, 4, more.length);
            return encode(mat, parameters);
        }
    }

    public static byte[] grey(int width, int height) {
        try (Mat mat = new Mat(height, width, opencv_core.CV_8UC1)) {
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    mat.data().put(y * mat.step() + x, (byte) (127 + 100 * Math.sin(x / 11.0 + y / 19.0)));
                }
            }
            return encode(mat, new int[] {opencv_imgcodecs.IMWRITE_JPEG_QUALITY, 92});
        }
    }

    static byte[] of(ChromaSubsampling s, int width, int height) {
        return s == ChromaSubsampling.GRAY ? grey(width, height) : colour(width, height, factors(s));
    }

    private static byte[] encode(Mat mat, int[] parameters) {
        try (BytePointer out = new BytePointer();
                IntPointer p = new IntPointer(parameters)) {
            if (!opencv_imgcodecs.imencode(".jpg", mat, out, p)) {
                throw new AssertionError("imencode");
            }
            byte[] bytes = new byte[(int) out.limit()];
            out.get(bytes);
            return bytes;
        }
    }

    static MemorySegment nativeCopy(Arena arena, byte[] bytes) {
        MemorySegment segment = arena.allocate(Math.max(1, bytes.length));
        MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return segment;
    }

    /** Samples by ImageIO (libjpeg 6b) without conversion of colour: [component][y * width + x], chroma enlarged. */
    static int[][] byImageIo(byte[] jpeg) throws IOException {
        ImageReader reader = ImageIO.getImageReadersByFormatName("jpeg").next();
        try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(jpeg))) {
            reader.setInput(in);
            var raster = reader.readRaster(0, null);
            int[][] bands = new int[raster.getNumBands()][];
            for (int i = 0; i < bands.length; i++) {
                bands[i] = raster.getSamples(0, 0, raster.getWidth(), raster.getHeight(), i, (int[]) null);
            }
            return bands;
        } finally {
            reader.dispose();
        }
    }

    /** Without the segments of one marker up to the start of scan, 0xc4 for the Huffman tables. */
    public static byte[] without(byte[] jpeg, int marker) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(jpeg, 0, 2);
        int at = 2;
        int removed = 0;
        while ((jpeg[at + 1] & 0xff) != 0xda) {
            int size = 2 + ((jpeg[at + 2] & 0xff) << 8 | (jpeg[at + 3] & 0xff));
            if ((jpeg[at + 1] & 0xff) == marker) {
                removed++;
            } else {
                out.write(jpeg, at, size);
            }
            at += size;
        }
        if (removed == 0) {
            throw new AssertionError("no segment ff" + Integer.toHexString(marker));
        }
        out.write(jpeg, at, jpeg.length - at);
        return out.toByteArray();
    }

    /** Where the segment of a marker before the start of scan begins. */
    public static int indexOf(byte[] jpeg, int marker) {
        int at = 2;
        while ((jpeg[at + 1] & 0xff) != marker) {
            at += 2 + ((jpeg[at + 2] & 0xff) << 8 | (jpeg[at + 3] & 0xff));
        }
        return at;
    }
}
