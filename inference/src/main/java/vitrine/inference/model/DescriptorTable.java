package vitrine.inference.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** Typed reading of one table of a TOML descriptor. Every complaint names file, line and column. */
final class DescriptorTable {

    private final String file;
    private final TomlTable root;
    private final List<String> path;
    private final TomlTable table;
    private final Set<String> known = new LinkedHashSet<>();

    private DescriptorTable(String file, TomlTable root, List<String> path, TomlTable table) {
        this.file = file;
        this.root = root;
        this.path = path;
        this.table = table;
    }

    /** @param file for messages */
    static DescriptorTable parse(String file, String text) {
        TomlParseResult result;
        try {
            result = Toml.parse(text);
        } catch (StackOverflowError e) {
            throw new ModelException(file + ": nested too deeply for a model descriptor");
        }
        if (result.hasErrors()) {
            TomlParseError first = result.errors().getFirst();
            throw new ModelException(file + ":" + at(first.position()) + ": "
                    + String.valueOf(first.getMessage()).replaceAll("\\s+", " "));
        }
        return new DescriptorTable(file, result, List.of(), result);
    }

    private static String at(@Nullable TomlPosition position) {
        return position == null ? "1:1" : position.line() + ":" + position.column();
    }

    /** A sub-table, or null where there is none. */
    @Nullable
    DescriptorTable table(String key) {
        known.add(key);
        Object value = table.get(List.of(key));
        if (value == null) {
            return null;
        }
        if (!(value instanceof TomlTable sub)) {
            throw error(key, "must be a table: write [" + key + "]");
        }
        List<String> subPath = new ArrayList<>(path);
        subPath.add(key);
        return new DescriptorTable(file, root, List.copyOf(subPath), sub);
    }

    @Nullable
    Object value(String key) {
        known.add(key);
        return table.get(List.of(key));
    }

    @Nullable
    String text(String key) {
        Object value = value(key);
        if (value == null) {
            return null;
        }
        if (!(value instanceof String s) || s.isBlank() || s.chars().anyMatch(Character::isISOControl)) {
            throw error(key, "must be a text of one line, in quotes");
        }
        return s;
    }

    String requiredText(String key, String hint) {
        String s = text(key);
        if (s == null) {
            throw missing(key, hint);
        }
        return s;
    }

    int requiredInteger(String key, int least, int most) {
        Integer value = integer(key, least, most);
        if (value == null) {
            throw missing(key, key + " = a whole number from " + least + " to " + most);
        }
        return value;
    }

    @Nullable
    Integer integer(String key, int least, int most) {
        Object value = value(key);
        if (value == null) {
            return null;
        }
        if (!(value instanceof Long n) || n < least || n > most) {
            throw error(key, "must be a whole number from " + least + " to " + most);
        }
        return n.intValue();
    }

    /** A number, whole or not, between two bounds, both included. */
    @Nullable
    Float number(String key, double least, double most) {
        Object value = value(key);
        if (value == null) {
            return null;
        }
        double n = value instanceof Number x ? x.doubleValue() : Double.NaN;
        if (!(n >= least && n <= most)) {
            throw error(key, "must be a number from " + least + " to " + most);
        }
        return (float) n;
    }

    /** One number for all channels or a list of three. */
    @Nullable
    List<Float> channels(String key, boolean zero) {
        Object value = value(key);
        if (value == null) {
            return null;
        }
        List<Float> out = new ArrayList<>();
        if (value instanceof TomlArray array && array.size() == 3) {
            for (int i = 0; i < 3; i++) {
                out.add(finite(key, array.get(i), zero));
            }
        } else {
            float f = finite(key, value, zero);
            out.addAll(List.of(f, f, f));
        }
        return out;
    }

    private float finite(String key, Object value, boolean zero) {
        float f = value instanceof Number x ? x.floatValue() : Float.NaN;
        if (!Float.isFinite(f) || (f == 0 && !zero)) {
            throw error(
                    key, "must be a number" + (zero ? "" : " other than 0") + ", or a list of three, one a channel");
        }
        return f;
    }

    /** One of some words. */
    <T> @Nullable T choice(String key, Map<String, T> words) {
        Object value = value(key);
        if (value == null) {
            return null;
        }
        T chosen = value instanceof String s ? words.get(s) : null;
        if (chosen == null) {
            throw error(key, "must be one of " + quoted(words));
        }
        return chosen;
    }

    <T> T requiredChoice(String key, Map<String, T> words) {
        T chosen = choice(key, words);
        if (chosen == null) {
            throw missing(key, key + " = one of " + quoted(words));
        }
        return chosen;
    }

    private static String quoted(Map<String, ?> words) {
        return words.keySet().stream().map(w -> '"' + w + '"').collect(Collectors.joining(", "));
    }

    /** Fails at the first key that was never asked for. */
    void refuseUnknown() {
        for (String key : table.keySet()) {
            if (!known.contains(key)) {
                throw error(
                        key,
                        "is not a key of " + (path.isEmpty() ? "a model descriptor" : path) + "; known are "
                                + String.join(", ", known));
            }
        }
    }

    ModelException error(String key, String complaint) {
        List<String> full = new ArrayList<>(path);
        full.add(key);
        return new ModelException(
                file + ":" + at(root.inputPositionOf(full)) + ": " + Toml.joinKeyPath(full) + " " + complaint);
    }

    ModelException missing(String key, String hint) {
        List<String> full = new ArrayList<>(path);
        full.add(key);
        String at = path.isEmpty() ? "1:1" : at(root.inputPositionOf(path));
        return new ModelException(file + ":" + at + ": " + Toml.joinKeyPath(full) + " is missing: write " + hint);
    }

    /** Words in writing order. */
    static <T> Map<String, T> words(List<String> keys, List<T> values) {
        Map<String, T> out = new LinkedHashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            out.put(keys.get(i), values.get(i));
        }
        return out;
    }
}
