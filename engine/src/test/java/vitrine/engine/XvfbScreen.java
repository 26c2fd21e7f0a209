package vitrine.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An X server without a screen, whose pixels lie in a file: XWD format (X11/XWDFile.h). */
public final class XvfbScreen implements AutoCloseable {

    private final Process process;
    private final Path folder;
    private final String display;

    private XvfbScreen(Process process, Path folder, String display) {
        this.process = process;
        this.folder = folder;
        this.display = display;
    }

    /** Starts a server on a free display number; null where Xvfb is not installed. */
    public static @Nullable XvfbScreen start(Path folder, int width, int height) throws IOException {
        Process process;
        try {
            process = new ProcessBuilder(
                            "Xvfb",
                            "-displayfd",
                            "1",
                            "-screen",
                            "0",
                            width + "x" + height + "x24",
                            "-fbdir",
                            folder.toString(),
                            "-nolisten",
                            "tcp",
                            "-noreset")
                    .redirectError(folder.resolve("Xvfb.log").toFile())
                    .start();
        } catch (IOException e) {
            return null;
        }
        String number = process.inputReader().readLine();
        if (number == null) {
            throw new IOException("Xvfb did not start: " + Files.readString(folder.resolve("Xvfb.log")));
        }
        return new XvfbScreen(process, folder, ":" + number.strip());
    }

    public String display() {
        return display;
    }

    /** The file that {@link #pixels} reads, for another process. */
    public Path file() {
        return folder.resolve("Xvfb_screen0");
    }

    /** 0xRRGGBB of a rectangle of the screen, row after row. */
    public static int[] pixels(Path file, int x, int y, int width, int height) throws IOException {
        ByteBuffer xwd = ByteBuffer.wrap(Files.readAllBytes(file));
        int headerSize = xwd.getInt(0);
        int lineBytes = xwd.getInt(4 * 12);
        int bitsPerPixel = xwd.getInt(4 * 11);
        int colors = xwd.getInt(4 * 19);
        boolean lsbFirst = xwd.getInt(4 * 7) == 0;
        if (bitsPerPixel != 32 || !lsbFirst) {
            throw new IOException("Xvfb screen of " + bitsPerPixel + " bits");
        }
        int start = headerSize + 12 * colors;
        int[] pixels = new int[width * height];
        for (int row = 0; row < height; row++) {
            for (int column = 0; column < width; column++) {
                int at = start + (y + row) * lineBytes + 4 * (x + column);
                pixels[row * width + column] =
                        (xwd.get(at + 2) & 255) << 16 | (xwd.get(at + 1) & 255) << 8 | (xwd.get(at) & 255);
            }
        }
        return pixels;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
