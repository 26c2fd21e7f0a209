package vitrine.present.overlay;

import static org.lwjgl.vulkan.VK13.VK_BUFFER_USAGE_STORAGE_BUFFER_BIT;
import static org.lwjgl.vulkan.VK13.vkCmdDraw;

import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VkCommandBuffer;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.memory.DeviceBuffer;
import vitrine.engine.pipeline.PipelineVersion;
import vitrine.engine.pipeline.Rehearsal;

/** An overlay to try pipelines with: a rounded rectangle, and a glyph of all coverages upon it. */
final class OverlayRehearsal {

    /** A square: the canvas is as large, however it is turned. */
    private static final int SIDE = 64;

    private static final int GLYPH_SIDE = 16;

    private static final int[] RECTANGLE = {
        corner(8, 8), corner(56, 56), corner(8, 8), corner(56, 56), 0xFF3080C0, 0xFFFFFFFF, 1 << 24 | 6 << 8, 0
    };
    private static final int[] GLYPH = {
        corner(24, 24),
        corner(24 + GLYPH_SIDE, 24 + GLYPH_SIDE),
        0,
        corner(GLYPH_SIDE, GLYPH_SIDE),
        0xFFFFFFFF,
        0,
        Instances.KIND_GLYPH,
        0
    };

    private OverlayRehearsal() {}

    static Rehearsal of(VulkanDevice device, int colorFormat) {
        return new Rehearsal(
                null,
                new Rehearsal.Picture(colorFormat, SIDE, SIDE),
                (cmd, pipeline, stage) -> record(device, cmd, pipeline, stage));
    }

    private static int corner(int x, int y) {
        return y << 16 | x;
    }

    private static void record(
            VulkanDevice device, VkCommandBuffer cmd, PipelineVersion pipeline, Rehearsal.Stage stage) {
        DeviceBuffer instances = stage.keep(storage(device, 2 * OverlayPass.INSTANCE_BYTES));
        for (int i = 0; i < Instances.WORDS; i++) {
            instances.memory().setAtIndex(ValueLayout.JAVA_INT, i, RECTANGLE[i]);
            instances.memory().setAtIndex(ValueLayout.JAVA_INT, Instances.WORDS + i, GLYPH[i]);
        }
        DeviceBuffer coverage = stage.keep(storage(device, GLYPH_SIDE * GLYPH_SIDE));
        for (int i = 0; i < GLYPH_SIDE * GLYPH_SIDE; i++) {
            coverage.memory().set(ValueLayout.JAVA_BYTE, i, (byte) i);
        }
        try (MemoryStack stack = MemoryStack.stackPush()) {
            ByteBuffer push = stack.calloc(OverlayPass.PUSH_BYTES);
            push.putLong(0, instances.deviceAddress()).putLong(8, coverage.deviceAddress());
            push.putFloat(16, SIDE).putFloat(20, SIDE);
            push.putFloat(32, 2f / SIDE).putFloat(36, 2f / SIDE);
            pipeline.bind(cmd);
            pipeline.push(cmd, push);
            vkCmdDraw(cmd, 6, 2, 0, 0);
        }
    }

    private static DeviceBuffer storage(VulkanDevice device, long size) {
        return DeviceBuffer.create(
                device, "overlay rehearsal", size, VK_BUFFER_USAGE_STORAGE_BUFFER_BIT, DeviceBuffer.Use.UPLOAD);
    }
}
