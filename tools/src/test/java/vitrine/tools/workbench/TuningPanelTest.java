package vitrine.tools.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import vitrine.present.display.KeyStroke;
import vitrine.present.overlay.Overlay;
import vitrine.present.overlay.TuningRow;

@Timeout(30)
class TuningPanelTest {

    private final Tunables tunables = new Tunables(Map.of(), null);
    private final TuningPanel panel = new TuningPanel(tunables);
    private final Overlay overlay = new Overlay();

    private List<TuningRow> after(KeyStroke.Key... keys) {
        for (KeyStroke.Key key : keys) {
            panel.handle(new KeyStroke(key, false, false));
        }
        panel.update(overlay);
        return overlay.tuning();
    }

    @Test
    void rowsShowHowConstantsStand() {
        tunables.declare(
                "privacy",
                TunablesTest.glsl("int CELL = 16; //! tunable 0..64", "bool SOFT = false; //! tunable round edges"));
        assertThat(after(KeyStroke.Key.DOWN, KeyStroke.Key.RIGHT, KeyStroke.Key.DELETE))
                .isEmpty();
        assertThat(tunables.isDirty()).isFalse();
        assertThat(after(KeyStroke.Key.TAB))
                .containsExactly(
                        new TuningRow("privacy", "CELL", "16", 0.25f, 0.25f, true, false),
                        new TuningRow("privacy", "SOFT", "off", 0, 0, false, false));
        assertThat(after(KeyStroke.Key.DOWN, KeyStroke.Key.RIGHT))
                .containsExactly(
                        new TuningRow("privacy", "CELL", "16", 0.25f, 0.25f, false, false),
                        new TuningRow("privacy", "SOFT", "on", 1, 0, true, true));
        panel.handle(new KeyStroke(KeyStroke.Key.UP, false, false));
        panel.handle(new KeyStroke(KeyStroke.Key.LEFT, true, false));
        assertThat(after().getFirst().value()).isEqualTo("6");
        assertThat(after(KeyStroke.Key.BACKSPACE).getFirst().value()).isEqualTo("16");
        assertThat(after(KeyStroke.Key.TAB)).isEmpty();
        assertThat(overlay.tuningNote()).isEmpty();
    }

    @Test
    void changesFromElsewhereAreShown() {
        tunables.declare("privacy", TunablesTest.glsl("int CELL = 16; //! tunable 0..64"));
        List<TuningRow> before = after(KeyStroke.Key.TAB);
        assertThat(after()).isSameAs(before);
        double _ = tunables.set("privacy", "CELL", 32);
        assertThat(after().getFirst().value()).isEqualTo("32");
        tunables.declare("privacy", List.of());
        assertThat(after()).isEmpty();
        assertThat(overlay.tuningNote()).isEqualTo("No constant of these shaders is annotated //! tunable.");
    }

    @Test
    void whatSavingSaysIsShownAlsoWhereThePanelIsHidden() throws InterruptedException {
        panel.handle(new KeyStroke(KeyStroke.Key.S, false, false));
        panel.handle(new KeyStroke(KeyStroke.Key.S, false, true));
        while (after().isEmpty() && overlay.tuningNote().isEmpty()) {
            Thread.sleep(5);
        }
        assertThat(overlay.tuningNote()).isEqualTo("nowhere to save to; start with --config FILE");
        assertThat(after(KeyStroke.Key.TAB)).isEmpty();
        assertThat(overlay.tuningNote()).startsWith("No constant");
    }
}
