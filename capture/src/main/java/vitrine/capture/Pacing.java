package vitrine.capture;

/** When frames are due. Used by the consumer thread alone. */
final class Pacing {
    private final long interval;
    private boolean started;
    private long due;

    /** @param framesPerSecond 0 for frames that are due as soon as they are there */
    Pacing(double framesPerSecond) {
        this.interval = framesPerSecond > 0 ? Math.round(1e9 / framesPerSecond) : 0;
    }

    boolean isPaced() {
        return interval > 0;
    }

    /** When the next frame is due; the first one at once. */
    long due(long now) {
        return started ? due : now;
    }

    /**
     * A frame was handed out at {@code now}. A consumer that is late by more than a frame moves the clock, so that it
     * meets no burst of frames to catch up with.
     */
    void delivered(long now) {
        long base = started && now - due <= interval ? due : now;
        due = base + interval;
        started = true;
    }
}
