package vitrine.inference.model;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import vitrine.inference.decode.Head;
import vitrine.inference.decode.OutputShape;
import vitrine.inference.preprocess.TensorSpec;

/**
 * A model file without descriptor. Shapes tell the head, never colour order, scale or letterbox: a YOLOX of 2021 and one
 * of today differ in nothing but these. Only an exporter that names itself in the file's metadata makes them certain.
 */
final class UndescribedModel {

    private UndescribedModel() {}

    static ModelSpec recognise(Path file, ModelSpec.Format format, NetworkInfo network) {
        ModelSpec known = ultralytics(file, format, network);
        if (known != null) {
            return known;
        }
        String descriptor = ModelSpecReader.stem(String.valueOf(file.getFileName())) + ".toml";
        throw new ModelException(file + " has no descriptor, and its colour order, scale and letterbox cannot be read"
                + " from the file: write them into " + descriptor + " beside it, for example\n"
                + suggestion(file, format, network));
    }

    /**
     * Ultralytics' exporter writes author, task and class names into the file; its detectors all take RGB 0..1 in a
     * centred letterbox of pad 114.
     */
    private static @Nullable ModelSpec ultralytics(Path file, ModelSpec.Format format, NetworkInfo network) {
        Map<String, String> meta = network.metadata();
        if (format != ModelSpec.Format.ONNX
                || !"Ultralytics".equals(meta.get("author"))
                || !"detect".equals(meta.get("task"))
                || network.outputs().size() != 1) {
            return null;
        }
        List<String> labels = pythonDictionary(meta.getOrDefault("names", ""));
        List<Integer> input = network.input().dims();
        OutputShape output = network.outputs().getFirst();
        if (labels.isEmpty()
                || output.dims().size() != 3
                || output.rows() != 4 + labels.size()
                || input.size() != 4
                || input.get(1) != 3
                || input.get(2) < 1
                || input.get(3) < 1
                || input.get(2) > TensorSpec.MAX_SIDE
                || input.get(3) > TensorSpec.MAX_SIDE) {
            return null;
        }
        return new ModelSpec(
                ModelSpecReader.stem(String.valueOf(file.getFileName())),
                file,
                format,
                meta.getOrDefault("license", ""),
                TensorSpec.u8(
                        input.get(3),
                        input.get(2),
                        TensorSpec.Channels.RGB,
                        TensorSpec.Fit.CENTER,
                        Descriptor.DEFAULT_PAD),
                new ModelSpec.Feed(1 / 255f, TensorSpec.ZEROS),
                Head.Kind.YOLO_V8,
                labels,
                Descriptor.DEFAULT_SCORE,
                Descriptor.DEFAULT_IOU);
    }

    /** Values of a text like {@code {0: 'person', 1: "driver's door"}} with keys 0, 1, 2 ...; empty when it is not one. */
    static List<String> pythonDictionary(String text) {
        List<String> out = new ArrayList<>();
        String s = text.strip();
        if (!s.startsWith("{") || !s.endsWith("}")) {
            return List.of();
        }
        int i = 1;
        while (true) {
            String key = out.size() + ":";
            while (i < s.length() && (s.charAt(i) == ' ' || s.charAt(i) == ',')) {
                i++;
            }
            if (i == s.length() - 1) {
                return out;
            }
            if (!s.startsWith(key, i)) {
                return List.of();
            }
            i += key.length();
            while (s.charAt(i) == ' ') {
                i++;
            }
            char quote = s.charAt(i++);
            if (quote != '\'' && quote != '"') {
                return List.of();
            }
            StringBuilder value = new StringBuilder();
            for (; i < s.length() - 1 && s.charAt(i) != quote; i++) {
                if (s.charAt(i) == '\\' && i + 1 < s.length() - 1) {
                    i++;
                }
                value.append(s.charAt(i));
            }
            if (i++ >= s.length() - 1 || value.isEmpty()) {
                return List.of();
            }
            out.add(value.toString());
        }
    }

    /** A descriptor with what the shapes tell; what they leave open is marked. */
    private static String suggestion(Path file, ModelSpec.Format format, NetworkInfo network) {
        List<Integer> in = network.input().dims();
        boolean last = in.size() == 4 && in.get(3) == 3;
        int height = in.size() == 4 ? in.get(last ? 1 : 2) : -1;
        int width = in.size() == 4 ? in.get(last ? 2 : 3) : -1;
        // OpenCV's TFLite importer gives every network an NCHW input.
        String layout = last && format == ModelSpec.Format.ONNX ? "nhwc" : "nchw";
        Guess guess = guess(network.outputs());
        return String.format(
                Locale.ROOT,
                """
                file = "%s"
                head = "%s"  # outputs: %s; one of %s
                labels = "NAMES.txt"  # %s, one a line; or a list ["...", "..."]
                [input]
                width = %s
                height = %s%s
                channels = "%s"  # a guess: rgb or bgr, as the model was trained
                layout = "%s"
                letterbox = "%s"  # a guess: center, top-left or stretch
                mean = %s  # a guess
                std = %s  # a guess: (v - mean) / std with v in 0..255
                """,
                file.getFileName(),
                guess.head(),
                String.join(
                        ", ",
                        network.outputs().stream().map(OutputShape::toString).toList()),
                Head.Kind.keys(),
                guess.classes() > 0 ? guess.classes() + " labels" : "a label a class",
                width > 0 ? width : 640,
                height > 0 ? height : 640,
                width > 0 && height > 0 ? "" : "  # a guess: the size the model was trained for",
                guess.channels(),
                layout,
                guess.letterbox(),
                guess.mean(),
                guess.std());
    }

    private record Guess(String head, int classes, String channels, String letterbox, String mean, String std) {}

    private static Guess guess(List<OutputShape> outputs) {
        if (outputs.size() == 2) {
            OutputShape boxes = outputs.get(outputs.get(0).columns() == 4 ? 0 : 1);
            OutputShape scores = outputs.get(boxes.equals(outputs.get(0)) ? 1 : 0);
            if (boxes.columns() == 4) {
                return new Guess("ssd-mobilenet-v2", scores.columns(), "rgb", "stretch", "127.5", "127.5");
            }
        } else if (outputs.size() == 1 && outputs.getFirst().dims().size() == 3) {
            int rows = outputs.getFirst().rows();
            int columns = outputs.getFirst().columns();
            if (rows > 4 && (columns > rows || columns < 0)) {
                return new Guess("yolov8", rows - 4, "rgb", "center", "0", "255");
            }
            if (columns > 5) {
                return new Guess("yolox", columns - 5, "bgr", "top-left", "0", "1");
            }
        }
        return new Guess("?", 0, "rgb", "center", "0", "255");
    }
}
