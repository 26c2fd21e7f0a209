package vitrine.inference;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.indexer.FloatIndexer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_dnn;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Rect2d;
import org.bytedeco.opencv.opencv_core.Rect2dVector;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;
import org.bytedeco.opencv.opencv_dnn.Net;
import vitrine.inference.model.ModelSpec;
import vitrine.inference.preprocess.Letterbox;
import vitrine.inference.preprocess.TensorSpec;

/**
 * Detection the way an OpenCV program does it: resize, border, blobFromImage, a decode written straight from the model's
 * description and OpenCV's own NMSBoxesBatched. The twin that the detector is held against.
 */
public final class ClassicalPath {

    public record Box(int classIndex, float score, double x, double y, double w, double h) {
        double overlap(Detections d, int i) {
            double sw = Math.min(x + w, d.x(i) + d.w(i)) - Math.max(x, d.x(i));
            double sh = Math.min(y + h, d.y(i) + d.h(i)) - Math.max(y, d.y(i));
            double shared = Math.max(sw, 0) * Math.max(sh, 0);
            return shared / (w * h + (double) d.w(i) * d.h(i) - shared);
        }
    }

    private ClassicalPath() {}

    public static Mat picture(Path file) {
        Mat bgr = opencv_imgcodecs.imread(file.toString());
        if (bgr.empty()) {
            throw new AssertionError("OpenCV cannot read " + file);
        }
        return bgr;
    }

    /** The letterboxed picture, BGR, at the tensor's size. */
    static Mat letterboxed(Mat bgr, TensorSpec spec, Letterbox box) {
        Mat out = new Mat(spec.height(), spec.width(), opencv_core.CV_8UC3, Scalar.all(spec.pad()));
        Mat resized = new Mat();
        opencv_imgproc.resize(bgr, resized, new Size(box.width(), box.height()), 0, 0, opencv_imgproc.INTER_LINEAR);
        resized.copyTo(new Mat(out, new Rect(box.x(), box.y(), box.width(), box.height())));
        return out;
    }

    /** The u8 NCHW tensor of a picture, in native memory. */
    static MemorySegment tensor(Mat bgr, TensorSpec spec, Letterbox box, Arena arena) {
        Mat pixels = letterboxed(bgr, spec, box);
        Mat blob = opencv_dnn.blobFromImage(
                pixels,
                1,
                pixels.size(),
                new Scalar(0),
                spec.channels() == TensorSpec.Channels.RGB,
                false,
                opencv_core.CV_8U);
        MemorySegment out = arena.allocate(spec.bytes(), 64);
        out.copyFrom(MemorySegment.ofAddress(blob.data().address()).reinterpret(spec.bytes()));
        return out;
    }

    /** YOLOX-Nano in either layout, from the untouched file, decoded naively. */
    public static List<Box> yolox(ModelSpec model, Mat bgr, boolean v8) {
        TensorSpec spec = model.input();
        Net net = opencv_dnn.readNetFromONNX(model.file().toString());
        double r = Math.min((double) spec.width() / bgr.cols(), (double) spec.height() / bgr.rows());
        Mat pixels = letterboxed(bgr, spec, Letterbox.of(spec, bgr.cols(), bgr.rows()));
        net.setInput(
                opencv_dnn.blobFromImage(pixels, 1, pixels.size(), new Scalar(0), false, false, opencv_core.CV_32F));
        FloatIndexer out = net.forward().createIndexer();
        List<Box> boxes = new ArrayList<>();
        int n = 0;
        for (int stride : new int[] {8, 16, 32}) {
            for (int y = 0; y < spec.height() / stride; y++) {
                for (int x = 0; x < spec.width() / stride; x++, n++) {
                    int row = n;
                    double cx = v8 ? at(out, 0, row, true) : (at(out, 0, row, false) + x) * stride;
                    double cy = v8 ? at(out, 1, row, true) : (at(out, 1, row, false) + y) * stride;
                    double w = v8 ? at(out, 2, row, true) : Math.exp(at(out, 2, row, false)) * stride;
                    double h = v8 ? at(out, 3, row, true) : Math.exp(at(out, 3, row, false)) * stride;
                    for (int c = 0; c < 80; c++) {
                        double s = v8 ? at(out, 4 + c, row, true) : at(out, 4, row, false) * at(out, 5 + c, row, false);
                        if (s > model.scoreThreshold()) {
                            boxes.add(new Box(c, (float) s, (cx - w / 2) / r, (cy - h / 2) / r, w / r, h / r));
                        }
                    }
                }
            }
        }
        return suppressed(boxes, model);
    }

    private static double at(FloatIndexer out, int quantity, int row, boolean v8) {
        return v8 ? out.get(0, quantity, row) : out.get(0, row, quantity);
    }

    private static List<Box> suppressed(List<Box> boxes, ModelSpec model) {
        Rect2dVector rects = new Rect2dVector();
        float[] scores = new float[boxes.size()];
        int[] classes = new int[boxes.size()];
        for (int i = 0; i < boxes.size(); i++) {
            Box b = boxes.get(i);
            rects.push_back(new Rect2d(b.x, b.y, b.w, b.h));
            scores[i] = b.score;
            classes[i] = b.classIndex;
        }
        IntPointer kept = new IntPointer();
        opencv_dnn.NMSBoxesBatched(
                rects,
                new FloatPointer(scores),
                new IntPointer(classes),
                model.scoreThreshold(),
                model.iouThreshold(),
                kept,
                1f,
                0);
        List<Box> out = new ArrayList<>();
        for (long k = 0; k < kept.limit(); k++) {
            out.add(boxes.get(kept.get(k)));
        }
        return out;
    }
}
