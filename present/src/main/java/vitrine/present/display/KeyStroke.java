package vitrine.present.display;

/**
 * A key pressed in a window, or repeated because it is held down. Named by what it means: on any layout.
 *
 * @param key which
 * @param shift whether Shift was down
 * @param control whether Ctrl was down
 */
public record KeyStroke(Key key, boolean shift, boolean control) {

    /** Keys that are told; Esc and F11 are the window's own. */
    public enum Key {
        TAB,
        UP,
        DOWN,
        LEFT,
        RIGHT,
        BACKSPACE,
        DELETE,
        F2,
        S
    }
}
