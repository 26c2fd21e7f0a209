package vitrine.inference.model;

import java.util.List;
import java.util.Map;
import vitrine.inference.decode.OutputShape;

/**
 * What a model file says about itself. Dimensions unknown in the file are -1.
 *
 * @param input the one input of the network, in the file's own axis order
 * @param outputs in the file's order
 * @param metadata free key and value texts, as exporters leave them in ONNX files
 */
record NetworkInfo(OutputShape input, List<OutputShape> outputs, Map<String, String> metadata) {

    NetworkInfo {
        outputs = List.copyOf(outputs);
        metadata = Map.copyOf(metadata);
    }
}
