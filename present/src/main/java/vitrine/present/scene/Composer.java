package vitrine.present.scene;

import static org.lwjgl.vulkan.VK13.VK_PIPELINE_STAGE_2_FRAGMENT_SHADER_BIT;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lwjgl.vulkan.VkCommandBuffer;
import vitrine.engine.command.ReleaseQueue;
import vitrine.engine.command.RenderingScope;
import vitrine.engine.command.Timeline;
import vitrine.engine.device.DebugLabels;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.memory.FrameBuffers;
import vitrine.present.display.Canvas;
import vitrine.present.display.OutputTransform;
import vitrine.present.display.RenderImage;
import vitrine.present.overlay.Overlay;
import vitrine.present.overlay.OverlayPass;
import vitrine.present.pass.Moment;
import vitrine.present.pass.PassChain;
import vitrine.present.pass.PassSpec;
import vitrine.present.text.Font;
import vitrine.present.video.VideoPass;
import vitrine.present.video.ViewTransform;

/**
 * Draws one picture: black bars, video, overlay, in one rendering scope; with users' passes between, in several. Lives as long as the target, before any camera
 * and from camera to camera, since the video's pass comes with each call. Serves any target, follows its size, and lays
 * the picture into its image as the target's transform says. Nothing is allocated in steady state. Frame thread.
 */
public final class Composer implements AutoCloseable {

    private final OverlayPass overlayPass;
    private final Moment moment;
    private final @Nullable PassChain passes;
    private final DebugLabels labels;
    private final RenderingScope scope = RenderingScope.onBlack();
    private @Nullable Canvas canvas;
    private @Nullable OutputTransform canvasTransform;
    private int canvasImageWidth;
    private int canvasImageHeight;
    private boolean closed;

    private Composer(OverlayPass overlayPass, Moment moment, @Nullable PassChain passes, DebugLabels labels) {
        this.overlayPass = overlayPass;
        this.labels = labels;
        this.moment = moment;
        this.passes = passes;
    }

    /**
     * Makes a composer without passes of users.
     *
     * @param font of labels and lines; stays its maker's and outlives the composer
     */
    public static Composer create(VulkanDevice device, Timeline timeline, ReleaseQueue releases, Font font) {
        return create(device, timeline, releases, font, List.of());
    }

    /**
     * As above, with users' passes between the video and the overlay.
     *
     * @param passes in the order of drawing, at most {@link PassChain#MAX_PASSES}
     */
    public static Composer create(
            VulkanDevice device, Timeline timeline, ReleaseQueue releases, Font font, List<PassSpec> passes) {
        Moment moment = new Moment();
        PassChain chain = passes.isEmpty() ? null : PassChain.create(device, timeline, releases, moment, passes);
        return new Composer(OverlayPass.create(device, timeline, releases, font), moment, chain, device.labels());
    }

    /** What passes are told of the pictures, to be kept up to date by whoever draws them; of no effect without passes. */
    public Moment moment() {
        return moment;
    }

    /** VkPipelineStageFlags2 that read a frame. */
    public long frameStages() {
        return passes == null ? VK_PIPELINE_STAGE_2_FRAGMENT_SHADER_BIT : passes.frameStages();
    }

    /**
     * Records the drawing of a frame under an overlay. The command buffer must be the next one submitted.
     *
     * @param target in COLOR_ATTACHMENT_OPTIMAL; its contents are replaced
     * @param video the pass of the frame's format; boxes are in its upright pixels
     * @param frame the whole frame, already visible to {@link #frameStages()}, shader reads
     * @param overlay read now, free for change afterwards
     */
    public void record(VkCommandBuffer cmd, RenderImage target, VideoPass video, FrameBuffers frame, Overlay overlay) {
        Canvas c = canvas(target);
        ViewTransform view = video.view(c.width(), c.height());
        if (passes != null) {
            passes.recordBefore(cmd, video, frame, view);
        }
        scope.begin(cmd, target.view(), target.width(), target.height());
        scope.area(
                cmd,
                c.imageX(view.x(), view.y(), view.width(), view.height()),
                c.imageY(view.x(), view.y(), view.width(), view.height()),
                c.orientation().width(view.width(), view.height()),
                c.orientation().height(view.width(), view.height()));
        if (passes == null) {
            labels.begin(cmd, "video");
            video.record(cmd, frame, c, target.format(), target.isSrgb());
            labels.end(cmd);
        } else {
            passes.recordLast(cmd, video, view, c, target.format(), target.isSrgb());
        }
        scope.area(cmd, c.left(), c.top(), c.imageWidth(), c.imageHeight());
        overlay(cmd, target, overlay, view, c);
        scope.end(cmd);
    }

    /** As above without a frame: cards, lines and figures on black. Boxes, which have no place there, are left out. */
    public void record(VkCommandBuffer cmd, RenderImage target, Overlay overlay) {
        Canvas c = canvas(target);
        scope.begin(cmd, target.view(), target.width(), target.height());
        scope.area(cmd, c.left(), c.top(), c.imageWidth(), c.imageHeight());
        overlay(cmd, target, overlay, null, c);
        scope.end(cmd);
    }

    private void overlay(
            VkCommandBuffer cmd, RenderImage target, Overlay overlay, @Nullable ViewTransform view, Canvas c) {
        labels.begin(cmd, "overlay");
        overlayPass.record(cmd, overlay, view, c, target.format(), target.isSrgb());
        labels.end(cmd);
    }

    private Canvas canvas(RenderImage target) {
        Canvas c = canvas;
        if (c == null
                || target.width() != canvasImageWidth
                || target.height() != canvasImageHeight
                || !target.transform().equals(canvasTransform)) {
            c = Canvas.of(target.width(), target.height(), target.transform());
            canvas = c;
            canvasTransform = target.transform();
            canvasImageWidth = target.width();
            canvasImageHeight = target.height();
        }
        return c;
    }

    /** To be called when the GPU is done with what was recorded. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        overlayPass.close();
        if (passes != null) {
            passes.close();
        }
        scope.close();
    }
}
