package vitrine.engine.profile;

import static org.lwjgl.system.MemoryStack.stackPush;
import static org.lwjgl.vulkan.VK13.*;

import java.nio.LongBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.vulkan.VkCommandBuffer;
import org.lwjgl.vulkan.VkQueryPoolCreateInfo;
import vitrine.engine.device.VkCheck;
import vitrine.engine.device.VulkanDevice;

/**
 * Times passes on the GPU by a pair of timestamp queries each. On V3D a timestamp is a CPU job of the kernel
 * (v3d_sched.c): good for whole passes, not for finer things. Frame thread; allocates nothing per frame.
 */
public final class GpuTimer implements AutoCloseable {

    private final VulkanDevice device;
    private final long pool;
    private final int passes;
    private final LongBuffer results = MemoryUtil.memCallocLong(2);

    private GpuTimer(VulkanDevice device, long pool, int passes) {
        this.device = device;
        this.pool = pool;
        this.passes = passes;
    }

    /**
     * Makes the queries.
     *
     * @param frames frames in flight
     * @param passes passes timed in a frame
     */
    public static GpuTimer create(VulkanDevice device, int frames, int passes) {
        try (MemoryStack stack = stackPush()) {
            var p = stack.mallocLong(1);
            VkCheck.check(
                    vkCreateQueryPool(
                            device.handle(),
                            VkQueryPoolCreateInfo.calloc(stack)
                                    .sType$Default()
                                    .queryType(VK_QUERY_TYPE_TIMESTAMP)
                                    .queryCount(2 * frames * passes),
                            null,
                            p),
                    "vkCreateQueryPool",
                    "GPU timer");
            device.created(VK_OBJECT_TYPE_QUERY_POOL, p.get(0), "GPU timer");
            return new GpuTimer(device, p.get(0), passes);
        }
    }

    /** Before the pass, outside a rendering scope. */
    public void begin(VkCommandBuffer cmd, int frame, int pass) {
        int query = query(frame, pass);
        vkCmdResetQueryPool(cmd, pool, query, 2);
        vkCmdWriteTimestamp2(cmd, VK_PIPELINE_STAGE_2_BOTTOM_OF_PIPE_BIT, pool, query);
    }

    /** After the pass. */
    public void end(VkCommandBuffer cmd, int frame, int pass) {
        vkCmdWriteTimestamp2(cmd, VK_PIPELINE_STAGE_2_BOTTOM_OF_PIPE_BIT, pool, query(frame, pass) + 1);
    }

    /** Nanoseconds of a pass whose submission has finished, or -1 when the driver has no answer. */
    public long nanos(int frame, int pass) {
        int result = vkGetQueryPoolResults(
                device.handle(), pool, query(frame, pass), 2, results, Long.BYTES, VK_QUERY_RESULT_64_BIT);
        if (result != VK_SUCCESS) {
            return -1;
        }
        return (long) ((results.get(1) - results.get(0)) * (double) device.timestampPeriod());
    }

    private int query(int frame, int pass) {
        return 2 * (frame * passes + pass);
    }

    @Override
    public void close() {
        device.destroyed(VK_OBJECT_TYPE_QUERY_POOL, pool);
        vkDestroyQueryPool(device.handle(), pool, null);
        MemoryUtil.memFree(results);
    }
}
