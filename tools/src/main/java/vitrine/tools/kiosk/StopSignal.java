package vitrine.tools.kiosk;

/** Asks a run to end: raised by SIGINT, SIGTERM or a test, seen by the frame loop between two frames. Any thread. */
public final class StopSignal {

    private volatile boolean raised;

    public void raise() {
        raised = true;
    }

    public boolean isRaised() {
        return raised;
    }
}
