package vitrine.tools.workbench;

import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import vitrine.shaders.ShaderCompileException;
import vitrine.shaders.ShaderSources;

/**
 * Why a shader was not taken.
 *
 * @param file below the GLSL folder
 * @param line from 1; 0 where it is of no line
 * @param column from 1, of what the message is about; 0 where that is not known
 * @param sourceLine the line's text, empty where there is none
 * @param message one line: what is wrong and, where it can be said, the mend
 */
public record ShaderProblem(String file, int line, int column, String sourceLine, String message) {

    private static final Pattern COMPILER_LINE = Pattern.compile("^(.*?):(?:(\\d+):)? (?:error: )?(.*)$");
    private static final Pattern QUOTED = Pattern.compile("'([^']+)'");

    /** What the compiler says first; it names no column, but what it stumbled on. */
    public static ShaderProblem of(ShaderCompileException e, ShaderSources sources) {
        String first = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        Matcher parts = COMPILER_LINE.matcher(first);
        String message = e.line() > 0 && parts.matches() ? parts.group(3) : first;
        return at(e.file(), e.line(), message, sources);
    }

    /** Of a known line; its column is that of the first quoted word of the message. */
    static ShaderProblem at(String file, int line, String message, ShaderSources sources) {
        String text = line(sources, file, line);
        return new ShaderProblem(file, line, column(text, message), text, message);
    }

    /**
     * Of the first line, in these files, that has one of these words; the first of the files where none has.
     *
     * @param files of a shader, itself first
     * @param message what the shader does, without saying which
     */
    static ShaderProblem about(List<String> files, List<String> words, String message, ShaderSources sources) {
        String shader = files.getFirst();
        for (String word : words) {
            for (String file : files) {
                List<String> lines = lines(sources, file);
                for (int i = 0; i < lines.size(); i++) {
                    int at = find(lines.get(i), word);
                    if (at >= 0 && !lines.get(i).strip().startsWith("//")) {
                        String whole = file.equals(shader) ? message : shader + " " + message;
                        return new ShaderProblem(file, i + 1, at + 1, lines.get(i), whole);
                    }
                }
            }
        }
        return new ShaderProblem(shader, 0, 0, "", message);
    }

    private static List<String> lines(ShaderSources sources, String file) {
        try {
            return sources.read(file).lines().toList();
        } catch (IOException e) {
            return List.of(); // gone meanwhile: the place alone must do
        }
    }

    private static String line(ShaderSources sources, String file, int line) {
        List<String> lines = line > 0 ? lines(sources, file) : List.of();
        return line > 0 && line <= lines.size() ? lines.get(line - 1) : "";
    }

    /** The first quoted word that the line has, else its first character that is no blank. */
    static int column(String text, String message) {
        Matcher quoted = QUOTED.matcher(message);
        while (quoted.find()) {
            int at = find(text, quoted.group(1).strip());
            if (at >= 0) {
                return at + 1;
            }
        }
        for (int i = 0; i < text.length(); i++) {
            if (!Character.isWhitespace(text.charAt(i))) {
                return i + 1;
            }
        }
        return 0;
    }

    /** Where a word stands by itself, or a token that is no word; -1 for nowhere. */
    private static int find(String text, String word) {
        if (word.isEmpty()) {
            return -1;
        }
        boolean startsAsWord = Character.isJavaIdentifierPart(word.charAt(0));
        boolean endsAsWord = Character.isJavaIdentifierPart(word.charAt(word.length() - 1));
        for (int at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
            int end = at + word.length();
            boolean before = startsAsWord && at > 0 && Character.isJavaIdentifierPart(text.charAt(at - 1));
            boolean after = endsAsWord && end < text.length() && Character.isJavaIdentifierPart(text.charAt(end));
            if (!before && !after) {
                return at;
            }
        }
        return -1;
    }

    /** {@code file:line}, or the file. */
    public String place() {
        return line > 0 ? file + ":" + line : file;
    }

    /** A line with a mark below {@link #column}, as long as it needs; tabs stay, so that it fits. Empty without a column. */
    public String caretLine() {
        if (column < 1) {
            return "";
        }
        StringBuilder mark = new StringBuilder();
        for (int i = 0; i < column - 1; i++) {
            mark.append(i < sourceLine.length() && sourceLine.charAt(i) == '\t' ? '\t' : ' ');
        }
        return mark.append('^').toString();
    }

    /** For the log: the place and message, and below them the line and the mark, where known. */
    @Override
    public String toString() {
        String head = place() + ": " + message;
        return sourceLine.isEmpty() ? head : head + "\n" + sourceLine + "\n" + caretLine();
    }
}
