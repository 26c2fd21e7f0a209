package vitrine.tools.kiosk;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import vitrine.capture.FrameSource;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.memory.MemoryLadder;
import vitrine.inference.model.ModelSpec;
import vitrine.present.display.FrameTarget;
import vitrine.present.display.ScanOut;
import vitrine.present.pass.PassSpec;
import vitrine.tools.report.RunReport;

/** A run's figures as its report. */
final class Measured {

    private Measured() {}

    /** What has figures; all of it stays its makers'. */
    record Run(
            VulkanDevice device,
            MemoryLadder ladder,
            FrameSource source,
            FrameTarget target,
            List<PassSpec> passes,
            ModelSpec model,
            InferenceWorker worker,
            LoopFigures figures) {}

    /**
     * The report, without findings.
     *
     * @param presentedBefore pictures on instances that the screen has outlived
     * @param droppedBefore frames there
     */
    static RunReport report(Run run, long presentedBefore, long droppedBefore) {
        LoopFigures figures = run.figures;
        InferenceWorker worker = run.worker;
        long started = ManagementFactory.getRuntimeMXBean().getStartTime();
        double sinceStart = System.currentTimeMillis() - started;
        double startMillis = figures.firstPresentNanos() == 0
                ? 0
                : sinceStart - (System.nanoTime() - figures.firstPresentNanos()) / 1e6;
        return new RunReport(
                run.source.info().description(),
                run.source.info().format().toString(),
                run.model.name(),
                worker.engine(),
                run.device.info().name(),
                run.device.info().driver(),
                run.target.describe(),
                run.passes.stream().map(PassSpec::name).toList(),
                run.ladder.rung().label(),
                run.ladder.rejected(),
                run.source.memory(),
                figures.signalLosses(),
                new RunReport.Frames(
                        figures.captured(),
                        worker.inferred(),
                        presentedBefore + run.target.presented(),
                        droppedBefore + run.source.dropped()),
                new RunReport.CpuBytes(
                        run.source.cpuBytes(),
                        figures.bytesImported(),
                        worker.inferred() * run.model.input().bytes(),
                        run.target.cpuBytes()),
                startMillis,
                figures.seconds(),
                figures.allocatedBytesPerFrame(),
                List.of(),
                List.of(),
                stages(figures, worker, run.target));
    }

    private static List<RunReport.Stage> stages(LoopFigures figures, InferenceWorker worker, FrameTarget target) {
        List<RunReport.Stage> stages = new ArrayList<>(List.of(
                new RunReport.Stage("import", "cpu", figures.importing()),
                new RunReport.Stage("preprocess", "gpu", figures.tensorPass()),
                new RunReport.Stage("readback", "cpu", worker.readback()),
                new RunReport.Stage("inference", "cpu", worker.inference()),
                new RunReport.Stage("decode", "cpu", worker.decode()),
                new RunReport.Stage("overlay", "gpu", figures.picturePass()),
                new RunReport.Stage("present", "cpu", figures.presenting()),
                new RunReport.Stage("captureToPresent", "cpu", figures.captureToPresent()),
                new RunReport.Stage("detectionAge", "cpu", figures.detectionAge())));
        ScanOut scanOut = target.scanOut();
        if (scanOut != null) {
            stages.add(new RunReport.Stage("captureToScanOut", scanOut.source(), scanOut.latency()));
        }
        return stages;
    }
}
