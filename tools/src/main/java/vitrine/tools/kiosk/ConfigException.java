package vitrine.tools.kiosk;

/** A setting that cannot be meant; the message names it, with file, line and column where it stands in a file. */
public final class ConfigException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(message);
    }
}
