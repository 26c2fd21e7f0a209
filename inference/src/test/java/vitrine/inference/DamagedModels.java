package vitrine.inference;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import vitrine.inference.model.ModelException;
import vitrine.inference.model.ModelSpecReader;
import vitrine.inference.model.TinyOnnx;

/**
 * Loads damaged model files one after another, in a process of its own since a crash of the importer would end it.
 * Prints each case before it runs; ends with 0 when every one was loaded or refused in one line.
 */
final class DamagedModels {

    private final Path folder;
    private int cases;
    private int refused;

    private DamagedModels(Path folder) {
        this.folder = folder;
    }

    /** Arguments: a folder to write to, then whole models to try in pieces; without any, hand-made ones are tried. */
    public static void main(String[] arguments) throws IOException {
        DamagedModels run = new DamagedModels(Path.of(arguments[0]));
        if (arguments.length == 1) {
            run.tiny();
        }
        for (int i = 1; i < arguments.length; i++) {
            run.truncated(Path.of(arguments[i]));
        }
        System.out.println(run.cases + " cases, " + run.refused + " refused");
    }

    private void tiny() throws IOException {
        describe("yolox", "\"thing\"", 32);
        byte[] whole = new TinyOnnx().answer(5, 0.5f, 0.75f, 0, 0, 0.9f, 1f).bytes();
        load("whole", "onnx", whole);
        if (refused != 0) {
            throw new AssertionError("the undamaged model must load");
        }
        load("empty", "onnx", new byte[0]);
        load("text", "onnx", "this is not a model\n".getBytes(StandardCharsets.UTF_8));
        load("png", "onnx", new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0, 0, 13, 'I', 'H', 'D', 'R'});
        load("zeros", "onnx", new byte[4096]);
        for (int n = 0; n < whole.length; n += 13) {
            load("cut at " + n, "onnx", Arrays.copyOf(whole, n));
        }
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            byte[] noise = new byte[1 + random.nextInt(2000)];
            random.nextBytes(noise);
            load("noise " + seed, "onnx", noise);
            byte[] damaged = whole.clone();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            load("one bit " + seed, "onnx", damaged);
        }
        // Every byte of the structure, which lies around the weights.
        for (int i = 0; i < whole.length; i++) {
            if (i < 600 || i > whole.length - 300) {
                byte[] damaged = whole.clone();
                damaged[i] = (byte) (damaged[i] == 0 ? 0xFF : 0);
                load("byte " + i, "onnx", damaged);
            }
        }
        byte[] flat = new byte[64];
        System.arraycopy(new byte[] {28, 0, 0, 0, 'T', 'F', 'L', '3'}, 0, flat, 0, 8);
        load("flatbuffer of nothing", "tflite", flat);
        for (int seed = 0; seed < 300; seed++) {
            byte[] noise = new byte[64 + seed];
            new Random(seed).nextBytes(noise);
            System.arraycopy(flat, 0, noise, 0, 8);
            load("flatbuffer of noise " + seed, "tflite", noise);
        }
    }

    private void truncated(Path model) throws IOException {
        String name = model.getFileName().toString();
        boolean ssd = name.endsWith(".tflite");
        String labels = ("\"thing\", ".repeat(ssd ? 24 : 80) + "]").replace(", ]", "");
        describe(ssd ? "ssd-mobilenet-v2" : "yolox", labels, ssd ? 300 : 416);
        byte[] whole = Files.readAllBytes(model);
        for (int k = 0; k < 12; k++) {
            int n = k < 6 ? (int) (whole.length * (k + 0.5) / 6) : whole.length - (1 << (3 * (k - 6)));
            load(name + " cut at " + n, ssd ? "tflite" : "onnx", Arrays.copyOf(whole, n));
        }
    }

    private void describe(String head, String labels, int side) throws IOException {
        Files.writeString(folder.resolve("model.toml"), String.format("""
                        head = "%s"
                        labels = [%s]
                        [input]
                        width = %3$d
                        height = %3$d
                        channels = "rgb"
                        letterbox = "stretch"
                        scale = 1
                        """, head, labels, side));
    }

    private void load(String what, String extension, byte[] bytes) throws IOException {
        System.out.println(what);
        cases++;
        Path file = folder.resolve("model." + extension);
        Files.write(file, bytes);
        try (Detector detector = OpenCvDetector.create(ModelSpecReader.read(file), 1)) {
            if (detector.model().labels().isEmpty()) {
                throw new AssertionError(what);
            }
        } catch (ModelException e) {
            refused++;
            String message = String.valueOf(e.getMessage());
            if (message.contains("\n") || !message.contains("model." + extension)) {
                throw new AssertionError(what + " is refused with: " + message, e);
            }
        }
        Files.delete(file);
    }
}
