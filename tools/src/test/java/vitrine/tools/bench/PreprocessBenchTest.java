package vitrine.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import vitrine.engine.GpuFixture;
import vitrine.inference.preprocess.Filter;
import vitrine.tools.bench.PreprocessBench.Result;

/** What does not depend on the machine's mood: errors, bytes, completeness. Ratios are for {@code vitrine bench}. */
class PreprocessBenchTest {

    @Test
    void measuresEveryWayAndOursIsRight() {
        List<Result> results;
        try (GpuFixture gpu = GpuFixture.open()) {
            results = PreprocessBench.run(gpu.device(), 2, 2);
        }
        // 2 sources, 2 tensors, 2 filters: ours and prepared in f32 and u8, smart, naive
        assertThat(results).hasSize(2 * 2 * 2 * 6);
        for (Result r : results) {
            assertThat(r.medianMs()).as(r.toString()).isPositive();
            if (r.way().equals("ours")) {
                assertThat(r.maxError()).as(r.toString()).isLessThan(r.type().bytes() == 1 ? 0.51 / 255 : 1e-5);
                assertThat(r.detail()).contains("nv12_");
            } else {
                // BT.601 for BT.709: a wrong answer that is the comparison's, not a broken set-up
                assertThat(r.maxError()).as(r.toString()).isBetween(0.02, 0.5);
                assertThat(r.meanError()).as(r.toString()).isLessThan(0.1);
            }
        }
        for (Result ours : results) {
            for (Result naive : results) {
                if (ours.way().equals("ours")
                        && naive.way().equals("opencv naive")
                        && ours.side() == naive.side()
                        && ours.width() == naive.width()
                        && ours.width() == 3840
                        && ours.filter() == naive.filter()) {
                    assertThat((double) naive.cpuBytes() / ours.cpuBytes())
                            .as(ours + " " + naive)
                            .isGreaterThan(10);
                }
            }
        }
        assertThat(PreprocessBench.toTable(results))
                .contains("BT.601")
                .contains(Filter.AREA.name().toLowerCase(Locale.ROOT));
        assertThat(PreprocessBench.toJson(results)).startsWith("{\"note\":").contains("\"way\":\"ours\"");
    }
}
