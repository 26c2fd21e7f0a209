package vitrine.tools.kiosk;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vitrine.capture.FrameSource;
import vitrine.capture.FrameSources;
import vitrine.capture.SourceOptions;
import vitrine.engine.command.ReleaseQueue;
import vitrine.engine.command.Timeline;
import vitrine.engine.device.InstanceOptions;
import vitrine.engine.device.ValidationMessages;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.device.VulkanException;
import vitrine.engine.device.VulkanInstance;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.linux.FdMemoryAllocator;
import vitrine.engine.linux.FrameMemory;
import vitrine.engine.memory.FrameInput;
import vitrine.engine.memory.MemoryLadder;
import vitrine.inference.model.ModelLocator;
import vitrine.inference.model.ModelSpec;
import vitrine.inference.model.ModelSpecReader;
import vitrine.present.display.FrameTarget;
import vitrine.present.text.Font;
import vitrine.tools.models.ModelCache;
import vitrine.tools.models.ModelCatalogue;
import vitrine.tools.models.ModelEntry;
import vitrine.tools.report.DetectionsWriter;
import vitrine.tools.report.LeakAudit;
import vitrine.tools.report.RunReport;

/** Builds the object graph of a run, lets it run, and takes it down again in the opposite order. */
public final class Kiosk {

    private static final Logger LOG = LoggerFactory.getLogger(Kiosk.class);

    private Kiosk() {}

    /**
     * Runs until the source ends, the user closes the window, the frames are done or the signal is raised. The calling
     * thread becomes the frame thread.
     *
     * @return what was measured; findings of a debug run are in it, for the caller to judge
     */
    public static RunReport run(RunSettings settings, StopSignal stop) throws InterruptedException {
        ModelSpec model = model(settings);
        Presentation presentation = Presentation.choose(settings.present());
        ValidationMessages messages;
        List<String> leaked;
        RunReport report;
        DetectionsWriter writer = settings.detections()
                .map(file -> DetectionsWriter.create(file, model.labels()))
                .orElse(null);
        try (writer;
                // Loading the network takes as long as opening the device and the camera: it starts first.
                InferenceWorker worker = InferenceWorker.start(model, threads(settings), writer);
                VulkanInstance instance = VulkanInstance.create(
                        new InstanceOptions(settings.debug(), presentation.instanceExtensions()))) {
            messages = instance.messages();
            try (VulkanDevice device = VulkanDevice.create(
                    instance, new VulkanDevice.Options(settings.gpu().orElse(null), presentation.needsSwapchain()))) {
                LOG.info("device: {}, {}", device.info().name(), device.info().driver());
                report = run(settings, model, presentation, worker, device, stop);
                leaked = new ArrayList<>(device.liveObjects());
                leaked.replaceAll(name -> "Vulkan object " + name);
            }
        }
        if (settings.debug()) {
            leaked.addAll(LeakAudit.frameMemory());
            leaked.addAll(LeakAudit.nativeMemory());
            messages.list().forEach(m -> LOG.error("validation {}: {} {}", m.severity(), m.id(), m.text()));
            leaked.forEach(l -> LOG.error("leaked: {}", l));
        }
        report = report.withFindings(messages.count(), leaked);
        if (settings.report().isPresent()) {
            report.write(settings.report().get());
        }
        return report;
    }

    private static RunReport run(
            RunSettings settings,
            ModelSpec model,
            Presentation presentation,
            InferenceWorker worker,
            VulkanDevice device,
            StopSignal stop)
            throws InterruptedException {
        MemoryLadder ladder = MemoryLadder.probe(device);
        LOG.info("{}", ladder.description());
        try (Timeline timeline = Timeline.create(device);
                ReleaseQueue releases = new ReleaseQueue(timeline);
                FdMemoryAllocator allocator = ladder.allocator();
                Font font = settings.font().map(Font::load).orElseGet(Font::bundled);
                FrameSource source = FrameSources.open(
                        settings.source(),
                        allocator,
                        SourceOptions.DEFAULT.withGpu(
                                (memory, format) -> refusal(device, memory, format),
                                device.info().cacheCoherent()))) {
            LOG.info("source: {}", source.info().description());
            try (FrameTarget target =
                    presentation.open(device, timeline, releases, source.info().format(), settings.orientation())) {
                LOG.info("present: {}", target.describe());
                FrameLoop loop = FrameLoop.create(
                        device, timeline, releases, allocator, settings, model, source, target, worker, stop, font);
                try {
                    loop.run();
                } finally {
                    worker.close();
                    loop.close();
                }
                return report(model, worker, device, ladder, source, target, loop.figures());
            }
        }
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

    private static RunReport report(
            ModelSpec model,
            InferenceWorker worker,
            VulkanDevice device,
            MemoryLadder ladder,
            FrameSource source,
            FrameTarget target,
            LoopFigures figures) {
        long started = ManagementFactory.getRuntimeMXBean().getStartTime();
        double sinceStart = System.currentTimeMillis() - started;
        double startMillis = figures.firstPresentNanos() == 0
                ? 0
                : sinceStart - (System.nanoTime() - figures.firstPresentNanos()) / 1e6;
        return new RunReport(
                source.info().description(),
                source.info().format().toString(),
                model.name(),
                worker.engine(),
                device.info().name(),
                device.info().driver(),
                target.describe(),
                ladder.rung().label(),
                ladder.rejected(),
                source.memory(),
                figures.signalLosses(),
                new RunReport.Frames(figures.captured(), worker.inferred(), target.presented(), source.dropped()),
                new RunReport.CpuBytes(
                        source.cpuBytes(),
                        figures.bytesImported(),
                        worker.inferred() * model.input().bytes(),
                        target.cpuBytes()),
                startMillis,
                figures.seconds(),
                figures.allocatedBytesPerFrame(),
                0,
                List.of(),
                List.of(
                        new RunReport.Stage("import", "cpu", figures.importing()),
                        new RunReport.Stage("preprocess", "gpu", figures.tensorPass()),
                        new RunReport.Stage("readback", "cpu", worker.readback()),
                        new RunReport.Stage("inference", "cpu", worker.inference()),
                        new RunReport.Stage("decode", "cpu", worker.decode()),
                        new RunReport.Stage("overlay", "gpu", figures.picturePass()),
                        new RunReport.Stage("present", "cpu", figures.presenting()),
                        new RunReport.Stage("captureToPresent", "cpu", figures.captureToPresent()),
                        new RunReport.Stage("detectionAge", "cpu", figures.detectionAge())));
    }

    private static int threads(RunSettings settings) {
        return settings.threads() > 0
                ? settings.threads()
                : Runtime.getRuntime().availableProcessors();
    }

    private static ModelSpec model(RunSettings settings) {
        ModelSpec spec = ModelSpecReader.read(modelFile(settings.model(), ModelCache.of(System.getenv())));
        if (settings.score().isPresent() || settings.iou().isPresent()) {
            spec = spec.withThresholds(
                    settings.score().orElse(spec.scoreThreshold()),
                    settings.iou().orElse(spec.iouThreshold()));
        }
        LOG.info(
                "model: {} ({}), {}x{}",
                spec.name(),
                spec.file().getFileName(),
                spec.input().width(),
                spec.input().height());
        return spec;
    }

    /** A file, or a name: the default's, one of the catalogue's, or a file's in this folder or the cache. */
    private static Path modelFile(String name, ModelCache cache) {
        ModelCatalogue catalogue = ModelCatalogue.standard();
        if (name.equals(ModelCatalogue.DEFAULT)) {
            return cache.defaultNetwork(catalogue)
                    .orElseThrow(() -> new ConfigException("no model has been fetched yet to " + cache.folder()
                            + ": run './vitrine models fetch default', or name a file with --model"));
        }
        Optional<ModelEntry> known = catalogue.find(name);
        if (known.isPresent() && !cache.has(known.get())) {
            throw new ConfigException(name + " has not been fetched yet: run './vitrine models fetch " + name + "'");
        }
        return known.isPresent()
                ? cache.network(known.get())
                : ModelLocator.find(name, List.of(Path.of("."), cache.folder()));
    }
}
