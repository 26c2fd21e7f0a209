package vitrine.capture;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import vitrine.engine.frame.ColorEncoding;
import vitrine.engine.frame.ColorEncoding.Matrix;
import vitrine.engine.frame.ColorEncoding.Range;

/**
 * What ffprobe says of a video's first picture stream.
 *
 * @param codec its name, {@code h264}
 * @param height in pixels, 0 where unknown
 * @param pixelFormat ffmpeg's name, {@code yuv420p10le}
 * @param colorSpace ffmpeg's name of the matrix, {@code bt709}; {@code unknown} where the video does not say
 * @param full full range
 */
record VideoProbe(String codec, int height, String pixelFormat, String colorSpace, boolean full) {
    private static final long TIMEOUT_SECONDS = 20;

    /** @param input arguments that name the input, {@code -i} left out */
    static VideoProbe run(String name, String ffprobe, List<String> input) {
        List<String> command = new ArrayList<>(List.of(ffprobe, "-v", "error"));
        command.addAll(input.subList(0, input.size() - 1));
        command.addAll(List.of(
                "-select_streams",
                "v:0",
                "-show_entries",
                "stream=codec_name,height,pix_fmt,color_space,color_range",
                "-of",
                "default=noprint_wrappers=1",
                input.getLast()));
        try (ChildProcess child = ChildProcess.start(name, command, null)) {
            String output = child.readOutput(TIMEOUT_SECONDS);
            if (output == null) {
                throw new SourceException(name, "does not answer within " + TIMEOUT_SECONDS + " s", "");
            }
            int exit = child.awaitExit(1000);
            if (exit != 0) {
                throw notVideo(name, child.lastLine());
            }
            return parse(name, output);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SourceException(name, "was not opened: interrupted", "");
        }
    }

    static VideoProbe parse(String name, String output) {
        Map<String, String> values = new HashMap<>();
        for (String line : output.split("\n", -1)) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                values.putIfAbsent(
                        line.substring(0, equals), line.substring(equals + 1).strip());
            }
        }
        if (!values.containsKey("codec_name")) {
            throw new SourceException(name, "holds no video", "");
        }
        String height = values.getOrDefault("height", "0");
        return new VideoProbe(
                values.getOrDefault("codec_name", ""),
                height.matches("[0-9]{1,6}") ? Integer.parseInt(height) : 0,
                values.getOrDefault("pix_fmt", "unknown"),
                values.getOrDefault("color_space", "unknown"),
                values.getOrDefault("color_range", "unknown").equals("pc"));
    }

    static SourceException notVideo(String name, String lastLine) {
        return new SourceException(
                name,
                "cannot be read as a video; ffmpeg says: " + (lastLine.isEmpty() ? "nothing" : "\"" + lastLine + "\""),
                "check that it plays: ffplay FILE");
    }

    /**
     * The encoding of the yuv420p that ffmpeg makes of it: the video's own matrix, or BT.601 where ffmpeg itself
     * converts from RGB; libavutil/pixfmt.h, AVColorSpace.
     *
     * @param rows of the picture
     */
    ColorEncoding color(int rows, Range range) {
        Matrix matrix = switch (colorSpace) {
            case "bt709", "smpte240m" -> Matrix.BT709;
            case "bt470bg", "smpte170m", "fcc" -> Matrix.BT601;
            case "bt2020nc", "bt2020c" -> Matrix.BT2020;
            case "gbr", "rgb" -> Matrix.BT601;
            default -> isRgb() ? Matrix.BT601 : ColorEncoding.defaultFor(rows).matrix();
        };
        return new ColorEncoding(matrix, range);
    }

    private boolean isRgb() {
        return pixelFormat.matches("(gbr|rgb|bgr|argb|abgr|pal8|0rgb|0bgr|gray|mono).*");
    }

    /** Asks for planar 4:2:0 of 8 bits in the video's own range, so that ffmpeg converts no range. */
    String outputFormat() {
        return full || pixelFormat.startsWith("yuvj") ? "yuvj420p" : "yuv420p";
    }
}
