package vitrine.tools.workbench;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** When each step of a reload was done, by System.nanoTime; 0 where it was not. The workbench's thread, but for the swap. */
final class ReloadTimes {

    final long first;
    final long settled;
    long compiled;
    long made;
    long tried;
    volatile long swapped;
    long shown;

    ReloadTimes(long first, long settled) {
        this.first = first;
        this.settled = settled;
    }

    boolean isSave() {
        return first != 0;
    }

    Reload reload(Set<String> files, @Nullable ShaderProblem problem, int pipelines) {
        return new Reload(files, problem, pipelines, first, settled, compiled, made, tried, swapped, shown);
    }
}
