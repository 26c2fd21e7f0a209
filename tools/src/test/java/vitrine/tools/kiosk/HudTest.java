package vitrine.tools.kiosk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import vitrine.present.overlay.Figure;

/** The figures of a second, from sums that go on from one Vulkan instance to the next. */
final class HudTest {

    private static final long SECOND = 1_000_000_000;

    private static Figure video(Hud hud, long nanos) {
        return Objects.requireNonNull(hud.update(nanos)).getFirst();
    }

    @Test
    void anotherInstanceStartsFromNothing() {
        LoopFigures figures = new LoopFigures();
        long now = System.nanoTime();
        try (InferenceWorker worker = InferenceWorker.start(MissingModel.SPEC, 1, null)) {
            for (int i = 0; i < 9000; i++) {
                figures.countPresented(now, now - 40_000_000, now - 10_000_000);
            }
            Hud hud = new Hud(figures, worker, null, now);
            assertThat(hud.update(now + SECOND - 1)).isNull();
            for (int i = 0; i < 30; i++) {
                figures.countPresented(now, now - 40_000_000, now - 10_000_000);
            }
            assertThat(video(hud, now + SECOND).value()).isEqualTo("30.0");
            assertThat(video(hud, now + 2 * SECOND).value()).isEqualTo("0.0");
        }
    }
}
