package vitrine.engine.profile;

import org.HdrHistogram.Histogram;

/** Latencies of one stage, up to a minute, three digits. Recording allocates nothing. One thread writes and reads. */
public final class LatencyHistogram {

    private static final long MAX_NANOS = 60_000_000_000L;

    private final Histogram histogram;

    public LatencyHistogram() {
        this(new Histogram(1000, MAX_NANOS, 3));
    }

    private LatencyHistogram(Histogram histogram) {
        this.histogram = histogram;
    }

    /** What has been recorded so far, by itself. */
    public LatencyHistogram copy() {
        return new LatencyHistogram(histogram.copy());
    }

    public void record(long nanos) {
        histogram.recordValue(Math.clamp(nanos, 0, MAX_NANOS));
    }

    public long count() {
        return histogram.getTotalCount();
    }

    /**
     * The value that {@code percent} of the recorded ones do not exceed, in milliseconds; 0 when there are none.
     *
     * @param percent 0 to 100
     */
    public double millis(double percent) {
        return count() == 0 ? 0 : histogram.getValueAtPercentile(percent) / 1e6;
    }
}
