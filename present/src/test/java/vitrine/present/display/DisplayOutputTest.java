package vitrine.present.display;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import vitrine.present.kms.Connector.ModeSize;

final class DisplayOutputTest {

    private static final ModeSize HD = new ModeSize(1920, 1080);
    private static final ModeSize SMALL = new ModeSize(1280, 720);

    private final DisplayOutput output = new DisplayOutput(
            1,
            0,
            0,
            List.of(
                    new DisplayMode(1, 1920, 1080, 60_000),
                    new DisplayMode(2, 1920, 1080, 50_000),
                    new DisplayMode(3, 1280, 720, 60_000)),
            PresentUri.Size.SOURCE);

    @Test
    void otherSizesAreAnotherMonitor() {
        assertThat(output.hasSizes(List.of(SMALL, HD))).isTrue();
        assertThat(output.hasSizes(List.of(HD))).isFalse();
        assertThat(output.hasSizes(List.of(HD, SMALL, new ModeSize(640, 480)))).isFalse();
    }

    /** As while the kernel probes it, or once it is unplugged. */
    @Test
    void noneAtTheMomentSaysNothing() {
        assertThat(output.hasSizes(List.of())).isTrue();
    }
}
