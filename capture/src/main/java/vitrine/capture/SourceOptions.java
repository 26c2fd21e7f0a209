package vitrine.capture;

/**
 * How a source lays out its frames and what it runs.
 *
 * @param buffers frames held at once, 2 or more; a still needs only as many as it has frames
 * @param alignment strides and plane offsets are multiples of this many bytes
 * @param ffmpeg program that decodes video, by name or path
 * @param ffprobe program that describes video, by name or path
 */
public record SourceOptions(int buffers, int alignment, String ffmpeg, String ffprobe) {
    public static final SourceOptions DEFAULT = new SourceOptions(4, 64, "ffmpeg", "ffprobe");

    public SourceOptions {
        if (buffers < 2 || buffers > 64 || alignment < 1 || alignment > 4096) {
            throw new IllegalArgumentException(buffers + " buffers, alignment " + alignment);
        }
    }

    public SourceOptions withBuffers(int count) {
        return new SourceOptions(count, alignment, ffmpeg, ffprobe);
    }

    public SourceOptions withAlignment(int bytes) {
        return new SourceOptions(buffers, bytes, ffmpeg, ffprobe);
    }

    public SourceOptions withPrograms(String ffmpegProgram, String ffprobeProgram) {
        return new SourceOptions(buffers, alignment, ffmpegProgram, ffprobeProgram);
    }
}
