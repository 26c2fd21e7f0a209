package vitrine.capture;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import vitrine.engine.frame.ColorEncoding;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.PixelFormat;

/** {@code pattern:WxH[@FPS][?format=&seed=&matrix=&range=&pace=max]}: endless. */
final class PatternProducer implements FrameProducer {
    private static final Pattern TARGET = Pattern.compile("([^@]*)(?:@(.*))?", Pattern.DOTALL);
    private static final double DEFAULT_FPS = 30;

    private final FrameFormat format;
    private final PatternPainter painter;
    private long frame;

    private PatternProducer(PatternGeometry geometry, FrameFormat format) {
        this.format = format;
        this.painter = new PatternPainter(geometry, format);
    }

    static ProducedSource.Opened open(SourceUri uri, SourceOptions options) {
        Query q = uri.query().allow("format", "seed", "matrix", "range", "pace");
        Matcher m = TARGET.matcher(uri.target());
        if (!m.matches() || m.group(1).isEmpty()) {
            throw new SourceException(uri.text(), "has no size", "write it as pattern:1280x720@30");
        }
        Query.Size size = Query.parseSize(uri.text(), m.group(1));
        double fps = m.group(2) == null ? DEFAULT_FPS : Query.parseFps(uri.text(), m.group(2));
        PixelFormat pixels = q.choice("format", PixelFormat.class, PixelFormat.NV12);
        ColorEncoding color = q.color(ColorEncoding.defaultFor(size.height()));
        long seed = q.number("seed", 1, Long.MIN_VALUE, Long.MAX_VALUE);
        FrameFormat format = FrameFormat.aligned(pixels, size.width(), size.height(), color, options.alignment());
        PatternGeometry geometry = new PatternGeometry(size.width(), size.height(), seed);
        SourceInfo info =
                new SourceInfo(uri.text(), "test pattern, " + format + ", seed " + seed, format, fps, false, false);
        return new ProducedSource.Opened(info, q.pace(fps), Long.MAX_VALUE, new PatternProducer(geometry, format));
    }

    @Override
    public FrameFormat nextFormat() {
        return format;
    }

    @Override
    public long produce(CapturedFrame target) {
        Held held = held(target);
        if (held == null) {
            held = new Held();
            target.attach(held);
        }
        long bytes = painter.paint(target.memory(), frame, held.frame);
        held.frame = frame++;
        return bytes;
    }

    @Override
    public void close() {
        painter.close();
    }

    private static @Nullable Held held(CapturedFrame target) {
        return (Held) target.attachment();
    }

    /** Which frame a buffer holds. */
    private static final class Held implements AutoCloseable {
        private long frame = -1;

        @Override
        public void close() {}
    }
}
