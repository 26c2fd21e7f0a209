package vitrine.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No damaged model file ends the process or escapes as anything but one line for the user. */
class DamagedModelsTest {

    private static final long MINUTES = 3;

    @TempDir
    Path folder;

    @Test
    void handMadeOnesAreRefused() throws Exception {
        run(List.of());
    }

    @Test
    void truncatedYoloxIsRefused() throws Exception {
        run(List.of(TestFiles.shared("models/yolox_nano_416.onnx")));
    }

    @Test
    void truncatedSsdIsRefused() throws Exception {
        run(List.of(TestFiles.cached("ssd_mobilenetv2_oidv4_fp16.tflite")));
    }

    private void run(List<Path> models) throws IOException, InterruptedException {
        Path log = folder.resolve("log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + folder.resolve("crash"),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                DamagedModels.class.getName(),
                folder.toString()));
        models.forEach(m -> command.add(m.toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
        if (!ended) {
            process.destroyForcibly();
        }
        List<String> lines = Files.readAllLines(log, java.nio.charset.StandardCharsets.ISO_8859_1);
        List<String> tail = lines.subList(Math.max(0, lines.size() - 12), lines.size());
        assertThat(ended).as("ended in %d minutes; last: %s", MINUTES, tail).isTrue();
        assertThat(process.exitValue()).as("%s", tail).isZero();
        assertThat(lines.getLast()).as("%s", tail).matches("\\d+ cases, \\d+ refused");
        System.out.println("damaged models: " + lines.getLast());
    }
}
