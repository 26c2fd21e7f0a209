package vitrine.present;

import java.awt.image.BufferedImage;
import vitrine.engine.frame.ColorEncoding;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.PixelFormat;

/** Frames for tests. */
public final class Frames {

    private Frames() {}

    /** A picture as NV12, chroma averaged over 2x2 pixels. */
    public static byte[] nv12(BufferedImage image, FrameFormat format) {
        if (format.pixelFormat() != PixelFormat.NV12 || format.color().range() != ColorEncoding.Range.LIMITED) {
            throw new IllegalArgumentException(format.toString());
        }
        double kr = format.color().matrix().kr();
        double kb = format.color().matrix().kb();
        byte[] bytes = new byte[Math.toIntExact(format.extent())];
        int w = format.width();
        int h = format.height();
        double[][] chroma = new double[2][((w + 1) / 2) * ((h + 1) / 2)];
        int[] counts = new int[chroma[0].length];
        for (int y = 0; y < h; y++) {
            for (int x = 0; x < w; x++) {
                int rgb = image.getRGB(x, y);
                double r = (rgb >> 16 & 255) / 255.0;
                double g = (rgb >> 8 & 255) / 255.0;
                double b = (rgb & 255) / 255.0;
                double luma = kr * r + (1 - kr - kb) * g + kb * b;
                bytes[(int) format.plane(0).offset() + y * format.plane(0).stride() + x] =
                        (byte) Math.round(16 + 219 * luma);
                int c = (y / 2) * ((w + 1) / 2) + x / 2;
                chroma[0][c] += (b - luma) / (2 * (1 - kb));
                chroma[1][c] += (r - luma) / (2 * (1 - kr));
                counts[c]++;
            }
        }
        for (int c = 0; c < counts.length; c++) {
            int row = c / ((w + 1) / 2);
            int column = c % ((w + 1) / 2);
            for (int i = 0; i < 2; i++) {
                bytes[(int) format.plane(1).offset() + row * format.plane(1).stride() + 2 * column + i] =
                        (byte) Math.round(128 + 224 * chroma[i][c] / counts[c]);
            }
        }
        return bytes;
    }

    /** Seeded noise: every byte differs from its neighbours, so that a wrong address or weight shows. */
    public static byte[] noise(FrameFormat format, long seed) {
        byte[] bytes = new byte[Math.toIntExact(format.extent())];
        new java.util.Random(seed).nextBytes(bytes);
        return bytes;
    }
}
