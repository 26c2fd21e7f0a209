package vitrine.tools.workbench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vitrine.engine.command.ReleaseQueue;
import vitrine.engine.command.Timeline;
import vitrine.engine.device.PipelineWorkshop;
import vitrine.engine.device.Remakeable;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.device.VulkanException;
import vitrine.engine.pipeline.Pipeline;
import vitrine.engine.pipeline.PipelineVersion;
import vitrine.shaders.ShaderCompileException;
import vitrine.shaders.ShaderCompiler;
import vitrine.shaders.ShaderSources;
import vitrine.shaders.Spirv;
import vitrine.shaders.TunableConstant;

/**
 * Hot reload. Watches GLSL folders; compiles what was saved, checks that it fits, makes new pipelines and runs them once
 * on a golden frame, all on a thread of its own; and has the frame thread swap all that one save has changed in the gap
 * between two frames, or nothing. Where something fails the old pipelines go on, and the problem is shown until a save
 * has mended it.
 *
 * <p>Made before the device, whose pipelines it is told of; {@link #open}ed with it; closed by its maker before it.
 */
public final class Workbench implements PipelineWorkshop, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Workbench.class);

    /** An error younger than this may be an editor's half-written file; a better one follows then. */
    private static final long ERROR_GRACE_NANOS = 100_000_000;

    private static final long PICTURE_MILLIS = 500;

    private final ShaderSources sources;
    private final Tunables tunables;
    private final Reload.Listener listener;
    private final BlockingQueue<EditBatch.Event> events = new LinkedBlockingQueue<>();
    private final Set<Pipeline> live = ConcurrentHashMap.newKeySet();
    private final Map<String, Spirv> newest = new ConcurrentHashMap<>();
    private final FrameGap gap = new FrameGap();
    private volatile ReloadState state = new ReloadState.Idle();
    private @Nullable Opened opened;

    // The workbench thread's.
    private final Map<String, Compiled> compiled = new HashMap<>();
    private final Map<Pipeline, ShaderProblem> problems = new LinkedHashMap<>();
    private final Set<Pipeline> withheld = new HashSet<>();

    /** Only while there is a device. */
    private record Opened(
            VulkanDevice device, Timeline timeline, ReleaseQueue releases, SourceWatch watch, Thread thread) {}

    /**
     * A variant's last compilation.
     *
     * @param builtIn its text is what the build compiled, so that a pass's own shader is as good
     */
    private record Compiled(
            Set<String> files,
            @Nullable Spirv spirv,
            @Nullable ShaderProblem problem,
            boolean builtIn) {}

    /** A pipeline with the shaders it shall have. */
    private record Candidate(Pipeline pipeline, List<Spirv> shaders) {}

    private Workbench(ShaderSources sources, Tunables tunables, Reload.Listener listener) {
        this.sources = sources;
        this.tunables = tunables;
        this.listener = listener;
    }

    /**
     * A workbench for a device to come.
     *
     * @param sources its folders are watched; there is one at least
     * @param tunables values over those that passes give; told of what shaders declare
     * @param listener hears of each save
     */
    static Workbench create(ShaderSources sources, Tunables tunables, Reload.Listener listener) {
        return new Workbench(sources, tunables, listener);
    }

    /**
     * Starts the threads. Frame thread.
     *
     * @throws IOException if a folder cannot be watched
     */
    public void open(VulkanDevice device, Timeline timeline, ReleaseQueue releases) throws IOException {
        SourceWatch watch = SourceWatch.start(
                sources, (files, first, settled) -> events.add(new EditBatch.Edited(files, first, settled)));
        Thread thread = Thread.ofPlatform().daemon().name("workbench").unstarted(this::work);
        opened = new Opened(device, timeline, releases, watch, thread);
        thread.start();
        LOG.info("development: shaders are reloaded from {}", sources.folders());
    }

    @Override
    public Spirv newest(Spirv built) {
        return newest.getOrDefault(built.name(), built);
    }

    @Override
    public Map<String, Double> constants(Spirv shader) {
        return tunables.values(Tunables.shaderOf(shader.name()));
    }

    @Override
    public void made(Remakeable pipeline) {
        Pipeline p = Pipeline.of(pipeline);
        live.add(p);
        events.add(new EditBatch.Made(p));
    }

    @Override
    public void closed(Remakeable pipeline) {
        live.remove(Pipeline.of(pipeline));
    }

    /**
     * Makes the pipelines of a shader anew, since its constants have other values. Any thread.
     *
     * @param shader as {@link Tunables} names it
     */
    void retune(String shader) {
        events.add(new EditBatch.Tuned(shader, System.nanoTime()));
    }

    /** What there is to say. Any thread. */
    public ReloadState state() {
        return state;
    }

    /** The frame thread's part: submits golden runs and swaps pipelines. Between two frames. */
    public void betweenFrames() {
        gap.pass();
    }

    /** A picture was handed over. Frame thread. */
    public void drawn() {
        Opened o = opened;
        if (o != null) {
            gap.drawn(o.timeline);
        }
    }

    // From here on, the workbench's thread.

    private void work() {
        Opened o = opened;
        if (o == null) {
            throw new AssertionError("started by open");
        }
        try (ShaderCompiler compiler = ShaderCompiler.create(sources, ShaderCompiler.Optimization.NONE);
                GoldenFrames frames = new GoldenFrames(o.device)) {
            Bench bench = new Bench(
                    o,
                    compiler,
                    new Rehearsals(
                            o.device,
                            o.timeline,
                            gap,
                            frames,
                            sources,
                            problem -> state = new ReloadState.Problem(problem, 0)));
            EditBatch batch = new EditBatch();
            batch.take(events.take());
            while (true) {
                while (!events.isEmpty()) {
                    batch.take(events.take());
                }
                if (batch.isEnded()) {
                    return;
                }
                if (bench.process(batch)) {
                    batch = new EditBatch();
                    batch.take(events.take());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("the workbench has stopped; shaders are no longer reloaded", e);
            state = new ReloadState.Problem(
                    new ShaderProblem(
                            "workbench", 0, 0, "", "stopped, shaders are no longer reloaded: " + e.getMessage()),
                    0);
        }
    }

    /** What the thread works with. */
    private final class Bench {
        private final Opened o;
        private final ShaderCompiler compiler;
        private final Rehearsals rehearsals;

        Bench(Opened o, ShaderCompiler compiler, Rehearsals rehearsals) {
            this.o = o;
            this.compiler = compiler;
            this.rehearsals = rehearsals;
        }

        /** False where a newer save came before an error was worth showing: it joins the batch. */
        boolean process(EditBatch batch) throws InterruptedException {
            ReloadTimes times = new ReloadTimes(batch.firstNanos(), batch.lastNanos());
            compiled.values().removeIf(c -> c.files.stream().anyMatch(batch.files()::contains));
            problems.keySet().retainAll(live);
            withheld.retainAll(live);
            Set<Pipeline> todo = new LinkedHashSet<>();
            for (Pipeline p : live) {
                boolean due = withheld.contains(p)
                        || batch.isMade(p)
                        || p.built().stream()
                                .anyMatch(s -> !compiled.containsKey(s.name())
                                        || batch.isRetuned(Tunables.shaderOf(s.name())));
                if (due) {
                    todo.add(p);
                }
            }
            if (!todo.isEmpty() && batch.isSave()) {
                state = new ReloadState.Compiling(batch.title());
            }
            Map<Pipeline, ShaderProblem> failed = new LinkedHashMap<>();
            List<Candidate> candidates = compile(todo, batch, failed);
            times.compiled = System.nanoTime();
            int swapped = 0;
            if (failed.isEmpty() && !candidates.isEmpty()) {
                swapped = tryAndSwap(batch.title(), candidates, failed, times);
            }
            if (swapped < 0) {
                return true; // the run is at its end
            }
            problems.keySet().removeAll(todo);
            withheld.removeAll(todo);
            problems.putAll(failed);
            if (!failed.isEmpty()) {
                candidates.forEach(c -> withheld.add(c.pipeline));
                withheld.removeAll(failed.keySet());
                if (batch.isSave() && isSuperseded(batch)) {
                    return false;
                }
            }
            tell(batch, todo.isEmpty(), swapped, times);
            return true;
        }

        private List<Candidate> compile(Set<Pipeline> todo, EditBatch batch, Map<Pipeline, ShaderProblem> failed) {
            List<Candidate> candidates = new ArrayList<>();
            for (Pipeline p : todo) {
                List<Spirv> next = new ArrayList<>();
                ShaderProblem problem = null;
                for (Spirv built : p.built()) {
                    Compiled c = compiled.computeIfAbsent(built.name(), this::compile);
                    problem = problem == null ? c.problem : problem;
                    if (c.spirv != null) {
                        next.add(c.spirv);
                    }
                }
                if (problem == null && (isRetuned(p, batch) || !runs(p, next))) {
                    problem = check(p, next);
                    candidates.add(new Candidate(p, next));
                }
                if (problem != null) {
                    failed.put(p, problem);
                }
            }
            return candidates;
        }

        private boolean isRetuned(Pipeline p, EditBatch batch) {
            return p.built().stream().anyMatch(s -> batch.isRetuned(Tunables.shaderOf(s.name())));
        }

        /** Whether a pipeline is of this code already; also one that was closed needs no more. */
        private boolean runs(Pipeline p, List<Spirv> shaders) {
            try (PipelineVersion now = p.hold()) {
                if (now == null) {
                    return true;
                }
                for (int i = 0; i < shaders.size(); i++) {
                    Spirv used = now.shaders().get(i);
                    Compiled c = compiled.get(used.name());
                    boolean asBuilt =
                            c != null && c.builtIn && used.equals(p.built().get(i));
                    if (!asBuilt && !Arrays.equals(used.code(), shaders.get(i).code())) {
                        return false;
                    }
                }
                return true;
            }
        }

        private Compiled compile(String variant) {
            Spirv spirv = null;
            ShaderProblem problem = null;
            try {
                spirv = compiler.compileVariant(variant);
                tunables.declare(Tunables.shaderOf(variant), TunableConstant.of(variant, sources));
            } catch (ShaderCompileException e) {
                problem = ShaderProblem.of(e, sources);
            } catch (IllegalArgumentException e) {
                problem = new ShaderProblem(Spirv.fileOf(variant), 0, 0, "", String.valueOf(e.getMessage()));
            }
            Set<String> files = compiler.files();
            return new Compiled(files, spirv, problem, files.stream().allMatch(sources::isBuiltIn));
        }

        private @Nullable ShaderProblem check(Pipeline p, List<Spirv> next) {
            Map<String, List<String>> files = new HashMap<>();
            for (Spirv s : next) {
                List<String> own = new ArrayList<>(List.of(s.file()));
                Compiled c = compiled.get(s.name());
                if (c != null) {
                    c.files.stream().sorted().filter(f -> !f.equals(s.file())).forEach(own::add);
                }
                files.put(s.name(), own);
            }
            return new InterfaceCheck(sources, files)
                    .problem(p.contract(), p.built(), next)
                    .orElse(null);
        }

        /** Pipelines swapped; 0 where one failed, and then none; -1 where the run ends. */
        private int tryAndSwap(
                String title, List<Candidate> candidates, Map<Pipeline, ShaderProblem> failed, ReloadTimes times)
                throws InterruptedException {
            List<Rehearsals.Remade> remade = new ArrayList<>();
            boolean given = false;
            try {
                for (Candidate c : candidates) {
                    try {
                        PipelineVersion version = c.pipeline.remake(c.shaders);
                        if (version != null) {
                            remade.add(new Rehearsals.Remade(c.pipeline, version));
                        }
                    } catch (VulkanException | IllegalArgumentException e) {
                        failed.put(
                                c.pipeline,
                                rehearsals.problem(c.shaders, "is not taken by the driver: " + e.getMessage()));
                    }
                }
                times.made = System.nanoTime();
                if (failed.isEmpty() && !rehearsals.rehearse(remade, failed)) {
                    return -1;
                }
                times.tried = System.nanoTime();
                if (!failed.isEmpty()) {
                    return 0;
                }
                candidates.forEach(c -> c.shaders.forEach(s -> newest.put(s.name(), s)));
                given = gap.run(() -> {
                    remade.forEach(r -> r.pipeline().swap(r.version(), o.releases));
                    o.device.instance().messages().reloaded(title);
                    times.swapped = System.nanoTime();
                    gap.awaitPicture();
                });
                if (!given) {
                    return -1;
                }
                if (times.isSave() && gap.pictureDrawn(o.timeline, PICTURE_MILLIS)) {
                    times.shown = System.nanoTime();
                }
                return remade.size();
            } finally {
                if (!given) {
                    remade.forEach(r -> r.version().close());
                }
            }
        }

        private boolean isSuperseded(EditBatch batch) throws InterruptedException {
            while (true) {
                EditBatch.Event next =
                        events.poll(batch.lastNanos() + ERROR_GRACE_NANOS - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (next == null) {
                    return false;
                }
                batch.take(next);
                if (!(next instanceof EditBatch.Made)) {
                    return true;
                }
            }
        }

        private void tell(EditBatch batch, boolean nothingToDo, int swapped, ReloadTimes times) {
            ShaderProblem problem =
                    problems.isEmpty() ? null : problems.values().iterator().next();
            if (problem != null) {
                ReloadState now = new ReloadState.Problem(problem, problems.size() - 1);
                if (!now.equals(state)) {
                    state = now;
                    LOG.error("{}", problem);
                }
            } else if (batch.isSave() && !nothingToDo) {
                long end = times.shown != 0 ? times.shown : System.nanoTime();
                long millis = Math.round((end - times.first) / 1e6);
                state = new ReloadState.Good(batch.title(), millis);
                LOG.info("{}: {} pipelines reloaded, {} ms", batch.title(), swapped, millis);
            } else if (state instanceof ReloadState.Problem || state instanceof ReloadState.Compiling) {
                state = new ReloadState.Idle();
            }
            if (batch.isSave()) {
                listener.reloaded(times.reload(batch.files(), problem, swapped));
            }
        }
    }

    /** Stops the threads; nothing is swapped any more. Frame thread, before timeline and release queue are closed. */
    @Override
    public void close() {
        Opened o = opened;
        if (o == null) {
            return;
        }
        opened = null;
        o.watch.close();
        gap.close();
        events.add(new EditBatch.End());
        boolean interrupted = false;
        while (o.thread.isAlive()) {
            try {
                o.thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
