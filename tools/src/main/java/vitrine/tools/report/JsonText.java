package vitrine.tools.report;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Writes JSON values (RFC 8259) into a StringBuilder. */
public final class JsonText {

    private JsonText() {}

    /** A quoted string. */
    public static void string(StringBuilder to, String text) {
        to.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                to.append('\\').append(c);
            } else if (c < 0x20) {
                to.append(String.format("\\u%04x", (int) c));
            } else {
                to.append(c);
            }
        }
        to.append('"');
    }

    /** A number with up to {@code digits} decimals, at most 9; what is not finite becomes null. */
    public static void decimal(StringBuilder to, double value, int digits) {
        if (!Double.isFinite(value) || Math.abs(value) > 1e9) {
            to.append(Double.isFinite(value) ? Double.toString(value) : "null");
            return;
        }
        long power = 1;
        for (int i = 0; i < digits; i++) {
            power *= 10;
        }
        long scaled = Math.round(Math.abs(value) * power);
        if (value < 0 && scaled != 0) {
            to.append('-');
        }
        to.append(scaled / power);
        long fraction = scaled % power;
        if (fraction != 0) {
            to.append('.');
            for (long unit = power / 10; fraction != 0; unit /= 10) {
                to.append(fraction / unit);
                fraction %= unit;
            }
        }
    }

    /** Why a file could not be written, without the file's name. */
    static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException missing -> "its folder does not exist";
            case AccessDeniedException denied -> "permission denied";
            case FileSystemException other when other.getReason() != null -> other.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }
}
