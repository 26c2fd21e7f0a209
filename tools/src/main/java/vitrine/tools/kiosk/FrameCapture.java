package vitrine.tools.kiosk;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vitrine.engine.debug.RenderDoc;

/** {@code --capture-frame N}: RenderDoc captures one frame, from before its recording to after its present. Frame thread. */
final class FrameCapture {

    private static final Logger LOG = LoggerFactory.getLogger(FrameCapture.class);

    private final @Nullable Long wanted;
    private @Nullable RenderDoc renderDoc;
    private boolean running;
    private boolean done;

    /** @param wanted the frame's number, null for none */
    FrameCapture(@Nullable Long wanted) {
        this.wanted = wanted;
    }

    /**
     * Finds RenderDoc, which is in the process once there is a Vulkan instance.
     *
     * @throws vitrine.engine.debug.RenderDocException when it is not
     */
    void attach() {
        if (wanted != null && renderDoc == null) {
            renderDoc = RenderDoc.attach();
            renderDoc.template(Path.of("vitrine-frame-" + wanted).toAbsolutePath());
        }
    }

    /** Before anything of the frame is recorded. Cameras leave numbers out: the first from the wanted one on is taken. */
    void before(long sequence) {
        if (renderDoc != null && wanted != null && !done && sequence >= wanted) {
            done = true;
            running = true;
            renderDoc.start();
        }
    }

    /** After the frame's last submission, and its present. */
    void after() {
        if (running && renderDoc != null) {
            running = false;
            String file = renderDoc.end();
            if (file.isEmpty()) {
                LOG.error("RenderDoc did not capture frame {}; its own log says why", wanted);
            } else {
                LOG.info("RenderDoc captured frame {}: {}", wanted, file);
            }
        }
    }

    /** When the run ends. */
    void ended() {
        if (wanted != null && !done) {
            LOG.warn("frame {} never came, so RenderDoc captured nothing", wanted);
        }
    }
}
