package vitrine.tools.models;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * The folder that holds fetched models. Files appear in it by renaming, so a reader never sees half a model.
 *
 * @param folder made on the first fetch
 */
public record ModelCache(Path folder) {

    /** Lists the default model's files in the format of {@code sha256sum}, so that a script can check them. */
    static final String DEFAULT_LIST = "default.sha256";

    /** State of a model in the cache. */
    public enum State {
        ABSENT,
        /** A file is there with the wrong size or content. */
        DAMAGED,
        PRESENT
    }

    /** {@code VITRINE_MODELS}, else {@code vitrine/models} below {@code XDG_CACHE_HOME} or {@code ~/.cache}. */
    public static ModelCache of(Map<String, String> environment) {
        String own = environment.getOrDefault("VITRINE_MODELS", "");
        if (!own.isEmpty()) {
            return new ModelCache(Path.of(own).toAbsolutePath());
        }
        String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
        Path home = Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")));
        return new ModelCache((cache.isEmpty() ? home.resolve(".cache") : Path.of(cache))
                .resolve("vitrine/models")
                .toAbsolutePath());
    }

    /** Where the file of a model is or will be. */
    public Path path(CatalogueFile file) {
        return folder.resolve(file.name());
    }

    /** Where the network of a model is or will be. */
    public Path network(ModelEntry entry) {
        return path(entry.network());
    }

    /** Whether the model can be used, by name and size alone: cheap, for start-up. */
    public boolean has(ModelEntry entry) {
        return entry.files().stream().allMatch(f -> size(path(f)) == f.bytes());
    }

    /** The network of the first model of the catalogue that is here, by name and size alone. */
    public Optional<Path> defaultNetwork(ModelCatalogue catalogue) {
        return catalogue.entries().stream().filter(this::has).map(this::network).findFirst();
    }

    /** Reads and hashes every file of the model. */
    public State check(ModelEntry entry) throws FetchException {
        State state = State.PRESENT;
        for (CatalogueFile file : entry.files()) {
            long size = size(path(file));
            if (size < 0) {
                return State.ABSENT;
            }
            if (size != file.bytes() || !sha256(path(file)).equals(file.sha256())) {
                state = State.DAMAGED;
            }
        }
        return state;
    }

    /** Names the model in {@value #DEFAULT_LIST}. */
    void nameDefault(ModelEntry entry) throws FetchException {
        StringBuilder lines = new StringBuilder();
        for (CatalogueFile file : entry.files()) {
            lines.append(file.sha256()).append("  ").append(file.name()).append('\n');
        }
        Path list = folder.resolve(DEFAULT_LIST);
        try {
            if (!Files.exists(list) || !Files.readString(list).contentEquals(lines)) {
                Path part = folder.resolve(DEFAULT_LIST + ".part");
                Files.writeString(part, lines);
                publish(part, list);
            }
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    void create() throws FetchException {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /** Moves a whole and checked file to its name. */
    static void publish(Path part, Path file) throws IOException {
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    FetchException unwritable(IOException e) {
        return new FetchException(
                FetchException.Reason.CACHE,
                "cannot write models to " + folder + ": " + cause(e)
                        + "; make room or access there, or set VITRINE_MODELS to another folder",
                e);
    }

    private static String cause(IOException e) {
        if (e instanceof FileSystemException f && f.getReason() == null) {
            return f.getClass().getSimpleName().replace("Exception", "") + " (" + f.getFile() + ")";
        }
        return String.valueOf(e.getMessage());
    }

    private static long size(Path path) {
        try {
            return Files.isRegularFile(path) ? Files.size(path) : -1;
        } catch (IOException e) {
            return -1;
        }
    }

    static String sha256(Path path) throws FetchException {
        MessageDigest digest = newSha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(path), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new FetchException(
                    FetchException.Reason.CACHE, "cannot read " + path + ": " + cause(e) + "; mend its access", e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
