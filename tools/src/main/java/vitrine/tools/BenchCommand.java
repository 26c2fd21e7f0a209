package vitrine.tools;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import vitrine.engine.device.InstanceOptions;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.device.VulkanInstance;
import vitrine.tools.bench.PreprocessBench;
import vitrine.tools.kiosk.ConfigException;

/** {@code vitrine bench}: the tensor pass beside OpenCV, in one process, by ratios. */
@Command(name = "bench", description = "Compare the tensor pass with OpenCV on the same frames, interleaved.")
final class BenchCommand implements Callable<Integer> {

    @Option(names = "--rounds", paramLabel = "N", description = "Runs of each way; default 100.")
    private int rounds = 100;

    @Option(names = "--threads", paramLabel = "N", description = "OpenCV's threads; default one a core, as lavapipe.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--gpu", paramLabel = "NAME", description = "Part of the Vulkan device's name, see 'list gpus'.")
    private @Nullable String gpu;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Write the figures as JSON too; - for standard output.")
    private @Nullable Path json;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        if (rounds < 3 || threads < 1) {
            throw new ConfigException("--rounds must be 3 or more and --threads 1 or more");
        }
        if (spec == null) {
            throw new AssertionError("picocli fills this in");
        }
        PrintWriter out = spec.commandLine().getOut();
        try (VulkanInstance instance = VulkanInstance.create(InstanceOptions.headless(false));
                VulkanDevice device = VulkanDevice.create(instance, new VulkanDevice.Options(gpu, false))) {
            boolean jsonOnly = json != null && json.toString().equals("-");
            List<PreprocessBench.Result> results = PreprocessBench.run(device, rounds, threads);
            if (json != null) {
                write(PreprocessBench.toJson(results), json, jsonOnly, out);
            }
            if (!jsonOnly) {
                out.println(device.info().name() + ", " + device.info().driver() + ", OpenCV with " + threads
                        + " threads, " + rounds + " rounds");
                out.println(PreprocessBench.toTable(results));
            }
            out.flush();
            return 0;
        }
    }

    private static void write(String text, Path file, boolean toOut, PrintWriter out) {
        if (toOut) {
            out.println(text);
            return;
        }
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new ConfigException("--json " + file + " cannot be written: " + e.getMessage());
        }
    }
}
