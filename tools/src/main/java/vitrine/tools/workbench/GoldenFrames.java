package vitrine.tools.workbench;

import static org.lwjgl.vulkan.VK13.VK_BUFFER_USAGE_STORAGE_BUFFER_BIT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.PlaneLayout;
import vitrine.engine.memory.DeviceBuffer;
import vitrine.engine.memory.FrameBuffers;

/** One frame of each format that is asked for, always the same: a slope along both axes under noise. One thread. */
final class GoldenFrames implements AutoCloseable {

    /** Of the picture that is sampled. */
    static final int SIDE = 64;

    private final VulkanDevice device;
    private final Map<FrameFormat, List<DeviceBuffer>> frames = new HashMap<>();

    GoldenFrames(VulkanDevice device) {
        this.device = device;
    }

    /** The frame; it stays this object's. */
    FrameBuffers of(FrameFormat format) {
        return new FrameBuffers(List.copyOf(frames.computeIfAbsent(format, this::make)));
    }

    private List<DeviceBuffer> make(FrameFormat format) {
        List<DeviceBuffer> buffers = new ArrayList<>();
        for (int i = 0; i < format.memories(); i++) {
            DeviceBuffer buffer = DeviceBuffer.create(
                    device,
                    "golden frame " + format + " " + i,
                    (format.extent(i) + 3) / 4 * 4,
                    VK_BUFFER_USAGE_STORAGE_BUFFER_BIT,
                    DeviceBuffer.Use.UPLOAD);
            buffer.memory().fill((byte) 0);
            buffers.add(buffer);
        }
        for (int i = 0; i < format.planes().size(); i++) {
            PlaneLayout plane = format.plane(i);
            MemorySegment memory = buffers.get(plane.memory()).memory();
            long end = format.extent(plane.memory());
            long rows = Math.min((end - plane.offset()) / plane.stride(), format.height());
            for (int y = 0; y < rows; y++) {
                for (int x = 0; x < plane.stride(); x++) {
                    int slope = 96 * x / plane.stride() + (int) (64L * y / rows);
                    memory.set(ValueLayout.JAVA_BYTE, plane.offset() + (long) y * plane.stride() + x, (byte)
                            (32 + slope + noise(i, x, y)));
                }
            }
        }
        return buffers;
    }

    /** Fills a picture of {@value #SIDE} pixels a side, four bytes each. */
    static void fill(MemorySegment pixels) {
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                for (int c = 0; c < 4; c++) {
                    int code = 32 + 96 * x / SIDE + 64 * y / SIDE + noise(c, x, y);
                    pixels.set(ValueLayout.JAVA_BYTE, 4L * (y * SIDE + x) + c, (byte) code);
                }
            }
        }
    }

    /** 0 to 31; the multipliers are those of the xxHash32 family, any odd ones would do. */
    private static int noise(int plane, int x, int y) {
        int h = (x * 0x9E3779B1) ^ (y * 0x85EBCA77) ^ (plane * 0xC2B2AE3D);
        h ^= h >>> 15;
        h *= 0x27D4EB2F;
        return h >>> 27;
    }

    @Override
    public void close() {
        frames.values().forEach(list -> list.forEach(DeviceBuffer::close));
        frames.clear();
    }
}
