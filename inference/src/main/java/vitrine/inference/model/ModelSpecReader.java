package vitrine.inference.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a model: the network file with its TOML descriptor beside it ({@code NAME.toml} for {@code NAME.onnx}), or the
 * descriptor itself. Without a descriptor a file is known by its sha256, or by the metadata Ultralytics' exporter writes;
 * else the error shows the descriptor to write.
 */
public final class ModelSpecReader {

    /** Largest model file read. */
    public static final long MAX_BYTES = 1L << 30;

    private static final long MAX_DESCRIPTOR_BYTES = 1 << 20;

    /** Descriptors carried in the jar, by the sha256 of the file they are for. */
    static final Map<String, String> KNOWN = Map.of(
            "c789161ed43c8269fcd4e67c67eeeb4e80c622da2eb296a20bc6007bd18a0b7d", "yolox_nano.toml",
            "d39bee73564e338080378b0ad567fbb40e818b55bbfaf971de82a0267ed16b8a", "yolox_nano_416.toml",
            "8c95c94d3c7cc06605e6a45261e814401b0d5e73529858ca5a36f392dcae11b6", "yolox_nano_416_v8layout.toml",
            "d0a5255bf8c4f5a0bc4240741a76c41d5e939f7655078f945f50ab53a9375da6", "ssd_mobilenetv2_oidv4_fp16.toml");

    private ModelSpecReader() {}

    /**
     * Reads a model.
     *
     * @param file a {@code .onnx} or {@code .tflite} file, or a {@code .toml} descriptor
     * @throws ModelException when the model cannot be used; the message is for the user
     */
    public static ModelSpec read(Path file) {
        String name = String.valueOf(file.getFileName());
        if (name.endsWith(".toml")) {
            return described(file, null);
        }
        byte[] bytes = bytes(file);
        Path descriptor = file.resolveSibling(stem(name) + ".toml");
        if (Files.exists(descriptor)) {
            return described(descriptor, file);
        }
        String resource = KNOWN.get(sha256(bytes));
        if (resource != null) {
            Descriptor d = Descriptor.parse(resource, resource(resource));
            List<String> labels = d.labelsFile() == null ? d.labels() : lines(d.labelsFile(), resource(d.labelsFile()));
            return spec(d, file, format(file, bytes), labels);
        }
        return UndescribedModel.recognise(file, format(file, bytes), network(file, bytes));
    }

    private static ModelSpec described(Path descriptor, @Nullable Path given) {
        Descriptor d = Descriptor.parse(descriptor.toString(), text(descriptor, MAX_DESCRIPTOR_BYTES));
        Path file = d.file() == null ? given : descriptor.resolveSibling(d.file());
        if (file == null) {
            file = beside(descriptor);
        }
        if (given != null && !file.normalize().equals(given.normalize())) {
            throw new ModelException(descriptor + " is the descriptor of " + file.getFileName() + ", not of "
                    + given.getFileName() + ": give that file, or a descriptor of its own to this one");
        }
        byte[] bytes = bytes(file);
        if (d.sha256() != null && !d.sha256().equals(sha256(bytes))) {
            throw new ModelException(file + " is not the file its descriptor means: its sha256 is " + sha256(bytes)
                    + ", not " + d.sha256() + "; fetch it again or correct the descriptor");
        }
        List<String> labels = d.labels();
        if (d.labelsFile() != null) {
            Path labelsFile = descriptor.resolveSibling(d.labelsFile());
            labels = lines(labelsFile.toString(), text(labelsFile, MAX_DESCRIPTOR_BYTES));
        }
        return spec(d, file, format(file, bytes), labels);
    }

    private static Path beside(Path descriptor) {
        String stem = stem(String.valueOf(descriptor.getFileName()));
        for (String extension : List.of(".onnx", ".tflite")) {
            Path file = descriptor.resolveSibling(stem + extension);
            if (Files.exists(file)) {
                return file;
            }
        }
        throw new ModelException(descriptor + " names no model file, and neither " + stem + ".onnx nor " + stem
                + ".tflite lies beside it: write file = \"NAME.onnx\"");
    }

    private static ModelSpec spec(Descriptor d, Path file, ModelSpec.Format format, List<String> labels) {
        return new ModelSpec(
                d.name().isEmpty() ? stem(String.valueOf(file.getFileName())) : d.name(),
                file,
                format,
                d.licence(),
                d.input(),
                d.feed(),
                d.head(),
                labels,
                d.scoreThreshold(),
                d.iouThreshold());
    }

    static String stem(String name) {
        int dot = name.lastIndexOf('.');
        return dot <= 0 ? name : name.substring(0, dot);
    }

    static ModelSpec.Format format(Path file, byte[] bytes) {
        String name = String.valueOf(file.getFileName());
        if (TfliteFile.isOne(bytes)) {
            return ModelSpec.Format.TFLITE;
        }
        if (name.endsWith(".onnx")) {
            return ModelSpec.Format.ONNX;
        }
        throw new ModelException(file
                + (name.endsWith(".tflite")
                        ? " is not a TFLite model: the mark TFL3 is missing; convert or fetch it again"
                        : " is not a model: give a .onnx or .tflite file, or its .toml descriptor"));
    }

    /** The whole file. */
    static byte[] bytes(Path file) {
        try {
            if (Files.isDirectory(file)) {
                throw new ModelException(file + " is a folder: give the model file in it");
            }
            long size = Files.size(file);
            if (size == 0) {
                throw new ModelException(file + " is empty: fetch the model again");
            }
            if (size > MAX_BYTES) {
                throw new ModelException(file + " has " + size + " bytes; the most a model may have is " + MAX_BYTES);
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static ModelException unreadable(Path file, IOException e) {
        String cause = switch (e) {
            case java.nio.file.NoSuchFileException _ -> "does not exist: check the path";
            case java.nio.file.AccessDeniedException _ -> "may not be read by this user: check its permissions";
            default -> "cannot be read: " + e.getMessage();
        };
        return new ModelException(file + " " + cause, e);
    }

    /** What the file says about itself, after its structure was checked. */
    static NetworkInfo network(Path file, byte[] bytes) {
        ModelSpec.Format format = format(file, bytes);
        try {
            return format == ModelSpec.Format.TFLITE ? TfliteFile.read(bytes) : OnnxFile.read(bytes);
        } catch (MalformedFileException e) {
            throw new ModelException(
                    file + " is not a usable " + (format == ModelSpec.Format.TFLITE ? "TFLite" : "ONNX") + " model: "
                            + e.getMessage(),
                    e);
        }
    }

    private static String text(Path file, long most) {
        try {
            if (Files.isDirectory(file)) {
                throw new ModelException(file + " is a folder, not a text file");
            }
            if (Files.size(file) > most) {
                throw new ModelException(file + " is larger than " + most + " bytes: not a descriptor or label file");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ModelException(file + " is not UTF-8 text", e);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** One label a line; empty lines at the end do not count. */
    private static List<String> lines(String file, String text) {
        List<String> lines = text.stripTrailing().lines().map(String::strip).toList();
        if (lines.isEmpty() || lines.size() > Descriptor.MAX_LABELS) {
            throw new ModelException(file + " must hold 1 to " + Descriptor.MAX_LABELS + " labels, one a line");
        }
        IntStream.range(0, lines.size())
                .filter(i -> lines.get(i).isEmpty() || lines.get(i).chars().anyMatch(Character::isISOControl))
                .findFirst()
                .ifPresent(i -> {
                    throw new ModelException(file + ":" + (i + 1) + ":1: not a label: write one a line");
                });
        return lines;
    }

    static String resource(String name) {
        try (InputStream in = ModelSpecReader.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new AssertionError("resource " + name + " is not in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError("resource " + name, e);
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
