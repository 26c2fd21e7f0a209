package vitrine.shaders;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where GLSL text comes from: folders, the first that has a file wins, and then perhaps this jar, which holds all of
 * Vitrine's own. Files are named below the GLSL folder, as {@code include/frame.glsl}. Immutable; any thread.
 */
public final class ShaderSources {

    private final List<Path> folders;
    private final boolean jar;

    private ShaderSources(List<Path> folders, boolean jar) {
        this.folders = List.copyOf(folders);
        this.jar = jar;
    }

    /** One folder that holds everything. */
    public static ShaderSources inFolder(Path folder) {
        return new ShaderSources(List.of(folder), false);
    }

    /** Folders over what the jar holds. */
    public static ShaderSources overBuiltIn(List<Path> folders) {
        return new ShaderSources(folders, true);
    }

    /**
     * The text of a file.
     *
     * @throws IOException if no folder has it or it cannot be read
     */
    public String read(String file) throws IOException {
        Optional<Path> found = path(file);
        if (found.isPresent()) {
            return Files.readString(found.get());
        }
        Optional<String> builtIn = jar ? builtIn(file) : Optional.empty();
        return builtIn.orElseThrow(() -> new NoSuchFileException(file));
    }

    private static Optional<String> builtIn(String file) throws IOException {
        try (InputStream in = ShaderSources.class.getResourceAsStream("glsl/" + file)) {
            return in == null ? Optional.empty() : Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** Whether {@link #read} gives what the build compiled; false for a file that cannot be read. */
    public boolean isBuiltIn(String file) {
        try {
            return builtIn(file).equals(Optional.of(read(file)));
        } catch (IOException e) {
            return false;
        }
    }

    /** The file that {@link #read} takes; empty where it is the jar's, or nobody's. */
    public Optional<Path> path(String file) {
        return folders.stream()
                .map(folder -> folder.resolve(file))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /** The folders, in the order they are asked. */
    public List<Path> folders() {
        return folders;
    }
}
