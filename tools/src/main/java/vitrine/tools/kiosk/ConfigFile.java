package vitrine.tools.kiosk;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;
import vitrine.tools.passes.PassSettings;

/**
 * Reads {@link RunOptions} from a TOML file. Keys are the long options with underscores, at the top level:
 *
 * <pre>
 * source = "v4l2:"
 * rotate = 90
 * every_frame = true
 * </pre>
 *
 * Passes have a table each, {@code [pass.NAME]}, and so have shaders with tuned constants, {@code [shader."FILE"]}.
 * Paths are relative to the file's own folder. Whatever cannot be meant is an error with file, line and column.
 */
final class ConfigFile {

    private static final long MAX_BYTES = 1 << 20;

    private final Path file;
    private final RunOptions options = new RunOptions();
    private final Map<String, Setter> setters = new LinkedHashMap<>();

    private interface Setter {
        void set(TomlTable table, List<String> key);
    }

    private ConfigFile(Path file) {
        this.file = file;
        setters.put("source", (t, k) -> options.source = text(t, k));
        setters.put("model", (t, k) -> options.model = text(t, k));
        setters.put("present", (t, k) -> options.present = text(t, k));
        setters.put(
                "frames",
                (t, k) -> options.frames =
                        checked(t, k, () -> RunOptions.range("frames", whole(t, k), 0, Long.MAX_VALUE)));
        setters.put("detections", (t, k) -> options.detections = path(t, k));
        setters.put("report", (t, k) -> options.report = path(t, k));
        setters.put("debug", (t, k) -> options.debug = debug(t, k));
        setters.put(
                "capture_frame",
                (t, k) -> options.captureFrame =
                        checked(t, k, () -> RunOptions.range("capture_frame", whole(t, k), 0, Long.MAX_VALUE)));
        setters.put("gpu", (t, k) -> options.gpu = text(t, k));
        setters.put("rotate", (t, k) -> {
            long degrees = whole(t, k);
            checked(t, k, () -> RunOptions.orientation(degrees, false));
            options.rotate = degrees;
        });
        setters.put("mirror", (t, k) -> options.mirror = flag(t, k));
        setters.put("filter", (t, k) -> {
            String name = text(t, k);
            checked(t, k, () -> RunOptions.filter(name));
            options.filter = name;
        });
        setters.put("tensor_siting", (t, k) -> {
            String where = text(t, k);
            checked(t, k, () -> RunOptions.siting("tensor_siting", where));
            options.tensorSiting = where;
        });
        setters.put("picture_siting", (t, k) -> {
            String where = text(t, k);
            checked(t, k, () -> RunOptions.siting("picture_siting", where));
            options.pictureSiting = where;
        });
        setters.put(
                "threads",
                (t, k) -> options.threads = checked(t, k, () -> RunOptions.range("threads", whole(t, k), 0, 256)));
        setters.put("every_frame", (t, k) -> options.everyFrame = flag(t, k));
        setters.put("score", (t, k) -> {
            double value = number(t, k);
            checked(t, k, () -> RunOptions.fraction("score", value));
            options.score = value;
        });
        setters.put("iou", (t, k) -> {
            double value = number(t, k);
            checked(t, k, () -> RunOptions.fraction("iou", value));
            options.iou = value;
        });
        setters.put("font", (t, k) -> options.font = path(t, k));
        setters.put("hud", (t, k) -> options.hud = flag(t, k));
        setters.put("passes", (t, k) -> options.passes = texts(t, k));
        setters.put("pass_folder", (t, k) -> options.passFolder = path(t, k));
        setters.put("pass", (t, k) -> options.passOptions = ofEach(t, k, this::passOptions));
        setters.put("shader", (t, k) -> options.shaders = ofEach(t, k, this::constants));
    }

    /**
     * Reads the file.
     *
     * @throws ConfigException in one line
     */
    static RunOptions read(Path file) {
        return new ConfigFile(file).parse();
    }

    private RunOptions parse() {
        String text;
        try {
            if (Files.isRegularFile(file) && Files.size(file) > MAX_BYTES) {
                throw new ConfigException(file + " has more than 1 MiB: is it a configuration file?");
            }
            text = Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new ConfigException("--config " + file + ": there is no such file");
        } catch (CharacterCodingException e) {
            throw new ConfigException("--config " + file + " is not UTF-8 text: is it a TOML file?");
        } catch (IOException e) {
            throw new ConfigException("--config " + file + " cannot be read"
                    + (Files.isDirectory(file) ? ": it is a folder" : ": " + e.getMessage()));
        }
        TomlParseResult result = Toml.parse(text);
        if (result.hasErrors()) {
            var error = result.errors().getFirst();
            throw new ConfigException(place(error.position()) + oneLine(error.getMessage()));
        }
        for (String key : result.keySet()) {
            List<String> path = List.of(key);
            Setter setter = setters.get(key);
            if (setter == null) {
                throw new ConfigException(place(result.inputPositionOf(path)) + "unknown key '" + key + "'; known are "
                        + String.join(", ", setters.keySet()));
            }
            setter.set(result, path);
        }
        return options;
    }

    private String text(TomlTable table, List<String> key) {
        return typed(table, key, String.class, "a string");
    }

    private List<String> texts(TomlTable table, List<String> key) {
        TomlArray array = typed(table, key, TomlArray.class, "a list of strings");
        if (!array.toList().stream().allMatch(String.class::isInstance)) {
            throw new ConfigException(
                    place(table.inputPositionOf(key)) + key.getFirst() + " must be a list of strings");
        }
        return array.toList().stream().map(String.class::cast).toList();
    }

    private interface Section<T> {
        T read(TomlTable table, String heading);
    }

    /** The tables of one kind, [pass.NAME] say, by their names. */
    private <T> Map<String, T> ofEach(TomlTable table, List<String> key, Section<T> section) {
        TomlTable all = typed(table, key, TomlTable.class, "tables, such as [" + key.getFirst() + ".NAME]");
        Map<String, T> read = new LinkedHashMap<>();
        for (String name : all.keySet()) {
            TomlTable one =
                    typed(all, List.of(name), TomlTable.class, "a table, [" + key.getFirst() + "." + name + "]");
            read.put(name, section.read(one, "[" + key.getFirst() + "." + name + "]"));
        }
        return read;
    }

    private PassSettings.Options passOptions(TomlTable table, String heading) {
        List<String> classes = List.of("classes");
        Optional<List<String>> chosen = table.contains(classes) ? Optional.of(texts(table, classes)) : Optional.empty();
        return new PassSettings.Options(chosen, constants(table, heading));
    }

    /** Values of a shader's constants; {@code classes} is none. */
    private Map<String, PassSettings.Value> constants(TomlTable table, String heading) {
        Map<String, PassSettings.Value> values = new LinkedHashMap<>();
        for (String name : table.keySet()) {
            List<String> key = List.of(name);
            switch (table.get(key)) {
                case Boolean flag -> values.put(name, new PassSettings.Value(flag ? 1 : 0, true));
                case Long number -> values.put(name, new PassSettings.Value(number, false));
                case Double number -> values.put(name, new PassSettings.Value(number, false));
                case TomlArray _ when name.equals("classes") && heading.startsWith("[pass.") -> {}
                case null, default ->
                    throw new ConfigException(place(table.inputPositionOf(key)) + name + " in " + heading
                            + " must be a number, true or false");
            }
        }
        return values;
    }

    private long whole(TomlTable table, List<String> key) {
        return typed(table, key, Long.class, "a whole number");
    }

    private boolean flag(TomlTable table, List<String> key) {
        return typed(table, key, Boolean.class, "true or false");
    }

    /** Null where it is off. */
    private @Nullable String debug(TomlTable table, List<String> key) {
        return switch (table.get(key)) {
            case String levels -> {
                checked(table, key, () -> RunOptions.debug("debug", levels));
                yield levels;
            }
            case Boolean on -> on ? RunOptions.DEBUG_DEFAULT : null;
            case null, default ->
                throw new ConfigException(
                        place(table.inputPositionOf(key)) + "debug must be true, false or a string of levels");
        };
    }

    private double number(TomlTable table, List<String> key) {
        Object value = table.get(key);
        return value instanceof Long whole ? whole : typed(table, key, Double.class, "a number");
    }

    private Path path(TomlTable table, List<String> key) {
        String text = text(table, key);
        try {
            Path folder = file.toAbsolutePath().getParent();
            return folder == null ? Path.of(text) : folder.resolve(text);
        } catch (InvalidPathException e) {
            throw new ConfigException(place(table.inputPositionOf(key)) + key.getFirst() + " is not a path");
        }
    }

    private <T> T typed(TomlTable table, List<String> key, Class<T> type, String words) {
        Object value = table.get(key);
        if (!type.isInstance(value)) {
            throw new ConfigException(place(table.inputPositionOf(key)) + key.getFirst() + " must be " + words);
        }
        return type.cast(value);
    }

    private interface Check<T> {
        T get();
    }

    private <T> T checked(TomlTable table, List<String> key, Check<T> check) {
        try {
            return check.get();
        } catch (ConfigException e) {
            String message = String.valueOf(e.getMessage());
            if (message.startsWith(file.toString())) {
                throw e;
            }
            throw new ConfigException(
                    place(table.inputPositionOf(key)) + (message.startsWith("--") ? message.substring(2) : message));
        }
    }

    private String place(@Nullable TomlPosition position) {
        return position == null ? file + ": " : file + ":" + position.line() + ":" + position.column() + ": ";
    }

    private static String oneLine(@Nullable String message) {
        return message == null ? "not TOML" : message.replaceAll("\\s+", " ");
    }
}
