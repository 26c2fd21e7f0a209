package vitrine.present.overlay;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An error at a place in a source file.
 *
 * @param file as the user knows it, such as {@code present/video.frag}
 * @param line from 1; 0 where it is not known
 * @param column UTF-16 unit of {@code source} that the caret stands under, from 1; 0 for no caret
 * @param message what is wrong, in any length; spaces and line ends are taken as one space
 * @param source text of the line, tabs included; empty where it is not known
 * @param more errors beside this one
 */
public record Problem(String file, int line, int column, String message, String source, int more) {

    /** The first word in quotes, as compilers name what they stumble over. */
    private static final Pattern QUOTED = Pattern.compile("'([^']+)'");

    /**
     * An error of a compiler that names no column, as glslang: the caret stands under the word that the message has in
     * quotes, or under the line's first letter.
     */
    public static Problem of(String file, int line, String message, String source, int more) {
        return new Problem(file, line, column(message, source), message, source, more);
    }

    private static int column(String message, String source) {
        if (source.isBlank()) {
            return 0;
        }
        Matcher quoted = QUOTED.matcher(message);
        while (quoted.find()) {
            String word = quoted.group(1);
            boolean name = Character.isJavaIdentifierPart(word.charAt(0));
            Matcher found = Pattern.compile(name ? "\\b" + Pattern.quote(word) + "\\b" : Pattern.quote(word))
                    .matcher(source);
            if (found.find()) {
                return found.start() + 1;
            }
        }
        return source.length() - source.stripLeading().length() + 1;
    }

    /** The file, with the line where it is known. */
    public String title() {
        return line > 0 ? file + ":" + line : file;
    }
}
