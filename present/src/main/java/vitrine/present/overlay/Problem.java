package vitrine.present.overlay;

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

    /** The file, with the line where it is known. */
    public String title() {
        return line > 0 ? file + ":" + line : file;
    }
}
