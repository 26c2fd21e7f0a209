package vitrine.capture;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import vitrine.engine.frame.ColorEncoding;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.PixelFormat;

/**
 * {@code demo:}: a slow pan and zoom over three free photos, endless, each shown for about four seconds and faded into
 * the next. NV12, BT.709 limited. OpenCV is loaded by the producer's thread, so that start-up does not wait for it.
 */
final class DemoProducer implements FrameProducer {
    private static final int WIDTH = 1280;
    private static final int HEIGHT = 720;
    private static final double FPS = 30;
    private static final double SECONDS_EACH = 4;
    private static final double SECONDS_FADE = 0.4;

    private static final List<DemoView> VIEWS = List.of(
            new DemoView("astronaut.jpg", 0.5, 0.26, 1.0, 0.46, 0.26, 1.25),
            new DemoView("chelsea.jpg", 0.5, 0.4, 1.0, 0.56, 0.4, 1.16),
            new DemoView("coffee.jpg", 0.5, 0.5, 1.0, 0.53, 0.5, 1.25));

    private final FrameFormat format;
    private final int framesEach;
    private final int framesFade;
    /** Each runs once; the first on the producer's thread, the others beside it, so that no frame waits for them. */
    private final List<FutureTask<DemoPhoto>> photos = new ArrayList<>();

    private final Thread loader =
            Thread.ofPlatform().daemon().name("capture-demo").unstarted(() -> photos.forEach(FutureTask::run));
    private long frame;

    private DemoProducer(FrameFormat format, double fps) {
        this.format = format;
        this.framesEach = (int) Math.max(1, Math.round(SECONDS_EACH * fps));
        this.framesFade = (int) Math.round(SECONDS_FADE * fps);
        for (DemoView view : VIEWS) {
            photos.add(new FutureTask<>(() -> DemoPhoto.load(view, format.width(), format.height())));
        }
    }

    static ProducedSource.Opened open(SourceUri uri, SourceOptions options) {
        if (!uri.target().isEmpty()) {
            throw new SourceException(
                    uri.text(), "demo: takes nothing but a query", "write it as demo: or demo:?size=1920x1080&fps=30");
        }
        Query q = uri.query().allow("size", "fps", "pace");
        Query.Size size = q.size();
        int width = size == null ? WIDTH : size.width();
        int height = size == null ? HEIGHT : size.height();
        double fps = q.fps(FPS);
        FrameFormat format =
                FrameFormat.aligned(PixelFormat.NV12, width, height, ColorEncoding.BT709_LIMITED, options.alignment());
        SourceInfo info =
                new SourceInfo(uri.text(), "demo: astronaut, chelsea and coffee, " + format, format, fps, false, false);
        return new ProducedSource.Opened(info, q.pace(fps), Long.MAX_VALUE, new DemoProducer(format, fps));
    }

    @Override
    public FrameFormat nextFormat() {
        return format;
    }

    @Override
    public long produce(CapturedFrame target) throws InterruptedException {
        Planes out = target.attachment() instanceof Planes p ? p : planesOf(target);
        int which = (int) (frame / framesEach % VIEWS.size());
        int at = (int) (frame % framesEach);
        if (frame++ == 0) {
            photos.getFirst().run();
            loader.start();
        }
        photo(which).render((double) at / framesEach, out.luma, out.chroma);
        long bytes = format.pictureBytes();
        int fading = at - (framesEach - framesFade);
        if (fading > 0) {
            // The next photo stands at its beginning until it is alone.
            photo((which + 1) % VIEWS.size()).render(0, out.otherLuma, out.otherChroma);
            double share = (double) fading / (framesFade + 1);
            opencv_core.addWeighted(out.luma, 1 - share, out.otherLuma, share, 0, out.luma);
            opencv_core.addWeighted(out.chroma, 1 - share, out.otherChroma, share, 0, out.chroma);
            bytes *= 5;
        }
        return bytes;
    }

    @Override
    public void close() {
        boolean interrupted = false;
        while (loader.isAlive()) {
            try {
                loader.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        for (FutureTask<DemoPhoto> photo : photos) {
            if (photo.state() == Future.State.SUCCESS) {
                photo.resultNow().close();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private DemoPhoto photo(int index) throws InterruptedException {
        try {
            return photos.get(index).get();
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        }
    }

    private Planes planesOf(CapturedFrame target) {
        Planes p = new Planes(format, target);
        target.attach(p);
        return p;
    }

    /** OpenCV's view of a buffer's planes, and room for a second picture. */
    private static final class Planes implements AutoCloseable {
        private final Mat luma;
        private final Mat chroma;
        private final Mat otherLuma = new Mat();
        private final Mat otherChroma = new Mat();

        Planes(FrameFormat format, CapturedFrame target) {
            long address = target.memory().get(0).memory().address();
            luma = plane(format, 0, address, opencv_core.CV_8UC1, format.width(), format.height());
            chroma =
                    plane(format, 1, address, opencv_core.CV_8UC2, (format.width() + 1) / 2, (format.height() + 1) / 2);
        }

        private static Mat plane(FrameFormat format, int index, long address, int type, int width, int height) {
            return new Mat(
                    height,
                    width,
                    type,
                    new At(address + format.plane(index).offset()),
                    format.plane(index).stride());
        }

        @Override
        public void close() {
            luma.close();
            chroma.close();
            otherLuma.close();
            otherChroma.close();
        }
    }

    /** A pointer to memory that is not JavaCPP's. */
    private static final class At extends BytePointer {
        At(long address) {
            this.address = address;
        }
    }
}
