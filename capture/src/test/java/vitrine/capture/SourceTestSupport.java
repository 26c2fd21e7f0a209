package vitrine.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.PlaneLayout;
import vitrine.engine.linux.FdMemoryAllocator;
import vitrine.engine.linux.Rung;

/** An allocator for each test, and the check that nothing is left of its sources: descriptors, mappings, children. */
abstract class SourceTestSupport {
    static final long SECONDS_30 = 30_000_000_000L;

    FdMemoryAllocator allocator = FdMemoryAllocator.open(List.of(Rung.MEMFD));
    private long descriptorsBefore;
    private long mappingsBefore;

    @BeforeEach
    void countBefore() throws IOException {
        allocator = FdMemoryAllocator.open(List.of(Rung.MEMFD));
        descriptorsBefore = descriptors();
        mappingsBefore = mappings();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        allocator.close();
        assertThat(mappings()).as("mappings of frame memory").isEqualTo(mappingsBefore);
        // Reaping a child's pipes is the work of other threads, so this may take a moment.
        for (int i = 0; i < 100 && (descriptors() > descriptorsBefore || children() > 0); i++) {
            Thread.sleep(20);
        }
        assertThat(children()).as("child processes").isZero();
        assertThat(descriptors())
                .as("descriptors of memfds, pipes and test files")
                .isEqualTo(descriptorsBefore);
    }

    FrameSource open(String uri) {
        return FrameSources.open(uri, allocator, SourceOptions.DEFAULT);
    }

    /** The next frame, which must be there. */
    static CapturedFrame frame(FrameSource source) throws InterruptedException {
        Capture c = source.next(SECONDS_30);
        assertThat(c).isInstanceOf(CapturedFrame.class);
        return (CapturedFrame) c;
    }

    /** The frame's picture data without padding, planes one after another. */
    static byte[] packed(CapturedFrame frame) {
        FrameFormat f = frame.format();
        byte[] out = new byte[Math.toIntExact(f.pictureBytes())];
        int at = 0;
        for (int p = 0; p < f.planes().size(); p++) {
            PlaneLayout plane = f.plane(p);
            int rowBytes = f.pixelFormat().rowBytes(p, f.width());
            for (int y = 0; y < f.pixelFormat().rows(p, f.height()); y++) {
                MemorySegment.copy(
                        frame.memory().get(plane.memory()).memory(),
                        ValueLayout.JAVA_BYTE,
                        plane.offset() + (long) y * plane.stride(),
                        out,
                        at,
                        rowBytes);
                at += rowBytes;
            }
        }
        return out;
    }

    /** All frames up to the end, packed. */
    static List<byte[]> all(FrameSource source) throws InterruptedException {
        List<byte[]> frames = new ArrayList<>();
        while (true) {
            switch (source.next(SECONDS_30)) {
                case CapturedFrame f -> {
                    assertThat(f.sequence()).isEqualTo(frames.size());
                    frames.add(packed(f));
                    f.close();
                }
                case Capture.EndOfStream e -> {
                    return frames;
                }
                case Capture.NoFrame e -> throw new AssertionError("no frame in time");
                case Capture.Failed e -> throw new AssertionError(e.message());
                case Capture.FormatChanged e -> throw new AssertionError(e);
                case Capture.SignalLost e -> throw new AssertionError(e);
            }
        }
    }

    static void ffmpeg(String... arguments) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/ffmpeg")), "SKIPPED: ffmpeg is not installed here");
        List<String> command = new ArrayList<>(List.of("ffmpeg", "-nostdin", "-v", "error", "-y"));
        command.addAll(List.of(arguments));
        Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(p.waitFor()).as(said).isZero();
    }

    static long children() {
        return ProcessHandle.current().children().filter(ProcessHandle::isAlive).count();
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
            return fds.filter(p -> {
                        try {
                            String target = Files.readSymbolicLink(p).toString();
                            return target.contains("vitrine-")
                                    || target.startsWith("pipe:")
                                    || target.contains("/junit");
                        } catch (IOException e) {
                            return false; // the listing's own
                        }
                    })
                    .count();
        }
    }

    private static long mappings() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps")).stream()
                .filter(l -> l.contains("vitrine-frame"))
                .count();
    }
}
