package vitrine.tests;

import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import vitrine.engine.GpuFixture;
import vitrine.engine.command.FrameRing;
import vitrine.engine.command.ReleaseQueue;
import vitrine.engine.command.Timeline;
import vitrine.present.display.AcquireResult;
import vitrine.present.display.PresentUri;
import vitrine.present.display.WindowTarget;
import vitrine.present.overlay.Overlay;
import vitrine.present.overlay.TuningRow;
import vitrine.present.scene.Composer;
import vitrine.present.text.Font;
import vitrine.shaders.TunableConstant;
import vitrine.tools.workbench.Tunables;
import vitrine.tools.workbench.TuningPanel;

/**
 * A window with a tuning panel and nothing behind it, in a process of its own: prints the panel in a line whenever it
 * changes, until the window is closed. Argument: the configuration file.
 */
final class TuningWindowRun {

    public static void main(String[] args) throws Exception {
        Tunables tunables = new Tunables(Map.of(), Path.of(args[0]));
        tunables.declare("privacy", TunableConstant.parse("passes/privacy.glsl", """
                        layout(constant_id = 100) const int CELL = 16; //! tunable 4..64
                        layout(constant_id = 101) const float SOFT = 0.5; //! tunable 0..1 step 0.1
                        """));
        TuningPanel panel = new TuningPanel(tunables);
        Overlay overlay = new Overlay();
        WindowTarget.Probe probe = WindowTarget.probe();
        if (!probe.available()) {
            System.out.println("no window: " + probe.reason());
            return;
        }
        try (GpuFixture gpu = GpuFixture.open(probe.instanceExtensions());
                Timeline timeline = Timeline.create(gpu.device());
                FrameRing ring = FrameRing.create(gpu.device(), timeline);
                ReleaseQueue releases = new ReleaseQueue(timeline);
                Font font = Font.bundled();
                Composer composer = Composer.create(gpu.device(), timeline, releases, font);
                WindowTarget target = WindowTarget.create(
                        gpu.device(),
                        timeline,
                        releases,
                        (PresentUri.Window) PresentUri.parse("window:?size=640x480"),
                        panel::handle)) {
            String said = "";
            long frame = 0;
            AcquireResult acquired;
            do {
                ring.nextFrame();
                releases.collect();
                acquired = target.acquire(frame++);
                panel.update(overlay);
                if (acquired == AcquireResult.READY) {
                    var cmd = ring.begin();
                    target.begin(cmd);
                    composer.record(cmd, target.image(), overlay);
                    target.end(cmd);
                    target.present(
                            ring.submit(cmd, target.waitSemaphore(), target.waitStage(), target.signalSemaphore()), 0);
                }
                String now = line(overlay);
                if (!now.equals(said)) {
                    said = now;
                    System.out.println(now);
                }
                Thread.sleep(5);
            } while (acquired != AcquireResult.CLOSED);
            gpu.device().waitIdle();
        }
        System.out.println("done");
    }

    private static String line(Overlay overlay) {
        String rows = overlay.tuning().stream().map(TuningWindowRun::cell).collect(Collectors.joining(" "));
        return rows + " | " + overlay.tuningNote().replaceFirst(",.*", "");
    }

    private static String cell(TuningRow row) {
        String marks = (row.selected() ? ">" : "") + (row.unsaved() ? "*" : "");
        return marks + row.name() + "=" + row.value();
    }
}
