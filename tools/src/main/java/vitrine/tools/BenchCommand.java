package vitrine.tools;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import vitrine.engine.device.InstanceOptions;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.device.VulkanInstance;
import vitrine.tools.bench.Pi5Cost;
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

    @Option(
            names = "--pi5-cost",
            description =
                    "Instead: what the Raspberry Pi 5's compiler makes of the shaders. Through ./vitrine, which builds it.",
            arity = "0")
    private boolean pi5Cost;

    @Option(
            names = "--pi5-limits",
            paramLabel = "FILE",
            description = "With --pi5-cost: exit code 3 where a shader passes its limit in the file.")
    private @Nullable Path pi5Limits;

    @Option(
            names = "--pi5-new-limits",
            paramLabel = "FILE",
            description = "With --pi5-cost: write the present figures as limits.")
    private @Nullable Path pi5NewLimits;

    @Option(
            names = "--pi5-document",
            paramLabel = "FILE",
            description = "With --pi5-cost: write the table as docs/pi5-gpu.md has it.")
    private @Nullable Path pi5Document;

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
        if (pi5Cost) {
            return pi5Cost(out);
        }
        try (VulkanInstance instance = VulkanInstance.create(InstanceOptions.headless(false));
                VulkanDevice device = VulkanDevice.create(instance, new VulkanDevice.Options(gpu, false))) {
            boolean jsonOnly = json != null && json.toString().equals("-");
            List<PreprocessBench.Result> results = PreprocessBench.run(device, rounds, threads);
            if (json != null) {
                if (jsonOnly) {
                    out.println(PreprocessBench.toJson(results));
                } else {
                    write("--json", json, PreprocessBench.toJson(results));
                }
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

    private int pi5Cost(PrintWriter out) {
        List<Pi5Cost.Row> rows = Pi5Cost.run();
        out.println(Pi5Cost.toTable(rows));
        if (pi5NewLimits != null) {
            write("--pi5-new-limits", pi5NewLimits, Pi5Cost.toLimits(rows));
        }
        if (pi5Document != null) {
            write("--pi5-document", pi5Document, Pi5Cost.toMarkdown(rows));
        }
        List<String> excesses = List.of();
        if (pi5Limits != null) {
            try (Stream<String> limits = Files.lines(pi5Limits)) {
                excesses = Pi5Cost.excesses(rows, limits);
            } catch (IOException e) {
                throw new ConfigException("--pi5-limits " + pi5Limits + " cannot be read: " + e.getMessage());
            }
            excesses.forEach(line -> out.println("limit: " + line));
            out.println(excesses.isEmpty() ? "all within " + pi5Limits : excesses.size() + " beyond " + pi5Limits);
        }
        out.flush();
        return excesses.isEmpty() ? 0 : RunCommand.FINDINGS;
    }

    private static void write(String option, Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new ConfigException(option + " " + file + " cannot be written: " + e.getMessage());
        }
    }
}
