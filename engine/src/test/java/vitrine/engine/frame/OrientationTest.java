package vitrine.engine.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class OrientationTest {

    private static List<Orientation> all() {
        List<Orientation> all = new ArrayList<>();
        for (int turn = 0; turn < 4; turn++) {
            all.add(new Orientation(turn, false));
            all.add(new Orientation(turn, true));
        }
        return all;
    }

    /** All 64 pairs, by where points go. */
    @Test
    void oneAfterTheOtherIsOneOrientation() {
        double[][] points = {{0.1, 0.2}, {0.9, 0.3}, {0.25, 0.75}, {0, 1}};
        for (Orientation first : all()) {
            HashSet<Orientation> results = new HashSet<>();
            for (Orientation second : all()) {
                Orientation both = first.then(second);
                results.add(both);
                for (double[] p : points) {
                    double x = first.uprightX(p[0], p[1]);
                    double y = first.uprightY(p[0], p[1]);
                    assertThat(both.uprightX(p[0], p[1]))
                            .as("%s then %s", first, second)
                            .isCloseTo(second.uprightX(x, y), within(1e-12));
                    assertThat(both.uprightY(p[0], p[1]))
                            .as("%s then %s", first, second)
                            .isCloseTo(second.uprightY(x, y), within(1e-12));
                }
                assertThat(both.width(7, 5)).isEqualTo(second.width(first.width(7, 5), first.height(7, 5)));
            }
            assertThat(results).hasSize(8);
            assertThat(first.then(Orientation.UPRIGHT)).isEqualTo(first);
            assertThat(Orientation.UPRIGHT.then(first)).isEqualTo(first);
        }
    }
}
