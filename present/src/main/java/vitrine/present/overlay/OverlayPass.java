package vitrine.present.overlay;

import static org.lwjgl.vulkan.VK13.VK_BUFFER_USAGE_STORAGE_BUFFER_BIT;
import static org.lwjgl.vulkan.VK13.vkCmdDraw;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.vulkan.VkCommandBuffer;
import vitrine.engine.command.FrameRing;
import vitrine.engine.command.ReleaseQueue;
import vitrine.engine.command.Timeline;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.frame.Orientation;
import vitrine.engine.memory.DeviceBuffer;
import vitrine.engine.pipeline.GraphicsPipeline;
import vitrine.engine.pipeline.GraphicsPipelineSpec;
import vitrine.engine.pipeline.Specialization;
import vitrine.present.display.Canvas;
import vitrine.present.text.Font;
import vitrine.present.text.GlyphAtlas;
import vitrine.present.text.TextLayout;
import vitrine.present.video.ViewTransform;
import vitrine.shaders.ShaderLibrary;

/**
 * Draws an overlay: one instanced draw, any number of boxes. Instances go into a ring of buffers, one a frame in flight,
 * which grow when they must and never shrink; glyphs into one buffer that only gets longer. What is outgrown leaves
 * through the release queue. Nothing is allocated in steady state. Frame thread.
 */
public final class OverlayPass implements AutoCloseable {

    static final int INSTANCE_BYTES = 4 * Instances.WORDS;
    private static final int FIRST_INSTANCES = 512;
    private static final int FIRST_GLYPH_BYTES = 1 << 16;
    static final int PUSH_BYTES = 40;

    private final VulkanDevice device;
    private final Timeline timeline;
    private final ReleaseQueue releases;
    private final OverlayGeometry geometry;
    private final @Nullable DeviceBuffer[] instances = new DeviceBuffer[FrameRing.FRAMES];
    private final long[] instancesInUse = new long[FrameRing.FRAMES];
    private final ByteBuffer push = MemoryUtil.memCalloc(PUSH_BYTES);
    private @Nullable DeviceBuffer glyphs;
    private int glyphGeneration;
    private int glyphBytes;
    private @Nullable GraphicsPipeline pipeline;
    private @Nullable PipelineKey pipelineKey;
    private @Nullable Canvas lastCanvas;
    private int lastFormat;
    private int turn;
    private boolean closed;

    /** What the pipeline is specialised for. */
    private record PipelineKey(int colorFormat, boolean srgb, Orientation orientation, boolean placed) {}

    private OverlayPass(VulkanDevice device, Timeline timeline, ReleaseQueue releases, OverlayGeometry geometry) {
        this.device = device;
        this.timeline = timeline;
        this.releases = releases;
        this.geometry = geometry;
    }

    /** A pass with texts in a font, which stays its maker's and outlives the pass. */
    public static OverlayPass create(VulkanDevice device, Timeline timeline, ReleaseQueue releases, Font font) {
        OverlayGeometry geometry = new OverlayGeometry(new TextLayout(font), GlyphAtlas.create(font, 16));
        return new OverlayPass(device, timeline, releases, geometry);
    }

    /**
     * Records the draw, inside a rendering scope whose viewport is what the canvas covers of the image; nothing where the
     * overlay is empty.
     *
     * @param view the picture's place on the canvas, null where there is none and so no boxes
     * @param canvas of the image drawn into
     * @param colorFormat VkFormat of the attachment
     * @param srgb whether that format encodes what is written to it
     */
    public void record(
            VkCommandBuffer cmd,
            Overlay overlay,
            @Nullable ViewTransform view,
            Canvas canvas,
            int colorFormat,
            boolean srgb) {
        geometry.build(overlay, view, canvas.width(), canvas.height(), srgb);
        if (geometry.count() == 0) {
            return;
        }
        DeviceBuffer glyphBuffer = uploadGlyphs();
        DeviceBuffer instanceBuffer = uploadInstances();
        GraphicsPipeline current = pipeline(canvas, colorFormat, srgb);
        push.putLong(0, instanceBuffer.deviceAddress());
        push.putLong(8, glyphBuffer.deviceAddress());
        push.putFloat(16, canvas.width()).putFloat(20, canvas.height());
        push.putFloat(24, canvas.left()).putFloat(28, canvas.top());
        push.putFloat(32, 2f / canvas.imageWidth()).putFloat(36, 2f / canvas.imageHeight());
        current.bind(cmd);
        current.push(cmd, push);
        vkCmdDraw(cmd, 6, geometry.count(), 0, 0);
    }

    private DeviceBuffer uploadInstances() {
        turn = (turn + 1) % instances.length;
        // Submissions finish in order, and the ring has waited for the one three frames ago: this seldom waits.
        if (instancesInUse[turn] <= timeline.submitted()) {
            timeline.await(instancesInUse[turn], Long.MAX_VALUE);
        }
        DeviceBuffer buffer = instances[turn];
        long bytes = (long) INSTANCE_BYTES * geometry.count();
        if (buffer == null || buffer.size() < bytes) {
            if (buffer != null) {
                releases.defer(buffer::close);
            }
            long size = Math.max((long) INSTANCE_BYTES * FIRST_INSTANCES, Long.highestOneBit(bytes) * 2);
            buffer = storage("overlay instances " + turn, size);
            instances[turn] = buffer;
        }
        MemorySegment.copy(
                geometry.words(), 0, buffer.memory(), ValueLayout.JAVA_INT, 0, Instances.WORDS * geometry.count());
        instancesInUse[turn] = timeline.submitted() + 1;
        return buffer;
    }

    /** Bytes already uploaded never change within a generation, so new ones can go beside what the GPU is reading. */
    private DeviceBuffer uploadGlyphs() {
        GlyphAtlas atlas = geometry.atlas();
        DeviceBuffer buffer = glyphs;
        if (buffer == null || glyphGeneration != atlas.generation() || buffer.size() < atlas.usedBytes()) {
            if (buffer != null) {
                releases.defer(buffer::close);
            }
            long size = Math.max(FIRST_GLYPH_BYTES, Long.highestOneBit(atlas.usedBytes()) * 2);
            buffer = storage("glyph coverage", size);
            glyphs = buffer;
            glyphGeneration = atlas.generation();
            glyphBytes = 0;
        }
        if (glyphBytes < atlas.usedBytes()) {
            int count = atlas.usedBytes() - glyphBytes;
            MemorySegment.copy(atlas.coverage(), glyphBytes, buffer.memory(), ValueLayout.JAVA_BYTE, glyphBytes, count);
            glyphBytes = atlas.usedBytes();
        }
        return buffer;
    }

    private DeviceBuffer storage(String name, long size) {
        return DeviceBuffer.create(device, name, size, VK_BUFFER_USAGE_STORAGE_BUFFER_BIT, DeviceBuffer.Use.UPLOAD);
    }

    private GraphicsPipeline pipeline(Canvas canvas, int colorFormat, boolean srgb) {
        if (pipeline != null && canvas.equals(lastCanvas) && colorFormat == lastFormat) {
            return pipeline;
        }
        lastCanvas = canvas;
        lastFormat = colorFormat;
        Orientation orientation = canvas.orientation();
        boolean placed = !orientation.equals(Orientation.UPRIGHT) || canvas.left() != 0 || canvas.top() != 0;
        PipelineKey wanted = new PipelineKey(colorFormat, srgb, orientation, placed);
        if (pipeline != null && wanted.equals(pipelineKey)) {
            return pipeline;
        }
        GraphicsPipeline old = pipeline;
        pipeline = GraphicsPipeline.create(
                device,
                "overlay",
                new GraphicsPipelineSpec(
                        ShaderLibrary.load("present/overlay.vert"),
                        ShaderLibrary.load("present/overlay.frag"),
                        new Specialization()
                                .set("CANVAS_ROTATION", orientation.rotation())
                                .set("CANVAS_MIRROR", orientation.mirror()),
                        new Specialization()
                                .set("TARGET_SRGB", srgb)
                                .set("CANVAS_ROTATION", orientation.rotation())
                                .set("CANVAS_MIRROR", orientation.mirror())
                                .set("CANVAS_PLACED", placed),
                        GraphicsPipelineSpec.Topology.TRIANGLE_LIST,
                        GraphicsPipelineSpec.Blend.STRAIGHT,
                        colorFormat,
                        GraphicsPipelineSpec.InstanceInput.NONE),
                OverlayRehearsal.of(device, colorFormat));
        pipelineKey = wanted;
        if (old != null) {
            releases.defer(old::close);
        }
        return pipeline;
    }

    /** Quads in the last draw. */
    int instanceCount() {
        return geometry.count();
    }

    /** To be called when the GPU is done with what was recorded. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (DeviceBuffer buffer : instances) {
            if (buffer != null) {
                buffer.close();
            }
        }
        if (glyphs != null) {
            glyphs.close();
        }
        if (pipeline != null) {
            pipeline.close();
        }
        MemoryUtil.memFree(push);
    }
}
