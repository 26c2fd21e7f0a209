package vitrine.tools.workbench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vitrine.shaders.Spirv;
import vitrine.shaders.TunableConstant;

/**
 * The tunable constants of all shaders and their values: from the configuration file, else from the GLSL, until somebody
 * changes them. A shader is named by its pass, as {@code privacy}, or by its file below the GLSL folder, as
 * {@code present/video.frag}. Any thread; listeners are called on the thread that made the change.
 */
public final class Tunables {

    private static final Logger LOG = LoggerFactory.getLogger(Tunables.class);

    /**
     * One constant as it stands.
     *
     * @param shader that declares it
     * @param value what it is now
     * @param selected whether {@link #nudge} changes it
     * @param unsaved whether the value is another than the configuration file and the GLSL make it
     */
    public record Tunable(String shader, TunableConstant constant, double value, boolean selected, boolean unsaved) {}

    private static final class Entry {
        TunableConstant constant;
        double value;

        /** By the user, in this run: else the value follows the configuration and the GLSL. */
        boolean chosen;

        Entry(TunableConstant constant) {
            this.constant = constant;
        }
    }

    private final @Nullable Path file;
    private final Map<String, Map<String, Double>> configured = new LinkedHashMap<>();
    private final Map<String, Map<String, Entry>> shaders = new LinkedHashMap<>();

    /** What was declared before and is not now: a constant commented out and in again keeps its value. */
    private final Map<String, Map<String, Entry>> former = new LinkedHashMap<>();

    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private final Object saving = new Object();
    private @Nullable Entry selected;
    private volatile long version;

    /**
     * A store without constants.
     *
     * @param configured values by name, by shader, as the configuration file has them; bools are 0 or 1
     * @param file that {@link #save} writes to, null without a configuration file
     */
    public Tunables(Map<String, Map<String, Double>> configured, @Nullable Path file) {
        this.file = file;
        configured.forEach((shader, values) -> this.configured.put(shader, new LinkedHashMap<>(values)));
    }

    /**
     * The constants that a shader has from now on, in this order. Who was changed keeps the value where name and type are
     * still the same, within the new range; all others follow the configuration and the GLSL.
     */
    public void declare(String shader, List<TunableConstant> constants) {
        synchronized (this) {
            Map<String, Entry> old = shaders.getOrDefault(shader, Map.of());
            Map<String, Entry> parked = former.computeIfAbsent(shader, s -> new LinkedHashMap<>());
            parked.putAll(old);
            Map<String, Entry> now = new LinkedHashMap<>();
            for (TunableConstant constant : constants) {
                Entry entry = parked.remove(constant.name());
                if (entry == null || entry.constant.type() != constant.type()) {
                    entry = new Entry(constant);
                }
                entry.constant = constant;
                entry.value = entry.chosen ? constant.clamp(entry.value) : unchanged(shader, constant);
                now.put(constant.name(), entry);
            }
            shaders.put(shader, now);
            if (selected == null || parked.containsValue(selected)) {
                selected = first();
            }
            version++;
        }
    }

    /** The name that a compiled shader has here, by {@code Spirv.name}: the pass it is of, else its file. */
    public static String shaderOf(String variant) {
        return TunableConstant.passOf(variant).orElseGet(() -> Spirv.fileOf(variant));
    }

    /** The value without the user's doing: the configuration's, else the GLSL's. */
    private double unchanged(String shader, TunableConstant constant) {
        Double written = configured.getOrDefault(shader, Map.of()).get(constant.name());
        if (written == null) {
            return constant.preset();
        }
        double value = constant.clamp(written);
        if (value != written) {
            LOG.warn(
                    "{} of {}: {} in the configuration is not within {} to {}; taking {}",
                    constant.name(),
                    shader,
                    written,
                    constant.text(constant.least()),
                    constant.text(constant.most()),
                    constant.text(value));
        }
        return value;
    }

    private @Nullable Entry first() {
        return shaders.values().stream()
                .flatMap(entries -> entries.values().stream())
                .findFirst()
                .orElse(null);
    }

    /**
     * What the shader's pipelines are to be made with: the constants that are configured or have another value than in the
     * GLSL. Of a shader that has not been declared yet, all that is configured.
     */
    public synchronized Map<String, Double> values(String shader) {
        Map<String, Double> written = configured.getOrDefault(shader, Map.of());
        Map<String, Entry> entries = shaders.get(shader);
        if (entries == null) {
            return Map.copyOf(written);
        }
        Map<String, Double> values = new LinkedHashMap<>();
        entries.forEach((name, entry) -> {
            if (written.containsKey(name) || entry.value != entry.constant.preset()) {
                values.put(name, entry.value);
            }
        });
        return values;
    }

    /**
     * Changes a value.
     *
     * @return what it is now: within the range and on a step
     * @throws TuningException when there is no such constant or the value is no number
     */
    public double set(String shader, String name, double value) {
        if (!Double.isFinite(value)) {
            throw new TuningException(name + " of " + shader + " must be a number");
        }
        double taken;
        synchronized (this) {
            Entry entry = entry(shader, name);
            taken = entry.constant.snap(value);
            entry.chosen = true;
            if (taken == entry.value) {
                return taken;
            }
            entry.value = taken;
            version++;
        }
        changed(shader);
        return taken;
    }

    /**
     * Makes a value again what the GLSL says.
     *
     * @return that value
     * @throws TuningException when there is no such constant
     */
    public double reset(String shader, String name) {
        double preset;
        synchronized (this) {
            Entry entry = entry(shader, name);
            preset = entry.constant.preset();
            entry.chosen = configured.getOrDefault(shader, Map.of()).containsKey(name);
            if (preset == entry.value) {
                return preset;
            }
            entry.value = preset;
            version++;
        }
        changed(shader);
        return preset;
    }

    private Entry entry(String shader, String name) {
        Map<String, Entry> entries = shaders.get(shader);
        if (entries == null || entries.isEmpty()) {
            List<String> tunable = shaders.keySet().stream()
                    .filter(s -> !shaders.getOrDefault(s, Map.of()).isEmpty())
                    .toList();
            throw new TuningException("no shader '" + shader + "' with tunable constants is in use; "
                    + (tunable.isEmpty() ? "no shader has any" : "there are " + String.join(", ", tunable)));
        }
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new TuningException(
                    shader + " has no tunable constant '" + name + "'; it has " + String.join(", ", entries.keySet()));
        }
        return entry;
    }

    /** Moves the selected constant's value by steps; nothing where there is none. */
    public void nudge(int steps) {
        String shader;
        synchronized (this) {
            Entry entry = selected;
            if (entry == null) {
                return;
            }
            double value = entry.constant.nudged(entry.value, steps);
            entry.chosen = true;
            if (value == entry.value) {
                return;
            }
            entry.value = value;
            version++;
            shader = shaderOf(entry);
        }
        changed(shader);
    }

    /** {@link #reset} of the selected constant; nothing where there is none. */
    public void resetSelected() {
        String shader;
        String name;
        synchronized (this) {
            Entry entry = selected;
            if (entry == null) {
                return;
            }
            shader = shaderOf(entry);
            name = entry.constant.name();
        }
        double _ = reset(shader, name);
    }

    private String shaderOf(Entry entry) {
        for (Map.Entry<String, Map<String, Entry>> shader : shaders.entrySet()) {
            if (shader.getValue().get(entry.constant.name()) == entry) {
                return shader.getKey();
            }
        }
        throw new AssertionError("selected is what no shader has");
    }

    /** Selects the constant that many places further down the list, round its end. */
    public synchronized void select(int places) {
        List<Entry> all = new ArrayList<>();
        shaders.values().forEach(entries -> all.addAll(entries.values()));
        if (!all.isEmpty()) {
            int at = selected == null ? 0 : all.indexOf(selected) + places;
            selected = all.get(Math.floorMod(at, all.size()));
            version++;
        }
    }

    /** All constants, shader after shader, as they stand. */
    public synchronized List<Tunable> list() {
        List<Tunable> list = new ArrayList<>();
        shaders.forEach((shader, entries) -> entries.values()
                .forEach(e ->
                        list.add(new Tunable(shader, e.constant, e.value, e.equals(selected), isUnsaved(shader, e)))));
        return list;
    }

    private boolean isUnsaved(String shader, Entry entry) {
        Double written = configured.getOrDefault(shader, Map.of()).get(entry.constant.name());
        return entry.value != (written == null ? entry.constant.preset() : written);
    }

    /** Whether {@link #save} has something to write. */
    public synchronized boolean isDirty() {
        return shaders.entrySet().stream()
                .anyMatch(s -> s.getValue().values().stream().anyMatch(e -> isUnsaved(s.getKey(), e)));
    }

    /** Another number after each change of values, constants or selection. */
    public long version() {
        return version;
    }

    /** Calls with the shader's name whenever a value has been changed; not for {@link #declare}. */
    public void onChange(Consumer<String> listener) {
        listeners.add(listener);
    }

    private void changed(String shader) {
        listeners.forEach(listener -> listener.accept(shader));
    }

    /** The file that {@link #save} writes to; null without one. */
    public @Nullable Path file() {
        return file;
    }

    /**
     * Writes all unsaved values into the configuration file, which keeps all else as it is. Waits for the disk.
     *
     * @return one line that says what was done
     * @throws TuningException when there is no file or it cannot be written; it is untouched then
     */
    public String save() {
        Path to = file;
        if (to == null) {
            throw new TuningException("nowhere to save to; start with --config FILE");
        }
        synchronized (saving) {
            Map<List<String>, Map<String, String>> literals = new LinkedHashMap<>();
            Map<String, Map<String, Double>> values = new LinkedHashMap<>();
            synchronized (this) {
                shaders.forEach((shader, entries) -> entries.values().stream()
                        .filter(e -> isUnsaved(shader, e))
                        .forEach(e -> {
                            String name = e.constant.name();
                            literals.computeIfAbsent(table(shader), t -> new LinkedHashMap<>())
                                    .put(name, e.constant.literal(e.value));
                            values.computeIfAbsent(shader, s -> new LinkedHashMap<>())
                                    .put(name, e.value);
                        }));
            }
            if (values.isEmpty()) {
                return "nothing to save";
            }
            ConfigEdit.write(to, literals);
            synchronized (this) {
                values.forEach((shader, written) -> configured
                        .computeIfAbsent(shader, s -> new LinkedHashMap<>())
                        .putAll(written));
                version++;
            }
            int count = values.values().stream().mapToInt(Map::size).sum();
            return "saved " + count + (count == 1 ? " value" : " values") + " to " + to.getFileName();
        }
    }

    /** Where a shader's values stand in the configuration: passes in [pass.NAME], files in [shader."FILE"]. */
    static List<String> table(String shader) {
        return shader.indexOf('.') < 0 && shader.indexOf('/') < 0 ? List.of("pass", shader) : List.of("shader", shader);
    }
}
