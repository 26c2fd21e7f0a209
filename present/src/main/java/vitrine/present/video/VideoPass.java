package vitrine.present.video;

import java.nio.ByteBuffer;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.vulkan.VK13;
import org.lwjgl.vulkan.VkCommandBuffer;
import vitrine.engine.command.ReleaseQueue;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.frame.ChromaSiting;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.Orientation;
import vitrine.engine.frame.PlaneLayout;
import vitrine.engine.memory.FrameBuffers;
import vitrine.engine.memory.GpuBuffer;
import vitrine.engine.pipeline.GraphicsPipeline;
import vitrine.engine.pipeline.GraphicsPipelineSpec;
import vitrine.engine.pipeline.Rehearsal;
import vitrine.engine.pipeline.Specialization;
import vitrine.present.PresentException;
import vitrine.present.display.Canvas;
import vitrine.shaders.ShaderLibrary;

/**
 * Draws a frame, upright on the canvas, into its rectangle of the target's image, straight from the camera's buffer.
 * Luma and chroma are bilinear where magnified; where made smaller, a box average of up to {@value #MAX_TAPS} taps an
 * axis keeps fine patterns from crawling. One pipeline a geometry, made when that changes, never in steady state. Serves
 * the frames of one format, for any number of composers. Frame thread.
 */
public final class VideoPass implements AutoCloseable {

    /** Most points read along an axis for one pixel: enough for 4096 pixels shown on 512. */
    static final int MAX_TAPS = 8;

    private static final int PUSH_BYTES = 56;
    private static final int REHEARSAL_SIDE = 64;

    private final VulkanDevice device;
    private final ReleaseQueue releases;
    private final FrameFormat format;
    private final Orientation orientation;
    private final ChromaSiting siting;
    private final ByteBuffer push = MemoryUtil.memCalloc(PUSH_BYTES);
    private @Nullable GraphicsPipeline pipeline;
    private @Nullable Key key;
    private @Nullable ViewTransform view;
    private @Nullable ViewTransform lastView;
    private @Nullable Canvas lastCanvas;
    private int lastFormat;
    private boolean closed;

    /** What a pipeline is specialised for, the frame aside. */
    private record Key(
            int colorFormat,
            boolean srgb,
            Orientation orientation,
            int lumaX,
            int lumaY,
            int chromaX,
            int chromaY,
            boolean centered) {}

    private VideoPass(
            VulkanDevice device,
            ReleaseQueue releases,
            FrameFormat format,
            Orientation orientation,
            ChromaSiting siting) {
        this.device = device;
        this.releases = releases;
        this.format = format;
        this.orientation = orientation;
        this.siting = siting;
    }

    /**
     * A pass for frames of one format.
     *
     * @param orientation stands the stored frame upright
     * @param siting of the chroma, normally {@link ChromaSiting#LEFT}
     */
    public static VideoPass create(
            VulkanDevice device,
            ReleaseQueue releases,
            FrameFormat format,
            Orientation orientation,
            ChromaSiting siting) {
        if (!device.info().deviceAddresses()) {
            throw new PresentException(device.info().name()
                    + " has no bufferDeviceAddress, which every Vulkan 1.3 driver must have; update the driver");
        }
        return new VideoPass(device, releases, format, orientation, siting);
    }

    /** Of the frames. */
    public FrameFormat format() {
        return format;
    }

    /** Where the picture lies on an upright canvas of that size. */
    public ViewTransform view(int canvasWidth, int canvasHeight) {
        ViewTransform v = view;
        if (v == null || v.targetWidth() != canvasWidth || v.targetHeight() != canvasHeight) {
            v = ViewTransform.fit(format, orientation, canvasWidth, canvasHeight);
            view = v;
        }
        return v;
    }

    /**
     * Records the draw, inside a rendering scope whose viewport and scissor are where the canvas has {@link #view}'s
     * rectangle in the image.
     *
     * @param frame the whole frame, made visible to the fragment shader; each buffer at least as long as the format says
     * @param canvas of the image drawn into
     * @param colorFormat VkFormat of the attachment
     * @param srgb whether that format encodes what is written to it
     */
    public void record(VkCommandBuffer cmd, FrameBuffers frame, Canvas canvas, int colorFormat, boolean srgb) {
        record(cmd, frame, view(canvas.width(), canvas.height()), canvas, colorFormat, srgb);
    }

    /**
     * As above, into another place than its own.
     *
     * @param v where the picture lies on the canvas
     */
    public void record(
            VkCommandBuffer cmd, FrameBuffers frame, ViewTransform v, Canvas canvas, int colorFormat, boolean srgb) {
        GraphicsPipeline current = pipeline(v, canvas, colorFormat, srgb);
        require(frame);
        fill(
                push,
                format,
                frame,
                canvas.imageX(v.x(), v.y(), v.width(), v.height()),
                canvas.imageY(v.x(), v.y(), v.width(), v.height()),
                canvas.orientation().width(v.width(), v.height()),
                canvas.orientation().height(v.width(), v.height()),
                (float) format.width() / shownX(v),
                (float) format.height() / shownY(v));
        current.bind(cmd);
        current.push(cmd, push);
        VK13.vkCmdDraw(cmd, 3, 1, 0, 0);
    }

    /**
     * Puts the three addresses that include/frame.glsl wants at the start of a push-constant block, for another shader that
     * reads these frames.
     */
    public void pushFrame(ByteBuffer block, FrameBuffers frame) {
        require(frame);
        pushPlanes(block, format, frame);
    }

    /**
     * The push constants of video.frag.
     *
     * @param scaleX stored pixels for one that is shown, along the stored axis
     */
    private static void fill(
            ByteBuffer push,
            FrameFormat format,
            FrameBuffers frame,
            float x,
            float y,
            float width,
            float height,
            float scaleX,
            float scaleY) {
        pushPlanes(push, format, frame);
        push.putFloat(32, x).putFloat(36, y).putFloat(40, width).putFloat(44, height);
        push.putFloat(48, scaleX).putFloat(52, scaleY);
    }

    private static void pushPlanes(ByteBuffer block, FrameFormat format, FrameBuffers frame) {
        for (int plane = 0; plane < 3; plane++) {
            block.putLong(8 * plane, frame.planeAddress(format, plane));
        }
    }

    /** The corner of a picture as large as the one to come. */
    private static Rehearsal rehearsal(
            FrameFormat format, int colorFormat, int width, int height, float scaleX, float scaleY) {
        var corner =
                new Rehearsal.Picture(colorFormat, Math.min(width, REHEARSAL_SIDE), Math.min(height, REHEARSAL_SIDE));
        return new Rehearsal(format, corner, (cmd, pipeline, stage) -> {
            try (MemoryStack stack = MemoryStack.stackPush()) {
                ByteBuffer constants = stack.malloc(PUSH_BYTES);
                fill(constants, format, stage.frame(), 0, 0, width, height, scaleX, scaleY);
                pipeline.bind(cmd);
                pipeline.push(cmd, constants);
                VK13.vkCmdDraw(cmd, 3, 1, 0, 0);
            }
        });
    }

    private void require(FrameBuffers frame) {
        if (frame.size() != format.memories()) {
            throw new IllegalArgumentException("a frame of " + format + " lies in " + format.memories()
                    + " memory objects, not in " + frame.size() + " buffers");
        }
        for (int i = 0; i < frame.size(); i++) {
            GpuBuffer buffer = frame.get(i);
            if (buffer.size() < format.extent(i)) {
                throw new IllegalArgumentException("a frame of " + format + " reaches " + format.extent(i)
                        + " bytes, its buffer " + buffer.size());
            }
            if (buffer.deviceAddress() == 0 || (buffer.deviceAddress() & 15) != 0) {
                throw new IllegalArgumentException(
                        "frame buffer at device address " + buffer.deviceAddress() + ", which is not a multiple of 16");
            }
        }
    }

    private GraphicsPipeline pipeline(ViewTransform v, Canvas canvas, int colorFormat, boolean srgb) {
        if (pipeline != null && v.equals(lastView) && canvas.equals(lastCanvas) && colorFormat == lastFormat) {
            return pipeline;
        }
        Key wanted = key(v, orientation.then(canvas.orientation()), colorFormat, srgb);
        if (pipeline == null || !wanted.equals(key)) {
            GraphicsPipeline old = pipeline;
            int width = canvas.orientation().width(v.width(), v.height());
            int height = canvas.orientation().height(v.width(), v.height());
            pipeline = build(
                    wanted,
                    rehearsal(
                            format,
                            colorFormat,
                            width,
                            height,
                            (float) format.width() / shownX(v),
                            (float) format.height() / shownY(v)));
            key = wanted;
            if (old != null) {
                releases.defer(old::close);
            }
        }
        lastView = v;
        lastCanvas = canvas;
        lastFormat = colorFormat;
        return pipeline;
    }

    /** Shown pixels along the stored x axis. */
    private int shownX(ViewTransform v) {
        return orientation.isSideways() ? v.height() : v.width();
    }

    private int shownY(ViewTransform v) {
        return orientation.isSideways() ? v.width() : v.height();
    }

    /** Filters work along the stored axes, so they are the same however the canvas lies in the image. */
    private Key key(ViewTransform v, Orientation inImage, int colorFormat, boolean srgb) {
        int shownX = shownX(v);
        int shownY = shownY(v);
        boolean whole = format.width() % shownX == 0 && format.height() % shownY == 0;
        int lumaX = taps(format.width(), shownX);
        int lumaY = taps(format.height(), shownY);
        return new Key(
                colorFormat,
                srgb,
                inImage,
                lumaX,
                lumaY,
                taps(format.width(), shownX << format.pixelFormat().chromaShiftX()),
                taps(format.height(), shownY << format.pixelFormat().chromaShiftY()),
                whole && lumaX * shownX == format.width() && lumaY * shownY == format.height());
    }

    /** Points to average for one shown pixel along an axis: one a sample covered. */
    static int taps(int samples, int shown) {
        return Math.clamp(Math.ceilDiv(samples, shown), 1, MAX_TAPS);
    }

    /** The constants of include/frame.glsl for another shader that reads these frames, upright. */
    public void frameConstants(ObjIntConsumer<String> constants) {
        storedConstants(constants);
        constants.accept("ROTATION", orientation.rotation());
        constants.accept("MIRROR", orientation.mirror() ? 1 : 0);
    }

    private void storedConstants(ObjIntConsumer<String> constants) {
        constants.accept("FORMAT", format.pixelFormat().shaderCode());
        constants.accept("MATRIX", format.color().matrix().shaderCode());
        constants.accept("RANGE", format.color().range().shaderCode());
        constants.accept("SITING", siting.shaderCode());
        constants.accept("SOURCE_WIDTH", format.width());
        constants.accept("SOURCE_HEIGHT", format.height());
        constants.accept("MEMORIES", format.memories());
        for (int i = 0; i < format.planes().size(); i++) {
            PlaneLayout plane = format.plane(i);
            constants.accept("PLANE" + i + "_OFFSET", Math.toIntExact(plane.offset()));
            constants.accept("PLANE" + i + "_STRIDE", plane.stride());
        }
    }

    private GraphicsPipeline build(Key k, Rehearsal rehearsal) {
        Specialization fragment = new Specialization()
                .set("ROTATION", k.orientation().rotation())
                .set("MIRROR", k.orientation().mirror())
                .set("TARGET_SRGB", k.srgb())
                .set("LUMA_TAPS_X", k.lumaX())
                .set("LUMA_TAPS_Y", k.lumaY())
                .set("CHROMA_TAPS_X", k.chromaX())
                .set("CHROMA_TAPS_Y", k.chromaY())
                .set("CENTERED", k.centered());
        storedConstants(fragment::set);
        return GraphicsPipeline.create(
                device,
                "video " + format.pixelFormat(),
                new GraphicsPipelineSpec(
                        ShaderLibrary.load("present/video.vert"),
                        ShaderLibrary.load("present/video.frag"),
                        new Specialization(),
                        fragment,
                        GraphicsPipelineSpec.Topology.TRIANGLE_LIST,
                        GraphicsPipelineSpec.Blend.NONE,
                        k.colorFormat(),
                        GraphicsPipelineSpec.InstanceInput.NONE),
                rehearsal);
    }

    /** To be called when the GPU is done with what was recorded. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (pipeline != null) {
            pipeline.close();
        }
        MemoryUtil.memFree(push);
    }
}
