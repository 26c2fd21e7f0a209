package vitrine.shaders;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where GLSL text comes from: folders, the first that has a file wins, and then perhaps this jar, which holds all of
 * Vitrine's own. Files are named below the GLSL folder, as {@code include/frame.glsl}. Immutable; any thread.
 */
public final class ShaderSources {

    private static final String PASSES = "passes/";

    private final List<Path> folders;
    private final boolean jar;
    private final @Nullable Path passFolder;

    private ShaderSources(List<Path> folders, boolean jar, @Nullable Path passFolder) {
        this.folders = List.copyOf(folders);
        this.jar = jar;
        this.passFolder = passFolder;
    }

    /** One folder that holds everything. */
    public static ShaderSources inFolder(Path folder) {
        return new ShaderSources(List.of(folder), false, null);
    }

    /** Folders over what the jar holds. */
    public static ShaderSources overBuiltIn(List<Path> folders) {
        return new ShaderSources(folders, true, null);
    }

    /** The same, but {@code passes/NAME.glsl} is looked for first as {@code NAME.glsl} in a folder of users' passes. */
    public ShaderSources withPasses(Path folder) {
        return new ShaderSources(folders, jar, folder);
    }

    /** The same over other folders, each asked before the jar. */
    public ShaderSources over(List<Path> others) {
        return new ShaderSources(others, jar, passFolder);
    }

    /** Whether there is such a file and it is a shader by its name. */
    public boolean isShader(String file) {
        for (Stage stage : Stage.values()) {
            if (file.endsWith(stage.suffix())) {
                return path(file).isPresent() || (jar && ShaderSources.class.getResource("glsl/" + file) != null);
            }
        }
        return false;
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
        Stream<Path> inPassFolder = passFolder != null && file.startsWith(PASSES)
                ? Stream.of(passFolder.resolve(file.substring(PASSES.length())))
                : Stream.empty();
        return Stream.concat(inPassFolder, folders.stream().map(folder -> folder.resolve(file)))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /** What a file in one of the folders is called here, with / between names; also one that is gone. */
    public String name(Path file) {
        for (Path folder : folders()) {
            if (file.startsWith(folder)) {
                String name = folder.relativize(file).toString();
                return folder.equals(passFolder) ? PASSES + name : name;
            }
        }
        throw new IllegalArgumentException(file + " lies in none of " + folders());
    }

    /** The folders, in the order they are asked, that of users' passes included. */
    public List<Path> folders() {
        return passFolder == null
                ? folders
                : Stream.concat(Stream.of(passFolder), folders.stream()).toList();
    }
}
