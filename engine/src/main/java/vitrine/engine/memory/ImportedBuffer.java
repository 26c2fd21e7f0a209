package vitrine.engine.memory;

import static org.lwjgl.system.MemoryStack.stackPush;
import static org.lwjgl.vulkan.EXTExternalMemoryDmaBuf.VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT;
import static org.lwjgl.vulkan.KHRExternalMemoryFd.vkGetMemoryFdPropertiesKHR;
import static org.lwjgl.vulkan.VK13.*;

import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VkBufferCreateInfo;
import org.lwjgl.vulkan.VkBufferDeviceAddressInfo;
import org.lwjgl.vulkan.VkExternalMemoryBufferCreateInfo;
import org.lwjgl.vulkan.VkImportMemoryFdInfoKHR;
import org.lwjgl.vulkan.VkMemoryAllocateFlagsInfo;
import org.lwjgl.vulkan.VkMemoryAllocateInfo;
import org.lwjgl.vulkan.VkMemoryDedicatedAllocateInfo;
import org.lwjgl.vulkan.VkMemoryFdPropertiesKHR;
import org.lwjgl.vulkan.VkMemoryRequirements;
import vitrine.engine.device.Request;
import vitrine.engine.device.VkCheck;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.device.VulkanException;
import vitrine.engine.linux.Fd;
import vitrine.engine.linux.FdMemory;
import vitrine.engine.linux.Rung;

/**
 * A storage buffer whose memory is somebody else's dma-buf: no byte is copied. VK_EXT_external_memory_dma_buf,
 * VK_KHR_external_memory_fd. The {@link FdMemory} stays its maker's and must outlive this buffer; close this once the
 * GPU is done with it.
 */
public final class ImportedBuffer implements GpuBuffer {

    private final VulkanDevice device;
    private final long handle;
    private final long memory;
    private final long size;
    private final long deviceAddress;
    private boolean closed;

    private ImportedBuffer(VulkanDevice device, long handle, long memory, long size, long deviceAddress) {
        this.device = device;
        this.handle = handle;
        this.memory = memory;
        this.size = size;
        this.deviceAddress = deviceAddress;
    }

    /**
     * Imports the first {@code size} bytes.
     *
     * @param size bytes that shaders reach; the slack past them belongs to the driver: Mesa's v3dv before 25.1.6 wants 64 bytes
     * @throws VulkanException when the driver refuses the buffer
     */
    public static ImportedBuffer create(VulkanDevice device, String name, FdMemory source, long size) {
        if (size < 1 || size > source.size()) {
            throw VulkanException.missing(
                    "import of " + name + ": " + size + " bytes of a buffer of " + source.size() + " bytes",
                    "Allocate the whole frame.");
        }
        boolean addressed = device.info().deviceAddresses();
        int usage = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | (addressed ? VK_BUFFER_USAGE_SHADER_DEVICE_ADDRESS_BIT : 0);
        device.asks(new Request.Buffer(name, size, usage, 0));
        try (MemoryStack stack = stackPush()) {
            var buffer = stack.mallocLong(1);
            VkCheck.check(
                    vkCreateBuffer(
                            device.handle(),
                            VkBufferCreateInfo.calloc(stack)
                                    .sType$Default()
                                    .pNext(VkExternalMemoryBufferCreateInfo.calloc(stack)
                                            .sType$Default()
                                            .handleTypes(VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT))
                                    .size(size)
                                    .usage(usage)
                                    .sharingMode(VK_SHARING_MODE_EXCLUSIVE),
                            null,
                            buffer),
                    "vkCreateBuffer",
                    name);
            long handle = buffer.get(0);
            device.created(VK_OBJECT_TYPE_BUFFER, handle, name);
            long memory = VK_NULL_HANDLE;
            try {
                memory = importMemory(device, name, source, handle, addressed, stack);
                VkCheck.check(vkBindBufferMemory(device.handle(), handle, memory, 0), "vkBindBufferMemory", name);
                long address = addressed
                        ? vkGetBufferDeviceAddress(
                                device.handle(),
                                VkBufferDeviceAddressInfo.calloc(stack)
                                        .sType$Default()
                                        .buffer(handle))
                        : 0;
                return new ImportedBuffer(device, handle, memory, size, address);
            } catch (VulkanException e) {
                device.destroyed(VK_OBJECT_TYPE_BUFFER, handle);
                vkDestroyBuffer(device.handle(), handle, null);
                if (memory != VK_NULL_HANDLE) {
                    free(device, memory);
                }
                throw e;
            }
        }
    }

    private static long importMemory(
            VulkanDevice device, String name, FdMemory source, long buffer, boolean addressed, MemoryStack stack) {
        var requirements = VkMemoryRequirements.calloc(stack);
        vkGetBufferMemoryRequirements(device.handle(), buffer, requirements);
        if (requirements.size() > source.size()) {
            throw VulkanException.missing(
                    "import of " + name + ": the driver wants " + requirements.size() + " bytes, the buffer has "
                            + source.size(),
                    source.rung() == Rung.EXPORTED
                            ? "The capture driver's buffer has no slack: capture into allocated memory instead."
                            : "Allocate with slack.");
        }
        // The driver owns the descriptor once the import has succeeded, so it gets one of its own.
        Fd fd = source.fd().dup();
        try {
            var properties = VkMemoryFdPropertiesKHR.calloc(stack).sType$Default();
            VkCheck.check(
                    vkGetMemoryFdPropertiesKHR(
                            device.handle(), VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT, fd.number(), properties),
                    "vkGetMemoryFdPropertiesKHR",
                    name);
            int types = requirements.memoryTypeBits() & properties.memoryTypeBits();
            if (types == 0) {
                throw VulkanException.missing(
                        "import of " + name + ": no memory type of the device fits this "
                                + source.rung().label(),
                        "Another rung of the allocator ladder is needed.");
            }
            var info = VkMemoryAllocateInfo.calloc(stack)
                    .sType$Default()
                    .pNext(VkImportMemoryFdInfoKHR.calloc(stack)
                            .sType$Default()
                            .handleType(VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT)
                            .fd(fd.number()))
                    .pNext(VkMemoryDedicatedAllocateInfo.calloc(stack)
                            .sType$Default()
                            .buffer(buffer))
                    .pNext(VkMemoryAllocateFlagsInfo.calloc(stack)
                            .sType$Default()
                            .flags(addressed ? VK_MEMORY_ALLOCATE_DEVICE_ADDRESS_BIT : 0))
                    .allocationSize(requirements.size())
                    .memoryTypeIndex(Integer.numberOfTrailingZeros(types));
            var p = stack.mallocLong(1);
            String what = source.rung() == Rung.EXPORTED ? name + ", a capture driver's buffer without slack" : name;
            VkCheck.check(vkAllocateMemory(device.handle(), info, null, p), "vkAllocateMemory (import)", what);
            fd.release();
            device.created(VK_OBJECT_TYPE_DEVICE_MEMORY, p.get(0), name + " memory");
            return p.get(0);
        } finally {
            fd.close();
        }
    }

    private static void free(VulkanDevice device, long memory) {
        device.destroyed(VK_OBJECT_TYPE_DEVICE_MEMORY, memory);
        vkFreeMemory(device.handle(), memory, null);
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

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        device.destroyed(VK_OBJECT_TYPE_BUFFER, handle);
        vkDestroyBuffer(device.handle(), handle, null);
        free(device, memory);
    }
}
