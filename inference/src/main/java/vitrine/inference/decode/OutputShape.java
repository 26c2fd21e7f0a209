package vitrine.inference.decode;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Name and dimensions of one network output.
 *
 * @param name as the network calls it
 * @param dims outermost first; their product is the number of floats
 */
public record OutputShape(String name, List<Integer> dims) {

    public OutputShape {
        dims = List.copyOf(dims);
    }

    /** Length of the innermost axis. */
    public int columns() {
        return dims.isEmpty() ? 0 : dims.getLast();
    }

    /** Length of the axis before the innermost. */
    public int rows() {
        return dims.size() < 2 ? 0 : dims.get(dims.size() - 2);
    }

    /** True for [rows, columns] with any number of axes of length 1 before. */
    public boolean isMatrix() {
        return dims.size() >= 2 && elements() == (long) rows() * columns() && elements() > 0;
    }

    public long elements() {
        return dims.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
    }

    @Override
    public String toString() {
        return name + dims.stream().map(String::valueOf).collect(Collectors.joining(",", " [", "]"));
    }
}
