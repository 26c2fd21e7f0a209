package vitrine.tools.models;

/**
 * One file of a model as it lies in the cache.
 *
 * @param name file name, without folder
 * @param bytes exact size
 * @param sha256 lower-case hexadecimal SHA-256 of the content
 */
public record CatalogueFile(String name, long bytes, String sha256) {

    public CatalogueFile {
        if (name.isEmpty() || name.contains("/") || bytes < 1 || !sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("not a file of a model: " + name + ", " + bytes + " bytes, " + sha256);
        }
    }
}
