package vitrine.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import vitrine.inference.TestFiles;
import vitrine.inference.decode.Head;
import vitrine.inference.preprocess.TensorSpec;

class ModelSpecReaderTest {

    private static final String GOOD = TinyOnnx.descriptor("tiny.onnx");

    @TempDir
    Path folder;

    private Path toml;

    @BeforeEach
    void writeModel() throws IOException {
        Files.write(folder.resolve("tiny.onnx"), new TinyOnnx().bytes());
        toml = folder.resolve("tiny.toml");
    }

    private ModelSpec read(String descriptor) throws IOException {
        Files.writeString(toml, descriptor);
        return ModelSpecReader.read(toml);
    }

    private void assertRefused(String descriptor, String... message) {
        assertThatThrownBy(() -> read(descriptor))
                .isInstanceOf(ModelException.class)
                .hasMessageContainingAll(message)
                .hasMessageNotContaining("\n");
    }

    @Test
    void readsEveryKey() throws IOException {
        ModelSpec m = read(GOOD);
        assertThat(m.name()).isEqualTo("Tiny");
        assertThat(m.file()).isEqualTo(folder.resolve("tiny.onnx"));
        assertThat(m.format()).isEqualTo(ModelSpec.Format.ONNX);
        assertThat(m.licence()).isEqualTo("Apache-2.0");
        assertThat(m.head()).isEqualTo(Head.Kind.YOLOX);
        assertThat(m.labels()).containsExactly("thing");
        assertThat(m.input()).isEqualTo(TensorSpec.u8(32, 32, TensorSpec.Channels.BGR, TensorSpec.Fit.TOP_LEFT, 114));
        assertThat(m.feed()).isEqualTo(ModelSpec.Feed.AS_IS);
        assertThat(m.scoreThreshold()).isEqualTo(0.5f);
        assertThat(m.iouThreshold()).isEqualTo(0.6f);
    }

    @Test
    void theDescriptorBesideTheModelIsFoundByEitherName() throws IOException {
        ModelSpec byDescriptor = read(GOOD.replace("file = \"tiny.onnx\"\n", ""));
        assertThat(ModelSpecReader.read(folder.resolve("tiny.onnx"))).isEqualTo(byDescriptor);
    }

    @Test
    void oneScaleGoesToTheNetworksInputLayer() throws IOException {
        ModelSpec m = read(GOOD.replace("scale = 1", "mean = [103.53, 116.28, 123.675]\nstd = 57"));
        assertThat(m.input().type()).isEqualTo(TensorSpec.Type.U8);
        assertThat(m.input().mean()).isEqualTo(TensorSpec.ZEROS);
        assertThat(m.feed().scale()).isCloseTo(1 / 57f, within(1e-9f));
        assertThat(m.feed().mean()).containsExactly(103.53f, 116.28f, 123.675f);
    }

    @Test
    void scalesThatDifferGoIntoTheTensor() throws IOException {
        ModelSpec m = read(GOOD.replace("scale = 1", "mean = [1, 2, 3]\nstd = [57.375, 57.12, 58.395]"));
        assertThat(m.input().type()).isEqualTo(TensorSpec.Type.F32);
        assertThat(m.input().mean()).containsExactly(1f, 2f, 3f);
        assertThat(m.input().scale().get(1)).isCloseTo(1 / 57.12f, within(1e-9f));
        assertThat(m.feed()).isEqualTo(ModelSpec.Feed.AS_IS);
        assertRefused(GOOD.replace("scale = 1", "type = \"u8\"\nstd = [57.375, 57.12, 58.395]"), ":13:1: input.type");
        String nhwc = GOOD.replace("scale = 1", "layout = \"nhwc\"\nmean = 127.5\nstd = 127.5");
        assertThat(read(nhwc).input().type()).isEqualTo(TensorSpec.Type.F32);
        assertRefused(nhwc.replace("pad = 114", "type = \"u8\""), "tiny.toml:12:1: input.type", "a mean in nhwc");
    }

    @Test
    void labelsComeFromAFileToo() throws IOException {
        Files.writeString(folder.resolve("classes.txt"), "Katze\r\n猫\nчашка\n\n");
        assertThat(read(GOOD.replace("[\"thing\"]", "\"classes.txt\"")).labels())
                .containsExactly("Katze", "猫", "чашка");
        Files.writeString(folder.resolve("classes.txt"), "a\n\nb\n");
        assertRefused(GOOD.replace("[\"thing\"]", "\"classes.txt\""), "classes.txt:2:1");
        assertRefused(GOOD.replace("[\"thing\"]", "\"none.txt\""), "none.txt does not exist");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            name = "Tiny"|nmae = "Tiny"|tiny.toml:1:1: nmae is not a key of a model descriptor
            width = 32|widht = 32|input.width is missing
            pad = 114|pad = 114\\nfoo = 1|tiny.toml:13:1: input.foo is not a key of [input]
            score = 0.5|scroe = 0.5|tiny.toml:16:1: thresholds.scroe is not a key
            width = 32|width = "32"|tiny.toml:8:1: input.width must be a whole number from 1 to 4096
            width = 32|width = 32.0|tiny.toml:8:1: input.width must be a whole number
            width = 32|width = 0|tiny.toml:8:1: input.width must be a whole number from 1
            width = 32|width = 99999999999|tiny.toml:8:1: input.width must be
            height = 32|height = -1|tiny.toml:9:1: input.height must be
            "bgr"|"grb"|tiny.toml:10:1: input.channels must be one of "rgb", "bgr"
            "top-left"|"bottom"|tiny.toml:11:1: input.letterbox must be one of "center", "top-left", "stretch"
            pad = 114|pad = 256|tiny.toml:12:1: input.pad must be a whole number from 0 to 255
            scale = 1|scale = 0|tiny.toml:13:1: input.scale must be a number other than 0
            scale = 1|scale = nan|tiny.toml:13:1: input.scale must be a number
            scale = 1|scale = [1, 2]|tiny.toml:13:1: input.scale must be a number
            scale = 1|scale = 1\\nstd = 2|tiny.toml:14:1: input.std and scale exclude each other
            scale = 1|mean = 3|input.scale is missing: write scale = 1 for plain 0..255
            scale = 1|scale = 1\\nmean = inf|tiny.toml:14:1: input.mean must be a number
            score = 0.5|score = 1.5|tiny.toml:16:1: thresholds.score must be a number from 0.001 to 0.999
            iou = 0.6|iou = true|tiny.toml:17:1: thresholds.iou must be a number
            "yolox"|"yolo"|tiny.toml:4:1: head must be one of "yolox", "yolov8", "ssd-mobilenet-v2"
            head = "yolox"|#|head is missing: write head = one of "yolox"
            labels = ["thing"]|#|labels is missing: write labels =
            ["thing"]|[]|tiny.toml:5:1: labels must hold 1 to 10000 texts
            ["thing"]|["a", 3]|tiny.toml:5:1: labels must hold texts of one line only
            ["thing"]|["a\\u0007"]|tiny.toml:5:1: labels must hold texts of one line only
            ["thing"]|7|tiny.toml:5:1: labels must be a list of texts or the name of a file
            "tiny.onnx"|"../tiny.onnx"|tiny.toml:2:1: file must be relative to the descriptor and stay in its folder
            "tiny.onnx"|"/etc/passwd"|tiny.toml:2:1: file must be relative
            "tiny.onnx"|""|tiny.toml:2:1: file must be a text of one line
            "tiny.onnx"|"gone.onnx"|gone.onnx does not exist
            "tiny.onnx"|"tiny.onnx"\\nsha256 = "00"|tiny.toml:3:1: sha256 must be 64 hexadecimal digits
            [input]|input = 3\\n[other]|tiny.toml:7:1: input must be a table: write [input]
            [thresholds]|[input]|tiny.toml:15:
            name = "Tiny"|name = "Tiny|tiny.toml:1:
            name = "Tiny"|name = "a"\\nname = "b"|tiny.toml:2:1
            """)
    void refusesWithFileLineAndColumn(String from, String to, String message) {
        assertThat(GOOD).contains(from);
        assertRefused(GOOD.replace(from, to.replace("\\n", "\n")), message);
    }

    @Test
    void hostileTomlIsOneLine() throws IOException {
        assertRefused("a = " + "[".repeat(100_000), "tiny.toml");
        assertRefused("x".repeat(2 << 20), "larger than");
        Files.write(toml, new byte[] {'a', '=', '"', (byte) 0xFF, '"'});
        assertThatThrownBy(() -> ModelSpecReader.read(toml)).hasMessageContaining("is not UTF-8 text");
        Files.write(toml, new byte[0]);
        assertThatThrownBy(() -> ModelSpecReader.read(toml)).hasMessageContaining("head is missing");
    }

    @Test
    void aWrongHashIsNamed() {
        assertRefused(
                GOOD.replace("head =", "sha256 = \"" + "0".repeat(64) + "\"\nhead ="),
                "its sha256 is",
                "fetch it again");
    }

    @Test
    void aDescriptorOfAnotherFileIsNamed() throws IOException {
        Files.writeString(toml, GOOD.replace("tiny.onnx", "other.onnx"));
        assertThatThrownBy(() -> ModelSpecReader.read(folder.resolve("tiny.onnx")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("is the descriptor of other.onnx, not of tiny.onnx");
    }

    @Test
    void aModelWithoutDescriptorShowsTheOneToWrite() throws IOException {
        Path file = folder.resolve("tiny.onnx");
        String message = catchMessage(file);
        assertThat(message).contains("tiny.onnx has no descriptor", "write them into tiny.toml beside it");
        // What it shows can be pasted: only the names of the classes are the reader's to give.
        String shown = message.substring(message.indexOf('\n') + 1);
        Files.writeString(toml, shown);
        Files.writeString(folder.resolve("NAMES.txt"), "thing\n");
        ModelSpec m = ModelSpecReader.read(file);
        assertThat(m.head()).isEqualTo(Head.Kind.YOLOX);
        assertThat(m.input()).isEqualTo(TensorSpec.u8(32, 32, TensorSpec.Channels.BGR, TensorSpec.Fit.TOP_LEFT, 114));
    }

    private static String catchMessage(Path file) {
        try {
            return "read as " + ModelSpecReader.read(file);
        } catch (ModelException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Test
    void anExporterThatNamesItselfIsRecognised() throws IOException {
        TinyOnnx network = new TinyOnnx();
        network.outputDims = List.of(1L, 6L, 21L);
        network.extraModel = TinyOnnx.message(m -> {
            m.writeBytes(TinyOnnx.metadata("author", "Ultralytics"));
            m.writeBytes(TinyOnnx.metadata("task", "detect"));
            m.writeBytes(TinyOnnx.metadata("license", "AGPL-3.0"));
            m.writeBytes(TinyOnnx.metadata("names", "{0: 'cat', 1: \"driver's door\"}"));
        });
        Path file = folder.resolve("exported.onnx");
        Files.write(file, network.bytes());
        ModelSpec m = ModelSpecReader.read(file);
        assertThat(m.head()).isEqualTo(Head.Kind.YOLO_V8);
        assertThat(m.labels()).containsExactly("cat", "driver's door");
        assertThat(m.input()).isEqualTo(TensorSpec.u8(32, 32, TensorSpec.Channels.RGB, TensorSpec.Fit.CENTER, 114));
        assertThat(m.feed().scale()).isEqualTo(1 / 255f);
        assertThat(m.licence()).isEqualTo("AGPL-3.0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "{}x", "{0}", "{0:", "{0: 'a", "{0: a}", "{1: 'a'}", "{0: 'a', 2: 'b'}", "{0: ''}"})
    void brokenNamesAreNotRead(String text) {
        assertThat(UndescribedModel.pythonDictionary(text)).isEmpty();
    }

    @Test
    void namesAreReadWithTheirEscapes() {
        assertThat(UndescribedModel.pythonDictionary("{0: 'a', 1: 'it\\'s', 2: \"b, 3: c\"}"))
                .containsExactly("a", "it's", "b, 3: c");
    }

    @Test
    void everyDescriptorInTheJarReadsAndNamesItsHash() {
        ModelSpecReader.KNOWN.forEach((sha256, resource) -> {
            Descriptor d = Descriptor.parse(resource, ModelSpecReader.resource(resource));
            assertThat(d.sha256()).as(resource).isEqualTo(sha256);
            assertThat(d.name()).as(resource).isNotEmpty();
            assertThat(d.licence()).as(resource).isEqualTo("Apache-2.0");
            if (d.labelsFile() != null) {
                assertThat(ModelSpecReader.resource(d.labelsFile()).lines()).hasSize(80);
            } else {
                assertThat(d.labels()).hasSize(24);
            }
        });
    }

    @ParameterizedTest
    @CsvSource({"yolox_nano_416.onnx, YOLOX", "yolox_nano_416_v8layout.onnx, YOLO_V8"})
    void knownFilesNeedNoDescriptor(String file, Head.Kind head) {
        ModelSpec m = ModelSpecReader.read(TestFiles.shared("models/" + file));
        assertThat(m.head()).isEqualTo(head);
        assertThat(m.labels()).hasSize(80).contains("dog", "bicycle");
        assertThat(m.labels().get(16)).isEqualTo("dog");
        assertThat(m.input()).isEqualTo(TensorSpec.u8(416, 416, TensorSpec.Channels.BGR, TensorSpec.Fit.TOP_LEFT, 114));
    }

    @Test
    void theDefaultModelNeedsNoDescriptor() {
        ModelSpec m = ModelSpecReader.read(TestFiles.cached("ssd_mobilenetv2_oidv4_fp16.tflite"));
        assertThat(m.format()).isEqualTo(ModelSpec.Format.TFLITE);
        assertThat(m.feed()).isEqualTo(new ModelSpec.Feed(1 / 127.5f, List.of(127.5f, 127.5f, 127.5f)));
        assertThat(m.input()).isEqualTo(TensorSpec.u8(300, 300, TensorSpec.Channels.RGB, TensorSpec.Fit.STRETCH, 114));
    }

    @Test
    void modelsAreFoundByNameOrPath() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        Files.writeString(toml, GOOD);
        assertThat(ModelLocator.find("tiny", List.of(empty, folder))).isEqualTo(toml);
        assertThat(ModelLocator.find("tiny.onnx", List.of(empty, folder))).isEqualTo(folder.resolve("tiny.onnx"));
        assertThat(ModelLocator.find(toml.toString(), List.of())).isEqualTo(toml);
        assertThatThrownBy(() -> ModelLocator.find("tinny", List.of(empty, folder)))
                .isInstanceOf(ModelException.class)
                .hasMessageContainingAll(
                        "no model \"tinny\"", empty.toString(), folder.toString(), "vitrine models list");
        assertThatThrownBy(() -> ModelLocator.find(folder.resolve("gone.onnx").toString(), List.of(folder)))
                .hasMessageContaining("does not exist");
        assertThatThrownBy(() -> ModelLocator.find(empty.toString(), List.of(folder)))
                .hasMessageContaining("is a folder");
        assertThatThrownBy(() -> ModelLocator.find("a\0b", List.of(folder))).isInstanceOf(ModelException.class);
        assertThatThrownBy(() -> ModelLocator.find(" ", List.of(folder))).hasMessageContaining("empty");
    }
}
