package vitrine.tools.workbench;

import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vitrine.present.display.KeyStroke;
import vitrine.present.overlay.Badge;
import vitrine.present.overlay.Overlay;
import vitrine.present.overlay.Problem;
import vitrine.shaders.ShaderSources;
import vitrine.tools.report.JsonText;

/**
 * What a development run has beside the pipeline: tunable constants with their panel and endpoint, which last as long as
 * the run, and a {@link Workbench} for each device that it comes by. Frame thread.
 */
public final class Development implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Development.class);

    private final ShaderSources sources;
    private final Reload.Listener listener;
    private final Tunables tunables;
    private final TuningPanel panel;
    private @Nullable TuningEndpoint endpoint;
    private volatile @Nullable Workbench workbench;
    private ReloadState shown = new ReloadState.Idle();

    private Development(ShaderSources sources, Tunables tunables, Reload.Listener listener) {
        this.sources = sources;
        this.listener = listener;
        this.tunables = tunables;
        panel = new TuningPanel(tunables);
        tunables.onChange(this::retune);
    }

    /**
     * Starts one.
     *
     * @param sources whose folders are watched
     * @param configured values of tunable constants by name, by shader
     * @param config file that values are saved to, null for none
     * @param port of the endpoint on the loopback interface, 0 for any that is free; empty for no endpoint
     * @param listener hears of each save, on the workbench's thread
     * @throws TuningException when the port is taken
     */
    public static Development start(
            ShaderSources sources,
            Map<String, Map<String, Double>> configured,
            @Nullable Path config,
            OptionalInt port,
            Reload.Listener listener) {
        Development development = new Development(sources, new Tunables(configured, config), listener);
        if (port.isPresent()) {
            TuningEndpoint endpoint =
                    TuningEndpoint.open(port.getAsInt(), development.tunables, development::stateJson);
            development.endpoint = endpoint;
            LOG.info("tuning: {}", endpoint.address());
        }
        return development;
    }

    /** A workbench for a device to come; its caller closes it. */
    public Workbench workbench() {
        Workbench made = Workbench.create(sources, tunables, listener);
        workbench = made;
        return made;
    }

    private void retune(String shader) {
        Workbench current = workbench;
        if (current != null) {
            current.retune(shader);
        }
    }

    /** Takes a key of a window. */
    public void handle(KeyStroke stroke) {
        panel.handle(stroke);
    }

    /**
     * The workbench's part of the frame thread, and what there is to say, into the overlay. Between two frames; allocates
     * nothing when nothing happens.
     */
    public void betweenFrames(Overlay overlay) {
        Workbench current = workbench;
        if (current != null) {
            current.betweenFrames();
            ReloadState now = current.state();
            if (!now.equals(shown)) {
                shown = now;
                show(overlay, now);
            }
        }
        panel.update(overlay);
    }

    /** A picture was handed over. */
    public void drawn() {
        Workbench current = workbench;
        if (current != null) {
            current.drawn();
        }
    }

    private static void show(Overlay overlay, ReloadState state) {
        switch (state) {
            case ReloadState.Idle idle -> overlay.badge("", Badge.NEUTRAL);
            case ReloadState.Compiling c -> overlay.badge(message(c), Badge.WORKING);
            case ReloadState.Good good -> overlay.badge(message(good), Badge.GOOD);
            case ReloadState.Problem p -> overlay.badge(p.problem().file() + " not taken", Badge.BAD);
        }
        if (state instanceof ReloadState.Problem(ShaderProblem p, int more)) {
            overlay.problem(new Problem(p.file(), p.line(), p.column(), p.message(), p.sourceLine(), more));
        } else if (!(state instanceof ReloadState.Compiling)) { // what was wrong stays until it is known to be mended
            overlay.clearProblem();
        }
    }

    /** One line. */
    static String message(ReloadState state) {
        return switch (state) {
            case ReloadState.Idle idle -> "";
            case ReloadState.Compiling c -> "compiling " + c.file();
            case ReloadState.Good good -> good.file() + "  " + good.millis() + " ms";
            case ReloadState.Problem p ->
                p.problem().place() + ": " + p.problem().message();
        };
    }

    private String stateJson() {
        Workbench current = workbench;
        ReloadState state = current == null ? new ReloadState.Idle() : current.state();
        String name = switch (state) {
            case ReloadState.Idle idle -> "idle";
            case ReloadState.Compiling c -> "compiling";
            case ReloadState.Good good -> "good";
            case ReloadState.Problem p -> "problem";
        };
        StringBuilder json = new StringBuilder("{\"state\": ");
        JsonText.string(json, name);
        json.append(", \"message\": ");
        JsonText.string(json, message(state));
        return json.append('}').toString();
    }

    /** Stops listening; workbenches are closed already. */
    @Override
    public void close() {
        if (endpoint != null) {
            endpoint.close();
        }
    }
}
