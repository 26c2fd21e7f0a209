package vitrine.tools;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import vitrine.tools.kiosk.ConfigException;

/** {@code vitrine test} is the launcher's; here it only has a place in the help. */
@Command(name = "test", description = "Build and run all tests (./vitrine test, in a checkout).")
final class TestCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        throw new ConfigException("tests run from a checkout of the source: ./vitrine test");
    }
}
