package vitrine.present.display;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RetriesTest {

    private final Retries retries = new Retries();

    /** A nanoTime whose later values are negative, as they may be. */
    private static long at(long millis) {
        return Long.MAX_VALUE - 100 + 1_000_000 * millis;
    }

    @Test
    void theFirstTwoFollowAtOnceTheOthersAfterAPause() {
        assertThat(retries.next(at(0))).isTrue();
        assertThat(retries.next(at(1))).isTrue();
        assertThat(retries.next(at(2))).isFalse();
        assertThat(retries.next(at(250))).isFalse();
        assertThat(retries.next(at(251))).isTrue();
        assertThat(retries.next(at(500))).isFalse();
        retries.reset();
        assertThat(retries.next(at(500))).isTrue();
    }

    @Test
    void tenInTenSecondsAreEnough() {
        for (int i = 0; i <= 41; i++) {
            assertThat(retries.isHopeless(at(251L * i)))
                    .as("after %d attempts", i)
                    .isEqualTo(251L * i > 10_000);
            assertThat(retries.next(at(251L * i))).isTrue();
        }
        retries.reset();
        assertThat(retries.isHopeless(at(11_000))).isFalse();
    }

    @Test
    void fewAreNotEnoughHoweverLongTheyTake() {
        for (int i = 0; i < 9; i++) {
            assertThat(retries.next(at(3000L * i))).isTrue();
        }
        assertThat(retries.isHopeless(at(27_000))).isFalse();
        assertThat(retries.next(at(27_000))).isTrue();
        assertThat(retries.isHopeless(at(27_000))).isTrue();
    }
}
