package vitrine.tools.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import vitrine.shaders.ShaderSources;
import vitrine.tools.kiosk.Kiosk;
import vitrine.tools.kiosk.RunSettings;
import vitrine.tools.kiosk.StopSignal;
import vitrine.tools.workbench.Reload;

/**
 * How long an edit takes from its save to the first picture that the GPU has drawn with it, under a running pipeline. The
 * edit is another factor on the video's colour, saved in place at a random moment.
 */
public final class ReloadBench {

    private static final String SHADER = "present/video.frag";
    private static final Pattern OUTPUT = Pattern.compile("out vec4 (\\w+);");
    private static final long START_SECONDS = 60;
    private static final long RELOAD_SECONDS = 20;

    private ReloadBench() {}

    /**
     * Times of one edit, in nanoseconds from one step to the next.
     *
     * @param watch save to the watch's word that it is over
     * @param compile GLSL to SPIR-V, and the check of its interface
     * @param pipeline vkCreateGraphicsPipelines
     * @param golden run on the golden frame, the wait for a gap between two frames included
     * @param swap wait for the next gap
     * @param picture wait for the next frame, its drawing included
     * @param total save to picture
     */
    public record Sample(long watch, long compile, long pipeline, long golden, long swap, long picture, long total) {}

    /**
     * Runs a pipeline and edits its shader.
     *
     * @param settings of a development run; its GLSL folder is made here
     * @param rounds edits that count
     * @param warmUp edits before them
     * @param folder an empty one, for the shader
     */
    public static List<Sample> run(RunSettings settings, int rounds, int warmUp, Path folder, long seed)
            throws IOException, InterruptedException {
        String text = ShaderSources.overBuiltIn(List.of()).read(SHADER);
        Path file = folder.resolve(SHADER);
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, text);
        BlockingQueue<Reload> reloads = new LinkedBlockingQueue<>();
        StopSignal stop = new StopSignal();
        Run run = new Run(settings, stop, reloads);
        Thread thread = Thread.ofPlatform().name("frames").start(run);
        List<Sample> samples = new ArrayList<>();
        Random random = new Random(seed);
        // No factor twice, in no run: drivers keep what they have compiled on disk.
        Random unseen = new Random();
        try {
            awaitStart(file, text, reloads, run);
            for (int i = 0; i < warmUp + rounds; i++) {
                Thread.sleep(200 + random.nextInt(300));
                long saved = System.nanoTime();
                Files.writeString(file, edited(text, 0.5 + 0.4 * unseen.nextDouble()));
                Reload reload = reloads.poll(RELOAD_SECONDS, TimeUnit.SECONDS);
                if (reload == null || run.failure != null) {
                    throw new IllegalStateException("no reload followed a save", run.failure);
                }
                if (reload.problem() != null || reload.shownNanos() == 0) {
                    throw new IllegalStateException("an edit was not taken: " + reload.problem());
                }
                if (i >= warmUp) {
                    samples.add(sample(saved, reload));
                }
            }
        } finally {
            stop.raise();
            thread.join();
        }
        return samples;
    }

    /** Saves until a save is heard of. */
    private static void awaitStart(Path file, String text, BlockingQueue<Reload> reloads, Run run)
            throws IOException, InterruptedException {
        for (int i = 0; i < START_SECONDS && run.failure == null; i++) {
            Files.writeString(file, edited(text, 0.4 + i * 0.001));
            if (reloads.poll(1, TimeUnit.SECONDS) != null) {
                Thread.sleep(1000); // what was saved meanwhile is heard of as well
                reloads.clear();
                return;
            }
        }
        throw new IllegalStateException("no reload followed a save", run.failure);
    }

    private static Sample sample(long saved, Reload r) {
        return new Sample(
                r.settledNanos() - saved,
                r.compiledNanos() - r.settledNanos(),
                r.madeNanos() - r.compiledNanos(),
                r.triedNanos() - r.madeNanos(),
                r.swappedNanos() - r.triedNanos(),
                r.shownNanos() - r.swappedNanos(),
                r.shownNanos() - saved);
    }

    /** The shader with its output darkened at the end. */
    static String edited(String text, double gain) {
        Matcher output = OUTPUT.matcher(text);
        int end = text.lastIndexOf('}');
        if (!output.find() || end < 0) {
            throw new IllegalStateException(SHADER + " has another form than this benchmark knows");
        }
        return text.substring(0, end) + String.format(Locale.ROOT, "    %s.rgb *= %.9f;%n}%n", output.group(1), gain);
    }

    /** The frame thread's life. */
    private static final class Run implements Runnable {
        private final RunSettings settings;
        private final StopSignal stop;
        private final BlockingQueue<Reload> reloads;
        private volatile @Nullable Throwable failure;

        Run(RunSettings settings, StopSignal stop, BlockingQueue<Reload> reloads) {
            this.settings = settings;
            this.stop = stop;
            this.reloads = reloads;
        }

        @Override
        public void run() {
            try {
                Kiosk.run(settings, stop, null, reloads::add);
            } catch (InterruptedException | RuntimeException e) {
                failure = e;
            }
        }
    }

    /** Medians and 90th percentiles in milliseconds. */
    public static String toTable(List<Sample> samples) {
        StringBuilder table = new StringBuilder(String.format("%-10s %8s %8s%n", "ms", "median", "p90"));
        row(table, "watch", samples, Sample::watch);
        row(table, "compile", samples, Sample::compile);
        row(table, "pipeline", samples, Sample::pipeline);
        row(table, "golden", samples, Sample::golden);
        row(table, "swap", samples, Sample::swap);
        row(table, "picture", samples, Sample::picture);
        row(table, "total", samples, Sample::total);
        return table.toString();
    }

    private static void row(StringBuilder table, String name, List<Sample> samples, ToLongFunction<Sample> part) {
        List<Sample> sorted =
                samples.stream().sorted(Comparator.comparingLong(part)).toList();
        table.append(String.format(
                Locale.ROOT,
                "%-10s %8.1f %8.1f%n",
                name,
                part.applyAsLong(sorted.get((sorted.size() - 1) / 2)) / 1e6,
                part.applyAsLong(sorted.get((int) Math.ceil(0.9 * sorted.size()) - 1)) / 1e6));
    }
}
