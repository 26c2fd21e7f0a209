package vitrine.engine.linux;

/** Where the memory of frames and tensors comes from: the steps of the ladder, best first, and what is not on it. */
public enum Rung {
    /** A dma-buf from a heap: what every device can import. {@code linux/dma-heap.h}. */
    DMA_HEAP("dma-heap"),
    /** A dma-buf made of a memfd's pages. {@code linux/udmabuf.h}. */
    UDMABUF("udmabuf"),
    /** A plain memfd, which the software driver maps as if it were a dma-buf. */
    MEMFD("memfd"),
    /** A plain memfd that nothing imports: the Vulkan side copies it into a buffer of its own. */
    STAGING_COPY("staging copy"),
    /** A dma-buf that a capture driver exported, VIDIOC_EXPBUF of {@code linux/videodev2.h}; nobody allocates one. */
    EXPORTED("driver's dma-buf");

    private final String label;

    Rung(String label) {
        this.label = label;
    }

    /** As a person reads it: {@code dma-heap}. */
    public String label() {
        return label;
    }

    /** True where the descriptor is a dma-buf of the kernel, which knows DMA_BUF_IOCTL_SYNC. */
    public boolean isDmaBuf() {
        return this == DMA_HEAP || this == UDMABUF || this == EXPORTED;
    }
}
