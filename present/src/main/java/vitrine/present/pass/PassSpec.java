package vitrine.present.pass;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import vitrine.shaders.Spirv;

/**
 * One pass of a user's, compiled.
 *
 * @param name its file's, without {@code .glsl}
 * @param look fragment shader, {@code present/pass.frag} with this pass
 * @param remember compute shader, {@code present/pass_state.comp} with it; null for a pass without state
 * @param stateWidth cells of the state, 0 for a pass without
 * @param stateHeight cells of the state, 0 for a pass without
 * @param classes class indices that {@code Detection.chosen} is true for; null for all
 * @param values what its constants shall be, by GLSL name, where that is not what the text says; booleans are 0 or 1
 */
public record PassSpec(
        String name,
        Spirv look,
        @Nullable Spirv remember,
        int stateWidth,
        int stateHeight,
        @Nullable Set<Integer> classes,
        Map<String, Double> values) {

    /** Most cells of a state along an axis. */
    public static final int MAX_STATE = 1024;

    public PassSpec {
        if ((remember == null) != (stateWidth == 0)
                || stateWidth < 0
                || stateWidth > MAX_STATE
                || stateHeight < 0
                || stateHeight > MAX_STATE
                || (stateWidth == 0) != (stateHeight == 0)) {
            throw new IllegalArgumentException(name + ": a state of " + stateWidth + "x" + stateHeight + " cells");
        }
        classes = classes == null ? null : Set.copyOf(classes);
        values = Map.copyOf(values);
    }

    /** Whether objects of this class are chosen. */
    boolean chooses(int classIndex) {
        return classes == null || classes.contains(classIndex);
    }
}
