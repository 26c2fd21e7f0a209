package vitrine.tools;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
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
import vitrine.tools.bench.ReloadBench;
import vitrine.tools.kiosk.ConfigException;
import vitrine.tools.kiosk.RunOptions;
import vitrine.tools.kiosk.RunSettings;

/** {@code vitrine bench}: the tensor pass beside OpenCV, in one process, by ratios. */
@Command(name = "bench", description = "Compare the tensor pass with OpenCV on the same frames, interleaved.")
final class BenchCommand implements Callable<Integer> {

    private static final int RELOAD_WARM_UP = 5;
    private static final long RELOAD_SEED = 1;

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

    @Option(
            names = "--reload",
            paramLabel = "N",
            arity = "0..1",
            fallbackValue = "30",
            description =
                    "Instead: from the save of a shader to the picture, under a running pipeline; N edits, default 30.")
    private @Nullable Integer reload;

    @Option(
            names = "--source",
            paramLabel = "URI",
            description = "With --reload: what runs meanwhile; default pattern:640x360@30?format=nv12.")
    private String source = "pattern:640x360@30?format=nv12";

    @Option(names = "--model", paramLabel = "FILE", description = "With --reload: the network that runs meanwhile.")
    private String model = "default";

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
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
        if (reload != null) {
            return reload(out, reload);
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

    private int reload(PrintWriter out, int edits) throws InterruptedException {
        if (edits < 1) {
            throw new ConfigException("--reload must be 1 or more");
        }
        Path folder = null;
        try {
            folder = Files.createTempDirectory("vitrine-reload");
            Path glsl = Files.createDirectory(folder.resolve("glsl"));
            RunSettings settings = RunOptions.development(source, model, gpu, glsl, folder.resolve("pictures"));
            List<ReloadBench.Sample> samples = ReloadBench.run(settings, edits, RELOAD_WARM_UP, glsl, RELOAD_SEED);
            out.println("save of present/video.frag to its picture, " + source + ", " + edits + " edits after "
                    + RELOAD_WARM_UP);
            out.print(ReloadBench.toTable(samples));
            out.flush();
            return 0;
        } catch (IOException e) {
            throw new ConfigException("--reload: no folder for the shader can be written: " + e.getMessage());
        } finally {
            if (folder != null) {
                delete(folder);
            }
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        } catch (IOException e) {
            throw new ConfigException(folder + " cannot be deleted: " + e.getMessage());
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
