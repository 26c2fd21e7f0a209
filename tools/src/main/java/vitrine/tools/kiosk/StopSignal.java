package vitrine.tools.kiosk;

import org.jspecify.annotations.Nullable;

/** Asks a run to end: raised by SIGINT, SIGTERM or a test, seen by the frame loop between two frames. Any thread. */
public final class StopSignal {

    private volatile boolean raised;
    private volatile @Nullable Runnable lastAct;

    public void raise() {
        raised = true;
    }

    public boolean isRaised() {
        return raised;
    }

    /** What must be done even where the run does not end in time and the process ends in the middle of it. */
    void atLast(Runnable act) {
        lastAct = act;
    }

    /** The run has not ended in time. */
    public void runLastAct() {
        Runnable act = lastAct;
        if (act != null) {
            act.run();
        }
    }
}
