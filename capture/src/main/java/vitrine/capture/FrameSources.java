package vitrine.capture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import vitrine.engine.frame.PixelFormat;
import vitrine.engine.linux.FdMemoryAllocator;

/** Opens sources by their URI. */
public final class FrameSources {
    private FrameSources() {}

    /**
     * Opens a source; its frames begin to be written at once.
     *
     * <ul>
     *   <li>{@code demo:[?size=WxH&fps=&pace=max]}
     *   <li>{@code pattern:WxH[@FPS][?format=&seed=&matrix=&range=&pace=max]}, see {@link PatternGeometry}
     *   <li>{@code v4l2:[CAMERA][?size=WxH&fps=&format=NV12&control.NAME=VALUE&buffers=&memory=dmabuf|expbuf|copy&matrix=
     *       &range=&via=libcamera&library=PATH]}; CAMERA is a path, a name below /dev/v4l, or a card's name, and the best
     *       one where left out
     *   <li>a photo (jpg, jpeg, png, webp, bmp) or a folder of photos {@code [?repeat=N&loop=true&fps=&pace=max]}
     *   <li>{@code FILE.y4m[?fps=&matrix=&range=&loop=true&pace=max]}
     *   <li>{@code FILE.nv12?size=WxH[&fps=&matrix=&range=&loop=true&pace=max]}, and so for each pixel format's name
     *   <li>any other file {@code [?fps=&matrix=&range=&loop=true&pace=max]}, and {@code rtsp://}, through ffmpeg
     * </ul>
     *
     * @param allocator gives the frames' buffers; stays the caller's and must outlive the source
     * @throws SourceException with one line for the user
     */
    public static FrameSource open(String uri, FdMemoryAllocator allocator, SourceOptions options) {
        SourceUri parsed = SourceUri.parse(uri);
        return parsed.scheme() == SourceUri.Scheme.V4L2
                ? CameraSource.open(parsed, allocator, options)
                : ProducedSource.start(opened(parsed, options), allocator, options);
    }

    /**
     * Whether a URI, which is checked, names something that may be absent for a while and come back: a camera or a
     * stream.
     *
     * @throws SourceException where it is no URI of a source
     */
    public static boolean isLive(String uri) {
        SourceUri parsed = SourceUri.parse(uri);
        return switch (parsed.scheme()) {
            case V4L2 -> {
                CameraSettings _ = CameraSettings.of(parsed);
                yield true;
            }
            case RTSP -> true;
            case DEMO, PATTERN, PATH -> false;
        };
    }

    private static ProducedSource.Opened opened(SourceUri uri, SourceOptions options) {
        return switch (uri.scheme()) {
            case DEMO -> DemoProducer.open(uri, options);
            case PATTERN -> PatternProducer.open(uri, options);
            case RTSP -> FfmpegProducer.open(uri, options);
            case V4L2 -> throw new AssertionError(uri);
            case PATH -> openPath(uri, options);
        };
    }

    private static ProducedSource.Opened openPath(SourceUri uri, SourceOptions options) {
        Path path = uri.path();
        if (!Files.exists(path)) {
            throw new SourceException(uri.text(), absence(path), "check the path");
        }
        if (!Files.isReadable(path)) {
            throw new SourceException(uri.text(), "may not be read by this user", "check its permissions: ls -l");
        }
        if (Files.isDirectory(path)) {
            return PhotoProducer.open(uri, path, options);
        }
        if (!Files.isRegularFile(path)) {
            throw new SourceException(uri.text(), "is neither a file nor a folder", "");
        }
        long length;
        try {
            length = Files.size(path);
        } catch (IOException e) {
            throw new SourceException(uri.text(), "cannot be read (" + e.getMessage() + ")", "");
        }
        if (length == 0) {
            throw new SourceException(uri.text(), "is an empty file", "");
        }
        String extension = PhotoFile.extension(path);
        if (PhotoFile.isPhoto(path)) {
            return PhotoProducer.open(uri, path, options);
        }
        if (extension.equals("y4m")) {
            return RawProducer.openY4m(uri, path, options);
        }
        PixelFormat raw = RawProducer.formatOf(extension);
        if (raw != null) {
            return RawProducer.openRaw(uri, path, length, raw, options);
        }
        return FfmpegProducer.open(uri, options);
    }

    private static String absence(Path path) {
        try {
            if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                return "is a link to "
                        + SourceException.quote(Files.readSymbolicLink(path).toString()) + ", which does not exist";
            }
        } catch (IOException e) {
            // then there is nothing more to say
        }
        return "no such file or folder";
    }
}
