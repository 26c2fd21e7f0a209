package vitrine.present.display;

/** When to try again to get a screen back, and when that has become of no use. Times are of {@link System#nanoTime}. */
final class Retries {

    private static final long PAUSE_NANOS = 250_000_000;
    private static final long HOPELESS_NANOS = 10_000_000_000L;
    private static final int HOPELESS_ATTEMPTS = 10;

    private boolean trying;
    private long sinceNanos;
    private long nextNanos;
    private int attempts;

    /** Whether to try now; counts that as an attempt. The first two follow at once, the others after a pause. */
    boolean next(long now) {
        if (!trying) {
            trying = true;
            sinceNanos = now;
            nextNanos = now;
            attempts = 0;
        }
        if (now - nextNanos < 0) {
            return false;
        }
        attempts++;
        // The first may well fail, since Mesa flips to a screen that has been switched off meanwhile.
        nextNanos = now + (attempts == 1 ? 0 : PAUSE_NANOS);
        return true;
    }

    /** Whether enough have failed for long enough: ten in ten seconds. */
    boolean isHopeless(long now) {
        return trying && attempts >= HOPELESS_ATTEMPTS && now - sinceNanos > HOPELESS_NANOS;
    }

    /** There is a picture again, or nothing to try: the next attempt is a first one. */
    void reset() {
        trying = false;
    }
}
