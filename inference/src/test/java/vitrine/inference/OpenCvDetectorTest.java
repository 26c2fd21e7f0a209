package vitrine.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import vitrine.inference.model.ModelException;
import vitrine.inference.model.ModelSpec;
import vitrine.inference.model.ModelSpecReader;
import vitrine.inference.model.TinyOnnx;
import vitrine.inference.preprocess.Letterbox;
import vitrine.inference.preprocess.TensorSpec;

/** The detector on a hand-made network whose answer is known; needs no file from outside. */
class OpenCvDetectorTest {

    private static final String DESCRIPTOR = """
            head = "yolox"
            labels = ["thing"]
            [input]
            width = 32
            height = 32
            channels = "rgb"
            letterbox = "top-left"
            """;

    @TempDir
    Path folder;

    private final Arena arena = Arena.ofConfined();
    private final Detections found = new Detections();

    @AfterEach
    void free() {
        arena.close();
    }

    private ModelSpec model(TinyOnnx network, String input) throws IOException {
        Path file = folder.resolve("tiny.onnx");
        Files.write(file, network.bytes());
        Files.writeString(folder.resolve("tiny.toml"), DESCRIPTOR + input);
        return ModelSpecReader.read(file);
    }

    /** A tensor holding one colour, normalised as the preprocessing pass would. */
    private MemorySegment tensor(TensorSpec spec, float... rgb) {
        MemorySegment out = arena.allocate(spec.bytes(), 64);
        int plane = spec.width() * spec.height();
        for (int c = 0; c < 3; c++) {
            float v = (rgb[c] - spec.mean().get(c)) * spec.scale().get(c);
            for (int i = 0; i < plane; i++) {
                long at = spec.layout() == TensorSpec.Layout.NCHW ? (long) c * plane + i : 3L * i + c;
                switch (spec.type()) {
                    case U8 -> out.set(ValueLayout.JAVA_BYTE, at, (byte) v);
                    case F16 -> out.setAtIndex(ValueLayout.JAVA_SHORT, at, Float.floatToFloat16(v));
                    case F32 -> out.setAtIndex(ValueLayout.JAVA_FLOAT, at, v);
                }
            }
        }
        return out;
    }

    private void detect(Detector detector, int width, int height, MemorySegment tensor) {
        found.begin(0, 0, width, height);
        detector.detect(tensor, Letterbox.of(detector.model().input(), width, height), found);
    }

    @Test
    @Tag("arm64")
    void findsAKnownBoxInSourcePixels() throws IOException {
        // Row 5 of stride 8 is cell (1, 1): centre (12, 14), size 8 x 16 in a tensor of 32 x 32.
        TinyOnnx network = new TinyOnnx().answer(5, 0.5f, 0.75f, 0, (float) Math.log(2), 0.9f, 1f);
        try (Detector detector = OpenCvDetector.create(model(network, "scale = 1"), 1)) {
            detect(detector, 320, 160, tensor(detector.model().input(), 0, 0, 0));
            assertThat(found.size()).isOne();
            assertThat(found.score(0)).isCloseTo(0.9f, within(1e-4f));
            assertThat(found.x(0)).isCloseTo(80, within(0.01f));
            assertThat(found.y(0)).isCloseTo(60, within(0.01f));
            assertThat(found.w(0)).isCloseTo(80, within(0.01f));
            // 6 to 22 in the tensor, of which the picture fills 16 rows: cut at its border.
            assertThat(found.h(0)).isCloseTo(100, within(0.01f));
            assertThat(found.inferenceNanos()).isPositive().isEqualTo(detector.inferenceNanos());
            assertThat(detector.decodeNanos()).isPositive();
            assertThat(detector.engine()).startsWith("OpenCV 4.");
        }
    }

    @Test
    void aBoxInThePadIsDropped() throws IOException {
        TinyOnnx network = new TinyOnnx().answer(4 * 3 + 1, 0.5f, 0.5f, 0, 0, 0.9f, 1f); // rows 24 to 32
        try (Detector detector = OpenCvDetector.create(model(network, "scale = 1"), 1)) {
            detect(detector, 320, 160, tensor(detector.model().input(), 0, 0, 0));
            assertThat(found.size()).isZero();
            assertThat(detector.rejected()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "u8, 'scale = 1'",
        "f16, 'scale = 1'",
        "f32, 'scale = 1'",
        "u8, 'std = 255'",
        "u8, 'mean = 127.5; std = 127.5'",
        "u8, 'mean = [10, 20, 30]; std = 50'",
        "f32, 'mean = [10, 20, 30]; std = [50, 60, 70]'",
        "u8, 'layout = \"nhwc\"; std = 255'",
        "f32, 'layout = \"nhwc\"; mean = [10, 20, 30]; std = 50'"
    })
    void everyTensorTypeAndNormalisationGivesTheNetworkTheSameValues(String type, String keys) throws IOException {
        float[] rgb = {200, 100, 60};
        String toml = keys.replace("; ", "\n") + "\ntype = \"" + type + "\"\n";
        ModelSpec plain = model(new TinyOnnx(), toml);
        // The objectness of cell 0 is a combination of the three normalised channels that tells them apart.
        TinyOnnx network = new TinyOnnx().answer(0, 0.5f, 0.5f, 0, 0, 0.5f, 1f);
        network.nhwc = keys.contains("nhwc");
        float[] mix = {0.3f, 0.2f, 0.1f};
        double sum = 0;
        for (int c = 0; c < 3; c++) {
            float v = plain.input().type() == TensorSpec.Type.U8
                    ? (rgb[c] - plain.feed().mean().get(c)) * plain.feed().scale()
                    : (rgb[c] - plain.input().mean().get(c))
                            * plain.input().scale().get(c);
            sum += mix[c] * v;
        }
        for (int c = 0; c < 3; c++) {
            network.weights[3 * 4 + c] = mix[c] / (float) Math.abs(sum);
        }
        float bias = 0.1f;
        network.bias[4] = bias;
        double x = bias + Math.signum(sum);
        double expected = x / (1 + Math.exp(-x));
        try (Detector detector = OpenCvDetector.create(model(network, toml), 1)) {
            assertThat(detector.model().input().type().name().toLowerCase(Locale.ROOT))
                    .isEqualTo(type);
            detect(detector, 32, 32, tensor(detector.model().input(), rgb));
            assertThat(found.size()).isOne();
            assertThat(found.score(0)).isCloseTo((float) Math.min(expected, 1), within(2e-3f));
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
    void aNetworkThatAnswersNoNumbersFindsNothingAndSaysSo(float bad) throws IOException {
        TinyOnnx network = new TinyOnnx();
        for (int row = 0; row < TinyOnnx.CELLS; row++) {
            network.answer(row, bad, bad, bad, bad, bad, bad);
        }
        try (Detector detector = OpenCvDetector.create(model(network, "scale = 1"), 1)) {
            detect(detector, 32, 32, tensor(detector.model().input(), 0, 0, 0));
            assertThat(found.size()).isZero();
            assertThat(detector.rejected()).isEqualTo(TinyOnnx.CELLS);
        }
    }

    @Test
    void outputsThatDoNotFitTheHeadAreNamedWhenTheDetectorIsMade() throws IOException {
        ModelSpec model = model(new TinyOnnx(), "scale = 1");
        Files.writeString(folder.resolve("tiny.toml"), DESCRIPTOR.replace("\"thing\"", "\"a\", \"b\"") + "scale = 1");
        assertThat(model.labels()).hasSize(1);
        ModelSpec two = ModelSpecReader.read(model.file());
        assertThatThrownBy(() -> OpenCvDetector.create(two, 1))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("tiny.onnx: head \"yolox\" decodes [1,21,7]")
                .hasMessageContaining("output [1,21,6]")
                .hasMessageContaining("correct head, input size or labels");
    }

    @Test
    void anInputSizeOtherThanTheNetworksIsNamed() throws IOException {
        model(new TinyOnnx(), "scale = 1");
        Files.writeString(folder.resolve("tiny.toml"), DESCRIPTOR.replace("width = 32", "width = 64") + "scale = 1");
        ModelSpec wide = ModelSpecReader.read(folder.resolve("tiny.onnx"));
        assertThatThrownBy(() -> OpenCvDetector.create(wide, 1))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("images [1,3,32,32]")
                .hasMessageContaining("[1, 3, 32, 64]");
    }

    @Test
    void anOperatorOpenCvLacksIsOneLine() throws IOException {
        TinyOnnx network = new TinyOnnx();
        network.extraGraph =
                TinyOnnx.message(g -> TinyOnnx.bytes(g, 1, TinyOnnx.node("Frobnicate", java.util.List.of("y"), "z")));
        ModelSpec model = model(network, "scale = 1");
        assertThatThrownBy(() -> OpenCvDetector.create(model, 1))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("tiny.onnx cannot be run by OpenCV 4.")
                .hasMessageContaining("Frobnicate")
                .hasMessageNotContaining("\n");
    }

    @Test
    void openCvsNestedReasonsShrinkToTheLast() {
        String nested = """
                OpenCV(4.13.0) /a/onnx.cpp:1053: error: (-2:Unspecified error) in function 'handleNode'
                > Node [Conv]: OpenCV(4.13.0) /a/conv.cpp:88: error: (-215:Assertion failed) ngroups > 0 in function 'f'
                """;
        assertThat(OpenCvDetector.condensed(nested)).isEqualTo("Assertion failed: ngroups > 0");
        String lines = """
                OpenCV(4.13.0) /a/b.cpp:1: error: (-2:Unspecified error) in function 'g'
                > Shapes differ: 'a == b', where
                >     'a' is 3
                """;
        assertThat(OpenCvDetector.condensed(lines))
                .isEqualTo("Unspecified error: Shapes differ: 'a == b', where 'a' is 3");
        assertThat(OpenCvDetector.condensed(null)).isEqualTo("no reason given");
    }

    @Test
    void tensorsThatAreNotNativeOrTooSmallAreRefused() throws IOException {
        try (Detector detector = OpenCvDetector.create(model(new TinyOnnx(), "scale = 1"), 1)) {
            Letterbox box = Letterbox.of(detector.model().input(), 32, 32);
            assertThatThrownBy(() -> detector.detect(MemorySegment.ofArray(new byte[3072]), box, found))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> detector.detect(arena.allocate(3071), box, found))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aThousandDetectionsLeaveNoGarbageThatGrows() throws IOException {
        TinyOnnx network = new TinyOnnx().answer(5, 0.5f, 0.75f, 0, 0, 0.9f, 1f);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Detector detector = OpenCvDetector.create(model(network, "scale = 1"), 1)) {
            MemorySegment tensor = tensor(detector.model().input(), 0, 0, 0);
            Letterbox box = Letterbox.of(detector.model().input(), 32, 32);
            long before = 0;
            long pointers = 0;
            for (int i = -500; i < 1000; i++) {
                if (i == 0) {
                    pointers = Pointer.totalCount();
                    before = threads.getCurrentThreadAllocatedBytes();
                }
                found.begin(i, 0, 32, 32);
                detector.detect(tensor, box, found);
            }
            long bytes = (threads.getCurrentThreadAllocatedBytes() - before) / 1000;
            System.out.println("a detection through OpenCV leaves " + bytes + " B of Java garbage");
            assertThat(bytes).isLessThan(4096);
            // The count is the process's: it falls when the collector meets what an earlier test left behind.
            assertThat(Pointer.totalCount()).isLessThanOrEqualTo(pointers);
        }
    }

    @Test
    void aClosedDetectorRefusesUse() throws IOException {
        Detector detector = OpenCvDetector.create(model(new TinyOnnx(), "scale = 1"), 1);
        detector.close();
        detector.close();
        assertThatThrownBy(
                        () -> detect(detector, 32, 32, tensor(detector.model().input(), 0, 0, 0)))
                .isInstanceOf(IllegalStateException.class);
    }
}
