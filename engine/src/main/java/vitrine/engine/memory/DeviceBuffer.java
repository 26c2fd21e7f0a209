package vitrine.engine.memory;

import static org.lwjgl.system.MemoryStack.stackPush;
import static org.lwjgl.vulkan.VK13.*;

import java.lang.foreign.MemorySegment;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.util.vma.Vma;
import org.lwjgl.util.vma.VmaAllocationCreateInfo;
import org.lwjgl.util.vma.VmaAllocationInfo;
import org.lwjgl.vulkan.VkBufferCreateInfo;
import org.lwjgl.vulkan.VkBufferDeviceAddressInfo;
import vitrine.engine.device.Request;
import vitrine.engine.device.VkCheck;
import vitrine.engine.device.VulkanDevice;

/** A buffer in Vulkan's own memory. Closed by whoever made it, once the GPU is done with it. */
public final class DeviceBuffer implements GpuBuffer {

    /** Who touches the memory. */
    public enum Use {
        /** The GPU only. */
        DEVICE(0),
        /** The CPU writes it front to back, the GPU reads it. Mapped. */
        UPLOAD(Vma.VMA_ALLOCATION_CREATE_MAPPED_BIT | Vma.VMA_ALLOCATION_CREATE_HOST_ACCESS_SEQUENTIAL_WRITE_BIT),
        /** The GPU writes it, the CPU reads it: cached memory where the device has any (the Pi has none). Mapped. */
        READBACK(Vma.VMA_ALLOCATION_CREATE_MAPPED_BIT | Vma.VMA_ALLOCATION_CREATE_HOST_ACCESS_RANDOM_BIT);

        private final int flags;

        Use(int flags) {
            this.flags = flags;
        }
    }

    private final VulkanDevice device;
    private final long handle;
    private final long allocation;
    private final long size;
    private final long deviceAddress;
    private final MemorySegment mapped;
    private boolean closed;

    private DeviceBuffer(
            VulkanDevice device, long handle, long allocation, long size, long deviceAddress, MemorySegment mapped) {
        this.device = device;
        this.handle = handle;
        this.allocation = allocation;
        this.size = size;
        this.deviceAddress = deviceAddress;
        this.mapped = mapped;
    }

    /**
     * Makes a buffer.
     *
     * @param name for messages
     * @param size bytes
     * @param usage VkBufferUsageFlags; SHADER_DEVICE_ADDRESS is added to storage buffers where the device has it
     */
    public static DeviceBuffer create(VulkanDevice device, String name, long size, int usage, Use use) {
        boolean addressed = (usage & VK_BUFFER_USAGE_STORAGE_BUFFER_BIT) != 0
                && device.info().deviceAddresses();
        int allUsage = addressed ? usage | VK_BUFFER_USAGE_SHADER_DEVICE_ADDRESS_BIT : usage;
        int memory = use == Use.DEVICE ? 0 : VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
        device.asks(new Request.Buffer(name, size, allUsage, memory));
        try (MemoryStack stack = stackPush()) {
            var info = VkBufferCreateInfo.calloc(stack)
                    .sType$Default()
                    .size(size)
                    .usage(allUsage)
                    .sharingMode(VK_SHARING_MODE_EXCLUSIVE);
            var allocationInfo = VmaAllocationCreateInfo.calloc(stack)
                    .usage(Vma.VMA_MEMORY_USAGE_AUTO)
                    .flags(use.flags)
                    .requiredFlags(memory);
            var buffer = stack.mallocLong(1);
            var allocation = stack.mallocPointer(1);
            var result = VmaAllocationInfo.calloc(stack);
            VkCheck.check(
                    Vma.vmaCreateBuffer(device.allocator(), info, allocationInfo, buffer, allocation, result),
                    "vmaCreateBuffer",
                    name + " (" + size + " bytes)");
            device.created(VK_OBJECT_TYPE_BUFFER, buffer.get(0), name);
            long address = addressed
                    ? vkGetBufferDeviceAddress(
                            device.handle(),
                            VkBufferDeviceAddressInfo.calloc(stack)
                                    .sType$Default()
                                    .buffer(buffer.get(0)))
                    : 0;
            MemorySegment mapped = use == Use.DEVICE
                    ? MemorySegment.NULL
                    : MemorySegment.ofAddress(result.pMappedData()).reinterpret(size);
            return new DeviceBuffer(device, buffer.get(0), allocation.get(0), size, address, mapped);
        }
    }

    @Override
    public long handle() {
        return handle;
    }

    @Override
    public long deviceAddress() {
        return deviceAddress;
    }

    @Override
    public long size() {
        return size;
    }

    /** The CPU's view; NULL for {@link Use#DEVICE}. Valid until {@link #close()}. */
    public MemorySegment memory() {
        return mapped;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        device.destroyed(VK_OBJECT_TYPE_BUFFER, handle);
        Vma.vmaDestroyBuffer(device.allocator(), handle, allocation);
    }
}
