package vitrine.shaders;

import java.util.Arrays;
import java.util.List;

/**
 * One compilation of a source file: the file and the macros defined for it, each {@code NAME} or {@code NAME=VALUE}.
 *
 * @param file path below the GLSL folder, as {@code preprocess/general.comp}
 * @param macros sorted
 */
record Variant(String file, List<String> macros) {

    Variant {
        macros = macros.stream().sorted().toList();
    }

    /** A line of variants.txt: the file, then its macros, separated by blanks. */
    static Variant parse(String line) {
        String[] words = line.strip().split("\\s+");
        return new Variant(words[0], Arrays.asList(words).subList(1, words.length));
    }

    /** The variant of a name. */
    static Variant named(String name) {
        String[] words = name.split("\\+");
        return new Variant(words[0], Arrays.asList(words).subList(1, words.length));
    }

    /** Name of the variant and, with {@code .spv}, of its resource: {@code preprocess/general.comp+DEVICE_ADDRESS}. */
    String name() {
        StringBuilder name = new StringBuilder(file);
        for (String macro : macros) {
            name.append('+').append(macro);
        }
        return name.toString();
    }
}
