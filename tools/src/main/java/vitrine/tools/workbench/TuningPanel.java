package vitrine.tools.workbench;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vitrine.present.display.KeyStroke;
import vitrine.present.overlay.Overlay;
import vitrine.present.overlay.TuningRow;

/**
 * Tunable constants in the picture, under the window's keys: Tab shows and hides them, Up and Down select, Left and Right
 * change (with Shift ten steps at once), Backspace or Delete brings the GLSL's value back, Ctrl+S or F2 saves. While they
 * are hidden only Tab and the saving keys do anything. Frame thread; saving has a thread of its own.
 */
public final class TuningPanel {

    private static final Logger LOG = LoggerFactory.getLogger(TuningPanel.class);

    private static final int LEAP = 10;
    private static final String KEYS = "Arrows choose and change, Backspace resets, Ctrl+S saves, Tab hides";
    private static final String NOTHING = "No constant of these shaders is annotated //! tunable.";

    private final Tunables tunables;
    private boolean shown;
    private boolean due;
    private long seen = -1;

    /** How long it is shown what saving said, unless another key comes first. */
    private static final long MESSAGE_NANOS = 6_000_000_000L;

    /** What saving said last; empty for none. */
    private volatile String message = "";

    private String messageSeen = "";
    private long messageNanos;

    public TuningPanel(Tunables tunables) {
        this.tunables = tunables;
    }

    /** Takes a key. */
    public void handle(KeyStroke stroke) {
        due = true;
        switch (stroke.key()) {
            case TAB -> {
                shown = !shown;
                message = "";
            }
            case F2 -> save();
            case S -> {
                if (stroke.control()) {
                    save();
                }
            }
            default -> {
                if (shown) {
                    message = "";
                    change(stroke);
                }
            }
        }
    }

    private void change(KeyStroke stroke) {
        int steps = stroke.shift() ? LEAP : 1;
        switch (stroke.key()) {
            case UP -> tunables.select(-1);
            case DOWN -> tunables.select(1);
            case LEFT -> tunables.nudge(-steps);
            case RIGHT -> tunables.nudge(steps);
            case BACKSPACE, DELETE -> tunables.resetSelected();
            default -> {}
        }
    }

    /** Not here: a disk may take its time, and the picture shall not stop. */
    private void save() {
        Thread.ofPlatform().daemon().name("save").start(() -> {
            try {
                message = tunables.save();
                LOG.info("{}", message);
            } catch (TuningException e) {
                message = String.valueOf(e.getMessage());
                LOG.warn("not saved: {}", message);
            }
        });
    }

    /** Shows what has changed since the last call; to be called for each frame, and does nothing for most. */
    public void update(Overlay overlay) {
        long version = tunables.version();
        String now = message;
        if (!now.isEmpty() && now.equals(messageSeen) && System.nanoTime() - messageNanos > MESSAGE_NANOS) {
            message = "";
            now = "";
        }
        if (!due && version == seen && now.equals(messageSeen)) {
            return;
        }
        due = false;
        seen = version;
        if (!now.equals(messageSeen)) {
            messageSeen = now;
            messageNanos = System.nanoTime();
        }
        if (!shown && now.isEmpty()) {
            overlay.clearTuning();
            return;
        }
        List<TuningRow> rows = shown ? rows() : List.of();
        overlay.tuning(rows, !now.isEmpty() ? now : rows.isEmpty() ? NOTHING : KEYS);
    }

    private List<TuningRow> rows() {
        List<TuningRow> rows = new ArrayList<>();
        for (Tunables.Tunable tunable : tunables.list()) {
            double value = tunable.value();
            rows.add(new TuningRow(
                    tunable.shader(),
                    tunable.constant().name(),
                    tunable.constant().text(value),
                    (float) tunable.constant().place(value),
                    (float) tunable.constant().place(tunable.constant().preset()),
                    tunable.selected(),
                    tunable.unsaved()));
        }
        return rows;
    }
}
