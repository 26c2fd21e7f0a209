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
import vitrine.engine.command.FrameRing;
import vitrine.engine.command.ReleaseQueue;
import vitrine.engine.command.Timeline;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.linux.FdMemoryAllocator;
import vitrine.engine.memory.TensorMemory;
import vitrine.engine.profile.GpuTimer;
import vitrine.inference.Detections;
import vitrine.inference.model.ModelSpec;
import vitrine.inference.preprocess.PreprocessPass;
import vitrine.present.display.AcquireResult;
import vitrine.present.display.FrameTarget;
import vitrine.present.overlay.Overlay;
import vitrine.present.scene.Composer;
import vitrine.present.text.Font;

/**
 * The whole pipeline, frame by frame: capture, tensor, picture. Detection runs beside it; the newest boxes are drawn on
 * the newest frame, and the loop never waits for the network unless every frame shall be inferred.
 *
 * <p>One thread. In steady state a frame allocates next to nothing.
 */
final class FrameLoop implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FrameLoop.class);

    private static final long CAPTURE_TIMEOUT_NANOS = 100_000_000;
    private static final String NO_SIGNAL = "No signal";
    private static final String NO_SIGNAL_DETAIL = "The picture returns with the camera.";
    private static final int PASS_TENSOR = 0;
    private static final int PASS_PICTURE = 1;
    private static final int PASSES = 2;

    /** Up to this many frames, each is inferred: whoever asks for so few wants to see their boxes. */
    private static final long FEW_FRAMES = 3;

    private final VulkanDevice device;
    private final RunSettings settings;
    private final ModelSpec model;
    private final FrameSource source;
    private final FrameTarget target;
    private final InferenceWorker worker;
    private final StopSignal stop;
    private final Timeline timeline;
    private final ReleaseQueue releases;
    private final FrameRing ring;
    private final Composer composer;
    private final GpuTimer timer;
    private final List<TensorSlot> tensors = new ArrayList<>();
    private final boolean everyFrame;
    private final Overlay overlay = new Overlay();
    private final Detections detections = new Detections();
    private long detectionsSeen;
    private boolean boxesShown;
    private CameraStage stage;

    // The frame on the screen stays on loan until the next one is there: a card may have to be drawn over it.
    private @Nullable CapturedFrame shown;
    private long lastSequence = -1;
    private boolean signalLost;
    private boolean cardDrawn;

    // What each frame in flight has timed on the GPU.
    private final boolean[][] timed = new boolean[FrameRing.FRAMES][PASSES];

    private final LoopFigures figures;

    private FrameLoop(
            VulkanDevice device,
            RunSettings settings,
            ModelSpec model,
            FrameSource source,
            FrameTarget target,
            InferenceWorker worker,
            StopSignal stop,
            Font font,
            Timeline timeline,
            ReleaseQueue releases,
            LoopFigures figures,
            CameraStage stage) {
        this.device = device;
        this.settings = settings;
        this.model = model;
        this.source = source;
        this.target = target;
        this.worker = worker;
        this.stop = stop;
        this.timeline = timeline;
        this.releases = releases;
        this.figures = figures;
        this.stage = stage;
        ring = FrameRing.create(device, timeline);
        composer = Composer.create(device, timeline, releases, font);
        timer = GpuTimer.create(device, FrameRing.FRAMES, PASSES);
        everyFrame = settings.everyFrame()
                || source.info().still()
                || (settings.frames() > 0 && settings.frames() <= FEW_FRAMES);
    }

    /** Joins the parts, which stay their makers' and outlive the loop; tensors and passes are the loop's own. */
    static FrameLoop create(
            VulkanDevice device,
            Timeline timeline,
            ReleaseQueue releases,
            FdMemoryAllocator allocator,
            RunSettings settings,
            ModelSpec model,
            FrameSource source,
            FrameTarget target,
            InferenceWorker worker,
            StopSignal stop,
            Font font) {
        LoopFigures figures = new LoopFigures();
        CameraStage stage = CameraStage.create(device, releases, source, settings, model.input(), figures.importing());
        FrameLoop loop = new FrameLoop(
                device, settings, model, source, target, worker, stop, font, timeline, releases, figures, stage);
        for (int i = 0; i < InferenceWorker.SLOTS; i++) {
            TensorMemory memory =
                    TensorMemory.create(device, "tensor-" + i, allocator, PreprocessPass.tensorBytes(model.input()));
            TensorSlot slot = new TensorSlot(memory, model.input().bytes(), stage.letterbox());
            loop.tensors.add(slot);
            stage.fillPad(device, slot);
        }
        worker.use(loop.tensors, timeline);
        return loop;
    }

    /** Runs until the source ends, the user closes the target, the frames are done or the signal is raised. */
    void run() throws InterruptedException {
        while (!stop.isRaised()) {
            Capture capture = source.next(CAPTURE_TIMEOUT_NANOS);
            switch (capture) {
                case CapturedFrame frame -> {
                    if (!process(frame) || figures.captured() == settings.frames()) {
                        return;
                    }
                }
                case Capture.NoFrame none -> {
                    releases.collect(); // what camera after camera has left that was opened and sent nothing
                    if (target.poll() == AcquireResult.CLOSED || !drawCard()) {
                        return;
                    }
                }
                case Capture.SignalLost lost -> {
                    figures.countSignalLoss();
                    signalLost = true;
                    cardDrawn = false;
                    forgetBoxes();
                    overlay.card(NO_SIGNAL, NO_SIGNAL_DETAIL);
                    if (!drawCard()) {
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

    /**
     * Draws the last picture, black where there is none of this format, with the card that has taken the boxes' place:
     * once, and again when a window needs it. False when the user has closed the target.
     */
    private boolean drawCard() {
        if (!signalLost || (cardDrawn && !target.isDamaged())) {
            return true;
        }
        int slotIndex = ring.nextFrame();
        collectTimes(slotIndex);
        releases.collect();
        AcquireResult acquired = target.acquireCard(lastSequence + 1);
        if (acquired == AcquireResult.READY) {
            submitPicture(slotIndex, shown);
        }
        cardDrawn = acquired == AcquireResult.READY || acquired == AcquireResult.SKIP;
        return acquired != AcquireResult.CLOSED;
    }

    private void show(CapturedFrame frame) {
        letGoOfShown();
        shown = frame;
        lastSequence = frame.sequence();
        if (signalLost) {
            signalLost = false;
            forgetBoxes();
        }
    }

    /** Boxes found before a gap, even those not drawn yet, have no place in the picture after it. */
    private void forgetBoxes() {
        detectionsSeen = worker.latest(detections, detectionsSeen);
        boxesShown = false;
        overlay.clear();
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
        show(frame);
        int slotIndex = ring.nextFrame();
        collectTimes(slotIndex);
        releases.collect();
        figures.countFrame(stage.refresh(frame));

        long sequence = frame.sequence();
        long captureNanos = frame.captureNanos();
        TensorSlot tensor = everyFrame ? awaitWritable() : worker.writable();
        if (tensor != null) {
            submitTensor(slotIndex, frame, tensor);
        }
        if (everyFrame && !worker.awaitInferred(sequence, stop)) {
            return false;
        }
        updateOverlay();

        AcquireResult acquired = target.acquire(sequence);
        if (acquired == AcquireResult.READY) {
            submitPicture(slotIndex, frame);
        }
        if (!source.info().live()) {
            letGoOfShown(); // stills have few buffers, and nothing is drawn over them later
        }
        if (acquired == AcquireResult.READY || acquired == AcquireResult.SKIP) {
            long now = System.nanoTime();
            figures.countPresented(now, captureNanos);
            if (boxesShown) {
                figures.detectionAge().record(now - detections.captureNanos());
            }
        }
        return acquired != AcquireResult.CLOSED;
    }

    /** With every frame inferred before the next, a tensor is always free. */
    private TensorSlot awaitWritable() {
        TensorSlot slot = worker.writable();
        if (slot == null) {
            throw new AssertionError("no tensor is free though none is waited for");
        }
        return slot;
    }

    private void submitTensor(int slotIndex, CapturedFrame frame, TensorSlot tensor) {
        if (!tensor.letterbox.equals(stage.letterbox())) {
            tensor.letterbox = stage.letterbox();
            timeline.await(timeline.submitted(), Long.MAX_VALUE);
            stage.fillPad(device, tensor);
        }
        VkCommandBuffer cmd = ring.begin();
        timer.begin(cmd, slotIndex, PASS_TENSOR);
        stage.recordTensor(cmd, frame, tensor);
        timer.end(cmd, slotIndex, PASS_TENSOR);
        timed[slotIndex][PASS_TENSOR] = true;
        tensor.sequence = frame.sequence();
        tensor.captureNanos = frame.captureNanos();
        tensor.timelineValue = ring.submit(cmd);
        worker.publish(tensor);
    }

    private void submitPicture(int slotIndex, @Nullable CapturedFrame frame) {
        long start = System.nanoTime();
        VkCommandBuffer cmd = ring.begin();
        timer.begin(cmd, slotIndex, PASS_PICTURE);
        target.begin(cmd);
        stage.recordPicture(cmd, composer, target.image(), frame, overlay);
        target.end(cmd);
        timer.end(cmd, slotIndex, PASS_PICTURE);
        timed[slotIndex][PASS_PICTURE] = true;
        target.present(
                ring.submit(cmd, target.waitSemaphore(), target.waitStage(), target.signalSemaphore()),
                signalLost || frame == null ? 0 : frame.captureNanos());
        figures.presenting().record(System.nanoTime() - start);
    }

    private void updateOverlay() {
        long seen = worker.latest(detections, detectionsSeen);
        if (seen == detectionsSeen) {
            return;
        }
        detectionsSeen = seen;
        boxesShown = true;
        overlay.clear();
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
        }
    }

    private void changeFormat() {
        letGoOfShown();
        if (!signalLost) {
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

    private void collectTimes(int slotIndex) {
        for (int pass = 0; pass < PASSES; pass++) {
            if (timed[slotIndex][pass]) {
                timed[slotIndex][pass] = false;
                long nanos = timer.nanos(slotIndex, pass);
                if (nanos >= 0) {
                    (pass == PASS_TENSOR ? figures.tensorPass() : figures.picturePass()).record(nanos);
                }
            }
        }
    }

    /** What was measured; complete when the loop is closed. */
    LoopFigures figures() {
        return figures;
    }

    /** After the worker, which reads the tensors, has ended. Waits for the GPU. */
    @Override
    public void close() {
        timeline.await(timeline.submitted(), Long.MAX_VALUE);
        for (int i = 0; i < FrameRing.FRAMES; i++) {
            collectTimes(i);
        }
        letGoOfShown();
        releases.drain();
        stage.close();
        composer.close();
        tensors.forEach(t -> t.memory.close());
        timer.close();
        ring.close();
    }
}
