package vitrine.inference.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import vitrine.inference.decode.OutputShape;

/**
 * Reads the envelope of an ONNX file and checks what an importer takes on trust: that messages end where they say and
 * that weights have as many bytes as their dimensions ask for. Field numbers: onnx.proto of ONNX 1.16.
 */
final class OnnxFile {

    /** Bytes an element of TensorProto.DataType takes, by its code; 0 where elements are not of fixed size. */
    private static final int[] ELEMENT_BYTES = {0, 4, 1, 1, 2, 2, 4, 8, 0, 1, 2, 8, 4, 8, 8, 16, 2};

    /** Attributes an importer divides by; OpenCV 4.13 does so with a group of 0, which ends the process. */
    private static final Set<String> DIVISORS =
            Set.of("group", "strides", "dilations", "kernel_shape", "blocksize", "num_outputs");

    private final Set<String> initializers = new HashSet<>();
    private final List<OutputShape> inputs = new ArrayList<>();
    private final List<OutputShape> outputs = new ArrayList<>();
    private final Map<String, String> metadata = new HashMap<>();
    private int nodes;

    private OnnxFile() {}

    static NetworkInfo read(byte[] bytes) throws MalformedFileException {
        OnnxFile file = new OnnxFile();
        boolean graph = false;
        for (ProtoReader model = new ProtoReader(bytes); model.next(); ) {
            if (model.is(7, ProtoReader.BYTES)) {
                file.graph(model.message());
                graph = true;
            } else if (model.is(14, ProtoReader.BYTES)) {
                file.metadata(model.message());
            }
        }
        if (!graph || file.nodes == 0) {
            throw new MalformedFileException("there is no network in it");
        }
        List<OutputShape> fed = file.inputs.stream()
                .filter(i -> !file.initializers.contains(i.name()))
                .toList();
        if (fed.size() != 1) {
            throw new MalformedFileException("the network has " + fed.size() + " inputs, not one");
        }
        if (file.outputs.isEmpty()) {
            throw new MalformedFileException("the network has no output");
        }
        return new NetworkInfo(fed.getFirst(), file.outputs, file.metadata);
    }

    private void graph(ProtoReader graph) throws MalformedFileException {
        while (graph.next()) {
            if (graph.wire() != ProtoReader.BYTES) {
                continue;
            }
            switch (graph.field()) {
                case 1 -> node(graph.message());
                case 5 -> initializers.add(tensor(graph.message()));
                case 11 -> inputs.add(valueInfo(graph.message()));
                case 12 -> outputs.add(valueInfo(graph.message()));
                default -> {}
            }
        }
    }

    private void node(ProtoReader node) throws MalformedFileException {
        nodes++;
        while (node.next()) {
            if (node.is(5, ProtoReader.BYTES)) {
                attribute(node.message());
            }
        }
    }

    private static void attribute(ProtoReader attribute) throws MalformedFileException {
        String name = "";
        long least = 1;
        while (attribute.next()) {
            switch (attribute.field()) {
                case 1 -> name = attribute.text();
                case 3 -> least = Math.min(least, attribute.value());
                case 5 -> tensor(attribute.message());
                case 8 -> least = Math.min(least, attribute.least());
                default -> {}
            }
        }
        if (least < 1 && DIVISORS.contains(name)) {
            throw new MalformedFileException("a node has " + name + " " + least);
        }
    }

    /** Checks a TensorProto and returns its name. */
    private static String tensor(ProtoReader tensor) throws MalformedFileException {
        String name = "";
        long elements = 1;
        long rank = 0;
        int type = 0;
        long raw = -1;
        long typed = 0;
        while (tensor.next()) {
            switch (tensor.field()) {
                case 1 -> {
                    elements = ProtoReader.multiply(elements, tensor.product());
                    rank += tensor.varints();
                }
                case 2 -> type = (int) tensor.value();
                case 4 -> typed += tensor.length() / 4;
                case 5, 7, 11 -> typed += tensor.varints();
                case 8 -> name = printable(tensor.text());
                case 9 -> raw = tensor.length();
                case 10 -> typed += tensor.length() / 8;
                case 13 ->
                    throw new MalformedFileException(
                            "its weights lie in another file; save it again with the weights inside");
                default -> {}
            }
        }
        if (elements == 0 && rank > 1) { // [0] stands for an input left out
            throw new MalformedFileException("tensor \"" + name + "\" has a dimension of 0");
        }
        int size = type > 0 && type < ELEMENT_BYTES.length ? ELEMENT_BYTES[type] : 0;
        if (size == 0 && elements > 0 && type != 8) {
            throw new MalformedFileException("tensor \"" + name + "\" has the unknown element type " + type);
        }
        long has = raw >= 0 ? raw : typed * size;
        // Complex numbers come as two values an element; no detector has them.
        if (type != 8 && type != 14 && type != 15 && has != elements * size) {
            throw new MalformedFileException(
                    "tensor \"" + name + "\" has " + has + " bytes where its dimensions ask for " + elements * size);
        }
        return name;
    }

    /** A name from the file, fit for a message. */
    static String printable(String name) {
        return name.replaceAll("\\p{Cntrl}", "?");
    }

    private static OutputShape valueInfo(ProtoReader info) throws MalformedFileException {
        String name = "";
        List<Integer> dims = new ArrayList<>();
        while (info.next()) {
            if (info.is(1, ProtoReader.BYTES)) {
                name = printable(info.text());
            } else if (info.is(2, ProtoReader.BYTES)) {
                for (ProtoReader type = info.message(); type.next(); ) {
                    if (type.is(1, ProtoReader.BYTES)) {
                        shape(type.message(), dims);
                    }
                }
            }
        }
        return new OutputShape(name, dims);
    }

    private static void shape(ProtoReader tensorType, List<Integer> dims) throws MalformedFileException {
        while (tensorType.next()) {
            if (!tensorType.is(2, ProtoReader.BYTES)) {
                continue;
            }
            for (ProtoReader shape = tensorType.message(); shape.next(); ) {
                if (shape.is(1, ProtoReader.BYTES)) {
                    int size = -1;
                    for (ProtoReader dim = shape.message(); dim.next(); ) {
                        if (dim.is(1, ProtoReader.VARINT) && dim.value() > 0 && dim.value() <= Integer.MAX_VALUE) {
                            size = (int) dim.value();
                        }
                    }
                    dims.add(size);
                }
            }
        }
    }

    private void metadata(ProtoReader entry) throws MalformedFileException {
        String key = "";
        String value = "";
        while (entry.next()) {
            if (entry.is(1, ProtoReader.BYTES)) {
                key = entry.text();
            } else if (entry.is(2, ProtoReader.BYTES)) {
                value = entry.text();
            }
        }
        metadata.put(key, value);
    }
}
