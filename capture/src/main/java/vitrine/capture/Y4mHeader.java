package vitrine.capture;

import vitrine.engine.frame.ColorEncoding;
import vitrine.engine.frame.ColorEncoding.Range;
import vitrine.engine.frame.FrameFormat;

/**
 * The first line of a YUV4MPEG2 stream, man yuv4mpeg(5) of mjpegtools: {@code YUV4MPEG2 W1280 H720 F30:1 Ip A1:1
 * C420jpeg}.
 *
 * @param fps 0 where the header gives none
 * @param range as XCOLORRANGE says, limited otherwise
 * @param mono luma only
 * @param interlaced fields are woven into the frames; they are shown as they are
 */
record Y4mHeader(int width, int height, double fps, Range range, boolean mono, boolean interlaced) {
    static final String MAGIC = "YUV4MPEG2";

    /**
     * @param name of the file, for messages
     * @param line without its newline
     */
    static Y4mHeader parse(String name, String line) {
        String[] fields = line.split(" ", -1);
        if (!fields[0].equals(MAGIC)) {
            throw new SourceException(
                    name,
                    "is not a YUV4MPEG2 file: it does not start with " + MAGIC,
                    "check the file's name and content");
        }
        int width = 0;
        int height = 0;
        double fps = 0;
        Range range = Range.LIMITED;
        String chroma = "420";
        boolean interlaced = false;
        for (int i = 1; i < fields.length; i++) {
            String f = fields[i];
            if (f.isEmpty()) {
                continue;
            }
            String value = f.substring(1);
            switch (f.charAt(0)) {
                case 'W' -> width = side(name, f, value);
                case 'H' -> height = side(name, f, value);
                case 'F' -> fps = rate(name, f, value);
                case 'C' -> chroma = value;
                case 'I' -> interlaced = !value.equals("p") && !value.equals("?");
                case 'X' -> range = value.equals("COLORRANGE=FULL") ? Range.FULL : range;
                default -> {} // aspect ratio and what later versions may add
            }
        }
        if (width == 0 || height == 0) {
            throw new SourceException(name, "its YUV4MPEG2 header gives no width or no height", "");
        }
        boolean mono = chroma.equals("mono");
        if (!mono && !chroma.matches("420|420jpeg|420mpeg2|420paldv")) {
            throw new SourceException(
                    name,
                    "chroma " + SourceException.quote(chroma) + " is not read here",
                    "convert it: ffmpeg -i IN -pix_fmt yuv420p OUT.y4m");
        }
        return new Y4mHeader(width, height, fps, range, mono, interlaced);
    }

    /** Unmarked video: matrix by height, range as in the header. */
    ColorEncoding defaultColor() {
        return new ColorEncoding(ColorEncoding.defaultFor(height).matrix(), range);
    }

    private static int side(String name, String field, String value) {
        if (value.matches("[0-9]{1,5}")) {
            int n = Integer.parseInt(value);
            if (n >= 1 && n <= FrameFormat.MAX_SIDE) {
                return n;
            }
        }
        throw new SourceException(
                name,
                "YUV4MPEG2 header field " + SourceException.quote(field) + " is not a size of 1 to "
                        + FrameFormat.MAX_SIDE,
                "");
    }

    private static double rate(String name, String field, String value) {
        String[] parts = value.split(":", -1);
        if (parts.length == 2 && parts[0].matches("[0-9]{1,9}") && parts[1].matches("[0-9]{1,9}")) {
            double fps = Double.parseDouble(parts[0]) / Double.parseDouble(parts[1]);
            // 0:0 is the format's own "unknown".
            return fps > 0 && fps <= 1000 ? fps : 0;
        }
        throw new SourceException(
                name, "YUV4MPEG2 header field " + SourceException.quote(field) + " is not a frame rate", "");
    }
}
