package vitrine.tests.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vitrine.engine.GpuFixture;

/** What a steady frame costs the camera's thread: system calls and Java heap. */
@Tag("lab")
final class CameraCostTest {
    private static final int FRAMES = 100;

    @Test
    void aFrameTakesFourSystemCallsAndNoHeap(@TempDir Path dir) throws Exception {
        try (Vivid vivid = Vivid.load("n_devs=1 num_inputs=1 input_types=0x0 node_types=0x1");
                GpuFixture gpu = GpuFixture.open();
                CameraConsumer camera = CameraConsumer.open(
                        gpu.device(), "v4l2:" + vivid.nodes().getFirst() + "?size=320x180&fps=60&format=NV12")) {
            assertThat(camera.source().memory().way()).startsWith("V4L2 DMABUF");
            camera.take(300);

            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long thread = Thread.getAllStackTraces().keySet().stream()
                    .filter(t -> t.getName().equals("camera"))
                    .findFirst()
                    .orElseThrow()
                    .threadId();
            long before = threads.getThreadAllocatedBytes(thread);
            camera.take(500);
            long allocated = threads.getThreadAllocatedBytes(thread) - before;
            System.out.println("heap of 500 frames on the camera's thread: " + allocated + " bytes");
            // In a JVM without the optimising compiler, which would take away what does not escape.
            assertThat(allocated).isZero();

            List<String> calls = trace(camera, dir.resolve("calls"));
            System.out.println("system calls of " + FRAMES + " frames on the camera's thread: " + calls.size());
            assertThat(calls)
                    .as("of %d frames: %s", FRAMES, calls.subList(0, 12))
                    .hasSizeLessThanOrEqualTo(4 * FRAMES);
        }
    }

    /** The calls between one VIDIOC_DQBUF and the hundredth after it. */
    private static List<String> trace(CameraConsumer camera, Path file) throws Exception {
        Process strace = new ProcessBuilder("strace", "-qq", "-o", file.toString(), "-p", cameraTask())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            List<String> lines = List.of();
            while (taken(lines) < FRAMES + 20) {
                camera.take(20);
                lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
                if (!strace.isAlive()) {
                    throw new AssertionError("strace ended with " + strace.exitValue());
                }
            }
            int seen = 0;
            int first = 0;
            for (int i = 0; i < lines.size(); i++) {
                if (isDequeue(lines.get(i)) && ++seen == 10) {
                    first = i;
                }
                if (seen == 10 + FRAMES) {
                    return lines.subList(first, i);
                }
            }
            throw new AssertionError(lines);
        } finally {
            strace.destroy();
            strace.waitFor();
        }
    }

    private static long taken(List<String> lines) {
        return lines.stream().filter(CameraCostTest::isDequeue).count();
    }

    private static boolean isDequeue(String line) {
        return line.contains("VIDIOC_DQBUF") && line.endsWith("= 0");
    }

    private static String cameraTask() throws Exception {
        try (var tasks = Files.list(Path.of("/proc/self/task"))) {
            for (Path task : tasks.toList()) {
                if (Files.readString(task.resolve("comm")).strip().equals("camera")) {
                    return String.valueOf(task.getFileName());
                }
            }
        }
        throw new AssertionError("no thread is called camera");
    }
}
