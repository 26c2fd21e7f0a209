package vitrine.capture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import vitrine.engine.frame.FrameFormat;

/** Reads photos. Whether a file is whole is checked here, since decoders fill what is missing with grey. */
final class PhotoFile {
    private static final Set<String> EXTENSIONS = Set.of("jpg", "jpeg", "png", "webp", "bmp");
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

    private PhotoFile() {}

    static boolean isPhoto(Path path) {
        return EXTENSIONS.contains(extension(path));
    }

    /** What stands behind the last dot, in lower case; empty where there is none. */
    static String extension(Path path) {
        Path file = path.getFileName();
        String name = file == null ? "" : file.toString();
        int dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
    }

    /**
     * The picture as rows of B, G, R bytes, turned upright as its EXIF orientation says. The caller closes it.
     *
     * @param name for messages
     */
    static Mat read(String name, Path path) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(path);
        } catch (IOException e) {
            throw new SourceException(name, "cannot be read (" + e.getMessage() + ")", "");
        }
        return decode(name, bytes);
    }

    static Mat decode(String name, byte[] bytes) {
        if (bytes.length == 0) {
            throw new SourceException(name, "is an empty file", "");
        }
        checkWhole(name, bytes);
        try (BytePointer data = new BytePointer(bytes);
                Mat encoded = new Mat(1, bytes.length, org.bytedeco.opencv.global.opencv_core.CV_8UC1, data)) {
            Mat picture = opencv_imgcodecs.imdecode(encoded, opencv_imgcodecs.IMREAD_COLOR);
            if (picture.empty()) {
                picture.close();
                throw damaged(name);
            }
            if (picture.cols() > FrameFormat.MAX_SIDE || picture.rows() > FrameFormat.MAX_SIDE) {
                String size = picture.cols() + "x" + picture.rows();
                picture.close();
                throw new SourceException(
                        name, "its " + size + " pixels are more than " + FrameFormat.MAX_SIDE + " a side", "scale it");
            }
            return picture;
        } catch (SourceException e) {
            throw e;
        } catch (RuntimeException e) { // what a cv::Exception becomes
            throw damaged(name);
        }
    }

    private static SourceException damaged(String name) {
        return new SourceException(name, "cannot be decoded as a picture", "check that it opens in a picture viewer");
    }

    private static void checkWhole(String name, byte[] b) {
        boolean whole;
        if (startsWith(b, PNG)) {
            whole = pngIsWhole(b);
        } else if (b.length > 3 && (b[0] & 255) == 0xFF && (b[1] & 255) == 0xD8) {
            whole = jpegIsWhole(b);
        } else if (startsWith(b, ascii("RIFF")) && b.length >= 12) {
            whole = Integer.toUnsignedLong(little(b, 4)) + 8 <= b.length;
        } else if (startsWith(b, ascii("BM")) && b.length >= 6) {
            whole = Integer.toUnsignedLong(little(b, 2)) <= b.length;
        } else {
            throw new SourceException(name, "is not a JPEG, PNG, WebP or BMP picture", "");
        }
        if (!whole) {
            throw new SourceException(
                    name, "is cut short: its " + b.length + " bytes end before the picture does", "copy it again");
        }
    }

    /** Chunks of length, type, data, CRC up to IEND; PNG specification, section 5.3. */
    private static boolean pngIsWhole(byte[] b) {
        ByteBuffer in = ByteBuffer.wrap(b);
        long at = PNG.length;
        while (at + 12 <= b.length) {
            long length = Integer.toUnsignedLong(in.getInt((int) at));
            if (in.getInt((int) at + 4) == 0x49454E44) {
                return true;
            }
            at += 12 + length;
        }
        return false;
    }

    /** An end-of-image marker behind the last start of scan; ITU-T T.81, B.1. Entropy-coded data holds neither. */
    private static boolean jpegIsWhole(byte[] b) {
        for (int i = b.length - 2; i >= 2; i--) {
            if ((b[i] & 255) == 0xFF) {
                int marker = b[i + 1] & 255;
                if (marker == 0xD9) {
                    return true;
                }
                if (marker == 0xDA) {
                    return false;
                }
            }
        }
        return false;
    }

    private static int little(byte[] b, int at) {
        return ByteBuffer.wrap(b).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
    }

    private static byte[] ascii(String s) {
        return s.getBytes(StandardCharsets.US_ASCII);
    }

    private static boolean startsWith(byte[] b, byte[] prefix) {
        if (b.length < prefix.length) {
            return false;
        }
        for (int i = 0; i < prefix.length; i++) {
            if (b[i] != prefix[i]) {
                return false;
            }
        }
        return true;
    }
}
