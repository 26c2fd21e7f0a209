package vitrine.engine.memory;

/** A buffer that a shader can read or write: by descriptor through its handle, or by device address. */
public sealed interface GpuBuffer extends AutoCloseable permits DeviceBuffer, ImportedBuffer {

    /** VkBuffer. */
    long handle();

    /** VkDeviceAddress of the first byte; 0 where the device has none. */
    long deviceAddress();

    /** Bytes. */
    long size();

    @Override
    void close();
}
