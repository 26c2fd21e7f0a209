package vitrine.inference.model;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlArray;
import vitrine.inference.decode.Head;
import vitrine.inference.preprocess.TensorSpec;

/**
 * A model descriptor as written, before its files are looked at.
 *
 * @param name empty when not given
 * @param file name of the model file, or null: the file beside it
 * @param sha256 of the model file in lower case, or null: not checked
 * @param labelsFile name of a file with one label a line, or null: {@code labels} holds them
 */
record Descriptor(
        String name,
        @Nullable String file,
        @Nullable String sha256,
        String licence,
        TensorSpec input,
        ModelSpec.Feed feed,
        Head.Kind head,
        List<String> labels,
        @Nullable String labelsFile,
        float scoreThreshold,
        float iouThreshold) {

    static final float DEFAULT_SCORE = 0.35f;
    static final float DEFAULT_IOU = 0.45f;
    static final int DEFAULT_PAD = 114;
    static final int MAX_LABELS = 10_000;

    private static final Map<String, TensorSpec.Channels> CHANNELS =
            DescriptorTable.words(List.of("rgb", "bgr"), List.of(TensorSpec.Channels.RGB, TensorSpec.Channels.BGR));
    private static final Map<String, TensorSpec.Type> TYPES = DescriptorTable.words(
            List.of("u8", "f16", "f32"), List.of(TensorSpec.Type.U8, TensorSpec.Type.F16, TensorSpec.Type.F32));
    private static final Map<String, TensorSpec.Layout> LAYOUTS =
            DescriptorTable.words(List.of("nchw", "nhwc"), List.of(TensorSpec.Layout.NCHW, TensorSpec.Layout.NHWC));
    private static final Map<String, TensorSpec.Fit> FITS = DescriptorTable.words(
            List.of("center", "top-left", "stretch"),
            List.of(TensorSpec.Fit.CENTER, TensorSpec.Fit.TOP_LEFT, TensorSpec.Fit.STRETCH));
    private static final Map<String, Head.Kind> HEADS = DescriptorTable.words(
            Arrays.stream(Head.Kind.values()).map(Head.Kind::key).toList(), List.of(Head.Kind.values()));

    /**
     * Reads a descriptor.
     *
     * @param where its file, for messages
     */
    static Descriptor parse(String where, String toml) {
        DescriptorTable root = DescriptorTable.parse(where, toml);
        String name = root.text("name");
        String file = fileName(root, "file");
        String sha256 = root.text("sha256");
        if (sha256 != null && !sha256.matches("[0-9a-f]{64}")) {
            throw root.error("sha256", "must be 64 hexadecimal digits in lower case");
        }
        String licence = root.text("licence");
        Head.Kind head = root.requiredChoice("head", HEADS);
        List<String> labels = List.of();
        String labelsFile = null;
        Object given = root.value("labels");
        if (given instanceof TomlArray array) {
            labels = labels(root, array);
        } else if (given instanceof String) {
            labelsFile = fileName(root, "labels");
        } else if (given == null) {
            throw root.missing("labels", "labels = [\"first class\", ...] or the name of a file with one label a line");
        } else {
            throw root.error("labels", "must be a list of texts or the name of a file with one label a line");
        }

        DescriptorTable input = root.table("input");
        if (input == null) {
            throw root.missing("input", "[input] with width, height, channels, letterbox and scale");
        }
        int width = input.requiredInteger("width", 1, TensorSpec.MAX_SIDE);
        int height = input.requiredInteger("height", 1, TensorSpec.MAX_SIDE);
        TensorSpec.Channels channels = input.requiredChoice("channels", CHANNELS);
        TensorSpec.Fit fit = input.requiredChoice("letterbox", FITS);
        TensorSpec.Type type = input.choice("type", TYPES);
        TensorSpec.Layout layout = Objects.requireNonNullElse(input.choice("layout", LAYOUTS), TensorSpec.Layout.NCHW);
        int pad = Objects.requireNonNullElse(input.integer("pad", 0, 255), DEFAULT_PAD);
        List<Float> mean = Objects.requireNonNullElse(input.channels("mean", true), TensorSpec.ZEROS);
        List<Float> scale = scale(input);
        input.refuseUnknown();

        boolean oneScale = scale.stream().distinct().count() == 1;
        // OpenCV's input layer takes axis 1 for the channels, so it cannot subtract a mean in NHWC.
        boolean feeds = oneScale && (layout == TensorSpec.Layout.NCHW || mean.equals(TensorSpec.ZEROS));
        if (type == TensorSpec.Type.U8 && !feeds) {
            throw input.error(
                    "type", "must be \"f32\" or \"f16\" where channels differ in scale, or with a mean in nhwc");
        }
        if (type == null) {
            type = feeds ? TensorSpec.Type.U8 : TensorSpec.Type.F32;
        }
        TensorSpec tensor = type == TensorSpec.Type.U8
                ? new TensorSpec(width, height, type, layout, channels, fit, pad, TensorSpec.ZEROS, TensorSpec.ONES)
                : new TensorSpec(width, height, type, layout, channels, fit, pad, mean, scale);
        ModelSpec.Feed feed =
                type == TensorSpec.Type.U8 ? new ModelSpec.Feed(scale.getFirst(), mean) : ModelSpec.Feed.AS_IS;

        float score = DEFAULT_SCORE;
        float iou = DEFAULT_IOU;
        DescriptorTable thresholds = root.table("thresholds");
        if (thresholds != null) {
            score = Objects.requireNonNullElse(thresholds.number("score", 0.001, 0.999), score);
            iou = Objects.requireNonNullElse(thresholds.number("iou", 0, 1), iou);
            thresholds.refuseUnknown();
        }
        root.refuseUnknown();
        return new Descriptor(
                name == null ? "" : name,
                file,
                sha256,
                licence == null ? "" : licence,
                tensor,
                feed,
                head,
                labels,
                labelsFile,
                score,
                iou);
    }

    private static List<Float> scale(DescriptorTable input) {
        List<Float> scale = input.channels("scale", false);
        List<Float> std = input.channels("std", false);
        if (scale != null && std != null) {
            throw input.error(
                    "std", "and scale exclude each other: a value becomes (v - mean) * scale or (v - mean) / std");
        }
        if (std != null) {
            return std.stream().map(s -> 1 / s).toList();
        }
        if (scale == null) {
            throw input.missing(
                    "scale", "scale = 1 for plain 0..255, std = 255 for 0..1; with mean: (v - mean) * scale");
        }
        return scale;
    }

    private static List<String> labels(DescriptorTable root, TomlArray array) {
        if (array.isEmpty() || array.size() > MAX_LABELS) {
            throw root.error("labels", "must hold 1 to " + MAX_LABELS + " texts");
        }
        List<Object> all = array.toList();
        for (Object o : all) {
            if (!(o instanceof String s) || s.isBlank() || s.chars().anyMatch(Character::isISOControl)) {
                throw root.error("labels", "must hold texts of one line only");
            }
        }
        return all.stream().map(String::valueOf).collect(Collectors.toUnmodifiableList());
    }

    /** A path that stays in the descriptor's folder or below it. */
    private static @Nullable String fileName(DescriptorTable root, String key) {
        String name = root.text(key);
        if (name != null
                && (name.startsWith("/") || Arrays.asList(name.split("/", -1)).contains(".."))) {
            throw root.error(key, "must be relative to the descriptor and stay in its folder");
        }
        return name;
    }
}
