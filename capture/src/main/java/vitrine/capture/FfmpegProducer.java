package vitrine.capture;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.linux.Fd;
import vitrine.engine.linux.Libc;
import vitrine.engine.linux.Pipe;

/**
 * Video files and RTSP streams, decoded by the system's ffmpeg program. It writes YUV4MPEG2 into a pipe, whose frames
 * are read straight into the frame memory. A child that dies before the end is started again: a stream as it stands, a
 * file at the frame it had reached.
 */
final class FfmpegProducer implements FrameProducer {
    private static final Logger LOG = LoggerFactory.getLogger(FrameSource.class);
    private static final String FRAME = "FRAME";
    private static final double DEFAULT_FPS = 25;
    private static final int PIPE_BYTES = 1 << 20;
    private static final long FILE_PATIENCE_MILLIS = 60_000;
    private static final long LIVE_PATIENCE_MILLIS = 10_000;
    private static final long EXIT_MILLIS = 2_000;
    private static final long MIN_BACK_OFF_MILLIS = 100;
    private static final long MAX_BACK_OFF_MILLIS = 2_000;
    /** A file that fails this often at the same frame will not get better. */
    private static final int MAX_FAILURES = 4;

    private final SourceUri uri;
    private final List<String> input;
    private final boolean live;
    private final boolean loop;
    private final SourceOptions options;
    private final VideoProbe probe;

    private volatile @Nullable Running running;
    private volatile boolean cancelled;
    private FrameFormat format;
    private double fps;
    private long position;
    private int failures;
    private boolean ended;
    private String failure = "";

    /** A child and the read end of its pipe. */
    private record Running(ChildProcess child, ByteInput input) implements AutoCloseable {
        @Override
        public void close() {
            child.close();
            input.close();
        }
    }

    private FfmpegProducer(SourceUri uri, List<String> input, boolean live, SourceOptions options) {
        this.uri = uri;
        this.input = input;
        this.live = live;
        this.loop = uri.query().flag("loop");
        this.options = options;
        this.probe = VideoProbe.run(uri.text(), options.ffprobe(), input);
        Running first = launch(0);
        this.running = first;
        try {
            Y4mHeader header = header(first);
            if (header == null) {
                int ignored = first.child.awaitExit(EXIT_MILLIS);
                throw VideoProbe.notVideo(uri.text(), first.child.lastLine());
            }
            this.format = format(header);
            this.fps = header.fps() > 0 ? header.fps() : DEFAULT_FPS;
        } catch (InterruptedException e) {
            first.close();
            Thread.currentThread().interrupt();
            throw new SourceException(uri.text(), "was not opened: interrupted", "");
        } catch (RuntimeException e) {
            first.close();
            throw e;
        }
    }

    static ProducedSource.Opened open(SourceUri uri, SourceOptions options) {
        boolean live = uri.scheme() == SourceUri.Scheme.RTSP;
        Query q = uri.query().allow("fps", "matrix", "range", "loop", "pace");
        // All of the query is checked before a child is started.
        double asked = q.fps(0);
        boolean unpaced = q.pace(1) == 0;
        q.flag("loop");
        q.color(vitrine.engine.frame.ColorEncoding.BT709_LIMITED);
        FfmpegProducer producer = new FfmpegProducer(uri, live ? stream(uri) : file(uri), live, options);
        double fps = asked > 0 ? asked : producer.fps;
        String description = String.format(
                Locale.ROOT,
                "%s %s through ffmpeg, %s",
                producer.probe.codec(),
                live ? "stream" : "video",
                producer.format);
        return new ProducedSource.Opened(
                new SourceInfo(uri.text(), description, producer.format, fps, false, live),
                unpaced ? 0 : fps,
                Long.MAX_VALUE,
                producer);
    }

    @Override
    public @Nullable FrameFormat nextFormat() throws InterruptedException {
        while (!ended && running == null) {
            restart();
        }
        return ended ? null : format;
    }

    @Override
    public long produce(CapturedFrame frame) throws InterruptedException {
        Running now = running;
        if (now == null) {
            throw new AssertionError("produce before nextFormat");
        }
        String line = now.input.readLine(FRAME);
        boolean header = line != null && (line.equals(FRAME) || line.startsWith(FRAME + " "));
        if (header && now.input.read(FrameRows.of(frame, frame.format().planes().size()))) {
            position++;
            failures = 0;
            return format.pictureBytes();
        }
        stopped(now);
        return END;
    }

    @Override
    public void cancel() {
        cancelled = true;
        Running now = running;
        if (now != null) {
            now.input.cancel();
            now.child.kill();
        }
    }

    @Override
    public void close() {
        Running now = running;
        running = null;
        if (now != null) {
            now.close();
        }
    }

    /** The pipe has run dry: was it the end, or did the child die? */
    private void stopped(Running was) throws InterruptedException {
        int exit = was.child.awaitExit(cancelled ? 0 : EXIT_MILLIS);
        failure = was.child.lastLine();
        running = null;
        was.close();
        if (cancelled) {
            throw new InterruptedException();
        }
        if (!live && exit == 0 && position > 0) {
            ended = !loop;
            position = 0;
            return;
        }
        failed("ended with code " + exit);
    }

    private void failed(String how) {
        failures++;
        String said = failure.isEmpty() ? "" : ", saying \"" + failure + "\"";
        if (!live && failures >= MAX_FAILURES) {
            throw new SourceException(
                    uri.text(), "ffmpeg " + how + " at frame " + position + said + ", " + failures + " times", "");
        }
        LOG.warn("{}: ffmpeg {}{}; starting it again", uri.text(), how, said);
    }

    private void restart() throws InterruptedException {
        if (failures > 0) {
            Thread.sleep(Math.min(MAX_BACK_OFF_MILLIS, MIN_BACK_OFF_MILLIS << Math.min(failures - 1, 10)));
        }
        Running next = launch(live ? 0 : position);
        running = next;
        if (cancelled) {
            // cancel() may have looked before the child was there.
            cancel();
        }
        Y4mHeader header = header(next);
        if (header != null) {
            format = format(header);
            return;
        }
        // It died at once, or behind the last frame.
        stopped(next);
    }

    private Running launch(long fromFrame) {
        List<String> command = new ArrayList<>(List.of(options.ffmpeg(), "-nostdin", "-hide_banner", "-v", "error"));
        if (fromFrame > 0) {
            // Half a frame early: which frame follows does not hang on the rounding of a time.
            command.addAll(List.of("-ss", String.format(Locale.ROOT, "%.6f", (fromFrame - 0.5) / fps)));
        }
        command.addAll(input.subList(0, input.size() - 1));
        command.addAll(List.of("-i", input.getLast(), "-map", "0:v:0", "-an", "-sn", "-dn"));
        command.addAll(List.of("-pix_fmt", probe.outputFormat(), "-f", "yuv4mpegpipe", "pipe:1"));
        Pipe pipe = Pipe.create("ffmpeg");
        Fd reader = pipe.reader();
        try (Fd writer = pipe.writer()) {
            // A larger pipe means fewer system calls; the default also works.
            int ignored = Libc.fcntl(reader.number(), Libc.F_SETPIPE_SZ, PIPE_BYTES);
            // Opening /proc/self/fd/N opens the same pipe again, for the child alone.
            File output = new File("/proc/self/fd/" + writer.number());
            ChildProcess child = ChildProcess.start(uri.text(), command, output);
            return new Running(
                    child, ByteInput.pipe(reader, uri.text(), live ? LIVE_PATIENCE_MILLIS : FILE_PATIENCE_MILLIS));
        } catch (RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    private @Nullable Y4mHeader header(Running from) {
        String line = from.input.readLine(Y4mHeader.MAGIC);
        return line == null ? null : Y4mHeader.parse(uri.text(), line);
    }

    private FrameFormat format(Y4mHeader header) {
        return RawProducer.format(header, uri.query().color(probe.color(header.height(), header.range())), options);
    }

    private static List<String> file(SourceUri uri) {
        // The prefix keeps a name from being taken for an option or another protocol.
        Path path = uri.path().toAbsolutePath();
        return List.of("file:" + path);
    }

    private static List<String> stream(SourceUri uri) {
        return List.of("-rtsp_transport", "tcp", "-timeout", "5000000", "-fflags", "nobuffer", uri.target());
    }
}
