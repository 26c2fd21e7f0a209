package vitrine.tools;

import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
@Command(name = "run", description = "Show a source with the detector's boxes.", sortOptions = false)
final class RunCommand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

    /** A debug run found validation messages or leaks. */
    static final int FINDINGS = 3;

    private static final long STOP_MILLIS = 900;

    @Mixin
    private final RunOptions options = new RunOptions();

    @Override
    public Integer call() throws InterruptedException {
        return run(options.resolve());
    }

    static int run(RunSettings settings) throws InterruptedException {
        if (settings.debug().on()) {
            LeakAudit.trackNativeMemory();
        }
        StopSignal stop = new StopSignal();
        CountDownLatch ended = new CountDownLatch(1);
        Thread hook = new Thread(() -> stopAndWait(stop, ended), "stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            Optional<RunReport> report = Kiosk.run(settings, stop);
            if (report.isEmpty()) {
                LOG.info("ended before there was a picture");
                return 0;
            }
            LOG.info("{}", report.get().summary());
            return exitCode(report.get());
        } finally {
            ended.countDown();
            remove(hook);
        }
    }

    private static void remove(Thread hook) {
        try {
            boolean _ = Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            LOG.trace("the process is ending: the hook runs, or has run", e);
        }
    }

    /** SIGINT and SIGTERM: the frame loop ends by itself, and within a second the process does. */
    private static void stopAndWait(StopSignal stop, CountDownLatch ended) {
        stop.raise();
        try {
            if (!ended.await(STOP_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.warn("the frame loop did not end within {} ms", STOP_MILLIS);
                stop.runLastAct();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What a finished run amounts to. */
    static int exitCode(RunReport report) {
        return !report.validation().isEmpty() || !report.leaks().isEmpty() ? FINDINGS : 0;
    }
}
