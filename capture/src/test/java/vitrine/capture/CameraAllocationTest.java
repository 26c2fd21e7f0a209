package vitrine.capture;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import vitrine.capture.jpeg.JpegPictures;

/** In steady state neither the camera's thread nor the decoders' nor the consumer's allocate anything. */
class CameraAllocationTest extends CameraTestSupport {
    private static final int FRAMES = 1000;

    @Tag("jit")
    @ParameterizedTest
    @ValueSource(strings = {"expbuf", "copy", "jpeg"})
    void aSteadyFrameMakesNoGarbage(String way) throws Exception {
        boolean jpeg = way.equals("jpeg");
        camera.mode(jpeg ? "MJPG" : "NV12", 64, 48, 0);
        camera.pictures(JpegPictures.grey(64, 48));
        camera.set("pace_us", jpeg ? 300 : 150);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (FrameSource s = openCamera(jpeg ? "" : "memory=" + way)) {
            long[] ids = Thread.getAllStackTraces().keySet().stream()
                    .filter(t -> t.getName().equals("camera") || t.getName().startsWith("jpeg-"))
                    .mapToLong(Thread::threadId)
                    .toArray();
            assertThat(ids).hasSize(jpeg ? 1 + decoders() : 1);
            // Only compiled code is free of garbage, and on a busy machine the compiler takes its time.
            long allocated = Long.MAX_VALUE;
            for (long end = System.nanoTime() + SECONDS_30; allocated > 0 && System.nanoTime() < end; ) {
                long before = sum(threads, ids);
                for (int i = 0; i < FRAMES; i++) {
                    frame(s).close();
                }
                allocated = sum(threads, ids) - before;
            }
            assertThat(allocated).as("bytes in " + FRAMES + " frames").isZero();
        }
    }

    private static int decoders() {
        return vitrine.capture.jpeg.JpegWorkers.threadsFor(Runtime.getRuntime().availableProcessors());
    }

    private static long sum(ThreadMXBean threads, long[] ids) {
        long sum = 0;
        for (long id : ids) {
            sum += threads.getThreadAllocatedBytes(id);
        }
        return sum;
    }
}
