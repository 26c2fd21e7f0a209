package vitrine.engine.command;

import static org.lwjgl.vulkan.VK13.*;

import org.lwjgl.vulkan.VkBufferMemoryBarrier2;
import org.lwjgl.vulkan.VkCommandBuffer;
import org.lwjgl.vulkan.VkDependencyInfo;
import org.lwjgl.vulkan.VkImageMemoryBarrier2;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.memory.DeviceBuffer;
import vitrine.engine.memory.FrameBuffers;
import vitrine.engine.memory.GpuBuffer;
import vitrine.engine.memory.ImportedBuffer;

/**
 * Collects the barriers of one point in a command buffer and records them together, named by what they mean. Its
 * structs are made once: recording allocates nothing. Frame thread.
 */
public final class Barriers implements AutoCloseable {

    private static final int CAPACITY = 8;

    private final VulkanDevice device;
    private final VkBufferMemoryBarrier2.Buffer buffers = VkBufferMemoryBarrier2.calloc(CAPACITY);
    private final VkImageMemoryBarrier2.Buffer images = VkImageMemoryBarrier2.calloc(CAPACITY);
    private final VkBufferMemoryBarrier2[] buffer = new VkBufferMemoryBarrier2[CAPACITY];
    private final VkImageMemoryBarrier2[] image = new VkImageMemoryBarrier2[CAPACITY];
    private final VkDependencyInfo dependency = VkDependencyInfo.calloc().sType$Default();
    private int bufferCount;
    private int imageCount;

    private Barriers(VulkanDevice device) {
        this.device = device;
        for (int i = 0; i < CAPACITY; i++) {
            buffer[i] = buffers.get(i).sType$Default();
            image[i] = images.get(i).sType$Default();
            image[i].subresourceRange()
                    .aspectMask(VK_IMAGE_ASPECT_COLOR_BIT)
                    .levelCount(1)
                    .layerCount(1);
        }
    }

    public static Barriers create(VulkanDevice device) {
        return new Barriers(device);
    }

    /**
     * Takes a buffer over from whoever is outside Vulkan, the camera or the CPU: from here on the given stages may use
     * it. An imported buffer comes from the foreign queue family; Vulkan's own memory from the host.
     */
    public Barriers acquire(GpuBuffer b, long stage, long access) {
        return switch (b) {
            case ImportedBuffer imported ->
                add(imported, 0, 0, stage, access, device.foreignFamily(), device.queueFamily());
            case DeviceBuffer own ->
                buffer(own, VK_PIPELINE_STAGE_2_HOST_BIT, VK_ACCESS_2_HOST_WRITE_BIT, stage, access);
        };
    }

    /** {@link #acquire(GpuBuffer, long, long)} of all of a frame. */
    public Barriers acquire(FrameBuffers frame, long stage, long access) {
        for (int i = 0; i < frame.size(); i++) {
            acquire(frame.get(i), stage, access);
        }
        return this;
    }

    /** {@link #release(GpuBuffer, long, long)} of all of a frame. */
    public Barriers release(FrameBuffers frame, long stage, long access) {
        for (int i = 0; i < frame.size(); i++) {
            release(frame.get(i), stage, access);
        }
        return this;
    }

    /** Gives a buffer back to the camera or the CPU, which may use it once the submission has finished. */
    public Barriers release(GpuBuffer b, long stage, long access) {
        return switch (b) {
            case ImportedBuffer imported ->
                add(imported, stage, access, 0, 0, device.queueFamily(), device.foreignFamily());
            case DeviceBuffer own -> hostRead(own, stage, access);
        };
    }

    /** One stage of the GPU wrote or read the buffer, another may use it from here on. */
    public Barriers buffer(GpuBuffer b, long srcStage, long srcAccess, long dstStage, long dstAccess) {
        return add(b, srcStage, srcAccess, dstStage, dstAccess, VK_QUEUE_FAMILY_IGNORED, VK_QUEUE_FAMILY_IGNORED);
    }

    /** A shader or a copy wrote the buffer; the CPU may read it once the submission has finished. */
    public Barriers hostRead(GpuBuffer b, long srcStage, long srcAccess) {
        return buffer(b, srcStage, srcAccess, VK_PIPELINE_STAGE_2_HOST_BIT, VK_ACCESS_2_HOST_READ_BIT);
    }

    private Barriers add(
            GpuBuffer b, long srcStage, long srcAccess, long dstStage, long dstAccess, int srcFamily, int dstFamily) {
        buffer[bufferCount++]
                .srcStageMask(srcStage)
                .srcAccessMask(srcAccess)
                .dstStageMask(dstStage)
                .dstAccessMask(dstAccess)
                .srcQueueFamilyIndex(srcFamily)
                .dstQueueFamilyIndex(dstFamily)
                .buffer(b.handle())
                .offset(0)
                .size(VK_WHOLE_SIZE);
        return this;
    }

    /**
     * Moves an image to another layout.
     *
     * @param imageHandle VkImage
     */
    public Barriers image(
            long imageHandle,
            int oldLayout,
            int newLayout,
            long srcStage,
            long srcAccess,
            long dstStage,
            long dstAccess) {
        image[imageCount++]
                .srcStageMask(srcStage)
                .srcAccessMask(srcAccess)
                .dstStageMask(dstStage)
                .dstAccessMask(dstAccess)
                .oldLayout(oldLayout)
                .newLayout(newLayout)
                .srcQueueFamilyIndex(VK_QUEUE_FAMILY_IGNORED)
                .dstQueueFamilyIndex(VK_QUEUE_FAMILY_IGNORED)
                .image(imageHandle);
        return this;
    }

    /** Records what was collected, if anything, and starts anew. */
    public void record(VkCommandBuffer cmd) {
        if (bufferCount + imageCount == 0) {
            return;
        }
        buffers.limit(bufferCount);
        images.limit(imageCount);
        dependency.pBufferMemoryBarriers(bufferCount == 0 ? null : buffers);
        dependency.pImageMemoryBarriers(imageCount == 0 ? null : images);
        vkCmdPipelineBarrier2(cmd, dependency);
        buffers.clear();
        images.clear();
        bufferCount = 0;
        imageCount = 0;
    }

    @Override
    public void close() {
        buffers.free();
        images.free();
        dependency.free();
    }
}
