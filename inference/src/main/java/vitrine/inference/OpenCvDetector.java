package vitrine.inference;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_dnn;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.StringVector;
import org.bytedeco.opencv.opencv_dnn.Net;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vitrine.inference.decode.Candidates;
import vitrine.inference.decode.Head;
import vitrine.inference.decode.HeadMismatchException;
import vitrine.inference.decode.NonMaximumSuppression;
import vitrine.inference.decode.OutputShape;
import vitrine.inference.model.ModelException;
import vitrine.inference.model.ModelFile;
import vitrine.inference.model.ModelSpec;
import vitrine.inference.model.OnnxRewrite;
import vitrine.inference.preprocess.Letterbox;
import vitrine.inference.preprocess.TensorSpec;

/**
 * OpenCV's DNN module on the CPU. OpenCV reads the tensor where it lies and copies it once into the network's own input;
 * outputs are copied into arrays kept for the purpose.
 */
public final class OpenCvDetector implements Detector {

    private static final Logger LOG = LoggerFactory.getLogger(OpenCvDetector.class);

    /** Best candidates that suppression looks at. */
    private static final int MAX_CANDIDATES = 1000;

    private static final int CV_16F = 7;

    private final ModelSpec model;
    private final Net net;
    private final StringVector names;
    private final MatVector blobs;
    private final Scalar mean;
    private final int[] shape;
    private final int type;
    private final BorrowedPointer borrowed = new BorrowedPointer();
    private final Head head;
    private final Candidates candidates;
    private final NonMaximumSuppression suppression = new NonMaximumSuppression(MAX_CANDIDATES, Detections.MAX);
    private final float[][] outputs;
    private long inferenceNanos;
    private long decodeNanos;
    private int rejected;
    private boolean closed;

    private OpenCvDetector(ModelSpec model, Loaded loaded, Head head) {
        this.model = model;
        this.net = loaded.net;
        this.names = loaded.names;
        this.blobs = loaded.blobs;
        this.mean = loaded.mean;
        this.shape = shapeOf(model.input());
        this.type = typeOf(model.input());
        this.head = head;
        candidates = new Candidates(head.anchors());
        outputs = new float[loaded.shapes.size()][];
        for (int i = 0; i < outputs.length; i++) {
            outputs[i] = new float[(int) loaded.shapes.get(i).elements()];
        }
    }

    /**
     * Loads a model and runs it once on an empty picture, which checks its outputs and warms it up.
     *
     * @param threads OpenCV threads, of the whole process; at least 1
     * @throws ModelException when OpenCV cannot run the model or its outputs are not what the descriptor says
     */
    public static OpenCvDetector create(ModelSpec model, int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("a detector needs one thread at least, not " + threads);
        }
        if (model.format() == ModelSpec.Format.TFLITE && model.input().layout() != TensorSpec.Layout.NCHW) {
            throw new ModelException(
                    model.file() + ": OpenCV feeds a TFLite model in nchw order; write layout = \"nchw\"");
        }
        ModelFile file = ModelFile.load(model);
        OpenCvLog.silence();
        opencv_core.setNumThreads(threads);
        if (model.format() == ModelSpec.Format.TFLITE) {
            return create(model, file.bytes());
        }
        OnnxRewrite.Result rewrite = OnnxRewrite.swish(file.bytes());
        if (rewrite.replaced() > 0) {
            try {
                OpenCvDetector detector = create(model, rewrite.bytes());
                LOG.debug("{}: {} pairs of Sigmoid and Mul replaced by Swish", model.name(), rewrite.replaced());
                return detector;
            } catch (ModelException e) {
                LOG.debug("{}: loading without the Swish rewrite, which failed: {}", model.name(), e.getMessage());
            }
        }
        return create(model, file.bytes());
    }

    private static OpenCvDetector create(ModelSpec model, byte[] bytes) {
        Loaded loaded = new Loaded();
        try {
            loaded.load(model, bytes);
            Head head = Head.create(
                    model.head(),
                    model.input().width(),
                    model.input().height(),
                    model.labels().size(),
                    loaded.shapes,
                    model.format() == ModelSpec.Format.TFLITE);
            return new OpenCvDetector(model, loaded, head);
        } catch (HeadMismatchException e) {
            loaded.close();
            throw new ModelException(
                    model.file() + ": " + e.getMessage() + "; correct head, input size or labels in its descriptor", e);
        } catch (RuntimeException e) {
            loaded.close();
            throw e instanceof ModelException
                    ? e
                    : new ModelException(
                            model.file() + " cannot be run by OpenCV " + opencv_core.CV_VERSION + ": "
                                    + condensed(e.getMessage()),
                            e);
        }
    }

    /** The last reason in OpenCV's nested error text, on one line. */
    static String condensed(@Nullable String message) {
        String text = message == null ? "no reason given" : message;
        int last = text.lastIndexOf("error: (");
        String line = (last < 0 ? text : text.substring(last + "error: ".length()))
                .replaceAll("\n> *|[\\s\\p{Cntrl}]+", " ")
                .replaceAll(" {2,}", " ")
                .replaceFirst("^\\(-?\\d+:([^)]*)\\)", "$1:")
                .replaceAll(" in function '[^']*'", "")
                .strip();
        return line.length() <= 240 ? line : line.substring(0, 240) + "...";
    }

    /** The native side of a detector while it is made. */
    private static final class Loaded {
        private final MatVector blobs = new MatVector();
        private Net net = new Net();
        private StringVector names = new StringVector();
        private Scalar mean = new Scalar();
        private final List<OutputShape> shapes = new ArrayList<>();

        void load(ModelSpec model, byte[] bytes) {
            List<Float> m = model.feed().mean();
            mean.close();
            mean = new Scalar(m.get(0), m.get(1), m.get(2), 0);
            net.close();
            try (BytePointer pointer = new BytePointer(bytes)) {
                net = model.format() == ModelSpec.Format.TFLITE
                        ? opencv_dnn.readNetFromTFLite(pointer, bytes.length)
                        : opencv_dnn.readNetFromONNX(pointer, bytes.length);
            }
            if (net.empty()) {
                throw new ModelException(model.file() + " holds no layer that OpenCV can run");
            }
            net.setPreferableBackend(opencv_dnn.DNN_BACKEND_OPENCV);
            net.setPreferableTarget(opencv_dnn.DNN_TARGET_CPU);
            names.close();
            names = net.getUnconnectedOutLayersNames();
            try (Mat blank = new Mat(shapeOf(model.input()), typeOf(model.input()), new Scalar(0))) {
                net.setInput(blank, "", model.feed().scale(), mean);
                net.forward(blobs, names);
            }
            for (long i = 0; i < blobs.size(); i++) {
                Mat blob = blobs.get(i);
                String name = names.get(i).getString().replace("\0", "");
                if (blob.depth() != opencv_core.CV_32F || !blob.isContinuous()) {
                    throw new ModelException(model.file() + ": output " + name + " is not of 32 bit floats");
                }
                List<Integer> dims = new ArrayList<>();
                for (int d = 0; d < blob.dims(); d++) {
                    dims.add(blob.size(d));
                }
                shapes.add(new OutputShape(name, dims));
            }
        }

        void close() {
            blobs.close();
            names.close();
            net.close();
            mean.close();
        }
    }

    private static int[] shapeOf(TensorSpec t) {
        return t.layout() == TensorSpec.Layout.NCHW
                ? new int[] {1, 3, t.height(), t.width()}
                : new int[] {1, t.height(), t.width(), 3};
    }

    private static int typeOf(TensorSpec t) {
        return switch (t.type()) {
            case U8 -> opencv_core.CV_8U;
            case F16 -> CV_16F;
            case F32 -> opencv_core.CV_32F;
        };
    }

    @Override
    public ModelSpec model() {
        return model;
    }

    @Override
    public String engine() {
        return "OpenCV " + opencv_core.CV_VERSION;
    }

    @Override
    public void detect(MemorySegment tensor, Letterbox letterbox, Detections into) {
        if (closed) {
            throw new IllegalStateException("the detector is closed");
        }
        if (!tensor.isNative() || tensor.byteSize() < model.input().bytes()) {
            throw new IllegalArgumentException("tensor of " + tensor.byteSize() + " bytes, native " + tensor.isNative()
                    + "; the model takes " + model.input().bytes() + " bytes of native memory");
        }
        if (!tensor.isAccessibleBy(Thread.currentThread()) || !tensor.scope().isAlive()) {
            throw new IllegalStateException("the tensor's memory is not this thread's or was freed");
        }
        long start = System.nanoTime();
        try (PointerScope _ = new PointerScope()) {
            borrowed.point(tensor.address(), model.input().bytes());
            net.setInput(new Mat(shape, type, borrowed), "", model.feed().scale(), mean);
            net.forward(blobs, names);
            for (int i = 0; i < outputs.length; i++) {
                float[] out = outputs[i];
                Mat blob = blobs.get(i);
                if (blob.total() != out.length) {
                    throw new AssertionError("output " + i + " changed its size to " + blob.total());
                }
                MemorySegment data =
                        MemorySegment.ofAddress(blob.data().address()).reinterpret(4L * out.length);
                MemorySegment.copy(data, ValueLayout.JAVA_FLOAT, 0, out, 0, out.length);
            }
        } finally {
            Reference.reachabilityFence(tensor);
        }
        long decoding = System.nanoTime();
        rejected = head.decode(outputs, model.scoreThreshold(), candidates);
        add(suppression.select(candidates, model.iouThreshold()), letterbox, into);
        inferenceNanos = decoding - start;
        decodeNanos = System.nanoTime() - decoding;
        into.inferenceNanos(inferenceNanos);
    }

    /** Maps the kept boxes to the source picture and cuts them at its borders. */
    private void add(int kept, Letterbox letterbox, Detections into) {
        for (int k = 0; k < kept; k++) {
            int i = suppression.kept(k);
            float left = clip(letterbox.toSourceX(candidates.left(i)), letterbox.sourceWidth());
            float top = clip(letterbox.toSourceY(candidates.top(i)), letterbox.sourceHeight());
            float right = clip(letterbox.toSourceX(candidates.right(i)), letterbox.sourceWidth());
            float bottom = clip(letterbox.toSourceY(candidates.bottom(i)), letterbox.sourceHeight());
            if (right > left && bottom > top) {
                into.add(candidates.classIndex(i), candidates.score(i), left, top, right - left, bottom - top);
            }
        }
    }

    private static float clip(double v, int most) {
        return (float) Math.clamp(v, 0.0, (double) most);
    }

    @Override
    public long inferenceNanos() {
        return inferenceNanos;
    }

    @Override
    public long decodeNanos() {
        return decodeNanos;
    }

    @Override
    public int rejected() {
        return rejected;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            blobs.close();
            names.close();
            net.close();
            mean.close();
        }
    }

    /** A JavaCPP pointer to memory that others own. */
    private static final class BorrowedPointer extends Pointer {
        void point(long address, long bytes) {
            this.address = address;
            this.limit = bytes;
            this.capacity = bytes;
        }
    }
}
