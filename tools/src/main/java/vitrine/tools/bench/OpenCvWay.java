package vitrine.tools.bench;

import static org.bytedeco.opencv.global.opencv_core.*;
import static org.bytedeco.opencv.global.opencv_dnn.blobFromImage;
import static org.bytedeco.opencv.global.opencv_imgproc.*;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;
import vitrine.inference.preprocess.Filter;
import vitrine.inference.preprocess.Letterbox;
import vitrine.inference.preprocess.TensorSpec;

/**
 * What is usually written with OpenCV instead of our pass. All three read the frame where it lies and convert as
 * {@code cvtColor} does: BT.601 limited range, each chroma sample repeated.
 */
final class OpenCvWay implements AutoCloseable {

    /** The stages, worst first. */
    enum Form {
        /** cvtColor at full size, resize, copyMakeBorder, blobFromImage. */
        NAIVE,
        /** resize of both planes, cvtColor at the small size, copyMakeBorder, blobFromImage. */
        SMART,
        /** The like of ours: as SMART, then split and convertTo straight into a tensor whose pad is there already. */
        PREPARED
    }

    private final Form form;
    private final TensorSpec spec;
    private final Letterbox box;
    private final int interpolation;
    private final BytePointer lumaBytes;
    private final BytePointer chromaBytes;
    private final BytePointer frameBytes;
    private final Mat luma;
    private final Mat chroma;
    private final Mat frame;
    private final Mat smallLuma = new Mat();
    private final Mat smallChroma = new Mat();
    private final Mat rgb = new Mat();
    private final Mat small = new Mat();
    private final Mat padded = new Mat();
    private final Mat blob = new Mat();
    private final Mat[] parts = {new Mat(), new Mat(), new Mat()};
    private final MatVector split = new MatVector(parts);
    private final Mat tensor;
    private final Mat[] planes = new Mat[3];
    private final Scalar padColor;
    private final Size inner;
    private final Size innerChroma;
    private final Size outer;

    /**
     * Sets the form up.
     *
     * @param nv12 packed frame, readable by the CPU
     */
    OpenCvWay(Form form, MemorySegment nv12, int width, int height, Filter filter, TensorSpec spec) {
        this.form = form;
        this.spec = spec;
        box = Letterbox.of(spec, width, height);
        interpolation = filter == Filter.AREA ? INTER_AREA : INTER_LINEAR;
        long lumaSize = (long) width * height;
        frameBytes = new BytePointer(nv12.asSlice(0, lumaSize * 3 / 2).asByteBuffer());
        lumaBytes = new BytePointer(nv12.asSlice(0, lumaSize).asByteBuffer());
        chromaBytes = new BytePointer(nv12.asSlice(lumaSize, lumaSize / 2).asByteBuffer());
        frame = new Mat(height * 3 / 2, width, CV_8UC1, frameBytes, width);
        luma = new Mat(height, width, CV_8UC1, lumaBytes, width);
        chroma = new Mat(height / 2, width / 2, CV_8UC2, chromaBytes, width);
        boolean f32 = spec.type() == TensorSpec.Type.F32;
        tensor = new Mat(3 * spec.height(), spec.width(), f32 ? CV_32FC1 : CV_8UC1, padValue());
        for (int c = 0; c < 3; c++) {
            int top = c * spec.height() + box.y();
            planes[c] = tensor.rowRange(top, top + box.height()).colRange(box.x(), box.x() + box.width());
        }
        padColor = Scalar.all(spec.pad());
        inner = new Size(box.width(), box.height());
        innerChroma = new Size(box.width() / 2, box.height() / 2);
        outer = new Size(spec.width(), spec.height());
    }

    private Scalar padValue() {
        return Scalar.all(spec.pad() * (double) spec.scale().getFirst());
    }

    void run() {
        if (form == Form.NAIVE) {
            cvtColor(frame, rgb, COLOR_YUV2RGB_NV12);
            resize(rgb, small, inner, 0, 0, interpolation);
        } else {
            resize(luma, smallLuma, inner, 0, 0, interpolation);
            resize(chroma, smallChroma, innerChroma, 0, 0, interpolation);
            cvtColorTwoPlane(smallLuma, smallChroma, small, COLOR_YUV2RGB_NV12);
        }
        if (form == Form.PREPARED) {
            split(small, split);
            for (int c = 0; c < 3; c++) {
                split.get(c).convertTo(planes[c], tensor.type(), spec.scale().get(c), 0);
            }
            return;
        }
        int below = spec.height() - box.y() - box.height();
        int right = spec.width() - box.x() - box.width();
        copyMakeBorder(small, padded, box.y(), below, box.x(), right, BORDER_CONSTANT, padColor);
        int depth = spec.type() == TensorSpec.Type.F32 ? CV_32F : CV_8U;
        blobFromImage(padded, blob, spec.scale().getFirst(), outer, Scalar.all(0), false, false, depth);
    }

    /** The tensor that the last run made, as values. */
    double[] result() {
        Mat made = form == Form.PREPARED ? tensor : blob;
        boolean f32 = spec.type() == TensorSpec.Type.F32;
        int n = Math.toIntExact(spec.elements());
        MemorySegment m = MemorySegment.ofAddress(made.data().address()).reinterpret(spec.bytes());
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            values[i] = f32 ? m.get(ValueLayout.JAVA_FLOAT, 4L * i) : m.get(ValueLayout.JAVA_BYTE, i) & 0xff;
        }
        return values;
    }

    @Override
    public void close() {
        for (Mat m : planes) {
            m.close();
        }
        split.close();
        for (Mat m : parts) {
            m.close();
        }
        for (Mat m : new Mat[] {tensor, blob, padded, small, rgb, smallChroma, smallLuma, frame, chroma, luma}) {
            m.close();
        }
        padColor.close();
        inner.close();
        innerChroma.close();
        outer.close();
        frameBytes.close();
        lumaBytes.close();
        chromaBytes.close();
    }
}
