package vitrine.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Limits and estimates; the compiler itself runs in {@code ./vitrine bench --pi5-cost}. */
final class Pi5CostTest {

    private static final Pi5Cost.Row ROW =
            new Pi5Cost.Row("a.comp", "640x640", "CS (Render)", 189, 4, 0, 12, 0, 409_600, 409_600);

    @Test
    void estimatesArithmetic() {
        // 189 instructions of 4 cycles, 25600 subgroups on 16 QPUs of 960 MHz.
        assertThat(ROW.millis()).isEqualTo(1.26);
        assertThat(ROW.perPixel()).isEqualTo(189);
        assertThat(new Pi5Cost.Row("a.vert", "", "VS (Render)", 9, 4, 0, 0, 0, 0, 0).perPixel())
                .isNaN();
    }

    @Test
    void itsOwnLimitsHold() {
        assertThat(Pi5Cost.excesses(List.of(ROW), Pi5Cost.toLimits(List.of(ROW)).lines()))
                .isEmpty();
    }

    @Test
    void findsWhatPassesItsLimit() {
        assertThat(excesses("a.comp\t640x640\tCS (Render)\t188\t4\t0"))
                .containsExactly("a.comp (640x640), CS (Render): 189 instructions, the limit is 188");
        assertThat(excesses("a.comp\t640x640\tCS (Render)\t500\t8\t0"))
                .containsExactly("a.comp (640x640), CS (Render): 4 threads, the limit is 8");
        Pi5Cost.Row spilling = new Pi5Cost.Row("a.comp", "640x640", "CS (Render)", 189, 4, 64, 12, 0, 1, 1);
        assertThat(Pi5Cost.excesses(List.of(spilling), Stream.of("a.comp\t640x640\tCS (Render)\t189\t4\t0")))
                .containsExactly("a.comp (640x640), CS (Render): spills 64 bytes, the limit is 0");
    }

    @Test
    void findsWhatHasNoLimitAndALimitOfNothing() {
        assertThat(excesses("b.comp\t\tCS (Render)\t500\t4\t0"))
                .containsExactly(
                        "b.comp (), CS (Render): has a limit, but there is no such shader any more",
                        "a.comp (640x640), CS (Render): has no limit");
        assertThat(excesses("a.comp 500")).contains("not a limit: a.comp 500");
    }

    private static List<String> excesses(String limit) {
        return Pi5Cost.excesses(List.of(ROW), Stream.of("# a comment", "", limit));
    }
}
