package vitrine.capture.v4l2;

import java.util.Set;

/**
 * What VIDIOC_QUERYCAP tells.
 *
 * @param driver the kernel driver's name: {@code uvcvideo}
 * @param card the device's name: {@code HD Pro Webcam C920}
 * @param busInfo where it is plugged in: {@code usb-0000:01:00.0-1.2}
 * @param flags V4L2_CAP_* of this node
 */
public record Capability(String driver, String card, String busInfo, int flags) {
    /**
     * Image signal processors of Raspberry Pis, whose output nodes look like cameras: their half that takes pictures is a
     * node of its own, so the flags do not tell. libcamera feeds them.
     */
    private static final Set<String> CONVERTERS = Set.of("pispbe", "bcm2835-isp");

    /** Delivers pictures, streams them, and is not a converter fed by a program. */
    public boolean isCamera() {
        return obstacle().isEmpty();
    }

    /** Why it is no camera, empty where it is one. */
    String obstacle() {
        if (has(Videodev2.V4L2_CAP_VIDEO_M2M | Videodev2.V4L2_CAP_VIDEO_M2M_MPLANE) || CONVERTERS.contains(driver)) {
            return "converts what a program feeds it, has no pictures of its own";
        }
        if (!has(Videodev2.V4L2_CAP_VIDEO_CAPTURE | Videodev2.V4L2_CAP_VIDEO_CAPTURE_MPLANE)) {
            return has(Videodev2.V4L2_CAP_META_CAPTURE) ? "delivers metadata, not pictures" : "delivers no pictures";
        }
        return has(Videodev2.V4L2_CAP_STREAMING) ? "" : "delivers pictures by read(2) alone, which is not read here";
    }

    /** Speaks the multi-planar API alone. */
    public boolean isMultiplanar() {
        return has(Videodev2.V4L2_CAP_VIDEO_CAPTURE_MPLANE) && !has(Videodev2.V4L2_CAP_VIDEO_CAPTURE);
    }

    /**
     * The CPU writes the frames, through its cache. So do all USB drivers, which copy out of packets into vb2-vmalloc
     * buffers ({@code drivers/media/usb/uvc/uvc_queue.c}), and the kernel's virtual ones. Where the GPU does not see the
     * cache, such a driver's own buffers show stale lines, since vb2-vmalloc's dma-bufs have no cpu_access operations
     * ({@code videobuf2-vmalloc.c}) and DMA_BUF_IOCTL_SYNC does nothing on them.
     */
    public boolean isCpuWritten() {
        return busInfo.startsWith("usb-") || driver.equals("vivid") || driver.equals("v4l2 loopback");
    }

    /** Not the kernel but libcamera's V4L2 compatibility layer. */
    public boolean isLibcamera() {
        return driver.equals("libcamera");
    }

    private boolean has(int any) {
        return (flags & any) != 0;
    }

    @Override
    public String toString() {
        return card + " (" + driver + ", " + busInfo + ")";
    }
}
