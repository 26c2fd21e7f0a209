package vitrine.tools.workbench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * Writes values into a user's TOML file and leaves all else as it is, to the byte: comments, order, spaces, line ends. A
 * value is replaced where it stands; a new key goes to the end of its table, a new table to the end of the file. What
 * comes out is parsed and compared before anything is written: where it would say anything else than the wanted values and
 * all there was, the file stays untouched. Any thread; one edit of a file at a time.
 */
final class ConfigEdit {

    /** Edits begun anew because the file was changed meanwhile. */
    private static final int ATTEMPTS = 5;

    /** {@code KEY = VALUE # comment}, of a value that is a number, true or false. */
    private static final Pattern ASSIGNMENT =
            Pattern.compile("^([\\w.\\-\"'/ \\t]+?[ \\t]*=[ \\t]*)([\\w.+\\-]+)([ \\t]*(?:#.*)?)$");

    private static final Pattern HEADER = Pattern.compile("^[ \\t]*\\[([^\\[\\]]+)\\][ \\t]*(?:#.*)?$");
    private static final Pattern BARE_KEY = Pattern.compile("[A-Za-z0-9_-]+");

    /** Where a key may be added to its table. Inside a text of several lines there may be what looks like a table. */
    private enum Place {
        END_OF_FIRST,
        HEAD_OF_FIRST,
        END_OF_LAST,
        HEAD_OF_LAST;

        boolean atEnd() {
            return this == END_OF_FIRST || this == END_OF_LAST;
        }

        boolean first() {
            return this == END_OF_FIRST || this == HEAD_OF_FIRST;
        }
    }

    private final Path file;
    private final Map<List<String>, Map<String, String>> wanted;

    private ConfigEdit(Path file, Map<List<String>, Map<String, String>> wanted) {
        this.file = file;
        this.wanted = wanted;
    }

    /**
     * Sets values.
     *
     * @param file an existing one; of a link, what it points to is written
     * @param wanted TOML literals by key, by the table's path, as {@code [pass, privacy]}
     * @throws TuningException in one line, with the file untouched
     */
    static void write(Path file, Map<List<String>, Map<String, String>> wanted) {
        new ConfigEdit(file, wanted).write();
    }

    private void write() {
        for (int i = 0; i < ATTEMPTS; i++) {
            byte[] before = read();
            byte[] after = edited(new String(before, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
            if (Arrays.equals(before, after) || replace(before, after)) {
                return;
            }
        }
        throw new TuningException(file + " is being changed all the time by another program; save again");
    }

    private byte[] read() {
        try {
            byte[] bytes = Files.readAllBytes(file);
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return bytes;
        } catch (NoSuchFileException e) {
            throw new TuningException(file + " is gone; put it back, or start again with --config FILE", e);
        } catch (CharacterCodingException e) {
            throw new TuningException(file + " is not UTF-8 text: is it the configuration file?", e);
        } catch (IOException e) {
            throw new TuningException(file + " cannot be read: " + reason(e), e);
        }
    }

    /** The text with the wanted values. */
    String edited(String text) {
        TomlParseResult before = parsed(text);
        Map<String, Object> expected = map(before);
        wanted.forEach((table, values) -> values.forEach((key, literal) -> put(expected, table, key, literal)));
        List<String> lines = new ArrayList<>(List.of(text.split("(?<=\n)", -1)));
        Map<List<String>, Map<String, String>> fresh = replaced(before, lines);
        for (Place place : Place.values()) {
            List<String> attempt = new ArrayList<>(lines);
            fresh.forEach((table, values) -> add(attempt, table, values, place));
            String result = String.join("", attempt);
            TomlParseResult after = Toml.parse(result);
            if (!after.hasErrors() && map(after).equals(expected)) {
                return result;
            }
        }
        throw refused(before, fresh);
    }

    private TomlParseResult parsed(String text) {
        TomlParseResult result = Toml.parse(text);
        if (result.hasErrors()) {
            TomlParseError error = result.errors().getFirst();
            throw new TuningException(file + ":" + error.position().line() + ":"
                    + error.position().column() + ": "
                    + String.valueOf(error.getMessage()).replaceAll("\\s+", " ")
                    + "; nothing was saved, mend the file first");
        }
        return result;
    }

    /** Replaces values of keys that are there; returns what is not. */
    private Map<List<String>, Map<String, String>> replaced(TomlParseResult before, List<String> lines) {
        Map<List<String>, Map<String, String>> fresh = new LinkedHashMap<>();
        wanted.forEach((table, values) -> values.forEach((key, literal) -> {
            List<String> path = path(table, key);
            TomlPosition position = isTable(before, table) ? before.inputPositionOf(path) : null;
            if (position == null) {
                fresh.computeIfAbsent(table, t -> new LinkedHashMap<>()).put(key, literal);
                return;
            }
            int index = position.line() - 1;
            String line = lines.get(index);
            String content = line.stripTrailing();
            Matcher assignment = ASSIGNMENT.matcher(content);
            if (!assignment.matches()) {
                throw new TuningException(file + ":" + position.line() + ": " + key
                        + " does not stand there as KEY = VALUE on a line of its own, so nothing was saved; write "
                        + header(table) + " and below it " + key + " = " + literal);
            }
            lines.set(index, assignment.group(1) + literal + assignment.group(3) + line.substring(content.length()));
        }));
        return fresh;
    }

    private static boolean isTable(TomlTable root, List<String> path) {
        TomlTable table = root;
        for (String name : path) {
            if (!(table.get(List.of(name)) instanceof TomlTable next)) {
                return false;
            }
            table = next;
        }
        return true;
    }

    private static void add(List<String> lines, List<String> table, Map<String, String> values, Place place) {
        String newline = lines.getFirst().endsWith("\r\n") ? "\r\n" : "\n";
        List<String> added = new ArrayList<>();
        int header = headerLine(lines, table, place.first());
        int at;
        if (header < 0) {
            closeLastLine(lines, newline);
            if (lines.stream().anyMatch(line -> !line.isBlank())) {
                added.add(newline);
            }
            added.add(header(table) + newline);
            at = lines.size();
        } else {
            at = place.atEnd() ? endOfTable(lines, header) : header + 1;
            if (at == lines.size()) {
                closeLastLine(lines, newline);
                at = lines.size();
            }
            if (!lines.get(at - 1).endsWith("\n")) {
                lines.set(at - 1, lines.get(at - 1) + newline);
            }
        }
        values.forEach((key, literal) -> added.add(quoted(key) + " = " + literal + newline));
        lines.addAll(at, added);
    }

    /** Behind the last line with something on it but a comment, which may be the next table's. */
    private static int endOfTable(List<String> lines, int header) {
        int end = header + 1;
        for (int i = end; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (HEADER.matcher(line).matches() || line.startsWith("[[")) {
                break;
            }
            end = line.isEmpty() || line.startsWith("#") ? end : i + 1;
        }
        return end;
    }

    /** Ends the last line; splitting leaves an empty one behind an ended one. */
    private static void closeLastLine(List<String> lines, String newline) {
        if (lines.getLast().isEmpty()) {
            lines.removeLast();
        } else if (!lines.getLast().endsWith("\n")) {
            lines.set(lines.size() - 1, lines.getLast() + newline);
        }
    }

    private static int headerLine(List<String> lines, List<String> table, boolean first) {
        int found = -1;
        for (int i = 0; i < lines.size() && (found < 0 || !first); i++) {
            Matcher header = HEADER.matcher(lines.get(i).stripTrailing());
            if (header.matches() && table.equals(keys(header.group(1)))) {
                found = i;
            }
        }
        return found;
    }

    private static List<String> keys(String dotted) {
        try {
            return Toml.parseDottedKey(dotted.strip());
        } catch (IllegalArgumentException e) {
            return List.of();
        }
    }

    private static List<String> path(List<String> table, String key) {
        List<String> path = new ArrayList<>(table);
        path.add(key);
        return path;
    }

    static String header(List<String> table) {
        return "[" + String.join(".", table.stream().map(ConfigEdit::quoted).toList()) + "]";
    }

    private static String quoted(String key) {
        return BARE_KEY.matcher(key).matches()
                ? key
                : Toml.tomlEscape(key).insert(0, '"').append('"').toString();
    }

    private TuningException refused(TomlParseResult before, Map<List<String>, Map<String, String>> fresh) {
        List<String> table = fresh.keySet().iterator().next();
        TomlPosition position = null;
        for (int depth = table.size(); depth > 0 && position == null; depth--) {
            position = isTable(before, table.subList(0, depth - 1))
                    ? before.inputPositionOf(table.subList(0, depth))
                    : null;
        }
        return new TuningException(file + (position == null ? "" : ":" + position.line()) + ": "
                + String.join(".", table) + " is not written as a table of its own there, so nothing was saved; write "
                + header(table) + " on a line and its keys below it");
    }

    /** Tables and arrays as maps and lists, which can be compared. */
    private static Map<String, Object> map(TomlTable table) {
        Map<String, Object> map = new TreeMap<>();
        table.entrySet().forEach(e -> map.put(e.getKey(), plain(e.getValue())));
        return map;
    }

    private static Object plain(Object value) {
        return switch (value) {
            case TomlTable table -> map(table);
            case TomlArray array ->
                array.toList().stream().map(ConfigEdit::plain).toList();
            default -> value;
        };
    }

    @SuppressWarnings("unchecked") // made by map, from there on
    private static void put(Map<String, Object> root, List<String> table, String key, String literal) {
        Map<String, Object> at = root;
        for (String name : table) {
            Object next = at.get(name);
            if (!(next instanceof Map)) {
                next = new TreeMap<String, Object>();
                at.put(name, next);
            }
            at = (Map<String, Object>) next;
        }
        Object value = Toml.parse("v = " + literal).get("v");
        if (value == null) {
            throw new AssertionError(literal + " is no TOML");
        }
        at.put(key, value);
    }

    /** By a file beside it that takes its place, so that a reader, or a power cut, finds either all old or all new. */
    private boolean replace(byte[] before, byte[] after) {
        Path temporary = null;
        try {
            Path target = file.toRealPath();
            Path folder = target.getParent();
            if (folder == null) {
                throw new AssertionError(target + " has no folder");
            }
            if (!Files.isWritable(target)) {
                throw new AccessDeniedException(target.toString());
            }
            temporary = Files.createTempFile(folder, "." + target.getFileName(), ".new");
            try (FileChannel out = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                for (ByteBuffer bytes = ByteBuffer.wrap(after); bytes.hasRemaining(); ) {
                    int _ = out.write(bytes);
                }
                out.force(true);
            }
            Files.setPosixFilePermissions(temporary, Files.getPosixFilePermissions(target));
            if (!Arrays.equals(before, Files.readAllBytes(target))) {
                return false;
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            temporary = null;
            try (FileChannel entries = FileChannel.open(folder)) {
                entries.force(true);
            }
            return true;
        } catch (IOException e) {
            throw new TuningException(
                    file + " cannot be written, the file and its folder must both be writable: " + reason(e), e);
        } finally {
            discard(temporary);
        }
    }

    private static void discard(@Nullable Path temporary) {
        if (temporary != null) {
            try {
                Files.deleteIfExists(temporary);
            } catch (IOException e) {
                // It was made a moment ago: whatever hinders this has been told already.
            }
        }
    }

    private static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException denied -> "permission denied";
            case FileSystemException other when other.getReason() != null -> other.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }
}
