package vitrine.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import vitrine.capture.CaptureMemory;
import vitrine.engine.profile.LatencyHistogram;
import vitrine.tools.report.RunReport;

final class RunCommandTest {

    private static RunReport report() {
        LatencyHistogram latency = new LatencyHistogram();
        for (int i = 1; i <= 100; i++) {
            latency.record(i * 1_000_000L);
        }
        return new RunReport(
                "pattern \"a\\b\"\n",
                "NV12",
                "m",
                "e",
                "d",
                "r",
                "p",
                List.of("edges"),
                "memfd",
                List.of("dma-heap: absent"),
                new CaptureMemory("written to memfd", List.of()),
                0,
                new RunReport.Frames(10, 4, 9, 1),
                new RunReport.CpuBytes(1000, 0, 500, 0),
                1234.56,
                2.5,
                99.5,
                List.of(),
                List.of(),
                List.of(new RunReport.Stage("preprocess", "gpu", latency)));
    }

    @Test
    void aCleanRunIsWellAndAnyFindingIsNot() {
        assertThat(RunCommand.exitCode(report())).isZero();
        assertThat(RunCommand.exitCode(report().withFindings(List.of("error x"), List.of())))
                .isEqualTo(3);
        assertThat(RunCommand.exitCode(report().withFindings(List.of(), List.of("buffer"))))
                .isEqualTo(3);
    }

    @Test
    void theReportIsJsonWithPercentiles() {
        assertThat(report().withFindings(List.of("error x", "warning y"), List.of("x"))
                        .toJson())
                .contains("\"source\": \"pattern \\\"a\\\\b\\\"\\u000a\"")
                .contains("\"frames\": {\"captured\": 10, \"inferred\": 4, \"presented\": 9, \"dropped\": 1}")
                .contains("\"cpuBytesPerFrame\": {\"capture\": 100, \"import\": 0, \"tensor\": 50, \"picture\": 0,"
                        + " \"total\": 150}")
                .contains("\"startMs\": 1234.6")
                .contains("\"validationMessages\": 2")
                .contains("\"validation\": [\"error x\", \"warning y\"]")
                .contains("\"leaks\": [\"x\"]")
                .containsPattern("\"preprocess\": \\{\"clock\": \"gpu\", \"count\": 100, \"p50Ms\": 50\\.\\d+")
                .containsPattern("\"p95Ms\": 95\\.\\d+, \"p99Ms\": 99\\.\\d+");
    }
}
