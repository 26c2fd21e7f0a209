package vitrine.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.PlaneLayout;

/** A {@link StandIn} for each test, and the check that the camera was given all back. */
abstract class CameraTestSupport extends SourceTestSupport {
    static final long SECOND = 1_000_000_000L;

    StandIn camera;
    private long eventsBefore;

    @BeforeEach
    void plugIn() throws Exception {
        camera = StandIn.reset();
        eventsBefore = events();
    }

    @AfterEach
    void theCameraIsGivenBack() throws Exception {
        assertThat(camera.get("files")).as("open devices").isZero();
        assertThat(camera.get("maps")).as("mapped buffers").isZero();
        assertThat(camera.get("buffers")).as("requested buffers").isZero();
        assertThat(events()).as("eventfds").isEqualTo(eventsBefore);
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(t -> t.getName().equals("camera") || t.getName().startsWith("jpeg-"));
    }

    private static long events() throws IOException {
        try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
            return fds.filter(p -> {
                        try {
                            String target = Files.readSymbolicLink(p).toString();
                            return target.contains("eventfd") || target.startsWith("socket:");
                        } catch (IOException e) {
                            return false;
                        }
                    })
                    .count();
        }
    }

    FrameSource openCamera(String query) {
        return openCamera(query, SourceOptions.DEFAULT);
    }

    FrameSource openCamera(String query, SourceOptions options) {
        return FrameSources.open(camera.uri(query), allocator, options);
    }

    /** One picture, taken and delivered. */
    CapturedFrame shot(FrameSource source) throws InterruptedException {
        camera.shoot(1);
        return frame(source);
    }

    /** That all bytes of all rows are those of the driver's frame {@code n}. */
    static void assertContent(CapturedFrame frame, long n) {
        FrameFormat f = frame.format();
        for (int p = 0; p < f.planes().size(); p++) {
            PlaneLayout plane = f.plane(p);
            MemorySegment memory = frame.memory().get(plane.memory()).memory();
            int rowBytes = f.pixelFormat().rowBytes(p, f.width());
            for (int y = 0; y < f.pixelFormat().rows(p, f.height()); y++) {
                for (int x = 0; x < rowBytes; x++) {
                    long at = plane.offset() + (long) y * plane.stride() + x;
                    byte is = memory.get(ValueLayout.JAVA_BYTE, at);
                    if (is != StandIn.content(n, at)) {
                        throw new AssertionError("frame " + n + ", plane " + p + ", row " + y + ", byte " + x + ": "
                                + is + " in place of " + StandIn.content(n, at));
                    }
                }
            }
        }
    }

    /** The next event that is no frame; frames before it are given back. */
    static Capture event(FrameSource source) throws InterruptedException {
        while (true) {
            Capture c = source.next(SECONDS_30);
            if (!(c instanceof CapturedFrame f)) {
                return c;
            }
            f.close();
        }
    }

    /** Waits for what another thread does. */
    static void await(String what, java.util.function.BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + SECONDS_30;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("never: " + what);
            }
            Thread.sleep(1);
        }
    }
}
