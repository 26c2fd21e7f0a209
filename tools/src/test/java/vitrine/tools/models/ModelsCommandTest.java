package vitrine.tools.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class ModelsCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void listsEveryModelWithItsLicence() {
        assertThat(run("list")).isZero();
        assertThat(out.toString().lines())
                .hasSize(2)
                .allMatch(l -> l.contains("Apache-2.0"))
                .anyMatch(l -> l.startsWith("yolox_nano "))
                .anyMatch(l -> l.startsWith("ssd_mobilenet_v2_oidv4 "));
    }

    @Test
    void saysWhichModelsThereAreWhenTheNameIsUnknown() {
        assertThat(run("fetch", "yolo99")).isEqualTo(2);
        assertThat(err)
                .hasToString(
                        "vitrine: there is no model 'yolo99'; there are yolox_nano, ssd_mobilenet_v2_oidv4, default"
                                + System.lineSeparator());
    }

    @Test
    void wantsAName() {
        assertThat(run("fetch")).isEqualTo(2);
        assertThat(err.toString()).startsWith("Missing required parameter: 'NAME'");
    }

    private int run(String... arguments) {
        return new CommandLine(new ModelsCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }
}
