package vitrine.engine.debug;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a debug run checks.
 *
 * @param levels empty where it is no debug run, else with {@link DebugLevel#CORE}
 */
public record DebugLevels(Set<DebugLevel> levels) {

    /** No debug run. */
    public static final DebugLevels OFF = new DebugLevels(EnumSet.noneOf(DebugLevel.class));

    /** What {@code --debug} alone means. */
    public static final DebugLevels DEFAULT = new DebugLevels(EnumSet.of(DebugLevel.CORE, DebugLevel.SYNC));

    public DebugLevels {
        EnumSet<DebugLevel> all = EnumSet.noneOf(DebugLevel.class);
        all.addAll(levels);
        if (!all.isEmpty()) {
            all.add(DebugLevel.CORE);
        }
        levels = Collections.unmodifiableSet(all);
    }

    /**
     * Reads levels with commas between them.
     *
     * @throws IllegalArgumentException naming the wrong word and the right ones
     */
    public static DebugLevels parse(String words) {
        EnumSet<DebugLevel> found = EnumSet.noneOf(DebugLevel.class);
        for (String word : words.split(",", -1)) {
            found.add(level(word.strip()));
        }
        return new DebugLevels(found);
    }

    private static DebugLevel level(String word) {
        for (DebugLevel level : DebugLevel.values()) {
            if (level.word().equals(word)) {
                return level;
            }
        }
        throw new IllegalArgumentException("no level '" + word + "'; there are "
                + Arrays.stream(DebugLevel.values()).map(DebugLevel::word).collect(Collectors.joining(", ")));
    }

    /** Whether it is a debug run. */
    public boolean on() {
        return !levels.isEmpty();
    }

    public boolean has(DebugLevel level) {
        return levels.contains(level);
    }

    public DebugLevels without(DebugLevel level) {
        EnumSet<DebugLevel> rest = EnumSet.noneOf(DebugLevel.class);
        rest.addAll(levels);
        rest.remove(level);
        return new DebugLevels(rest);
    }

    /** As on the command line: {@code core,sync}. */
    @Override
    public String toString() {
        return levels.stream().map(DebugLevel::word).collect(Collectors.joining(","));
    }
}
