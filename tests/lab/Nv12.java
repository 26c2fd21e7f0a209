import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/**
 * Writes a picture, fitted between black bars, as one NV12 frame in BT.709 limited range, as an HDMI sender of that size
 * would: {@code java Nv12.java PICTURE WIDTH HEIGHT FILE}.
 */
final class Nv12 {
    public static void main(String[] args) throws IOException {
        int width = Integer.parseInt(args[1]);
        int height = Integer.parseInt(args[2]);
        BufferedImage picture = ImageIO.read(Path.of(args[0]).toFile());
        if (picture == null) {
            System.err.println(args[0] + " is no picture that Java reads; take a JPEG or PNG");
            System.exit(1);
        }
        double scale = Math.min((double) width / picture.getWidth(), (double) height / picture.getHeight());
        int w = (int) Math.round(picture.getWidth() * scale);
        int h = (int) Math.round(picture.getHeight() * scale);
        BufferedImage frame = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = frame.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        g.drawImage(picture, (width - w) / 2, (height - h) / 2, w, h, null);
        g.dispose();
        byte[] out = new byte[width * height * 3 / 2];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int rgb = frame.getRGB(x, y);
                double r = rgb >> 16 & 255;
                double green = rgb >> 8 & 255;
                double b = rgb & 255;
                double luma = 0.2126 * r + 0.7152 * green + 0.0722 * b;
                out[y * width + x] = (byte) Math.round(16 + luma * 219 / 255);
                if ((x & 1) == 0 && (y & 1) == 0) {
                    int at = width * height + y / 2 * width + x;
                    out[at] = (byte) Math.round(128 + (b - luma) / 1.8556 * 224 / 255);
                    out[at + 1] = (byte) Math.round(128 + (r - luma) / 1.5748 * 224 / 255);
                }
            }
        }
        Files.write(Path.of(args[3]), out);
    }
}
