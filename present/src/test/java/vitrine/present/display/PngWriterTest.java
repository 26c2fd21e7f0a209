package vitrine.present.display;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PngWriterTest {

    @TempDir
    Path folder;

    @Test
    void othersReadWhatIsWritten() throws Exception {
        Random random = new Random(3);
        int[][] sizes = {{1, 1}, {7, 5}, {640, 360}, {1, 300}, {1023, 2}};
        try (PngWriter writer = new PngWriter()) {
            for (int[] size : sizes) {
                ByteBuffer pixels = ByteBuffer.allocateDirect(4 * size[0] * size[1]);
                byte[] bytes = new byte[pixels.capacity()];
                random.nextBytes(bytes);
                pixels.put(0, bytes);
                Path file = folder.resolve(size[0] + "x" + size[1] + ".png");
                writer.write(file, pixels, size[0], size[1]);
                BufferedImage image = ImageIO.read(file.toFile());
                assertThat(image.getWidth()).isEqualTo(size[0]);
                assertThat(image.getHeight()).isEqualTo(size[1]);
                for (int i = 0; i < size[0] * size[1]; i++) {
                    int rgb = (bytes[4 * i] & 255) << 16 | (bytes[4 * i + 1] & 255) << 8 | (bytes[4 * i + 2] & 255);
                    assertThat(image.getRGB(i % size[0], i / size[0]) & 0xffffff)
                            .isEqualTo(rgb);
                }
            }
        }
    }

    @Test
    void nothingHalfWrittenStays() throws Exception {
        Path file = folder.resolve("x.png");
        Files.createDirectory(file); // the rename cannot succeed
        Files.createFile(file.resolve("occupied"));
        try (PngWriter writer = new PngWriter()) {
            assertThatThrownBy(() -> writer.write(file, ByteBuffer.allocateDirect(16), 2, 2))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> writer.write(folder.resolve("no/such/x.png"), ByteBuffer.allocateDirect(16), 2, 2))
                    .isInstanceOf(IOException.class);
        }
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }
}
