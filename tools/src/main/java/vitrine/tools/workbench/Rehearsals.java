package vitrine.tools.workbench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vitrine.engine.command.Timeline;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.pipeline.Pipeline;
import vitrine.engine.pipeline.PipelineVersion;
import vitrine.engine.pipeline.Rehearsal;
import vitrine.shaders.ShaderSources;
import vitrine.shaders.Spirv;
import vitrine.shaders.Stage;
import vitrine.shaders.TunableConstant;

/** Tries pipelines of edited shaders on a golden frame before anybody sees them. The workbench's thread. */
final class Rehearsals {

    private static final Logger LOG = LoggerFactory.getLogger(Rehearsals.class);

    private static final long GOLDEN_RUN_NANOS = 2_000_000_000L;

    /** A pipeline with the version that it shall have. */
    record Remade(Pipeline pipeline, PipelineVersion version) {}

    private final VulkanDevice device;
    private final Timeline timeline;
    private final FrameGap gap;
    private final GoldenFrames frames;
    private final ShaderSources sources;
    private final Consumer<ShaderProblem> stuck;

    /**
     * All stays its makers'.
     *
     * @param stuck is told of a run that does not come back
     */
    Rehearsals(
            VulkanDevice device,
            Timeline timeline,
            FrameGap gap,
            GoldenFrames frames,
            ShaderSources sources,
            Consumer<ShaderProblem> stuck) {
        this.device = device;
        this.timeline = timeline;
        this.gap = gap;
        this.frames = frames;
        this.sources = sources;
        this.stuck = stuck;
    }

    /** Runs the versions once; and where one's output is flat, the old one, which may be so by intention. */
    boolean rehearse(List<Remade> remade, Map<Pipeline, ShaderProblem> failed) throws InterruptedException {
        List<Remade> flat = new ArrayList<>();
        if (!rehearse(remade, failed, flat)) {
            return false;
        }
        if (flat.isEmpty()) {
            return true;
        }
        List<Remade> before = new ArrayList<>();
        try {
            for (Remade r : flat) {
                PipelineVersion old = r.pipeline().hold();
                if (old != null) {
                    before.add(new Remade(r.pipeline(), old));
                }
            }
            List<Remade> flatBefore = new ArrayList<>();
            if (!rehearse(before, new HashMap<>(), flatBefore)) {
                return false;
            }
            Set<Pipeline> mayBeFlat = new HashSet<>();
            flatBefore.forEach(r -> mayBeFlat.add(r.pipeline()));
            for (Remade r : flat) {
                if (!mayBeFlat.contains(r.pipeline())) {
                    failed.put(
                            r.pipeline(),
                            problem(
                                    r.version().shaders(),
                                    "writes the same value everywhere on the golden frame, which it did not before:"
                                            + " does it still read the frame?"));
                }
            }
            return true;
        } finally {
            before.forEach(r -> r.version().close());
        }
    }

    private boolean rehearse(List<Remade> versions, Map<Pipeline, ShaderProblem> failed, List<Remade> flat)
            throws InterruptedException {
        GoldenRun run = GoldenRun.create(device, frames);
        boolean unused = true;
        try {
            Map<Remade, Integer> numbers = new LinkedHashMap<>();
            for (Remade r : versions) {
                Rehearsal rehearsal = r.pipeline().rehearsal();
                if (rehearsal != null) {
                    numbers.put(r, run.add(r.version(), rehearsal));
                }
            }
            if (!run.isRecorded()) {
                return true;
            }
            run.end();
            long[] value = new long[1];
            if (!gap.run(() -> value[0] = run.submit(timeline))) {
                return false;
            }
            unused = false;
            await(value[0], versions);
            unused = true;
            numbers.forEach((r, number) -> {
                switch (run.look(number)) {
                    case SOUND -> {}
                    case FLAT -> flat.add(r);
                    case NOT_FINITE ->
                        failed.put(
                                r.pipeline(),
                                problem(
                                        r.version().shaders(),
                                        "writes NaN or infinity on the golden frame: is something divided by 0?"));
                }
            });
            return true;
        } finally {
            if (unused) {
                run.close();
            }
        }
    }

    /** Nothing can stop a GPU: what does not come back is said, and waited for. */
    private void await(long value, List<Remade> versions) {
        boolean said = false;
        while (!timeline.await(value, GOLDEN_RUN_NANOS)) {
            if (!said) {
                said = true;
                ShaderProblem problem = problem(
                        versions.getFirst().version().shaders(),
                        "did not finish on the golden frame within 2 s, and a GPU cannot be stopped: end the run if the"
                                + " picture stands");
                LOG.error("{}", problem);
                stuck.accept(problem);
            }
        }
    }

    /** A problem of the whole shader: at its entry, which of a user's pass is the function that the wrapper calls. */
    ShaderProblem problem(List<Spirv> shaders, String what) {
        Spirv shader = shaders.getLast();
        return TunableConstant.passOf(shader.name())
                .map(pass -> ShaderProblem.about(
                        List.of("passes/" + pass + ".glsl"),
                        List.of(shader.stage() == Stage.COMPUTE ? "remember" : "look"),
                        what,
                        sources))
                .orElseGet(() -> ShaderProblem.about(List.of(shader.file()), List.of("void main"), what, sources));
    }
}
