package vitrine.tools.workbench;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What became of one save, with System.nanoTime of each step, 0 where it was not reached.
 *
 * @param files that changed, below the GLSL folder; empty where a constant was set
 * @param problem null where all was taken
 * @param swapped pipelines replaced; 0 also where the edit changed no code
 * @param savedNanos the watch saw the first event
 * @param settledNanos and none for a while
 * @param compiledNanos all variants compiled and checked
 * @param madeNanos all pipelines made
 * @param triedNanos the golden run read back
 * @param swappedNanos the frame thread put them in
 * @param shownNanos the GPU has finished the first picture with them
 */
public record Reload(
        Set<String> files,
        @Nullable ShaderProblem problem,
        int swapped,
        long savedNanos,
        long settledNanos,
        long compiledNanos,
        long madeNanos,
        long triedNanos,
        long swappedNanos,
        long shownNanos) {

    public Reload {
        files = Set.copyOf(files);
    }

    /** Hears of each, on the workbench's thread. */
    @FunctionalInterface
    public interface Listener {
        void reloaded(Reload reload);
    }
}
