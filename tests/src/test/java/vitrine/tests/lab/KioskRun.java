package vitrine.tests.lab;

import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine;
import vitrine.tools.kiosk.Kiosk;
import vitrine.tools.kiosk.RunOptions;
import vitrine.tools.kiosk.StopSignal;
import vitrine.tools.report.RunReport;

/** {@code vitrine run} on a thread of its own, which a test can end as a signal would. */
final class KioskRun implements AutoCloseable {

    private final StopSignal stop = new StopSignal();
    private final FutureTask<Optional<RunReport>> task;

    private KioskRun(String options) {
        RunOptions parsed = CommandLine.populateCommand(new RunOptions(), options.split(" "));
        task = new FutureTask<>(() -> Kiosk.run(parsed.resolve(), stop));
        Thread.ofPlatform().name("kiosk").start(task);
    }

    /** @param options as on the command line, none with a blank in it */
    static KioskRun start(String options) {
        return new KioskRun(options);
    }

    boolean isRunning() {
        return !task.isDone();
    }

    /** Asks it to end and waits for that. */
    Optional<RunReport> end() {
        stop.raise();
        try {
            return task.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("the run failed", e.getCause());
        } catch (TimeoutException | InterruptedException e) {
            throw new AssertionError("the run does not end", e);
        }
    }

    @Override
    public void close() {
        if (!task.isDone()) {
            Optional<RunReport> _ = end();
        }
    }
}
