package vitrine.tools;

import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import vitrine.tools.kiosk.Kiosk;
import vitrine.tools.kiosk.RunOptions;
import vitrine.tools.kiosk.RunSettings;
import vitrine.tools.kiosk.StopSignal;
import vitrine.tools.report.LeakAudit;
import vitrine.tools.report.RunReport;

/**
 * {@code vitrine run}: the kiosk. Example: {@code vitrine run --source pattern:3840x2160@30 --present window: --frames
 * 300 --debug}.
 */
@Command(
        name = "run",
        description = "Show a source with the detector's boxes.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

    /** A debug run found validation messages or leaks. */
    static final int FINDINGS = 3;

    @Mixin
    private final RunOptions options = new RunOptions();

    @Override
    public Integer call() throws InterruptedException {
        return run(options.resolve());
    }

    static int run(RunSettings settings) throws InterruptedException {
        if (settings.debug()) {
            LeakAudit.trackNativeMemory();
        }
        StopSignal stop = new StopSignal();
        Thread frameThread = Thread.currentThread();
        Thread hook = new Thread(
                () -> {
                    stop.raise();
                    try {
                        frameThread.join(900);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "stop");
        Runtime.getRuntime().addShutdownHook(hook);
        RunReport report = Kiosk.run(settings, stop);
        LOG.info("{}", report.summary());
        if (!stop.isRaised()) {
            Runtime.getRuntime().removeShutdownHook(hook);
        }
        return report.validation() > 0 || !report.leaks().isEmpty() ? FINDINGS : 0;
    }
}
