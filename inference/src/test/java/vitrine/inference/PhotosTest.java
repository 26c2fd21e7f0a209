package vitrine.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import vitrine.inference.model.ModelSpec;
import vitrine.inference.model.ModelSpecReader;
import vitrine.inference.preprocess.Letterbox;

/** The detector on real photographs: it finds what is in them, where OpenCV's classical path finds it. */
class PhotosTest {

    /** The classical path keeps fractions of a pixel in its scale, the letterbox rounds the picture's size. */
    private static final double LEAST_IOU = 0.9;

    private static final double LEAST_IOU_OF_TWO_NETWORKS = 0.6;

    private static final double SCORE_TOLERANCE = 0.02;

    /** Frees the OpenCV objects of the classical path. */
    private final PointerScope scope = new PointerScope();

    @AfterEach
    void leave() {
        scope.close();
    }

    @ParameterizedTest
    @CsvSource({
        "yolox_nano_416.onnx, astronaut.png, person",
        "yolox_nano_416.onnx, chelsea.png, cat",
        "yolox_nano_416.onnx, coffee.png, cup;dining table",
        "yolox_nano_416.onnx, dog.jpg, dog;bicycle;car",
        "yolox_nano_416.onnx, person.jpg, person;dog;horse",
        "yolox_nano_416_v8layout.onnx, astronaut.png, person",
        "yolox_nano_416_v8layout.onnx, chelsea.png, cat",
        "yolox_nano_416_v8layout.onnx, coffee.png, cup;dining table",
        "yolox_nano_416_v8layout.onnx, dog.jpg, dog;bicycle;car",
        "yolox_nano_416_v8layout.onnx, person.jpg, person;dog;horse"
    })
    void yoloxFindsWhatTheClassicalPathFinds(String file, String photo, String expected) {
        ModelSpec model = ModelSpecReader.read(TestFiles.shared("models/" + file));
        Mat bgr = ClassicalPath.picture(TestFiles.shared("photos/" + photo));
        Detections found = detect(model, bgr, photo);
        assertThat(labels(model, found)).contains(expected.split(";", -1));

        List<ClassicalPath.Box> twin = ClassicalPath.yolox(model, bgr, file.contains("v8layout"));
        assertThat(found.size())
                .as("boxes beside the classical path's %s", twin)
                .isEqualTo(twin.size());
        for (ClassicalPath.Box box : twin) {
            boolean matched = false;
            for (int i = 0; i < found.size(); i++) {
                matched |= found.classIndex(i) == box.classIndex()
                        && Math.abs(found.score(i) - box.score()) < SCORE_TOLERANCE
                        && box.overlap(found, i) >= LEAST_IOU;
            }
            assertThat(matched).as("%s among %s", box, found).isTrue();
        }
    }

    /** Scores as TFLite gives them; boxes as YOLOX-Nano finds the same things, another network with its own opinion. */
    @ParameterizedTest
    @CsvSource({
        "astronaut.png, Person, .58, 11, 20, 357, 487",
        "chelsea.png, Cat, .85, 0, 0, 450, 300",
        "coffee.png, Coffee cup, .55, 162, 16, 259, 279",
        "dog.jpg, Dog, .70, 133, 207, 193, 336",
        "dog.jpg, Bicycle, .69, 52, 137, 521, 286",
        "dog.jpg, Car, .67, 466, 78, 226, 93",
        "person.jpg, Dog, .66, 61, 264, 140, 86",
        "person.jpg, Person, .63, 189, 97, 88, 276"
    })
    void ssdFindsWhatTfliteFinds(String photo, String label, float score, double x, double y, double w, double h) {
        ModelSpec model = ModelSpecReader.read(TestFiles.cached("ssd_mobilenetv2_oidv4_fp16.tflite"));
        Mat bgr = ClassicalPath.picture(TestFiles.shared("photos/" + photo));
        Detections found = detect(model, bgr, photo);
        ClassicalPath.Box expected = new ClassicalPath.Box(model.labels().indexOf(label), score, x, y, w, h);
        boolean matched = false;
        for (int i = 0; i < found.size(); i++) {
            matched |= found.classIndex(i) == expected.classIndex()
                    && Math.abs(found.score(i) - score) < SCORE_TOLERANCE
                    && expected.overlap(found, i) >= LEAST_IOU_OF_TWO_NETWORKS;
        }
        assertThat(matched).as("%s among %s", expected, found).isTrue();
    }

    private static Detections detect(ModelSpec model, Mat bgr, String photo) {
        Detections found = new Detections();
        Letterbox letterbox = Letterbox.of(model.input(), bgr.cols(), bgr.rows());
        try (Arena arena = Arena.ofConfined();
                Detector detector = OpenCvDetector.create(model, 2)) {
            MemorySegment tensor = ClassicalPath.tensor(bgr, model.input(), letterbox, arena);
            found.begin(0, 0, bgr.cols(), bgr.rows());
            detector.detect(tensor, letterbox, found);
            assertThat(detector.rejected()).isZero();
        }
        StringBuilder line = new StringBuilder(model.file().getFileName() + " " + photo + ":");
        for (int i = 0; i < found.size(); i++) {
            line.append(String.format(
                    " %s %.2f [%.0f %.0f %.0f %.0f]",
                    model.labels().get(found.classIndex(i)),
                    found.score(i),
                    found.x(i),
                    found.y(i),
                    found.w(i),
                    found.h(i)));
        }
        System.out.println(line);
        return found;
    }

    private static List<String> labels(ModelSpec model, Detections found) {
        List<String> out = new ArrayList<>();
        for (int i = 0; i < found.size(); i++) {
            out.add(model.labels().get(found.classIndex(i)));
        }
        return out;
    }
}
