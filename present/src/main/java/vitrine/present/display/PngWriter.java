package vitrine.present.display;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Writes pictures as 8-bit RGB PNG (W3C PNG third edition): rows filtered by Up, deflated for speed. Its buffers are
 * reused from file to file. The JDK's ImageIO would bring java.desktop into the runtime for this one thing. One thread.
 */
final class PngWriter implements AutoCloseable {

    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final byte FILTER_UP = 2;

    private final Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    private final CRC32 crc = new CRC32();
    private final ByteBuffer chunk = ByteBuffer.allocateDirect(1 << 16);
    private final byte[] deflated = new byte[(1 << 16) - 12];
    private byte[] row = new byte[0];
    private byte[] above = new byte[0];
    private byte[] filtered = new byte[0];
    private byte[] pixels = new byte[0];

    /**
     * Writes one picture. The file appears whole or not at all: it is written under another name in the same folder
     * and renamed.
     *
     * @param rgbx pixels as bytes R, G, B, unused, from position 0; read absolutely
     * @throws IOException when the disk is full, the folder gone and so on; nothing is left behind then
     */
    void write(Path file, ByteBuffer rgbx, int width, int height) throws IOException {
        Path part = file.resolveSibling("." + file.getFileName() + ".part");
        try {
            try (FileChannel out = FileChannel.open(
                    part, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                chunk.clear().put(SIGNATURE);
                header(width, height);
                flush(out);
                image(out, rgbx, width, height);
                chunk("IEND".getBytes(StandardCharsets.US_ASCII), new byte[0], 0);
                flush(out);
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            Files.deleteIfExists(part);
            throw e;
        }
    }

    private void header(int width, int height) {
        byte[] data = new byte[13];
        // Bit depth 8, colour type 2 (RGB), deflate, adaptive filters, no interlace.
        ByteBuffer.wrap(data).putInt(width).putInt(height).put((byte) 8).put((byte) 2);
        chunk("IHDR".getBytes(StandardCharsets.US_ASCII), data, 13);
    }

    private void image(FileChannel out, ByteBuffer rgbx, int width, int height) throws IOException {
        int bytes = 3 * width;
        if (row.length != bytes) {
            row = new byte[bytes];
            above = new byte[bytes];
            filtered = new byte[bytes + 1];
            pixels = new byte[4 * width];
        }
        Arrays.fill(above, (byte) 0);
        deflater.reset();
        byte[] type = "IDAT".getBytes(StandardCharsets.US_ASCII);
        for (int y = 0; y < height; y++) {
            rgbx.get(4 * width * y, pixels);
            filtered[0] = FILTER_UP;
            for (int x = 0, p = 0, r = 0; x < width; x++, p += 4, r += 3) {
                row[r] = pixels[p];
                row[r + 1] = pixels[p + 1];
                row[r + 2] = pixels[p + 2];
                filtered[r + 1] = (byte) (row[r] - above[r]);
                filtered[r + 2] = (byte) (row[r + 1] - above[r + 1]);
                filtered[r + 3] = (byte) (row[r + 2] - above[r + 2]);
            }
            byte[] swap = above;
            above = row;
            row = swap;
            deflater.setInput(filtered);
            while (!deflater.needsInput()) {
                drain(out, type);
            }
        }
        deflater.finish();
        while (!deflater.finished()) {
            drain(out, type);
        }
    }

    private void drain(FileChannel out, byte[] type) throws IOException {
        int length = deflater.deflate(deflated);
        if (length > 0) {
            chunk(type, deflated, length);
            flush(out);
        }
    }

    private void chunk(byte[] type, byte[] data, int length) {
        crc.reset();
        crc.update(type);
        crc.update(data, 0, length);
        chunk.putInt(length).put(type).put(data, 0, length).putInt((int) crc.getValue());
    }

    private void flush(FileChannel out) throws IOException {
        chunk.flip();
        while (chunk.hasRemaining()) {
            out.write(chunk);
        }
        chunk.clear();
    }

    @Override
    public void close() {
        deflater.end();
    }
}
