package vitrine.inference.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_dnn;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_dnn.Net;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import vitrine.inference.TestFiles;

class OnnxRewriteTest {

    private static final float TOLERANCE = 1e-4f;

    @ParameterizedTest
    @CsvSource({"yolox_nano_416.onnx", "yolox_nano_416_v8layout.onnx"})
    void theRewrittenNetworkAnswersTheSame(String name) throws IOException {
        byte[] original = Files.readAllBytes(TestFiles.shared("models/" + name));
        OnnxRewrite.Result rewritten = OnnxRewrite.swish(original);
        System.out.println(name + ": " + rewritten.replaced() + " pairs replaced");
        assertThat(rewritten.replaced()).isGreaterThan(50);
        float[] input = new float[3 * 416 * 416];
        Random random = new Random(5);
        for (int i = 0; i < input.length; i++) {
            input[i] = 128 + 100 * (float) Math.sin(i / 500.0) + random.nextInt(28);
        }
        float[] before = answer(original, input);
        float[] after = answer(rewritten.bytes(), input);
        assertThat(after).hasSameSizeAs(before);
        float worst = 0;
        for (int i = 0; i < before.length; i++) {
            // Boxes in pixels are compared relative to their size.
            worst = Math.max(worst, Math.abs(after[i] - before[i]) / Math.max(1, Math.abs(before[i])));
        }
        System.out.println(name + ": largest difference " + worst);
        assertThat(worst).isLessThan(TOLERANCE);
    }

    private static float[] answer(byte[] model, float[] input) {
        try (PointerScope _ = new PointerScope()) {
            Net net = opencv_dnn.readNetFromONNX(new BytePointer(model), model.length);
            net.setInput(new Mat(new int[] {1, 3, 416, 416}, opencv_core.CV_32F, new FloatPointer(input)));
            Mat out = net.forward();
            float[] values = new float[(int) out.total()];
            new FloatPointer(out.data()).get(values);
            return values;
        }
    }

    @Test
    void aPairBecomesOneNode() throws MalformedFileException {
        byte[] model = new TinyOnnx().bytes();
        OnnxRewrite.Result result = OnnxRewrite.swish(model);
        assertThat(result.replaced()).isOne();
        assertThat(ops(result.bytes())).containsExactly("GlobalAveragePool", "Conv", "Swish", "Reshape");
        assertThat(OnnxFile.read(result.bytes())).isEqualTo(OnnxFile.read(model));
        assertThat(OnnxRewrite.swish(result.bytes()).replaced()).isZero();
    }

    private static List<String> ops(byte[] model) throws MalformedFileException {
        List<String> out = new java.util.ArrayList<>();
        for (ProtoReader m = new ProtoReader(model); m.next(); ) {
            if (m.is(7, ProtoReader.BYTES)) {
                for (ProtoReader g = m.message(); g.next(); ) {
                    if (g.is(1, ProtoReader.BYTES)) {
                        for (ProtoReader n = g.message(); n.next(); ) {
                            if (n.is(4, ProtoReader.BYTES)) {
                                out.add(n.text());
                            }
                        }
                    }
                }
            }
        }
        return out;
    }

    private static void assertUntouched(byte[] model) {
        OnnxRewrite.Result result = OnnxRewrite.swish(model);
        assertThat(result.replaced()).isZero();
        assertThat(result.bytes()).isSameAs(model);
    }

    @Test
    void aSigmoidUsedElsewhereStays() {
        TinyOnnx network = new TinyOnnx();
        network.extraGraph = TinyOnnx.message(g -> TinyOnnx.bytes(g, 1, TinyOnnx.node("Relu", List.of("s"), "other")));
        assertUntouched(network.bytes());
    }

    @Test
    void aSigmoidThatIsAnOutputStays() {
        TinyOnnx network = new TinyOnnx();
        network.sigmoidIsOutput = true;
        assertUntouched(network.bytes());
    }

    @Test
    void aGraphWithSubgraphsStays() {
        TinyOnnx network = new TinyOnnx();
        byte[] branch = TinyOnnx.message(attribute -> {
            TinyOnnx.text(attribute, 1, "then_branch");
            TinyOnnx.bytes(attribute, 6, new byte[0]);
        });
        network.extraGraph = TinyOnnx.message(g -> TinyOnnx.bytes(g, 1, TinyOnnx.message(node -> {
            TinyOnnx.text(node, 1, "x");
            TinyOnnx.text(node, 2, "z");
            TinyOnnx.text(node, 4, "If");
            TinyOnnx.bytes(node, 5, branch);
        })));
        assertUntouched(network.bytes());
    }

    @Test
    void whatIsNoOnnxStays() {
        assertUntouched(new byte[0]);
        assertUntouched("not a model".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        byte[] model = new TinyOnnx().bytes();
        for (int n = 0; n < model.length; n += 7) {
            byte[] cut = Arrays.copyOf(model, n);
            assertThat(OnnxRewrite.swish(cut).bytes()).isSameAs(cut);
        }
    }
}
