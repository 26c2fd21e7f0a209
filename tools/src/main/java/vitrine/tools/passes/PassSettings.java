package vitrine.tools.passes;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a configuration says of shaders.
 *
 * @param names of the passes, in the order of drawing
 * @param folder where their files are looked for first
 * @param options by the pass's name
 * @param shaders tunable constants of Vitrine's own shaders: values by name, by file below the GLSL folder
 */
public record PassSettings(
        List<String> names,
        Optional<Path> folder,
        Map<String, Options> options,
        Map<String, Map<String, Value>> shaders) {

    public static final PassSettings NONE = new PassSettings(List.of(), Optional.empty(), Map.of(), Map.of());

    public PassSettings {
        names = List.copyOf(names);
        options = Map.copyOf(options);
        shaders = Map.copyOf(shaders);
    }

    /**
     * What is said of one pass.
     *
     * @param classes labels of the objects it is about; empty for all
     * @param values of its constants, by GLSL name
     */
    public record Options(Optional<List<String>> classes, Map<String, Value> values) {

        public static final Options NONE = new Options(Optional.empty(), Map.of());

        public Options {
            classes = classes.map(List::copyOf);
            values = Map.copyOf(values);
        }
    }

    /**
     * A constant's value.
     *
     * @param number 0 or 1 where it was written as false or true
     * @param flag it was written as false or true
     */
    public record Value(double number, boolean flag) {}

    /** All values of constants by name, by the pass's name or the file: bools are 0 or 1. */
    public Map<String, Map<String, Double>> constants() {
        Map<String, Map<String, Double>> all = new LinkedHashMap<>();
        options.forEach((pass, said) -> all.put(pass, numbers(said.values())));
        all.putAll(shaderValues());
        return all;
    }

    /** {@link #shaders} as numbers. */
    public Map<String, Map<String, Double>> shaderValues() {
        Map<String, Map<String, Double>> all = new LinkedHashMap<>();
        shaders.forEach((file, values) -> all.put(file, numbers(values)));
        return all;
    }

    private static Map<String, Double> numbers(Map<String, Value> values) {
        Map<String, Double> numbers = new LinkedHashMap<>();
        values.forEach((name, value) -> numbers.put(name, value.number()));
        return numbers;
    }

    /** What is said of a pass. */
    Options optionsOf(String name) {
        return options.getOrDefault(name, Options.NONE);
    }
}
