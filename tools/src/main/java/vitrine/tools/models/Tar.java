package vitrine.tools.models;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads one member out of a tar archive (POSIX.1-2017 ustar interchange format; extended headers are passed over). */
final class Tar {

    private static final int BLOCK = 512;

    private Tar() {}

    /** The member's content, or null when the archive has no regular file of that name and size. */
    static byte @Nullable [] member(InputStream in, String name, long size) throws IOException {
        byte[] header = new byte[BLOCK];
        while (in.readNBytes(header, 0, BLOCK) == BLOCK && header[0] != 0) {
            long bytes = octal(header, 124, 12);
            String prefix = header[257] == 'u' ? text(header, 345, 155) : "";
            String path = (prefix.isEmpty() ? "" : prefix + "/") + text(header, 0, 100);
            boolean regular = header[156] == '0' || header[156] == 0;
            if (regular && path.equals(name) && bytes == size) {
                byte[] content = in.readNBytes(Math.toIntExact(size));
                if (content.length != size) {
                    throw new EOFException("the archive ends inside " + name);
                }
                return content;
            }
            in.skipNBytes(Math.ceilDiv(bytes, BLOCK) * (long) BLOCK);
        }
        return null;
    }

    private static String text(byte[] header, int at, int length) {
        int end = at;
        while (end < at + length && header[end] != 0) {
            end++;
        }
        return new String(header, at, end - at, StandardCharsets.UTF_8);
    }

    private static long octal(byte[] header, int at, int length) throws IOException {
        String digits = text(header, at, length).strip();
        try {
            return Long.parseLong(digits, 8);
        } catch (NumberFormatException e) {
            throw new IOException("a header without a size, not a tar archive", e);
        }
    }
}
