package vitrine.inference.model;

import java.nio.file.Path;
import java.util.List;
import vitrine.inference.preprocess.TensorSpec;

/** The checked bytes of a model, for an engine to load. */
public final class ModelFile {

    private final Path file;
    private final byte[] bytes;

    private ModelFile(Path file, byte[] bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    /**
     * Reads the file and checks its structure and its input against the descriptor.
     *
     * @throws ModelException when the file is damaged or is not what its descriptor says
     */
    public static ModelFile load(ModelSpec model) {
        byte[] bytes = ModelSpecReader.bytes(model.file());
        NetworkInfo network = ModelSpecReader.network(model.file(), bytes);
        List<Integer> dims = network.input().dims();
        TensorSpec tensor = model.input();
        boolean last = model.format() == ModelSpec.Format.TFLITE || tensor.layout() == TensorSpec.Layout.NHWC;
        List<Integer> wanted =
                last ? List.of(1, tensor.height(), tensor.width(), 3) : List.of(1, 3, tensor.height(), tensor.width());
        boolean fits = dims.size() == 4;
        for (int i = 0; fits && i < 4; i++) {
            fits = dims.get(i) < 0 || dims.get(i).equals(wanted.get(i));
        }
        if (!fits) {
            throw new ModelException(model.file() + " takes " + network.input() + " (-1: any), its descriptor says "
                    + wanted + ": correct input.width, height or layout in the descriptor");
        }
        return new ModelFile(model.file(), bytes);
    }

    public Path file() {
        return file;
    }

    /** The file's bytes; not to be changed. */
    public byte[] bytes() {
        return bytes;
    }
}
