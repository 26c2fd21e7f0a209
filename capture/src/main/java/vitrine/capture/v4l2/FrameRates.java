package vitrine.capture.v4l2;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The frame rates of a size.
 *
 * @param values frames a second, highest first; the highest and the lowest where {@code continuous}; empty where unknown
 * @param continuous every rate between the two
 */
public record FrameRates(List<Double> values, boolean continuous) {
    public static final FrameRates UNKNOWN = new FrameRates(List.of(), false);

    public FrameRates {
        values = List.copyOf(values);
    }

    /** The highest that is not above {@code limit}, or the lowest of all; 0 where unknown. */
    double best(double limit) {
        if (values.isEmpty()) {
            return 0;
        }
        if (continuous) {
            return Math.clamp(limit, values.getLast(), values.getFirst());
        }
        return values.stream().filter(v -> v <= limit + 0.01).findFirst().orElse(values.getLast());
    }

    /** Whether this rate is offered, to within a thousandth: 29.97 is not 30. */
    boolean offers(double rate) {
        if (values.isEmpty()) {
            return true;
        }
        return continuous
                ? rate <= values.getFirst() * 1.0005 && rate >= values.getLast() * 0.9995
                : values.stream().anyMatch(v -> isNear(v, rate));
    }

    static boolean isNear(double a, double b) {
        return Math.abs(a - b) <= 0.0005 * b;
    }

    /** {@code 30, 25, 15} or {@code 1 to 60}. */
    @Override
    public String toString() {
        if (values.isEmpty()) {
            return "unknown";
        }
        return continuous
                ? text(values.getLast()) + " to " + text(values.getFirst())
                : values.stream().map(FrameRates::text).collect(Collectors.joining(", "));
    }

    /** {@code 30}, {@code 29.97}. */
    public static String text(double rate) {
        String s = String.format(Locale.ROOT, "%.2f", rate);
        return s.replaceAll("\\.?0+$", "");
    }
}
