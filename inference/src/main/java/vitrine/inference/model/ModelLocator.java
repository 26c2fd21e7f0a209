package vitrine.inference.model;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Finds the file of a model given by path or by bare name. */
public final class ModelLocator {

    private static final List<String> EXTENSIONS = List.of(".toml", ".onnx", ".tflite");

    private ModelLocator() {}

    /**
     * A path that exists wins; a bare name, with or without its extension, is then looked for in each folder of the search
     * path, a descriptor before the model file itself.
     *
     * @return a file for {@link ModelSpecReader#read}
     * @throws ModelException when there is none; the message says where it was looked for
     */
    public static Path find(String nameOrPath, List<Path> searchPath) {
        Path path;
        try {
            path = Path.of(nameOrPath);
        } catch (InvalidPathException e) {
            throw new ModelException("the model name holds a character no file name may have", e);
        }
        if (nameOrPath.isBlank()) {
            throw new ModelException("the model name is empty: give a .onnx or .tflite file or a model's name");
        }
        if (Files.isRegularFile(path)) {
            return path;
        }
        if (nameOrPath.contains("/")) {
            throw new ModelException(path
                    + (Files.isDirectory(path)
                            ? " is a folder: give the model file in it"
                            : " does not exist: check the path of the model"));
        }
        for (Path folder : searchPath) {
            if (Files.isRegularFile(folder.resolve(path))) {
                return folder.resolve(path);
            }
            for (String extension : EXTENSIONS) {
                Path file = folder.resolve(nameOrPath + extension);
                if (Files.isRegularFile(file)) {
                    return file;
                }
            }
        }
        throw new ModelException("no model \"" + nameOrPath + "\" here"
                + searchPath.stream().map(f -> ", nor in " + f).collect(Collectors.joining())
                + ": give a .onnx or .tflite file, or see `vitrine models list`");
    }
}
