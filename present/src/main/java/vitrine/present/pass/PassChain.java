package vitrine.present.pass;

import static org.lwjgl.vulkan.VK13.*;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.vulkan.VkCommandBuffer;
import vitrine.engine.command.Barriers;
import vitrine.engine.command.ReleaseQueue;
import vitrine.engine.command.RenderingScope;
import vitrine.engine.command.Timeline;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.frame.Orientation;
import vitrine.engine.memory.FrameBuffers;
import vitrine.engine.memory.Image;
import vitrine.engine.pipeline.Sampler;
import vitrine.present.display.Canvas;
import vitrine.present.video.VideoPass;
import vitrine.present.video.ViewTransform;

/**
 * The users' passes in their order, between the video and the overlay. The video is drawn into an image of the picture's
 * size on the canvas, upright; each pass but the last from one such image into another; the last into the target, turned
 * as the target wants it. Images are made when that size changes; in steady state nothing is. Serves one target.
 * Frame thread.
 */
public final class PassChain implements AutoCloseable {

    /** Most passes in a chain: each has a bit in a detection's word. */
    public static final int MAX_PASSES = 16;

    /** One that every Vulkan driver draws to and samples. Holds R'G'B' codes as they are. */
    private static final int FORMAT = VK_FORMAT_R8G8B8A8_UNORM;

    private final VulkanDevice device;
    private final ReleaseQueue releases;
    private final Moment moment;
    private final Moment.Buffers moments;
    private final Sampler sampler;
    private final Barriers barriers;
    private final RenderingScope scope = RenderingScope.overAll();
    private final List<UserPass> passes = new ArrayList<>();
    private final boolean state;
    private final ByteBuffer push = MemoryUtil.memCalloc(UserPass.PUSH_BYTES);

    /** What the first pass reads, and where there are more passes what the second reads. */
    private final @Nullable Image[] images = new Image[2];

    private @Nullable Canvas canvas;
    private @Nullable ViewTransform view;
    private @Nullable ViewTransform outerView;
    private boolean closed;

    private PassChain(
            VulkanDevice device, Timeline timeline, ReleaseQueue releases, Moment moment, List<PassSpec> specs) {
        this.device = device;
        this.releases = releases;
        this.moment = moment;
        moments = new Moment.Buffers(device, timeline);
        sampler = Sampler.create(device, "picture of passes");
        barriers = Barriers.create(device);
        for (PassSpec spec : specs) {
            passes.add(new UserPass(device, releases, sampler, spec, passes.size()));
        }
        state = passes.stream().anyMatch(UserPass::hasState);
    }

    /**
     * Makes a chain.
     *
     * @param moment what the passes are told beside pixels; the maker's to fill
     * @param specs 1 to {@value #MAX_PASSES}, in the order of drawing
     */
    public static PassChain create(
            VulkanDevice device, Timeline timeline, ReleaseQueue releases, Moment moment, List<PassSpec> specs) {
        if (specs.isEmpty() || specs.size() > MAX_PASSES) {
            throw new IllegalArgumentException(specs.size() + " passes");
        }
        moment.serve(List.copyOf(specs));
        return new PassChain(device, timeline, releases, moment, specs);
    }

    /** VkPipelineStageFlags2 that read the camera's frame. */
    public long frameStages() {
        return VK_PIPELINE_STAGE_2_FRAGMENT_SHADER_BIT | (state ? VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT : 0);
    }

    /**
     * Records everything but the last pass's draw, outside a rendering scope. The command buffer must be the next one
     * submitted.
     *
     * @param frame visible to {@link #frameStages()}, shader reads
     * @param place of the picture on the target's canvas
     */
    public void recordBefore(VkCommandBuffer cmd, VideoPass video, FrameBuffers frame, ViewTransform place) {
        Image first = prepare(place);
        ViewTransform inner = view;
        Canvas upright = canvas;
        if (inner == null || upright == null) {
            throw new AssertionError("made with the images");
        }
        video.pushFrame(push, frame);
        push.putLong(UserPass.PUSH_MOMENT, moments.upload(moment, inner));
        pushPicture(0, 0, inner.width(), inner.height());

        begin(cmd, first);
        device.labels().begin(cmd, "video");
        video.record(cmd, frame, inner, upright, FORMAT, false);
        device.labels().end(cmd);
        end(cmd, first);
        for (int i = 0; i < passes.size(); i++) {
            Image input = image(i);
            passes.get(i).recordState(cmd, barriers, video, input, push);
            if (i < passes.size() - 1) {
                Image output = image(i + 1);
                begin(cmd, output);
                passes.get(i).recordLook(cmd, video, input, Orientation.UPRIGHT, FORMAT, false, push);
                end(cmd, output);
            }
        }
    }

    /**
     * Records the last pass's draw, inside a rendering scope whose viewport is the picture's rectangle in the target's
     * image, after {@link #recordBefore} of the same picture.
     *
     * @param target the image's canvas
     * @param colorFormat VkFormat of the attachment
     * @param srgb whether that format encodes what is written to it
     */
    public void recordLast(
            VkCommandBuffer cmd, VideoPass video, ViewTransform place, Canvas target, int colorFormat, boolean srgb) {
        int last = passes.size() - 1;
        pushPicture(
                target.imageX(place.x(), place.y(), place.width(), place.height()),
                target.imageY(place.x(), place.y(), place.width(), place.height()),
                target.orientation().width(place.width(), place.height()),
                target.orientation().height(place.width(), place.height()));
        passes.get(last).recordLook(cmd, video, image(last), target.orientation(), colorFormat, srgb, push);
    }

    private void pushPicture(int x, int y, int width, int height) {
        push.putInt(UserPass.PUSH_PICTURE, x)
                .putInt(UserPass.PUSH_PICTURE + 4, y)
                .putInt(UserPass.PUSH_PICTURE + 8, width)
                .putInt(UserPass.PUSH_PICTURE + 12, height);
    }

    private Image image(int pass) {
        Image image = images[pass & 1];
        if (image == null) {
            throw new AssertionError("made before");
        }
        return image;
    }

    /** Images and canvas of the picture's size; returns what the video is drawn into. */
    private Image prepare(ViewTransform place) {
        Image first = images[0];
        if (first != null && place.equals(outerView)) {
            return first;
        }
        outerView = place;
        view = new ViewTransform(
                place.uprightWidth(),
                place.uprightHeight(),
                place.width(),
                place.height(),
                0,
                0,
                place.width(),
                place.height());
        canvas = new Canvas(place.width(), place.height(), Orientation.UPRIGHT, 0, 0);
        if (first == null || first.width() != place.width() || first.height() != place.height()) {
            for (int i = 0; i < Math.min(passes.size(), 2); i++) {
                Image old = images[i];
                if (old != null) {
                    releases.defer(old::close);
                }
                images[i] = Image.create(
                        device,
                        "picture before pass " + i,
                        place.width(),
                        place.height(),
                        FORMAT,
                        VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_SAMPLED_BIT);
            }
        }
        return image(0);
    }

    /** All of the image is drawn; who read it before, in this picture or the one before, is done first. */
    private void begin(VkCommandBuffer cmd, Image image) {
        barriers.image(
                        image.handle(),
                        VK_IMAGE_LAYOUT_UNDEFINED,
                        VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL,
                        frameStages(),
                        VK_ACCESS_2_NONE,
                        VK_PIPELINE_STAGE_2_COLOR_ATTACHMENT_OUTPUT_BIT,
                        VK_ACCESS_2_COLOR_ATTACHMENT_WRITE_BIT | VK_ACCESS_2_COLOR_ATTACHMENT_READ_BIT)
                .record(cmd);
        scope.begin(cmd, image.view(), image.width(), image.height());
        scope.area(cmd, 0, 0, image.width(), image.height());
    }

    private void end(VkCommandBuffer cmd, Image image) {
        scope.end(cmd);
        barriers.image(
                        image.handle(),
                        VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL,
                        VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL,
                        VK_PIPELINE_STAGE_2_COLOR_ATTACHMENT_OUTPUT_BIT,
                        VK_ACCESS_2_COLOR_ATTACHMENT_WRITE_BIT,
                        frameStages(),
                        VK_ACCESS_2_SHADER_READ_BIT)
                .record(cmd);
    }

    /** To be called when the GPU is done with what was recorded. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        passes.forEach(UserPass::close);
        for (Image image : images) {
            if (image != null) {
                image.close();
            }
        }
        moments.close();
        sampler.close();
        scope.close();
        barriers.close();
        MemoryUtil.memFree(push);
    }
}
