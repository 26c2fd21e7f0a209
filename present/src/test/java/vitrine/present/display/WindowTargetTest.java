package vitrine.present.display;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import vitrine.engine.ChildJvm;
import vitrine.engine.XvfbScreen;

/** Windows, in processes with a DISPLAY of their own. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class WindowTargetTest {

    @TempDir
    Path folder;

    private record Run(int code, String output) {}

    private Run java(@Nullable String display, Class<?> main, String... args) throws Exception {
        List<String> command = ChildJvm.command(main);
        command.addAll(List.of(args));
        Path log = folder.resolve("run.log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().remove("WAYLAND_DISPLAY");
        builder.environment().remove("DISPLAY");
        if (display != null) {
            builder.environment().put("DISPLAY", display);
        }
        Process process = builder.start();
        if (!process.waitFor(150, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            return new Run(-1, "did not end: " + Files.readString(log));
        }
        return new Run(process.exitValue(), Files.readString(log));
    }

    @Test
    void presentsResizesAndEndsUnderX() throws Exception {
        try (XvfbScreen screen = XvfbScreen.start(folder, 1024, 768)) {
            if (screen == null) {
                System.out.println("SKIPPED, no Xvfb here: sudo apt-get install xvfb");
                Assumptions.abort("no Xvfb here");
                return;
            }
            Run run = java(screen.display(), WindowRun.class, screen.file().toString());
            System.out.println(run.output);
            Assumptions.assumeFalse(run.output.contains("SKIPPED, no Vulkan here"), "no Vulkan here");
            assertThat(run.output).endsWith("done\n");
            assertThat(run.code).isZero();
        }
    }

    /** Prints what the probe says. */
    static final class ProbeRun {
        public static void main(String[] args) {
            WindowTarget.Probe probe = WindowTarget.probe();
            System.out.println(probe.available() + " " + probe.reason() + " " + probe.instanceExtensions());
        }
    }

    @Test
    void saysWhyThereIsNoWindow() throws Exception {
        Run none = java(null, ProbeRun.class);
        assertThat(none.output).isEqualTo("false no display server: neither WAYLAND_DISPLAY nor DISPLAY is set []\n");
        assertThat(none.code).isZero();
        Run dead = java(":4711", ProbeRun.class);
        assertThat(dead.output).contains("false no display server answers on DISPLAY=:4711");
        assertThat(dead.code).isZero();
    }
}
