package vitrine.tools.kiosk;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lwjgl.vulkan.VkCommandBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vitrine.capture.Capture;
import vitrine.capture.CapturedFrame;
import vitrine.capture.FrameSource;
import vitrine.capture.SourceException;
import vitrine.engine.command.ReleaseQueue;
import vitrine.engine.command.Timeline;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.linux.FdMemoryAllocator;
import vitrine.engine.linux.NotifySocket;
import vitrine.engine.memory.TensorMemory;
import vitrine.inference.Detections;
import vitrine.inference.model.ModelSpec;
import vitrine.inference.preprocess.PreprocessPass;
import vitrine.present.display.AcquireResult;
import vitrine.present.overlay.Figure;
import vitrine.present.overlay.Overlay;
import vitrine.present.pass.Moment;
import vitrine.tools.workbench.Development;

/**
 * The whole pipeline, frame by frame: capture, tensor, picture. Detection runs beside it; the newest boxes are drawn on
 * the newest frame, and the loop never waits for the network unless every frame shall be inferred.
 *
 * <p>One thread. In steady state a frame allocates next to nothing.
 */
final class FrameLoop implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FrameLoop.class);

    private static final long CAPTURE_TIMEOUT_NANOS = 100_000_000;

    /** While shaders are worked on the gap between two frames comes sooner. */
    private static final long WORKBENCH_TIMEOUT_NANOS = 4_000_000;

    private static final String NO_SIGNAL = "No signal";
    private static final String NO_SIGNAL_DETAIL = "The picture returns with the camera.";
    private static final String NO_DETECTOR = "Detection unavailable";
    private static final String NO_DETECTOR_DETAIL = "The picture goes on without it.";

    /** How long the card about the detector covers the picture; a line of text stays. */
    private static final long NO_DETECTOR_NANOS = 10_000_000_000L;

    /** Up to this many frames, each is inferred: whoever asks for so few wants to see their boxes. */
    private static final long FEW_FRAMES = 3;

    private final VulkanDevice device;
    private final RunSettings settings;
    private final ModelSpec model;
    private final FrameSource source;
    private final Picture picture;
    private final InferenceWorker worker;
    private final StopSignal stop;
    private final NotifySocket service;
    private final Timeline timeline;
    private final ReleaseQueue releases;
    private final TimedRing ring;
    private final List<TensorSlot> tensors = new ArrayList<>();
    private final boolean everyFrame;
    private final boolean onScreen;
    private final @Nullable Hud hud;
    private final FrameCapture frameCapture;
    private final Overlay overlay;
    private final @Nullable Development development;
    private final Moment moment;
    private final Detections detections = new Detections();
    private long detectionsSeen;
    private boolean boxesShown;
    private CameraStage stage;

    // The frame on the screen stays on loan until the next one is there: a card may have to be drawn over it.
    private @Nullable CapturedFrame shown;
    private long lastSequence = -1;
    private boolean waiting;
    private boolean hidden;
    private long detectorFailedNanos;
    private boolean detectorFailureNoted;

    private final LoopFigures figures;

    private FrameLoop(Parts parts, CameraStage stage) {
        device = parts.device;
        settings = parts.settings;
        model = parts.model;
        source = parts.source;
        picture = parts.picture;
        worker = parts.worker;
        stop = parts.stop;
        service = parts.service;
        timeline = parts.timeline;
        releases = parts.releases;
        ring = parts.ring;
        onScreen = parts.onScreen;
        figures = parts.figures;
        frameCapture = parts.frameCapture;
        development = parts.development;
        this.stage = stage;
        overlay = picture.overlay();
        moment = picture.moment();
        hud = settings.hud() ? new Hud(figures, worker, picture.target().scanOut(), System.nanoTime()) : null;
        everyFrame = settings.everyFrame()
                || source.info().still()
                || (settings.frames() > 0 && settings.frames() <= FEW_FRAMES);
        waiting = picture.hasCard();
    }

    /**
     * What a loop joins; all of it stays its makers' and outlives the loop.
     *
     * @param onScreen somebody looks on: what fails is said on a card, and the picture goes on where it can
     * @param development changes shaders between two frames; null in a kiosk
     */
    record Parts(
            VulkanDevice device,
            Timeline timeline,
            ReleaseQueue releases,
            FdMemoryAllocator allocator,
            RunSettings settings,
            ModelSpec model,
            FrameSource source,
            Picture picture,
            boolean onScreen,
            TimedRing ring,
            InferenceWorker worker,
            StopSignal stop,
            NotifySocket service,
            LoopFigures figures,
            FrameCapture frameCapture,
            @Nullable Development development) {}

    /** Tensors and the stage of the camera's format are the loop's own. */
    static FrameLoop create(Parts p) {
        FrameLoop loop = new FrameLoop(
                p,
                CameraStage.create(p.device, p.releases, p.source, p.settings, p.model.input(), p.figures.importing()));
        try {
            for (int i = 0; i < InferenceWorker.SLOTS; i++) {
                TensorMemory memory = TensorMemory.create(
                        p.device, "tensor-" + i, p.allocator, PreprocessPass.tensorBytes(p.model.input()));
                TensorSlot slot = new TensorSlot(memory, p.model.input().bytes(), loop.stage.letterbox());
                loop.tensors.add(slot);
                loop.stage.fillPad(p.device, slot);
            }
        } catch (RuntimeException e) {
            loop.close();
            throw e;
        }
        p.worker.use(loop.tensors, p.timeline);
        return loop;
    }

    /** Runs until the source ends, the user closes the target, the frames are done or the signal is raised. */
    void run() throws InterruptedException {
        while (!stop.isRaised()) {
            service.watchdog();
            if (development != null) {
                development.betweenFrames(overlay);
            }
            long start = System.nanoTime();
            Capture capture = source.next(development == null ? CAPTURE_TIMEOUT_NANOS : WORKBENCH_TIMEOUT_NANOS);
            figures.waitedForCamera(System.nanoTime() - start);
            switch (capture) {
                case CapturedFrame frame -> {
                    if (!process(frame) || figures.captured() == settings.frames()) {
                        return;
                    }
                }
                case Capture.NoFrame none -> {
                    releases.collect(); // what camera after camera has left that was opened and sent nothing
                    if (!picture.refresh(shown, stage, lastSequence + 1)) {
                        return;
                    }
                }
                case Capture.SignalLost lost -> {
                    figures.countSignalLoss();
                    waiting = true;
                    forgetBoxes();
                    picture.card(NO_SIGNAL, NO_SIGNAL_DETAIL);
                    service.status("no signal: " + lost.reason());
                    if (!picture.refresh(shown, stage, lastSequence + 1)) {
                        return;
                    }
                }
                case Capture.FormatChanged changed -> changeFormat();
                case Capture.EndOfStream end -> {
                    LOG.debug("{} has ended", source.info().uri());
                    return;
                }
                case Capture.Failed failed ->
                    throw new SourceException(source.info().uri(), failed.message(), "");
            }
        }
    }

    private void show(CapturedFrame frame) {
        letGoOfShown();
        shown = frame;
        lastSequence = frame.sequence();
        if (waiting) {
            waiting = false;
            picture.takeCardDown();
            forgetBoxes();
            service.status("showing " + source.info().description());
        }
    }

    /** Boxes found before a gap, even those not drawn yet, have no place in the picture after it. */
    private void forgetBoxes() {
        detectionsSeen = worker.latest(detections, detectionsSeen);
        boxesShown = false;
        overlay.clearBoxes();
        moment.forgetDetections();
    }

    /** The camera gets its buffer back when the GPU has finished everything that was submitted with it. */
    private void letGoOfShown() {
        CapturedFrame old = shown;
        if (old != null) {
            shown = null;
            releases.defer(old::close);
        }
    }

    /** One frame through the GPU; false when the user has closed the target. */
    private boolean process(CapturedFrame frame) throws InterruptedException {
        long taken = System.nanoTime();
        show(frame);
        frameCapture.before(frame.sequence());
        ring.next(frame.sequence());
        figures.countFrame(stage.refresh(frame));

        boolean detecting = isDetecting(taken);
        TensorSlot tensor = null;
        if (detecting) {
            tensor = everyFrame ? awaitWritable() : worker.writable();
        }
        if (tensor != null) {
            submitTensor(frame, tensor);
        }
        if (everyFrame && detecting && !worker.awaitInferred(frame.sequence(), stop, service)) {
            return false;
        }
        updateOverlay(taken);

        long captureNanos = frame.captureNanos();
        AcquireResult acquired = picture.draw(frame, stage);
        frameCapture.after();
        tellWhetherShown(acquired == AcquireResult.NOT_READY);
        if (!source.info().live()) {
            letGoOfShown(); // stills have few buffers, and nothing is drawn over them later
        }
        if (acquired == AcquireResult.READY || acquired == AcquireResult.SKIP) {
            long now = System.nanoTime();
            figures.countPresented(now, captureNanos, taken);
            if (development != null) {
                development.drawn();
            }
            if (boxesShown) {
                figures.countAge(now - detections.captureNanos());
            }
        }
        return acquired != AcquireResult.CLOSED;
    }

    /** A monitor unplugged, or a window minimised; told once it has changed. */
    private void tellWhetherShown(boolean nowHidden) {
        if (hidden != nowHidden) {
            hidden = nowHidden;
            service.status((hidden ? "no picture on the screen; running with " : "showing ")
                    + source.info().description());
        }
    }

    /** False once the detector has failed: on a screen the picture goes on, anywhere else that is the end. */
    private boolean isDetecting(long now) {
        Throwable failure = worker.failure();
        if (failure == null) {
            return true;
        }
        if (!onScreen) {
            worker.throwFailure();
        }
        if (detectorFailedNanos == 0) {
            detectorFailedNanos = now;
            LOG.error("the detector has failed, the picture goes on without it: {}", failure.getMessage());
            forgetBoxes();
            picture.card(NO_DETECTOR, NO_DETECTOR_DETAIL);
            service.status("no detection: " + failure.getMessage());
        } else if (!detectorFailureNoted && now - detectorFailedNanos > NO_DETECTOR_NANOS) {
            detectorFailureNoted = true; // whether its card is still there or another has replaced it
            picture.takeCardDown();
            overlay.notice(NO_DETECTOR);
        }
        return false;
    }

    /** With every frame inferred before the next, a tensor is always free. */
    private TensorSlot awaitWritable() {
        TensorSlot slot = worker.writable();
        if (slot == null) {
            throw new AssertionError("no tensor is free though none is waited for");
        }
        return slot;
    }

    private void submitTensor(CapturedFrame frame, TensorSlot tensor) {
        if (!tensor.letterbox.equals(stage.letterbox())) {
            tensor.letterbox = stage.letterbox();
            timeline.await(timeline.submitted(), Long.MAX_VALUE);
            stage.fillPad(device, tensor);
        }
        VkCommandBuffer cmd = ring.begin(TimedRing.Pass.TENSOR);
        stage.recordTensor(cmd, frame, tensor);
        tensor.sequence = frame.sequence();
        tensor.captureNanos = frame.captureNanos();
        tensor.timelineValue = ring.submit(TimedRing.Pass.TENSOR, cmd);
        worker.publish(tensor);
    }

    private void updateOverlay(long now) {
        List<Figure> figuresNow = hud == null ? null : hud.update(now);
        if (figuresNow != null) {
            overlay.hud(figuresNow);
        }
        long seen = worker.latest(detections, detectionsSeen);
        if (seen == detectionsSeen) {
            return;
        }
        detectionsSeen = seen;
        boxesShown = true;
        overlay.clearBoxes();
        moment.detections(detections.captureNanos());
        // Boxes of another format say nothing of where things are now: a mask must not go by them.
        boolean ofThisFormat =
                detections.width() == stage.uprightWidth() && detections.height() == stage.uprightHeight();
        if (!ofThisFormat) {
            moment.forgetDetections();
        }
        for (int i = 0; i < detections.size(); i++) {
            int c = detections.classIndex(i);
            overlay.box(
                    detections.x(i),
                    detections.y(i),
                    detections.w(i),
                    detections.h(i),
                    c,
                    model.labels().get(c),
                    detections.score(i));
            if (ofThisFormat) {
                moment.detection(
                        detections.x(i), detections.y(i), detections.w(i), detections.h(i), c, detections.score(i));
            }
        }
    }

    private void changeFormat() {
        letGoOfShown();
        if (!waiting) {
            forgetBoxes();
        }
        if (source.info().format().equals(stage.format())) {
            stage.importAgain(device, source, releases, figures.importing());
            return;
        }
        CameraStage old = stage;
        stage = CameraStage.create(device, releases, source, settings, model.input(), figures.importing());
        releases.defer(old::close);
        LOG.info("{} goes on with {}", source.info().uri(), stage.format());
    }

    /** Takes the tensors from the detector, and waits for the GPU. */
    @Override
    public void close() {
        worker.letGo();
        ring.drain();
        letGoOfShown();
        releases.drain();
        stage.close();
        tensors.forEach(t -> t.memory.close());
    }
}
