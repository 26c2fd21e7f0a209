package vitrine.capture;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vitrine.engine.frame.ColorEncoding;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.PixelFormat;

/**
 * A photo, or the photos of a folder in the order of their names, as BGR24. {@code ?repeat=N} shows each N times,
 * {@code ?loop=true} starts over. A photo of a folder that cannot be decoded is left out with a warning.
 */
final class PhotoProducer implements FrameProducer {
    private static final Logger LOG = LoggerFactory.getLogger(FrameSource.class);
    private static final long MAX_REPEAT = 1_000_000_000;

    private final String name;
    private final List<Path> photos;
    private final SourceOptions options;
    private final long repeat;
    private final boolean loop;

    private int index = -1;
    private long shown;
    private int round = 1;
    private boolean anyInRound;
    private @Nullable Mat picture;
    private @Nullable FrameFormat format;
    private long decodedBytes;

    private PhotoProducer(String name, List<Path> photos, SourceOptions options, long repeat, boolean loop) {
        this.name = name;
        this.photos = photos;
        this.options = options;
        this.repeat = repeat;
        this.loop = loop;
    }

    static ProducedSource.Opened open(SourceUri uri, Path path, SourceOptions options) {
        Query q = uri.query().allow("repeat", "loop", "fps", "pace");
        boolean folder = Files.isDirectory(path);
        List<Path> photos = folder ? photosIn(uri, path) : List.of(path);
        long repeat = q.number("repeat", 1, 1, MAX_REPEAT);
        boolean loop = q.flag("loop");
        double pace = q.pace(0);
        double fps = q.fps(0);
        PhotoProducer producer = new PhotoProducer(uri.text(), photos, options, repeat, loop);
        FrameFormat format = producer.nextFormat();
        if (format == null) {
            throw new SourceException(uri.text(), "none of its " + photos.size() + " photos can be decoded", "");
        }
        String description = folder ? "folder of " + photos.size() + " photos, first " + format : "photo, " + format;
        return new ProducedSource.Opened(
                new SourceInfo(uri.text(), description, format, fps, true, false),
                pace,
                loop ? Long.MAX_VALUE : photos.size() * repeat,
                producer);
    }

    @Override
    public @Nullable FrameFormat nextFormat() {
        if (picture != null && shown < repeat) {
            return format;
        }
        while (advance()) {
            if (photos.size() == 1 && picture != null) {
                return format;
            }
            if (decode()) {
                anyInRound = true;
                return format;
            }
        }
        return null;
    }

    @Override
    public long produce(CapturedFrame frame) {
        Mat from = picture;
        if (from == null) {
            throw new AssertionError("produce before nextFormat");
        }
        shown++;
        frame.setName(fileName());
        Held held = frame.attachment() instanceof Held h ? h : new Held();
        if (held.index == index && held.round == round) {
            return 0;
        }
        held.index = index;
        held.round = round;
        frame.attach(held);
        copy(from, frame);
        // Written by the decoder once, then read and written by this copy.
        long bytes = decodedBytes + 2 * frame.format().pictureBytes();
        decodedBytes = 0;
        return bytes;
    }

    @Override
    public void close() {
        Mat p = picture;
        picture = null;
        if (p != null) {
            p.close();
        }
    }

    private static List<Path> photosIn(SourceUri uri, Path folder) {
        List<Path> photos;
        try (Stream<Path> files = Files.list(folder)) {
            photos = files.filter(p -> PhotoFile.isPhoto(p) && Files.isRegularFile(p))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new SourceException(uri.text(), "cannot be listed (" + e.getMessage() + ")", "");
        }
        if (photos.isEmpty()) {
            throw new SourceException(
                    uri.text(), "holds no photos", "put .jpg, .jpeg, .png, .webp or .bmp files into it");
        }
        return photos;
    }

    /** To the next photo; false at the end. */
    private boolean advance() {
        shown = 0;
        if (++index < photos.size()) {
            return true;
        }
        if (!loop || !anyInRound) {
            return false;
        }
        index = 0;
        if (photos.size() > 1) {
            round++;
        }
        anyInRound = photos.size() == 1;
        return true;
    }

    private boolean decode() {
        close();
        Path path = photos.get(index);
        boolean single = photos.size() == 1;
        try {
            Mat p = PhotoFile.read(single ? name : path.toString(), path);
            picture = p;
            format = FrameFormat.aligned(
                    PixelFormat.BGR24, p.cols(), p.rows(), ColorEncoding.BT601_FULL, options.alignment());
            decodedBytes = format.pictureBytes();
            return true;
        } catch (SourceException e) {
            if (single) {
                throw e;
            }
            LOG.warn("{}; left out", e.getMessage());
            return false;
        }
    }

    private static void copy(Mat from, CapturedFrame frame) {
        FrameFormat f = frame.format();
        int rowBytes = f.pixelFormat().rowBytes(0, f.width());
        long step = from.step();
        MemorySegment source =
                MemorySegment.ofAddress(from.data().address()).reinterpret(step * (f.height() - 1) + rowBytes);
        MemorySegment target = frame.memory().get(0).memory();
        for (int y = 0; y < f.height(); y++) {
            MemorySegment.copy(
                    source,
                    y * step,
                    target,
                    f.plane(0).offset() + (long) y * f.plane(0).stride(),
                    rowBytes);
        }
    }

    private String fileName() {
        return String.valueOf(photos.get(index).getFileName());
    }

    /** Which photo a buffer holds, so that a photo shown again is not copied again. */
    private static final class Held implements AutoCloseable {
        private int index = -1;
        private int round = 1;

        @Override
        public void close() {}
    }
}
