package vitrine.engine.device;

import java.util.List;
import java.util.Locale;

/**
 * Facts about one physical device.
 *
 * @param name VkPhysicalDeviceProperties::deviceName
 * @param type kind of device
 * @param apiVersion highest Vulkan version, as {@code 1.3.305}
 * @param driver VkPhysicalDeviceDriverProperties name and info
 * @param dmaBufImport VK_EXT_external_memory_dma_buf is offered and a storage buffer is importable
 * @param deviceAddresses bufferDeviceAddress is offered
 * @param cacheCoherent some memory type is HOST_VISIBLE, HOST_COHERENT and HOST_CACHED: the device sees what the CPU has
 *     in its caches. False on the Pi, whose GPU reads stale bytes from buffers that a driver filled by the CPU and that
 *     no DMA_BUF_IOCTL_SYNC writes back, such as those of uvcvideo
 * @param missing what Vitrine needs and the device lacks; empty when it can be used
 */
public record GpuInfo(
        String name,
        Type type,
        String apiVersion,
        String driver,
        boolean dmaBufImport,
        boolean deviceAddresses,
        boolean cacheCoherent,
        List<String> missing) {

    public GpuInfo {
        missing = List.copyOf(missing);
    }

    public boolean usable() {
        return missing.isEmpty();
    }

    /** VkPhysicalDeviceType, best first. */
    public enum Type {
        DISCRETE_GPU,
        INTEGRATED_GPU,
        VIRTUAL_GPU,
        OTHER,
        CPU;

        public String words() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }
}
