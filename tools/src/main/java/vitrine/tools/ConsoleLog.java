package vitrine.tools;

import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Log lines for a terminal or the journal: one line each on stderr, {@code vitrine: message}. */
final class ConsoleLog {

    private ConsoleLog() {}

    /** Replaces the JDK's two-line format. */
    static void install() {
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        ConsoleHandler console = new ConsoleHandler();
        console.setFormatter(new Formatter() {
            @Override
            public String format(LogRecord r) {
                String level = r.getLevel().intValue() >= Level.SEVERE.intValue()
                        ? "error: "
                        : r.getLevel().intValue() >= Level.WARNING.intValue() ? "warning: " : "";
                return "vitrine: " + level + formatMessage(r) + "\n";
            }
        });
        root.addHandler(console);
    }
}
