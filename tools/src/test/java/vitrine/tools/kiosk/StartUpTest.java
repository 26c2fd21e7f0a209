package vitrine.tools.kiosk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import vitrine.capture.FrameSource;
import vitrine.capture.FrameSources;
import vitrine.capture.SourceOptions;
import vitrine.engine.GpuFixture;
import vitrine.engine.command.ReleaseQueue;
import vitrine.engine.command.Timeline;
import vitrine.engine.linux.FdMemoryAllocator;
import vitrine.engine.linux.NotifySocket;
import vitrine.engine.memory.MemoryLadder;
import vitrine.present.display.NoneTarget;
import vitrine.present.scene.Composer;
import vitrine.present.text.Font;
import vitrine.tools.report.LeakAudit;

/** However a start ends, nothing is still being opened afterwards, and what was opened is the caller's or closed. */
@Timeout(60)
final class StartUpTest {

    private final StopSignal stop = new StopSignal();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private GpuFixture gpu;
    private Timeline timeline;
    private ReleaseQueue releases;
    private FdMemoryAllocator allocator;
    private Font font;
    private Composer composer;
    private TimedRing ring;
    private InferenceWorker worker;
    private NotifySocket service;

    @BeforeEach
    void open() {
        gpu = GpuFixture.open();
        timeline = Timeline.create(gpu.device());
        releases = new ReleaseQueue(timeline);
        allocator = MemoryLadder.probe(gpu.device()).allocator();
        font = Font.bundled();
        composer = Composer.create(gpu.device(), timeline, releases, font);
        LoopFigures figures = new LoopFigures();
        ring = TimedRing.create(gpu.device(), timeline, releases, figures);
        worker = InferenceWorker.start(MissingModel.SPEC, 1, null);
        service = NotifySocket.open();
    }

    @AfterEach
    void close() {
        goOn.countDown();
        if (ring != null) {
            service.close();
            worker.close();
            ring.close();
            composer.close();
            font.close();
            allocator.close();
            releases.close();
            timeline.close();
            gpu.close();
        }
    }

    private StartUp startUp(Supplier<FrameSource> opening) {
        Picture picture = new Picture(NoneTarget.create(), composer, ring, new LoopFigures());
        return new StartUp(opening, false, picture, worker, stop, service);
    }

    /** A pattern, once the test says so. */
    private FrameSource slowly() {
        begun.countDown();
        try {
            assertThat(goOn.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return FrameSources.open("pattern:64x48@30", allocator, SourceOptions.DEFAULT);
    }

    /** Does something while the source is being opened, and lets the opening go on half a second later. */
    private void meanwhile(Runnable act) {
        Thread.ofPlatform().daemon().start(() -> {
            try {
                begun.await();
                act.run();
                Thread.sleep(500);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            goOn.countDown();
        });
    }

    @Test
    void theSourceIsTheCallers() throws Exception {
        meanwhile(() -> {});
        try (FrameSource source = Objects.requireNonNull(startUp(this::slowly).open())) {
            assertThat(source.buffers()).isNotEmpty();
            assertThat(LeakAudit.frameMemory()).isNotEmpty();
        }
        assertThat(LeakAudit.frameMemory()).isEmpty();
    }

    @Test
    void aSourceOpenedAfterTheStopIsClosed() throws Exception {
        meanwhile(stop::raise);
        assertThat(startUp(this::slowly).open()).isNull();
        assertThat(goOn.getCount()).as("the opening has ended").isZero();
        assertThat(LeakAudit.frameMemory()).isEmpty();
    }

    /** As a screen that wants another instance does it, too. */
    @Test
    void aSourceOpenedAfterAnExceptionIsClosed() {
        Thread frameThread = Thread.currentThread();
        meanwhile(frameThread::interrupt);
        assertThatThrownBy(startUp(this::slowly)::open).isInstanceOf(InterruptedException.class);
        assertThat(goOn.getCount()).as("the opening has ended").isZero();
        assertThat(LeakAudit.frameMemory()).isEmpty();
    }
}
