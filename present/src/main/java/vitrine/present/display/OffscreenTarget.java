package vitrine.present.display;

import static org.lwjgl.vulkan.VK13.*;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.lwjgl.vulkan.VkBufferImageCopy;
import org.lwjgl.vulkan.VkCommandBuffer;
import vitrine.engine.command.Barriers;
import vitrine.engine.command.Timeline;
import vitrine.engine.device.DebugLabels;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.memory.DeviceBuffer;
import vitrine.engine.memory.Image;
import vitrine.present.PresentException;

/**
 * {@code offscreen:DIR}: draws into an image of its own and writes each N-th picture as {@code frame-000012.png}, named
 * by the frame's number, and each card as {@code card-000013.png}, named by the frame that did not come. A thread writes; when it cannot keep up, {@link #acquire} waits for it, so no picture is lost.
 */
public final class OffscreenTarget implements FrameTarget {

    /** Pictures that may be on their way to the disk: one being written, one ready, one being drawn. */
    private static final int SLOTS = 3;

    private static final int FORMAT = VK_FORMAT_R8G8B8A8_UNORM;

    private final PresentUri.Offscreen uri;
    private final Image image;
    private final RenderImage renderImage;
    private final Barriers barriers;
    private final VkBufferImageCopy.Buffer copy = VkBufferImageCopy.calloc(1);
    private final PictureWriter writer;
    private final Timeline timeline;
    private final DebugLabels labels;
    private PictureWriter.@Nullable Slot slot;
    private long frame;
    private boolean card;
    private long presented;
    private boolean closed;

    private OffscreenTarget(
            PresentUri.Offscreen uri,
            Image image,
            Barriers barriers,
            PictureWriter writer,
            Timeline timeline,
            DebugLabels labels) {
        this.timeline = timeline;
        this.labels = labels;
        this.uri = uri;
        this.image = image;
        this.barriers = barriers;
        this.writer = writer;
        renderImage =
                new RenderImage(image.handle(), image.view(), FORMAT, image.width(), image.height(), uri.transform());
        copy.get(0)
                .imageSubresource(s -> s.aspectMask(VK_IMAGE_ASPECT_COLOR_BIT).layerCount(1))
                .imageExtent(e -> e.set(image.width(), image.height(), 1));
    }

    /**
     * Makes the folder if it is missing, and the image.
     *
     * @param uprightWidth of the source, the size of the pictures unless the URI names one; larger ones are made to fit
     * @param uprightHeight of the source
     * @throws PresentException when the folder cannot be made or written to
     */
    public static OffscreenTarget create(
            VulkanDevice device, Timeline timeline, PresentUri.Offscreen uri, int uprightWidth, int uprightHeight) {
        checkFolder(uri.directory());
        boolean sideways = uri.transform().orientation().isSideways();
        PresentUri.Size size = uri.size().isSource()
                ? fit(sideways ? uprightHeight : uprightWidth, sideways ? uprightWidth : uprightHeight)
                : uri.size();
        Image image = Image.create(
                device,
                "offscreen target",
                size.width(),
                size.height(),
                FORMAT,
                VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT);
        DeviceBuffer[] buffers = new DeviceBuffer[SLOTS];
        for (int i = 0; i < SLOTS; i++) {
            buffers[i] = DeviceBuffer.create(
                    device,
                    "offscreen picture " + i,
                    4L * size.width() * size.height(),
                    VK_BUFFER_USAGE_TRANSFER_DST_BIT,
                    DeviceBuffer.Use.READBACK);
        }
        PictureWriter writer = PictureWriter.start(timeline, uri.directory(), size, uri.keep(), buffers);
        return new OffscreenTarget(uri, image, Barriers.create(device), writer, timeline, device.labels());
    }

    private static void checkFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new PresentException(
                    "--present offscreen:" + folder + ": the folder cannot be made (" + PictureWriter.reason(e)
                            + "); name one that can",
                    e);
        }
        if (!Files.isWritable(folder)) {
            throw new PresentException(
                    "--present offscreen:" + folder + ": the folder is not writable; name another or change its owner");
        }
    }

    /** The source's size, made smaller with its aspect kept where a side passes what an image may have. */
    static PresentUri.Size fit(int width, int height) {
        double scale = Math.min(1, (double) PresentUri.Size.MAX_SIDE / Math.max(width, height));
        return new PresentUri.Size(
                (int) Math.max(1, Math.round(width * scale)), (int) Math.max(1, Math.round(height * scale)));
    }

    @Override
    public AcquireResult acquire(long frame) {
        return acquire(frame, false);
    }

    @Override
    public AcquireResult acquireCard(long frame) {
        return acquire(frame, true);
    }

    private AcquireResult acquire(long frame, boolean card) {
        this.frame = frame;
        this.card = card;
        writer.check();
        slot = card || presented % uri.every() == 0 ? writer.slot() : null;
        return AcquireResult.READY;
    }

    @Override
    public RenderImage image() {
        return renderImage;
    }

    @Override
    public void begin(VkCommandBuffer cmd) {
        barriers.image(
                        image.handle(),
                        VK_IMAGE_LAYOUT_UNDEFINED,
                        VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL,
                        VK_PIPELINE_STAGE_2_COPY_BIT | VK_PIPELINE_STAGE_2_COLOR_ATTACHMENT_OUTPUT_BIT,
                        VK_ACCESS_2_COLOR_ATTACHMENT_WRITE_BIT,
                        VK_PIPELINE_STAGE_2_COLOR_ATTACHMENT_OUTPUT_BIT,
                        VK_ACCESS_2_COLOR_ATTACHMENT_READ_BIT | VK_ACCESS_2_COLOR_ATTACHMENT_WRITE_BIT)
                .record(cmd);
    }

    @Override
    public void end(VkCommandBuffer cmd) {
        if (slot == null) {
            return;
        }
        barriers.image(
                        image.handle(),
                        VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL,
                        VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL,
                        VK_PIPELINE_STAGE_2_COLOR_ATTACHMENT_OUTPUT_BIT,
                        VK_ACCESS_2_COLOR_ATTACHMENT_WRITE_BIT,
                        VK_PIPELINE_STAGE_2_COPY_BIT,
                        VK_ACCESS_2_TRANSFER_READ_BIT)
                .record(cmd);
        labels.begin(cmd, "read back");
        vkCmdCopyImageToBuffer(
                cmd,
                image.handle(),
                VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL,
                slot.buffer().handle(),
                copy);
        labels.end(cmd);
        barriers.hostRead(slot.buffer(), VK_PIPELINE_STAGE_2_COPY_BIT, VK_ACCESS_2_TRANSFER_WRITE_BIT)
                .record(cmd);
    }

    @Override
    public long waitSemaphore() {
        return 0;
    }

    @Override
    public long waitStage() {
        return 0;
    }

    @Override
    public long signalSemaphore() {
        return 0;
    }

    @Override
    public void present(long value, long captureNanos) {
        presented += card ? 0 : 1;
        if (slot != null) {
            writer.write(slot, frame, card, value);
            slot = null;
        }
    }

    @Override
    public long presented() {
        return presented;
    }

    /** Pictures on the disk so far. */
    public long written() {
        return writer.written();
    }

    @Override
    public long cpuBytes() {
        return 4L * image.width() * image.height() * writer.written();
    }

    @Override
    public String describe() {
        return String.format(
                Locale.ROOT,
                "offscreen:%s, %s PNG of %dx%d%s",
                uri.directory(),
                uri.every() == 1 ? "each frame a" : "every " + uri.every() + "th frame a",
                image.width(),
                image.height(),
                uri.keep() == 0 ? "" : ", the newest " + uri.keep());
    }

    /**
     * Waits until the last picture is written.
     *
     * @throws PresentException when one could not be written and no call has said so yet
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            timeline.await(timeline.submitted(), Long.MAX_VALUE);
            writer.close();
        } finally {
            copy.free();
            barriers.close();
            image.close();
        }
    }
}
