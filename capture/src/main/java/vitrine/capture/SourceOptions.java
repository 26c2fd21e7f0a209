package vitrine.capture;

/**
 * How a source lays out its frames, who reads them, and what it runs.
 *
 * @param buffers frames held at once, 2 or more; a still needs only as many as it has frames, and a camera has its own
 *     number in the URI
 * @param alignment strides and plane offsets are multiples of this many bytes, where the source may choose
 * @param ffmpeg program that decodes video, by name or path
 * @param ffprobe program that describes video, by name or path
 * @param importProbe asks the GPU whether it takes a camera's buffer
 * @param cacheCoherent the GPU sees what lies in the CPU's cache, so that a driver may write through it
 */
public record SourceOptions(
        int buffers, int alignment, String ffmpeg, String ffprobe, ImportProbe importProbe, boolean cacheCoherent) {
    public static final SourceOptions DEFAULT = new SourceOptions(4, 64, "ffmpeg", "ffprobe", ImportProbe.ANY, true);

    public SourceOptions {
        if (buffers < 2 || buffers > 64 || alignment < 1 || alignment > 4096) {
            throw new IllegalArgumentException(buffers + " buffers, alignment " + alignment);
        }
    }

    public SourceOptions withBuffers(int count) {
        return new SourceOptions(count, alignment, ffmpeg, ffprobe, importProbe, cacheCoherent);
    }

    public SourceOptions withAlignment(int bytes) {
        return new SourceOptions(buffers, bytes, ffmpeg, ffprobe, importProbe, cacheCoherent);
    }

    public SourceOptions withPrograms(String ffmpegProgram, String ffprobeProgram) {
        return new SourceOptions(buffers, alignment, ffmpegProgram, ffprobeProgram, importProbe, cacheCoherent);
    }

    /** For a GPU that reads the frames. */
    public SourceOptions withGpu(ImportProbe probe, boolean coherent) {
        return new SourceOptions(buffers, alignment, ffmpeg, ffprobe, probe, coherent);
    }
}
