package vitrine.capture;

/** A source that cannot be opened or has broken down. The message is one line: the thing, the cause, the mend. */
public final class SourceException extends RuntimeException {
    private static final int MAX_QUOTE = 120;

    /**
     * @param thing what the user named
     * @param cause what is wrong with it
     * @param mend what to do; may be empty
     */
    public SourceException(String thing, String cause, String mend) {
        super(quote(thing) + ": " + cause + (mend.isEmpty() ? "" : "; " + mend));
    }

    /** {@code text} fit for a line: control characters escaped, cut after 120 characters. */
    static String quote(String text) {
        StringBuilder s = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (s.length() >= MAX_QUOTE) {
                return s.append("...").toString();
            }
            char c = text.charAt(i);
            if (Character.isISOControl(c)) {
                s.append(String.format("\\u%04x", (int) c));
            } else {
                s.append(c);
            }
        }
        return s.toString();
    }
}
