package vitrine.tests.lab;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import vitrine.engine.linux.Errno;
import vitrine.engine.linux.Fd;
import vitrine.engine.linux.Libc;

/**
 * What vkms says it has scanned out, as a CRC in debugfs, and the same CRC of pixels computed here. Anybody's picture is
 * summed, whoever is DRM master. Needs root and a mode that is set.
 */
final class VkmsCrc implements AutoCloseable {

    private static final int POLYNOMIAL = 0xEDB88320;
    private static final int[] TABLE = table();

    private final Fd data;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment line = arena.allocate(128);
    private int last;

    private VkmsCrc(Fd data) {
        this.data = data;
    }

    /**
     * Starts the sums of a card's first CRTC.
     *
     * @param card number of the card
     */
    static VkmsCrc open(int card) throws IOException {
        Path folder = Path.of("/sys/kernel/debug/dri/" + card + "/crtc-0/crc");
        Files.writeString(folder.resolve("control"), "auto");
        return new VkmsCrc(Fd.open(folder.resolve("data").toString(), Libc.O_RDONLY | Libc.O_NONBLOCK));
    }

    /** Waits until the screen shows that; false when it has not within the time. */
    boolean await(int crc, long millis) throws InterruptedException {
        long deadline = System.nanoTime() + millis * 1_000_000;
        while (System.nanoTime() < deadline) {
            if (!read()) {
                Thread.sleep(5);
            } else if (last == crc) {
                return true;
            }
        }
        return false;
    }

    /** The latest sum; waits for one that is made from now on. */
    int next() throws InterruptedException {
        while (read()) {
            // of refreshes before
        }
        for (int i = 0; i < 1000 && !read(); i++) {
            Thread.sleep(5);
        }
        return last;
    }

    /** The sum read last, in hexadecimal, for messages. */
    String lastText() {
        return String.format("%08x", last);
    }

    /** One line, such as {@code 0x0000012c 0x6339abd9}: the refresh's number and its sum. */
    private boolean read() {
        long read = Libc.read(data.number(), line);
        if (read == -Errno.EAGAIN) {
            return false;
        }
        if (read <= 0) {
            throw new AssertionError("crc/data: " + Errno.name((int) -read));
        }
        byte[] bytes = line.asSlice(0, read).toArray(ValueLayout.JAVA_BYTE);
        String[] words = new String(bytes, StandardCharsets.US_ASCII).strip().split("\\s+", -1);
        last = Integer.parseUnsignedInt(words[1].substring(2), 16);
        return true;
    }

    @Override
    public void close() {
        data.close();
        arena.close();
    }

    /**
     * The sum of a picture that covers the whole screen: CRC-32, reflected, from 0 and without a last inversion, over
     * each pixel's alpha, red, green and blue as 16 bits, little-endian ({@code drivers/gpu/drm/vkms/vkms_composer.c}).
     *
     * @param rgb 0xRRGGBB row after row
     */
    static int of(int[] rgb) {
        int crc = 0;
        for (int pixel : rgb) {
            crc = twice(crc, 0xff);
            crc = twice(crc, pixel >> 16 & 0xff);
            crc = twice(crc, pixel >> 8 & 0xff);
            crc = twice(crc, pixel & 0xff);
        }
        return crc;
    }

    /** A value of 8 bits times 257 is the same byte twice. */
    private static int twice(int crc, int value) {
        int once = crc >>> 8 ^ TABLE[(crc ^ value) & 0xff];
        return once >>> 8 ^ TABLE[(once ^ value) & 0xff];
    }

    private static int[] table() {
        int[] table = new int[256];
        for (int i = 0; i < 256; i++) {
            int c = i;
            for (int bit = 0; bit < 8; bit++) {
                c = (c & 1) != 0 ? c >>> 1 ^ POLYNOMIAL : c >>> 1;
            }
            table[i] = c;
        }
        return table;
    }
}
