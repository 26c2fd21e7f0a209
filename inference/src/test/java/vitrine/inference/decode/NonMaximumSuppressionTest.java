package vitrine.inference.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NonMaximumSuppressionTest {

    private final Candidates candidates = new Candidates(5000);

    private List<Integer> select(int most, int keep, float overlap) {
        NonMaximumSuppression nms = new NonMaximumSuppression(most, keep);
        return IntStream.range(0, nms.select(candidates, overlap))
                .map(nms::kept)
                .boxed()
                .toList();
    }

    @Test
    void keepsTheBestOfOverlappingBoxesOfAClass() {
        candidates.add(1, 0.6f, 0, 0, 10, 10);
        candidates.add(1, 0.9f, 1, 1, 11, 11);
        candidates.add(2, 0.5f, 0, 0, 10, 10);
        candidates.add(1, 0.4f, 20, 20, 30, 30);
        assertThat(select(100, 100, 0.5f)).containsExactly(1, 2, 3);
    }

    @Test
    void ofEqualScoresTheEarlierWins() {
        for (int i = 0; i < 50; i++) {
            candidates.add(0, 0.5f, 100 * i, 0, 100 * i + 50, 50);
            candidates.add(0, 0.5f, 100 * i, 0, 100 * i + 50, 50);
        }
        assertThat(select(1000, 300, 0.5f))
                .containsExactlyElementsOf(
                        IntStream.range(0, 50).map(i -> 2 * i).boxed().toList());
    }

    @Test
    void overlapEqualToTheThresholdStays() {
        candidates.add(0, 0.9f, 0, 0, 10, 10);
        candidates.add(0, 0.8f, 5, 0, 15, 10); // 50 / 150
        assertThat(select(10, 10, 1 / 3f)).hasSize(2);
        assertThat(select(10, 10, 0.33f)).hasSize(1);
    }

    @Test
    void emptyAndInsideOutBoxesOverlapNothing() {
        candidates.add(0, 0.9f, 0, 0, 0, 0);
        candidates.add(0, 0.8f, 0, 0, 0, 0);
        candidates.add(0, 0.7f, 5, 5, 2, 2);
        assertThat(select(10, 10, 0.5f)).containsExactly(0, 1, 2);
    }

    @Test
    void nothingInNothingOut() {
        assertThat(select(10, 10, 0.5f)).isEmpty();
    }

    static IntStream seeds() {
        return IntStream.range(0, 40);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void agreesWithTheNaiveForm(int seed) {
        Random random = new Random(seed);
        int n = random.nextInt(2000);
        int most = 1 + random.nextInt(1500);
        int keep = 1 + random.nextInt(300);
        float overlap = random.nextFloat();
        for (int i = 0; i < n; i++) {
            float x = random.nextInt(400);
            float y = random.nextInt(300);
            // Scores of few values, so that ties are many.
            candidates.add(
                    random.nextInt(4),
                    (1 + random.nextInt(60)) / 64f,
                    x,
                    y,
                    x + 1 + random.nextInt(120),
                    y + 1 + random.nextInt(120));
        }
        assertThat(select(most, keep, overlap)).isEqualTo(naive(most, keep, overlap));
    }

    private List<Integer> naive(int most, int keep, float threshold) {
        List<Integer> order = IntStream.range(0, candidates.size())
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -candidates.score(i)))
                .limit(most)
                .toList();
        List<Integer> kept = new ArrayList<>();
        for (int i : order) {
            boolean alone = true;
            for (int j : kept) {
                alone &= candidates.classIndex(i) != candidates.classIndex(j) || overlap(i, j) <= threshold;
            }
            if (alone) {
                kept.add(i);
            }
        }
        return kept.subList(0, Math.min(keep, kept.size()));
    }

    private float overlap(int a, int b) {
        float w = Math.max(
                0,
                Math.min(candidates.right(a), candidates.right(b)) - Math.max(candidates.left(a), candidates.left(b)));
        float h = Math.max(
                0,
                Math.min(candidates.bottom(a), candidates.bottom(b)) - Math.max(candidates.top(a), candidates.top(b)));
        float areas = (candidates.right(a) - candidates.left(a)) * (candidates.bottom(a) - candidates.top(a))
                + (candidates.right(b) - candidates.left(b)) * (candidates.bottom(b) - candidates.top(b));
        return w * h / (areas - w * h);
    }
}
