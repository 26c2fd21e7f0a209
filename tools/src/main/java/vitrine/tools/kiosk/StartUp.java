package vitrine.tools.kiosk;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vitrine.capture.FrameSource;
import vitrine.capture.SourceException;
import vitrine.engine.linux.NotifySocket;
import vitrine.present.overlay.Step;

/**
 * Until the source is open. That happens on a thread of its own, while the screen shows how far things are and a window
 * answers its user. Frame thread.
 */
final class StartUp {

    private static final Logger LOG = LoggerFactory.getLogger(StartUp.class);

    private static final long LOOK_MILLIS = 50;
    private static final long RETRY_NANOS = 2_000_000_000L;
    private static final String TITLE = "Vitrine";
    private static final String WAITING = "Waiting for the camera";

    private final Supplier<FrameSource> opening;
    private final boolean patient;
    private final Picture picture;
    private final InferenceWorker worker;
    private final StopSignal stop;
    private final NotifySocket service;
    private Step.State camera = Step.State.RUNNING;
    private Step.State model = Step.State.RUNNING;
    private String lastComplaint = "";

    /**
     * @param opening opens the source; called on another thread
     * @param patient a source that cannot be opened is tried again every two seconds, as a kiosk's camera is that will be
     *     plugged in
     */
    StartUp(
            Supplier<FrameSource> opening,
            boolean patient,
            Picture picture,
            InferenceWorker worker,
            StopSignal stop,
            NotifySocket service) {
        this.opening = opening;
        this.patient = patient;
        this.picture = picture;
        this.worker = worker;
        this.stop = stop;
        this.service = service;
    }

    /**
     * Shows the card, which stays until a frame takes it down, and opens the source.
     *
     * @return null when the user has closed the target or the run shall stop
     * @throws SourceException when it cannot be opened and that is final
     */
    @Nullable
    FrameSource open() throws InterruptedException {
        show();
        while (true) {
            FutureTask<FrameSource> task = new FutureTask<>(opening::get);
            Thread.ofPlatform().daemon().name("opening").start(task);
            boolean kept = false;
            try {
                if (!look(task, Long.MAX_VALUE)) {
                    return null;
                }
                FrameSource source = task.get();
                camera = Step.State.DONE;
                show();
                kept = picture.refresh(null, null, 0);
                return kept ? source : null;
            } catch (ExecutionException e) {
                complain(e.getCause());
            } finally {
                if (!kept) {
                    abandon(task);
                }
            }
            if (stop.isRaised() || !look(null, System.nanoTime() + RETRY_NANOS)) {
                return null;
            }
        }
    }

    /**
     * Waits for the opening to end, however the wait for it ended: it imports memory to the device, which is closed next,
     * and nobody else would close the camera.
     */
    private void abandon(FutureTask<FrameSource> task) {
        boolean interrupted = false;
        while (true) {
            service.watchdog();
            try {
                task.get(LOOK_MILLIS, TimeUnit.MILLISECONDS).close();
                break;
            } catch (TimeoutException e) {
                LOG.trace("the source is still being opened", e);
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (ExecutionException e) {
                LOG.debug("the source could not be opened", e);
                break;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Looks after the target until the task is done or the time has come; false when the run shall end. */
    private boolean look(@Nullable FutureTask<FrameSource> task, long untilNanos) throws InterruptedException {
        while (System.nanoTime() < untilNanos && (task == null || !task.isDone())) {
            service.watchdog();
            if (stop.isRaised() || !picture.refresh(null, null, 0)) {
                return false;
            }
            Step.State now = model();
            if (now != model) {
                model = now;
                show();
            }
            if (task == null) {
                Thread.sleep(LOOK_MILLIS);
            } else {
                await(task);
            }
        }
        return true;
    }

    private static void await(FutureTask<FrameSource> task) throws InterruptedException {
        try {
            FrameSource _ = task.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.trace("the source is not open yet", e);
        }
    }

    private Step.State model() {
        if (worker.failure() != null) {
            return Step.State.FAILED;
        }
        return worker.isLoaded() ? Step.State.DONE : Step.State.RUNNING;
    }

    private void complain(@Nullable Throwable cause) {
        if (!(cause instanceof SourceException) || !patient) {
            switch (cause) {
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                case null, default -> throw new AssertionError(cause);
            }
        }
        String complaint = String.valueOf(cause.getMessage());
        if (!complaint.equals(lastComplaint)) {
            lastComplaint = complaint;
            LOG.warn("{}; trying again until it can be opened", complaint);
            service.status("waiting for the source: " + complaint);
        }
        if (camera != Step.State.WAITING) {
            camera = Step.State.WAITING;
            show();
        }
    }

    private void show() {
        picture.card(
                camera == Step.State.WAITING ? WAITING : TITLE,
                List.of(new Step("Screen", Step.State.DONE), new Step("Camera", camera), new Step("Detection", model)));
    }
}
