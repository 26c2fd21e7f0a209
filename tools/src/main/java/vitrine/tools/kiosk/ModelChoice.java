package vitrine.tools.kiosk;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vitrine.inference.model.ModelLocator;
import vitrine.inference.model.ModelSpec;
import vitrine.inference.model.ModelSpecReader;
import vitrine.tools.models.ModelCache;
import vitrine.tools.models.ModelCatalogue;
import vitrine.tools.models.ModelEntry;

/** From what the settings say of a network to its descriptor. */
final class ModelChoice {

    private static final Logger LOG = LoggerFactory.getLogger(ModelChoice.class);

    private ModelChoice() {}

    /**
     * Finds and reads the descriptor; the network itself is loaded later.
     *
     * @throws ConfigException for a name that has not been fetched
     */
    static ModelSpec of(RunSettings settings) {
        ModelSpec spec = ModelSpecReader.read(modelFile(settings.model(), ModelCache.of(System.getenv())));
        if (settings.score().isPresent() || settings.iou().isPresent()) {
            spec = spec.withThresholds(
                    settings.score().orElse(spec.scoreThreshold()),
                    settings.iou().orElse(spec.iouThreshold()));
        }
        LOG.info(
                "model: {} ({}), {}x{}",
                spec.name(),
                spec.file().getFileName(),
                spec.input().width(),
                spec.input().height());
        return spec;
    }

    /** A file, or a name: the default's, one of the catalogue's, or a file's in this folder or the cache. */
    private static Path modelFile(String name, ModelCache cache) {
        ModelCatalogue catalogue = ModelCatalogue.standard();
        if (name.equals(ModelCatalogue.DEFAULT)) {
            return cache.defaultNetwork(catalogue)
                    .orElseThrow(() -> new ConfigException("no model has been fetched yet to " + cache.folder()
                            + ": run './vitrine models fetch default', or name a file with --model"));
        }
        Optional<ModelEntry> known = catalogue.find(name);
        if (known.isPresent() && !cache.has(known.get())) {
            throw new ConfigException(name + " has not been fetched yet: run './vitrine models fetch " + name + "'");
        }
        return known.isPresent()
                ? cache.network(known.get())
                : ModelLocator.find(name, List.of(Path.of("."), cache.folder()));
    }
}
