package vitrine.tools.kiosk;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vitrine.capture.FrameSource;
import vitrine.capture.FrameSources;
import vitrine.capture.SourceOptions;
import vitrine.engine.command.ReleaseQueue;
import vitrine.engine.command.Timeline;
import vitrine.engine.debug.DebugLevels;
import vitrine.engine.debug.RenderDoc;
import vitrine.engine.device.GpuAssistedValidation;
import vitrine.engine.device.PipelineWorkshop;
import vitrine.engine.device.Request;
import vitrine.engine.device.ValidationMessages;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.device.VulkanException;
import vitrine.engine.device.VulkanInstance;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.linux.FdMemoryAllocator;
import vitrine.engine.linux.FrameMemory;
import vitrine.engine.linux.NotifySocket;
import vitrine.engine.memory.FrameInput;
import vitrine.engine.memory.MemoryLadder;
import vitrine.inference.model.ModelSpec;
import vitrine.present.StaleInstanceException;
import vitrine.present.display.FrameTarget;
import vitrine.present.display.KeyStroke;
import vitrine.present.pass.PassSpec;
import vitrine.present.scene.Composer;
import vitrine.present.text.Font;
import vitrine.shaders.ShaderCompiler;
import vitrine.tools.passes.PassLoader;
import vitrine.tools.report.DetectionsWriter;
import vitrine.tools.report.LeakAudit;
import vitrine.tools.report.RunReport;
import vitrine.tools.workbench.Development;
import vitrine.tools.workbench.Reload;
import vitrine.tools.workbench.Workbench;

/** Builds the object graph of a run, lets it run, and takes it down again in the opposite order. Frame thread. */
public final class Kiosk {

    private static final Logger LOG = LoggerFactory.getLogger(Kiosk.class);

    private final RunSettings settings;
    private final ModelSpec model;
    private final Presentation presentation;
    private final StopSignal stop;
    private final NotifySocket service;
    private final @Nullable Consumer<Request> requests;
    private final @Nullable Development development;
    private final PassLoader passLoader;
    private @Nullable List<PassSpec> passes;
    private final LoopFigures figures = new LoopFigures();
    private final FrameCapture frameCapture;
    private final List<String> leaked = new ArrayList<>();
    private final List<ValidationMessages.Message> validation = new ArrayList<>();
    private @Nullable RunReport report;

    /** On instances that the screen has outlived. */
    private long presentedBefore;

    private long droppedBefore;

    private Kiosk(
            RunSettings settings,
            ModelSpec model,
            Presentation presentation,
            StopSignal stop,
            NotifySocket service,
            @Nullable Consumer<Request> requests,
            @Nullable Development development,
            PassLoader passes) {
        this.passLoader = passes;
        this.settings = settings;
        this.model = model;
        this.presentation = presentation;
        this.stop = stop;
        this.service = service;
        this.requests = requests;
        frameCapture = new FrameCapture(settings.captureFrame().orElse(null));
        this.development = development;
    }

    /**
     * Runs until the source ends, the user closes the window, the frames are done or the signal is raised. The calling
     * thread becomes the frame thread.
     *
     * @return what was measured, empty where the run ended before there was a source; findings of a debug run are in it,
     *     for the caller to judge
     */
    public static Optional<RunReport> run(RunSettings settings, StopSignal stop) throws InterruptedException {
        return run(settings, stop, null);
    }

    /**
     * As {@link #run(RunSettings, StopSignal)}.
     *
     * @param requests is told what the run asks of the Vulkan driver; null for nobody
     */
    public static Optional<RunReport> run(RunSettings settings, StopSignal stop, @Nullable Consumer<Request> requests)
            throws InterruptedException {
        return run(settings, stop, requests, reload -> {});
    }

    /**
     * As {@link #run(RunSettings, StopSignal)}.
     *
     * @param requests is told what the run asks of the Vulkan driver; null for nobody
     * @param reloads hears what becomes of each edit in a development run, on the workbench's thread
     */
    public static Optional<RunReport> run(
            RunSettings settings, StopSignal stop, @Nullable Consumer<Request> requests, Reload.Listener reloads)
            throws InterruptedException {
        if (settings.captureFrame().isPresent()) {
            RenderDoc.requireExpected();
        }
        // Compiling takes as long as loading the network: both go on beside the rest.
        try (PassLoader passes = PassLoader.start(settings.passes())) {
            return run(settings, stop, requests, reloads, passes);
        }
    }

    private static Optional<RunReport> run(
            RunSettings settings,
            StopSignal stop,
            @Nullable Consumer<Request> requests,
            Reload.Listener reloads,
            PassLoader passes)
            throws InterruptedException {
        ModelSpec model = ModelChoice.of(settings);
        try (NotifySocket service = NotifySocket.open();
                Presentation presentation =
                        Presentation.choose(settings.present(), settings.gpu().orElse(null))) {
            if (!service.problem().isEmpty()) {
                LOG.warn("{}", service.problem());
            }
            stop.atLast(presentation::restoreConsole);
            try (Development development = settings.dev()
                    .map(dev -> dev.start(passes.sources(), settings.passes(), reloads))
                    .orElse(null)) {
                return new Kiosk(settings, model, presentation, stop, service, requests, development, passes).run();
            }
        }
    }

    private Optional<RunReport> run() throws InterruptedException {
        loadLibraries(settings);
        DetectionsWriter writer = settings.detections()
                .map(file -> DetectionsWriter.create(file, model.labels()))
                .orElse(null);
        try (writer;
                // Loading the network takes as long as opening the device and the camera: it starts first.
                InferenceWorker worker = InferenceWorker.start(model, threads(settings), writer)) {
            if (presentation.isOnScreen()) {
                service.ready(); // up, and waiting for a screen or drawing on it
            }
            while (presentation.awaitScreen(stop, service)) {
                if (runOnInstance(worker)) {
                    break;
                }
            }
            service.stopping();
            frameCapture.ended();
            if (settings.debug().on()) {
                leaked.addAll(LeakAudit.frameMemory());
                leaked.addAll(LeakAudit.nativeMemory());
                validation.forEach(m -> LOG.error("validation {}", m));
                leaked.forEach(l -> LOG.error("leaked: {}", l));
            }
            if (report == null) {
                return Optional.empty();
            }
            RunReport complete = report.withFindings(
                    validation.stream()
                            .map(ValidationMessages.Message::toString)
                            .toList(),
                    leaked);
            if (settings.report().isPresent()) {
                complete.write(settings.report().get());
            }
            if (!stop.isRaised()) {
                worker.throwFailure(); // the picture went on without boxes, but the run was none
            }
            return Optional.of(complete);
        }
    }

    /** LWJGL's, before the worker's thread loads the network's: together they may wait for each other for ever. */
    private static void loadLibraries(RunSettings settings) {
        VulkanInstance.loadLibraries();
        Font.loadLibraries();
        if (settings.dev().isPresent()) {
            ShaderCompiler.loadLibrary();
        }
    }

    /** One life of instance and device; false where the screen wants another. */
    private boolean runOnInstance(InferenceWorker worker) throws InterruptedException {
        DebugLevels debug = GpuAssistedValidation.whereItCanBe(
                settings.debug(), settings.gpu().orElse(null), LOG::warn);
        try (VulkanInstance instance =
                VulkanInstance.create(presentation.instanceOptions(debug).telling(requests))) {
            frameCapture.attach();
            Workbench workbench = development == null ? null : development.workbench();
            VulkanDevice.Options options =
                    new VulkanDevice.Options(settings.gpu().orElse(null), presentation.needsSwapchain());
            try (VulkanDevice device =
                    VulkanDevice.create(instance, options.under(workbench == null ? configured() : workbench))) {
                LOG.info("device: {}, {}", device.info().name(), device.info().driver());
                boolean done = runOnDevice(device, worker, workbench);
                device.liveObjects().forEach(name -> leaked.add("Vulkan object " + name));
                return done;
            } finally {
                validation.addAll(instance.messages().list());
            }
        }
    }

    /** What everything of one life of a device stands on. */
    private record Base(
            VulkanDevice device,
            Timeline timeline,
            ReleaseQueue releases,
            MemoryLadder ladder,
            FdMemoryAllocator allocator,
            Font font,
            List<PassSpec> passes) {}

    private boolean runOnDevice(VulkanDevice device, InferenceWorker worker, @Nullable Workbench workbench)
            throws InterruptedException {
        MemoryLadder ladder = MemoryLadder.probe(device);
        LOG.info("{}", ladder.description());
        try (Timeline timeline = Timeline.create(device);
                ReleaseQueue releases = new ReleaseQueue(timeline);
                FdMemoryAllocator allocator = ladder.allocator();
                Font font = settings.font().map(Font::load).orElseGet(Font::bundled);
                workbench) {
            if (workbench != null) {
                open(workbench, device, timeline, releases);
            }
            Base base = new Base(device, timeline, releases, ladder, allocator, font, passes());
            if (!presentation.isOnScreen()) {
                runIntoFiles(base, worker);
                return true;
            }
            try {
                runOnScreen(base, worker);
                return true;
            } catch (StaleInstanceException e) {
                LOG.warn("{}; the driver looks for the screen anew", e.getMessage());
                return false;
            }
        }
    }

    private static void open(Workbench workbench, VulkanDevice device, Timeline timeline, ReleaseQueue releases) {
        try {
            workbench.open(device, timeline, releases);
        } catch (IOException e) {
            throw new ConfigException("--dev: the shaders cannot be watched: " + e.getMessage());
        }
    }

    /** Values for constants of Vitrine's own shaders, which in a development run are the workbench's to give. */
    private @Nullable PipelineWorkshop configured() {
        return settings.passes().shaders().isEmpty()
                ? null
                : new ConfiguredConstants(settings.passes().shaderValues());
    }

    private void handle(KeyStroke stroke) {
        if (development != null) {
            development.handle(stroke);
        }
    }

    /** Compiled once, however many devices a run has. Nothing is drawn before: what does not compile ends the start. */
    private List<PassSpec> passes() {
        List<PassSpec> known = passes;
        if (known == null) {
            known = passLoader.await(model.labels());
            passes = known;
            if (!known.isEmpty()) {
                LOG.info("passes: {}", known.stream().map(PassSpec::name).collect(Collectors.joining(", ")));
            }
        }
        return known;
    }

    /** The size of files is the source's, which therefore comes first. */
    private void runIntoFiles(Base base, InferenceWorker worker) throws InterruptedException {
        try (FrameSource source = openSource(base);
                FrameTarget target = presentation.open(
                        base.device,
                        base.timeline,
                        base.releases,
                        uprightWidth(source),
                        uprightHeight(source),
                        this::handle);
                Composer composer = Composer.create(base.device, base.timeline, base.releases, base.font, base.passes);
                TimedRing ring = TimedRing.create(base.device, base.timeline, base.releases, figures)) {
            service.ready();
            run(base, source, new Picture(target, composer, ring, figures), ring, worker);
        }
    }

    /** A screen says from the first moment on what is under way. */
    private void runOnScreen(Base base, InferenceWorker worker) throws InterruptedException {
        try (FrameTarget target = presentation.open(base.device, base.timeline, base.releases, 0, 0, this::handle);
                Composer composer = Composer.create(base.device, base.timeline, base.releases, base.font, base.passes);
                TimedRing ring = TimedRing.create(base.device, base.timeline, base.releases, figures)) {
            Picture picture = new Picture(target, composer, ring, figures);
            boolean patient = presentation.isDisplay() && FrameSources.isLive(settings.source());
            StartUp startUp = new StartUp(() -> openSource(base), patient, picture, worker, stop, service);
            try (FrameSource source = startUp.open()) {
                if (source != null) {
                    target.sourceSize(uprightWidth(source), uprightHeight(source));
                    run(base, source, picture, ring, worker);
                }
            }
        }
    }

    private FrameSource openSource(Base base) {
        return FrameSources.open(
                settings.source(),
                base.allocator,
                SourceOptions.DEFAULT.withGpu(
                        (memory, format) -> refusal(base.device, memory, format),
                        base.device.info().cacheCoherent()));
    }

    private int uprightWidth(FrameSource source) {
        FrameFormat format = source.info().format();
        return settings.orientation().width(format.width(), format.height());
    }

    private int uprightHeight(FrameSource source) {
        FrameFormat format = source.info().format();
        return settings.orientation().height(format.width(), format.height());
    }

    private void run(Base base, FrameSource source, Picture picture, TimedRing ring, InferenceWorker worker)
            throws InterruptedException {
        LOG.info("source: {}", source.info().description());
        LOG.info("present: {}", picture.target().describe());
        service.status("showing " + source.info().description());
        try (FrameLoop loop = FrameLoop.create(new FrameLoop.Parts(
                base.device,
                base.timeline,
                base.releases,
                base.allocator,
                settings,
                model,
                source,
                picture,
                presentation.isOnScreen(),
                ring,
                worker,
                stop,
                service,
                figures,
                frameCapture,
                development))) {
            loop.run();
        } catch (StaleInstanceException e) { // stopped before there is another instance, the run was this
            report = measured(base, worker, source, picture.target());
            presentedBefore += picture.target().presented();
            droppedBefore += source.dropped();
            throw e;
        }
        worker.close();
        report = measured(base, worker, source, picture.target());
    }

    /** Whether the device takes a camera's buffer, by importing it and letting go of it again. */
    private static String refusal(VulkanDevice device, FrameMemory memory, FrameFormat format) {
        try {
            FrameInput.create(device, "camera probe", memory, format).close();
            return "";
        } catch (VulkanException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private RunReport measured(Base base, InferenceWorker worker, FrameSource source, FrameTarget target) {
        return Measured.report(
                new Measured.Run(base.device, base.ladder, source, target, base.passes, model, worker, figures),
                presentedBefore,
                droppedBefore);
    }

    private static int threads(RunSettings settings) {
        return settings.threads() > 0
                ? settings.threads()
                : Runtime.getRuntime().availableProcessors();
    }
}
