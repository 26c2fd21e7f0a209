package vitrine.capture;

/**
 * Continues one sequence over all sessions of a camera. Drivers count modulo 2^32, from anywhere; a gap is frames that
 * they had no buffer for. One thread.
 */
final class SequenceCounter {
    private long sequence = -1;
    private int driver;
    private boolean known;
    private long missed;

    /** What follows is a new session's. */
    void restart() {
        known = false;
    }

    /** The number of the frame that the driver gives this one. */
    long next(int driverSequence) {
        long step = known ? Integer.toUnsignedLong(driverSequence - driver) : 1;
        if (step == 0 || step > Integer.MAX_VALUE) {
            step = 1; // drivers that do not count, or begin anew
        }
        known = true;
        driver = driverSequence;
        missed = step - 1;
        sequence += step;
        return sequence;
    }

    /** Frames missing before the last one. */
    long missed() {
        return missed;
    }
}
