package vitrine.capture;

import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vitrine.engine.frame.ColorEncoding;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.PixelFormat;

/**
 * Files of uncompressed frames: raw ones of any pixel format, whose size the query tells, and YUV4MPEG2. The bytes go
 * from the page cache into the frame memory in one copy.
 */
final class RawProducer implements FrameProducer {
    private static final Logger LOG = LoggerFactory.getLogger(FrameSource.class);
    private static final double DEFAULT_FPS = 30;
    private static final String FRAME = "FRAME";
    private static final byte NEUTRAL = (byte) 128;

    private final String name;
    private final ByteInput input;
    private final FrameFormat format;
    private final long start;
    private final boolean y4m;
    private final int planesInFile;
    private final boolean loop;
    private final long bytes;
    private boolean ended;
    private boolean any;

    private RawProducer(
            String name, ByteInput input, FrameFormat format, long start, boolean y4m, int planesInFile, boolean loop) {
        this.name = name;
        this.input = input;
        this.format = format;
        this.start = start;
        this.y4m = y4m;
        this.planesInFile = planesInFile;
        this.loop = loop;
        long sum = 0;
        for (int p = 0; p < planesInFile; p++) {
            sum += (long) format.pixelFormat().rowBytes(p, format.width())
                    * format.pixelFormat().rows(p, format.height());
        }
        this.bytes = sum;
    }

    /** The pixel format that a file's extension names, or null. */
    static @Nullable PixelFormat formatOf(String extension) {
        for (PixelFormat f : PixelFormat.values()) {
            if (f.lowerName().equals(extension.toLowerCase(Locale.ROOT))) {
                return f;
            }
        }
        return null;
    }

    static ProducedSource.Opened openRaw(
            SourceUri uri, Path path, long length, PixelFormat pixels, SourceOptions options) {
        Query q = uri.query().allow("size", "fps", "matrix", "range", "loop", "pace");
        Query.Size size = q.size();
        if (size == null) {
            throw new SourceException(
                    uri.text(), "a raw file does not tell its size", "add it: " + uri.target() + "?size=1280x720");
        }
        ColorEncoding color = q.color(ColorEncoding.defaultFor(size.height()));
        FrameFormat format = FrameFormat.aligned(pixels, size.width(), size.height(), color, options.alignment());
        long frameBytes = format.pictureBytes();
        if (length < frameBytes) {
            throw new SourceException(
                    uri.text(),
                    "holds " + length + " bytes, less than one frame of " + frameBytes + " bytes (" + pixels + " "
                            + size.width() + "x" + size.height() + ")",
                    "check size= and the file's extension");
        }
        if (length % frameBytes != 0) {
            LOG.warn(
                    "{}: {} bytes are {} frames of {} bytes and {} bytes over, which are left out; check size=",
                    uri.text(),
                    length,
                    length / frameBytes,
                    frameBytes,
                    length % frameBytes);
        }
        double fps = q.fps(DEFAULT_FPS);
        boolean loop = q.flag("loop");
        SourceInfo info = new SourceInfo(uri.text(), "raw file, " + format, format, fps, false, false);
        double pace = q.pace(fps);
        ByteInput input = ByteInput.file(path.toString());
        return new ProducedSource.Opened(
                info,
                pace,
                loop ? Long.MAX_VALUE : length / frameBytes,
                new RawProducer(uri.text(), input, format, 0, false, pixels.planes(), loop));
    }

    static ProducedSource.Opened openY4m(SourceUri uri, Path path, SourceOptions options) {
        Query q = uri.query().allow("fps", "matrix", "range", "loop", "pace");
        ByteInput input = ByteInput.file(path.toString());
        try {
            String line = input.readLine(Y4mHeader.MAGIC);
            Y4mHeader header = Y4mHeader.parse(uri.text(), line == null ? "" : line);
            if (header.interlaced()) {
                LOG.warn("{}: is interlaced; its fields are shown woven together", uri.text());
            }
            FrameFormat format = format(header, q.color(header.defaultColor()), options);
            double fps = q.fps(header.fps() > 0 ? header.fps() : DEFAULT_FPS);
            SourceInfo info = new SourceInfo(uri.text(), "YUV4MPEG2 file, " + format, format, fps, false, false);
            int planes = header.mono() ? 1 : format.planes().size();
            long start = line == null ? 0 : line.length() + 1;
            return new ProducedSource.Opened(
                    info,
                    q.pace(fps),
                    Long.MAX_VALUE,
                    new RawProducer(uri.text(), input, format, start, true, planes, q.flag("loop")));
        } catch (RuntimeException e) {
            input.close();
            throw e;
        }
    }

    /** I420 with aligned planes, also for luma alone, whose chroma planes are filled once. */
    static FrameFormat format(Y4mHeader header, ColorEncoding color, SourceOptions options) {
        return FrameFormat.aligned(PixelFormat.I420, header.width(), header.height(), color, options.alignment());
    }

    @Override
    public @Nullable FrameFormat nextFormat() {
        return ended ? null : format;
    }

    @Override
    public long produce(CapturedFrame frame) {
        boolean fresh = frame.attachment() == null;
        FrameRows rows = FrameRows.of(frame, planesInFile);
        if (fresh) {
            for (int p = planesInFile; p < format.planes().size(); p++) {
                frame.memory()
                        .get(0)
                        .memory()
                        .asSlice(
                                format.plane(p).offset(),
                                format.extent() - format.plane(p).offset())
                        .fill(NEUTRAL);
            }
        }
        if (readFrame(rows)) {
            any = true;
            return bytes;
        }
        if (loop && any) {
            input.rewind(start);
            if (readFrame(rows)) {
                return bytes;
            }
        }
        ended = true;
        if (!any) {
            throw new SourceException(name, "holds no whole frame", "");
        }
        return END;
    }

    private boolean readFrame(FrameRows rows) {
        if (y4m) {
            String line = input.readLine(FRAME);
            if (line == null) {
                return false;
            }
            if (!line.equals(FRAME) && !line.startsWith(FRAME + " ")) {
                throw new SourceException(name, "is damaged: no FRAME header where a frame should start", "");
            }
        }
        if (input.read(rows)) {
            return true;
        }
        if (y4m) {
            LOG.warn("{}: its last frame is cut short and left out", name);
        }
        return false;
    }

    @Override
    public void cancel() {
        input.cancel();
    }

    @Override
    public void close() {
        input.close();
    }
}
