package vitrine.tools;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code vitrine bench}. */
@Command(name = "bench", description = "Compare the tensor pass with OpenCV.")
final class BenchCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        return 0;
    }
}
