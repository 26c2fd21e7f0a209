package vitrine.tools;

import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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

    /** Exit codes of a process that a signal has ended, as shells have them, are this and the signal's number. */
    private static final int SIGNALLED = 128;

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
        AtomicInteger signal = new AtomicInteger();
        try (TerminationSignals _ = TerminationSignals.handle(number -> {
            if (signal.compareAndSet(0, number)) {
                stop.raise();
                Thread.ofPlatform().daemon().name("stop").start(() -> endInTime(stop, ended, number));
            }
        })) {
            Optional<RunReport> report = Kiosk.run(settings, stop);
            if (report.isEmpty()) {
                LOG.info("ended before there was a picture");
            } else {
                LOG.info("{}", report.get().summary());
            }
            int findings = report.map(RunCommand::exitCode).orElse(0);
            return signal.get() == 0 ? findings : SIGNALLED + signal.get();
        } finally {
            ended.countDown();
        }
    }

    /** After SIGINT and SIGTERM the frame loop ends by itself, and if not, the process does within a second. */
    private static void endInTime(StopSignal stop, CountDownLatch ended, int number) {
        try {
            if (!ended.await(STOP_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.warn("the frame loop did not end within {} ms", STOP_MILLIS);
                stop.runLastAct();
                // No hooks: they would take away from under the run what it still uses.
                Runtime.getRuntime().halt(SIGNALLED + number);
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
