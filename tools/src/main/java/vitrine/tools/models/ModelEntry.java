package vitrine.tools.models;

import java.util.List;

/**
 * A model of the catalogue.
 *
 * @param name what {@code vitrine models fetch} and {@code --model} call it
 * @param summary one line: network, data set, input
 * @param licence SPDX identifier of the weights' licence
 * @param origin where it comes from
 * @param files its files in the cache; the first is the network
 */
public record ModelEntry(String name, String summary, String licence, ModelOrigin origin, List<CatalogueFile> files) {

    public ModelEntry {
        files = List.copyOf(files);
        int expected = switch (origin) {
            case ModelOrigin.Download _ -> 1;
            case ModelOrigin.NpmPackage npm -> npm.offsets().size();
        };
        if (files.isEmpty() || files.size() != expected) {
            throw new IllegalArgumentException(name + ": " + files.size() + " files from an origin of " + expected);
        }
    }

    /** The network itself. */
    public CatalogueFile network() {
        return files.getFirst();
    }

    /** Sum of the files' sizes. */
    public long bytes() {
        return files.stream().mapToLong(CatalogueFile::bytes).sum();
    }
}
