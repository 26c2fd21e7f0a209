package vitrine.tools.workbench;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
import vitrine.engine.pipeline.Pipeline;

/** Events that the workbench deals with together: saves, constants set and pipelines made since the last ones. */
final class EditBatch {

    /** What the workbench's thread hears of. */
    sealed interface Event {}

    /** Files have other contents, named below the GLSL folder. */
    record Edited(Set<String> files, long firstNanos, long settledNanos) implements Event {}

    /** A pass has made a pipeline, of what the build compiled or of what is newest. */
    record Made(Pipeline pipeline) implements Event {}

    /** A shader's constants have other values; named as {@link Tunables} does. */
    record Tuned(String shader, long nanos) implements Event {}

    /** The run ends. */
    record End() implements Event {}

    private final Set<String> files = new TreeSet<>();
    private final Set<String> retuned = new TreeSet<>();
    private final Set<Pipeline> made = new LinkedHashSet<>();
    private long firstNanos;
    private long lastNanos;
    private boolean ended;

    void take(Event event) {
        switch (event) {
            case Edited e -> {
                files.addAll(e.files);
                firstNanos = firstNanos == 0 ? e.firstNanos : firstNanos;
                lastNanos = e.settledNanos;
            }
            case Tuned t -> {
                retuned.add(t.shader);
                firstNanos = firstNanos == 0 ? t.nanos : firstNanos;
                lastNanos = t.nanos;
            }
            case Made m -> made.add(m.pipeline);
            case End end -> ended = true;
        }
    }

    Set<String> files() {
        return files;
    }

    boolean isRetuned(String shader) {
        return retuned.contains(shader);
    }

    boolean isMade(Pipeline pipeline) {
        return made.contains(pipeline);
    }

    /** When the watch saw the first event; 0 where nobody has saved or set anything. */
    long firstNanos() {
        return firstNanos;
    }

    /** When the last save was over. */
    long lastNanos() {
        return lastNanos;
    }

    boolean isEnded() {
        return ended;
    }

    /** Whether somebody waits for what comes of it. */
    boolean isSave() {
        return firstNanos != 0;
    }

    /** One name for it. */
    String title() {
        return !files.isEmpty()
                ? files.iterator().next()
                : retuned.isEmpty() ? "" : retuned.iterator().next();
    }
}
