package vitrine.tools.passes;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import vitrine.present.pass.PassChain;
import vitrine.present.pass.PassSpec;
import vitrine.shaders.CompileProcess;
import vitrine.shaders.ShaderCompileException;
import vitrine.shaders.ShaderLibrary;
import vitrine.shaders.ShaderSources;
import vitrine.shaders.Spirv;
import vitrine.shaders.TunableConstant;
import vitrine.tools.workbench.ShaderProblem;

/**
 * Makes passes of names: a file of the user's folder, which is compiled in another process while this one starts, or one
 * of those that ship, which are compiled already. One thread.
 */
public final class PassLoader implements AutoCloseable {

    private static final String LOOK = "present/pass.frag";
    private static final String REMEMBER = "present/pass_state.comp";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+");
    private static final Pattern SHIPPED = Pattern.compile("^present/pass\\.frag PASS=(\\S+)$");
    private static final Set<String> WRAPPERS = Set.of(LOOK, REMEMBER);
    private static final Pattern WITHIN = Pattern.compile("\\(with PASS=(\\S+)\\)");

    private final PassSettings settings;
    private final ShaderSources sources;
    private final Map<String, PassText> texts = new LinkedHashMap<>();
    private final Set<String> own = new LinkedHashSet<>();
    private @Nullable CompileProcess compiling;

    private PassLoader(PassSettings settings) {
        this.settings = settings;
        ShaderSources builtIn = ShaderSources.overBuiltIn(List.of());
        sources = settings.folder().map(builtIn::withPasses).orElse(builtIn);
    }

    /**
     * Looks at the files and begins to compile those that are the user's.
     *
     * @throws PassException for a name without a file, or one that the text or the configuration does not allow
     */
    public static PassLoader start(PassSettings settings) {
        PassLoader loader = new PassLoader(settings);
        loader.find();
        loader.beginCompiling();
        return loader;
    }

    /** Where the passes' text comes from: the user's folder, then what ships. */
    public ShaderSources sources() {
        return sources;
    }

    private void find() {
        if (settings.names().size() > PassChain.MAX_PASSES) {
            throw new PassException(
                    settings.names().size() + " passes are listed; " + PassChain.MAX_PASSES + " can be drawn");
        }
        if (settings.folder().isPresent()
                && !Files.isDirectory(settings.folder().get())) {
            throw new PassException("pass folder " + settings.folder().get() + ": there is no such folder");
        }
        Set<String> shipped = shipped();
        for (String name : settings.names()) {
            if (!NAME.matcher(name).matches()) {
                throw new PassException(
                        "pass '" + name + "': a name is of letters, digits, _ and -; it is the file's, without .glsl");
            }
            boolean user = sources.path(file(name)).isPresent();
            if (!user && !shipped.contains(name)) {
                throw new PassException("there is no pass '" + name + "': "
                        + settings.folder()
                                .map(f -> "neither " + f.resolve(name + ".glsl") + " nor among those that ship: ")
                                .orElse("no pass_folder is set, and it is not among those that ship: ")
                        + String.join(", ", shipped));
            }
            if (user) {
                own.add(name);
            }
            String text = read(name);
            texts.put(name, PassText.parse(shown(file(name)), text));
            checkValues(name);
            checkRanges(name, text);
        }
        for (String name : settings.options().keySet()) {
            boolean known = texts.containsKey(name)
                    || shipped.contains(name)
                    || sources.path(file(name)).isPresent();
            if (!known) {
                throw new PassException("[pass." + name + "]: there is no pass '" + name + "'"
                        + near(name, new TreeSet<>(texts.keySet())));
            }
        }
    }

    private String read(String name) {
        try {
            return sources.read(file(name));
        } catch (IOException e) {
            throw new PassException(shown(file(name)) + " cannot be read: " + e.getMessage());
        }
    }

    private void checkValues(String name) {
        Map<String, String> constants = new HashMap<>(textOf(name).constants());
        settings.optionsOf(name).values().forEach((constant, value) -> {
            String type = constants.get(constant);
            if (type == null) {
                throw new PassException("[pass." + name + "]: " + shown(file(name)) + " has no constant '" + constant
                        + "'; "
                        + (constants.isEmpty()
                                ? "it has none"
                                : "it has " + String.join(", ", new TreeSet<>(constants.keySet()))));
            }
            boolean flag = type.equals("bool");
            if (flag != value.flag() || !Double.isFinite(value.number())) {
                throw new PassException("[pass." + name + "]: " + constant + " must be "
                        + (flag ? "true or false" : "a number") + ": it is a " + type + " in " + shown(file(name)));
            }
            if ((type.equals("int") || type.equals("uint")) && value.number() != Math.rint(value.number())) {
                throw new PassException("[pass." + name + "]: " + constant + " must be a whole number: it is a " + type
                        + " in " + shown(file(name)));
            }
        });
    }

    private void checkRanges(String name, String text) {
        try {
            for (TunableConstant constant : TunableConstant.parse(file(name), text)) {
                PassSettings.Value value = settings.optionsOf(name).values().get(constant.name());
                if (value != null && (value.number() < constant.least() || value.number() > constant.most())) {
                    throw new PassException("[pass." + name + "]: " + constant.name() + " must be from "
                            + constant.text(constant.least()) + " to " + constant.text(constant.most()) + ", not "
                            + constant.text(value.number()));
                }
            }
        } catch (ShaderCompileException e) {
            throw new PassException(problem(e));
        }
    }

    private void beginCompiling() {
        List<List<String>> shaders = new ArrayList<>();
        for (String name : own) {
            shaders.add(List.of(LOOK, "PASS=" + name));
            if (textOf(name).hasState()) {
                shaders.add(List.of(REMEMBER, "PASS=" + name));
            }
        }
        if (shaders.isEmpty()) {
            return;
        }
        try {
            compiling = CompileProcess.start(settings.folder().orElseThrow(), shaders);
        } catch (IOException e) {
            throw new PassException("passes cannot be compiled: " + e.getMessage());
        }
    }

    /**
     * The passes, compiled.
     *
     * @param labels of the model, by class index
     * @throws PassException for a pass that does not compile, and for a class that the model does not know
     */
    public List<PassSpec> await(List<String> labels) {
        Map<String, Set<Integer>> classes = new HashMap<>();
        for (String name : texts.keySet()) {
            settings.optionsOf(name).classes().ifPresent(c -> classes.put(name, classes(name, c, labels)));
        }
        Map<String, Spirv> looks = new HashMap<>();
        Map<String, Spirv> remembers = new HashMap<>();
        CompileProcess process = compiling;
        if (process != null) {
            try (process) {
                compiling = null;
                List<Spirv> compiled = process.await();
                int at = 0;
                for (String name : own) {
                    looks.put(name, compiled.get(at++));
                    if (textOf(name).hasState()) {
                        remembers.put(name, compiled.get(at++));
                    }
                }
            } catch (ShaderCompileException e) {
                throw new PassException(problem(e));
            } catch (UncheckedIOException e) {
                throw new PassException(String.valueOf(e.getMessage()));
            }
        }
        List<PassSpec> specs = new ArrayList<>();
        for (String name : settings.names()) {
            PassText text = textOf(name);
            Spirv look = looks.computeIfAbsent(name, n -> ShaderLibrary.load(LOOK, "PASS=" + n));
            Spirv remember = text.hasState()
                    ? remembers.computeIfAbsent(name, n -> ShaderLibrary.load(REMEMBER, "PASS=" + n))
                    : null;
            Map<String, Double> values = new HashMap<>();
            settings.optionsOf(name).values().forEach((constant, value) -> values.put(constant, value.number()));
            specs.add(new PassSpec(
                    name, look, remember, text.stateWidth(), text.stateHeight(), classes.get(name), values));
        }
        return specs;
    }

    private PassText textOf(String name) {
        PassText text = texts.get(name);
        if (text == null) {
            throw new AssertionError(name);
        }
        return text;
    }

    private static Set<Integer> classes(String name, List<String> wanted, List<String> labels) {
        Set<Integer> indices = new TreeSet<>();
        for (String label : wanted) {
            boolean found = false;
            for (int i = 0; i < labels.size(); i++) {
                if (labels.get(i).equalsIgnoreCase(label)) {
                    indices.add(i);
                    found = true;
                }
            }
            if (!found) {
                throw new PassException("[pass." + name + "]: the model knows no class '" + label + "'"
                        + near(label, new TreeSet<>(labels)));
            }
        }
        return indices;
    }

    /** The names that may have been meant, or all where they are few, or some. */
    private static String near(String name, Set<String> known) {
        String lower = name.toLowerCase(Locale.ROOT);
        List<String> close = known.stream()
                .filter(k -> {
                    String other = k.toLowerCase(Locale.ROOT);
                    return other.contains(lower) || lower.contains(other) || distance(lower, other) <= 2;
                })
                .toList();
        if (!close.isEmpty()) {
            return "; near it: " + String.join(", ", close);
        }
        List<String> some = known.stream().limit(12).toList();
        return some.isEmpty() ? "" : "; it knows " + String.join(", ", some) + (known.size() > 12 ? ", …" : "");
    }

    /** Levenshtein's. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }

    /** First error: place and message, the source line, a caret below what the message quotes. */
    private String problem(ShaderCompileException e) {
        ShaderProblem problem = ShaderProblem.of(e, sources);
        Matcher within = WITHIN.matcher(String.valueOf(e.getMessage()));
        if (WRAPPERS.contains(e.file()) && within.find()) {
            // The pass does not have what the wrapper calls.
            return shown(file(within.group(1))) + ": "
                    + switch (problem.message().replaceFirst("^'(\\w*)'.*", "$1")) {
                        case "look" -> "there is no function 'vec3 look(vec2 at)' in it";
                        case "remember" -> "it has state, but no function 'vec4 remember(ivec2 cell, vec4 before)'";
                        default -> "it does not fit around it: " + problem.place() + ": " + problem.message();
                    };
        }
        String head =
                shown(problem.file()) + (problem.line() > 0 ? ":" + problem.line() : "") + ": " + problem.message();
        return problem.sourceLine().isEmpty() ? head : head + "\n" + problem.sourceLine() + "\n" + problem.caretLine();
    }

    private static String file(String name) {
        return "passes/" + name + ".glsl";
    }

    /** The file as its user knows it. */
    private String shown(String file) {
        return sources.path(file).map(path -> path.normalize().toString()).orElse(file);
    }

    /** Names of the passes that are in the jar, compiled. */
    public static Set<String> shipped() {
        Set<String> names = new LinkedHashSet<>();
        try (InputStream in =
                PassSpec.class.getClassLoader().getResourceAsStream("vitrine/shaders/glsl/variants.txt")) {
            if (in == null) {
                throw new AssertionError("the shaders' jar has its variants.txt");
            }
            new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(line -> {
                Matcher m = SHIPPED.matcher(line.strip());
                if (m.matches()) {
                    names.add(m.group(1));
                }
            });
            return names;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends what is still being compiled. */
    @Override
    public void close() {
        if (compiling != null) {
            compiling.close();
        }
    }
}
