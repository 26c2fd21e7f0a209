package vitrine.capture.v4l2;

import vitrine.engine.linux.Ioctl;

/**
 * {@code linux/videodev2.h} as far as capture needs it, in C names: sizes and byte offsets of structs on 64-bit machines
 * (x86-64 and arm64 agree), request numbers, constants. A nested class is a struct; {@code $} stands for the dot of a
 * nested field. A test compiles a C program against the kernel's header and compares every number.
 */
@SuppressWarnings({"MemberName", "TypeName"})
public final class Videodev2 {
    private Videodev2() {}

    static final class v4l2_capability {
        static final int SIZE = 104;
        static final int driver = 0;
        static final int card = 16;
        static final int bus_info = 48;
        static final int version = 80;
        static final int capabilities = 84;
        static final int device_caps = 88;
    }

    static final class v4l2_fmtdesc {
        static final int SIZE = 64;
        static final int index = 0;
        static final int type = 4;
        static final int flags = 8;
        static final int description = 12;
        static final int pixelformat = 44;
    }

    static final class v4l2_frmsizeenum {
        static final int SIZE = 44;
        static final int index = 0;
        static final int pixel_format = 4;
        static final int type = 8;
        static final int discrete$width = 12;
        static final int discrete$height = 16;
        static final int stepwise$min_width = 12;
        static final int stepwise$max_width = 16;
        static final int stepwise$step_width = 20;
        static final int stepwise$min_height = 24;
        static final int stepwise$max_height = 28;
        static final int stepwise$step_height = 32;
    }

    static final class v4l2_frmivalenum {
        static final int SIZE = 52;
        static final int index = 0;
        static final int pixel_format = 4;
        static final int width = 8;
        static final int height = 12;
        static final int type = 16;
        static final int discrete$numerator = 20;
        static final int discrete$denominator = 24;
        static final int stepwise$min$numerator = 20;
        static final int stepwise$min$denominator = 24;
        static final int stepwise$max$numerator = 28;
        static final int stepwise$max$denominator = 32;
    }

    static final class v4l2_format {
        static final int SIZE = 208;
        static final int type = 0;
        static final int fmt$pix$width = 8;
        static final int fmt$pix$height = 12;
        static final int fmt$pix$pixelformat = 16;
        static final int fmt$pix$field = 20;
        static final int fmt$pix$bytesperline = 24;
        static final int fmt$pix$sizeimage = 28;
        static final int fmt$pix$colorspace = 32;
        static final int fmt$pix$priv = 36;
        static final int fmt$pix$ycbcr_enc = 44;
        static final int fmt$pix$quantization = 48;
        static final int fmt$pix_mp$width = 8;
        static final int fmt$pix_mp$height = 12;
        static final int fmt$pix_mp$pixelformat = 16;
        static final int fmt$pix_mp$field = 20;
        static final int fmt$pix_mp$colorspace = 24;
        static final int fmt$pix_mp$plane_fmt = 28;
        static final int fmt$pix_mp$num_planes = 188;
        static final int fmt$pix_mp$ycbcr_enc = 190;
        static final int fmt$pix_mp$quantization = 191;
    }

    static final class v4l2_plane_pix_format {
        static final int SIZE = 20;
        static final int sizeimage = 0;
        static final int bytesperline = 4;
    }

    static final class v4l2_streamparm {
        static final int SIZE = 204;
        static final int type = 0;
        static final int parm$capture$capability = 4;
        static final int parm$capture$timeperframe$numerator = 12;
        static final int parm$capture$timeperframe$denominator = 16;
    }

    static final class v4l2_requestbuffers {
        static final int SIZE = 20;
        static final int count = 0;
        static final int type = 4;
        static final int memory = 8;
        static final int capabilities = 12;
    }

    static final class v4l2_buffer {
        static final int SIZE = 88;
        static final int index = 0;
        static final int type = 4;
        static final int bytesused = 8;
        static final int flags = 12;
        static final int field = 16;
        static final int timestamp$tv_sec = 24;
        static final int timestamp$tv_usec = 32;
        static final int sequence = 56;
        static final int memory = 60;
        static final int m$offset = 64;
        static final int m$fd = 64;
        static final int m$planes = 64;
        static final int length = 72;
    }

    static final class v4l2_plane {
        static final int SIZE = 64;
        static final int bytesused = 0;
        static final int length = 4;
        static final int m$mem_offset = 8;
        static final int m$fd = 8;
        static final int data_offset = 16;
    }

    static final class v4l2_exportbuffer {
        static final int SIZE = 64;
        static final int type = 0;
        static final int index = 4;
        static final int plane = 8;
        static final int flags = 12;
        static final int fd = 16;
    }

    static final class v4l2_input {
        static final int SIZE = 80;
        static final int index = 0;
        static final int name = 4;
        static final int type = 36;
        static final int status = 56;
        static final int capabilities = 60;
    }

    /** Packed: the 64-bit fields are not aligned. */
    static final class v4l2_dv_timings {
        static final int SIZE = 132;
        static final int type = 0;
        static final int bt$width = 4;
        static final int bt$height = 8;
        static final int bt$interlaced = 12;
        static final int bt$pixelclock = 20;
        static final int bt$hfrontporch = 28;
        static final int bt$hsync = 32;
        static final int bt$hbackporch = 36;
        static final int bt$vfrontporch = 40;
        static final int bt$vsync = 44;
        static final int bt$vbackporch = 48;
    }

    static final class v4l2_event {
        static final int SIZE = 136;
        static final int type = 0;
        static final int u$src_change$changes = 8;
        static final int pending = 72;
        static final int id = 96;
    }

    static final class v4l2_event_subscription {
        static final int SIZE = 32;
        static final int type = 0;
        static final int id = 4;
        static final int flags = 8;
    }

    static final class v4l2_query_ext_ctrl {
        static final int SIZE = 232;
        static final int id = 0;
        static final int type = 4;
        static final int name = 8;
        static final int minimum = 40;
        static final int maximum = 48;
        static final int step = 56;
        static final int default_value = 64;
        static final int flags = 72;
        static final int nr_of_dims = 84;
    }

    /** Packed. */
    static final class v4l2_querymenu {
        static final int SIZE = 44;
        static final int id = 0;
        static final int index = 4;
        static final int name = 8;
        static final int value = 8;
    }

    /** Packed: the 64-bit value is not aligned. */
    static final class v4l2_ext_control {
        static final int SIZE = 20;
        static final int id = 0;
        static final int size = 4;
        static final int value = 12;
        static final int value64 = 12;
    }

    static final class v4l2_ext_controls {
        static final int SIZE = 32;
        static final int which = 0;
        static final int count = 4;
        static final int error_idx = 8;
        static final int controls = 24;
    }

    static final long VIDIOC_QUERYCAP = Ioctl.ior('V', 0, v4l2_capability.SIZE);
    static final long VIDIOC_ENUM_FMT = Ioctl.iowr('V', 2, v4l2_fmtdesc.SIZE);
    static final long VIDIOC_G_FMT = Ioctl.iowr('V', 4, v4l2_format.SIZE);
    static final long VIDIOC_S_FMT = Ioctl.iowr('V', 5, v4l2_format.SIZE);
    static final long VIDIOC_REQBUFS = Ioctl.iowr('V', 8, v4l2_requestbuffers.SIZE);
    static final long VIDIOC_QUERYBUF = Ioctl.iowr('V', 9, v4l2_buffer.SIZE);
    static final long VIDIOC_QBUF = Ioctl.iowr('V', 15, v4l2_buffer.SIZE);
    static final long VIDIOC_EXPBUF = Ioctl.iowr('V', 16, v4l2_exportbuffer.SIZE);
    static final long VIDIOC_DQBUF = Ioctl.iowr('V', 17, v4l2_buffer.SIZE);
    static final long VIDIOC_STREAMON = Ioctl.iow('V', 18, Integer.BYTES);
    static final long VIDIOC_STREAMOFF = Ioctl.iow('V', 19, Integer.BYTES);
    static final long VIDIOC_G_PARM = Ioctl.iowr('V', 21, v4l2_streamparm.SIZE);
    static final long VIDIOC_S_PARM = Ioctl.iowr('V', 22, v4l2_streamparm.SIZE);
    static final long VIDIOC_ENUMINPUT = Ioctl.iowr('V', 26, v4l2_input.SIZE);
    static final long VIDIOC_QUERYMENU = Ioctl.iowr('V', 37, v4l2_querymenu.SIZE);
    static final long VIDIOC_G_INPUT = Ioctl.ior('V', 38, Integer.BYTES);
    static final long VIDIOC_G_EXT_CTRLS = Ioctl.iowr('V', 71, v4l2_ext_controls.SIZE);
    static final long VIDIOC_S_EXT_CTRLS = Ioctl.iowr('V', 72, v4l2_ext_controls.SIZE);
    static final long VIDIOC_ENUM_FRAMESIZES = Ioctl.iowr('V', 74, v4l2_frmsizeenum.SIZE);
    static final long VIDIOC_ENUM_FRAMEINTERVALS = Ioctl.iowr('V', 75, v4l2_frmivalenum.SIZE);
    static final long VIDIOC_S_DV_TIMINGS = Ioctl.iowr('V', 87, v4l2_dv_timings.SIZE);
    static final long VIDIOC_G_DV_TIMINGS = Ioctl.iowr('V', 88, v4l2_dv_timings.SIZE);
    static final long VIDIOC_DQEVENT = Ioctl.ior('V', 89, v4l2_event.SIZE);
    static final long VIDIOC_SUBSCRIBE_EVENT = Ioctl.iow('V', 90, v4l2_event_subscription.SIZE);
    static final long VIDIOC_QUERY_DV_TIMINGS = Ioctl.ior('V', 99, v4l2_dv_timings.SIZE);
    static final long VIDIOC_QUERY_EXT_CTRL = Ioctl.iowr('V', 103, v4l2_query_ext_ctrl.SIZE);

    static final int V4L2_BUF_TYPE_VIDEO_CAPTURE = 1;
    static final int V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE = 9;

    static final int V4L2_MEMORY_MMAP = 1;
    static final int V4L2_MEMORY_DMABUF = 4;

    static final int V4L2_CAP_VIDEO_CAPTURE = 0x1;
    static final int V4L2_CAP_VIDEO_CAPTURE_MPLANE = 0x1000;
    static final int V4L2_CAP_VIDEO_M2M_MPLANE = 0x4000;
    static final int V4L2_CAP_VIDEO_M2M = 0x8000;
    static final int V4L2_CAP_META_CAPTURE = 0x80_0000;
    static final int V4L2_CAP_STREAMING = 0x400_0000;
    static final int V4L2_CAP_DEVICE_CAPS = 0x8000_0000;

    static final int V4L2_FMT_FLAG_EMULATED = 0x2;

    static final int V4L2_PIX_FMT_PRIV_MAGIC = 0xfeedcafe;

    static final int V4L2_FRMSIZE_TYPE_DISCRETE = 1;
    static final int V4L2_FRMIVAL_TYPE_DISCRETE = 1;

    static final int V4L2_CAP_TIMEPERFRAME = 0x1000;

    static final int V4L2_BUF_FLAG_ERROR = 0x40;
    static final int V4L2_BUF_FLAG_TIMESTAMP_MASK = 0xe000;
    static final int V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC = 0x2000;

    static final int V4L2_FIELD_ANY = 0;
    static final int V4L2_FIELD_NONE = 1;
    static final int V4L2_FIELD_INTERLACED = 4;
    static final int V4L2_FIELD_INTERLACED_TB = 8;
    static final int V4L2_FIELD_INTERLACED_BT = 9;

    static final int V4L2_COLORSPACE_SMPTE240M = 2;
    static final int V4L2_COLORSPACE_REC709 = 3;
    static final int V4L2_COLORSPACE_JPEG = 7;
    static final int V4L2_COLORSPACE_BT2020 = 10;
    static final int V4L2_COLORSPACE_DCI_P3 = 12;

    static final int V4L2_YCBCR_ENC_601 = 1;
    static final int V4L2_YCBCR_ENC_709 = 2;
    static final int V4L2_YCBCR_ENC_XV601 = 3;
    static final int V4L2_YCBCR_ENC_XV709 = 4;
    static final int V4L2_YCBCR_ENC_BT2020 = 6;
    static final int V4L2_YCBCR_ENC_BT2020_CONST_LUM = 7;
    static final int V4L2_YCBCR_ENC_SMPTE240M = 8;

    static final int V4L2_QUANTIZATION_FULL_RANGE = 1;

    static final int V4L2_IN_CAP_DV_TIMINGS = 0x2;
    static final int V4L2_IN_ST_NO_POWER = 0x1;
    static final int V4L2_IN_ST_NO_SIGNAL = 0x2;
    static final int V4L2_IN_ST_NO_H_LOCK = 0x100;
    static final int V4L2_IN_ST_NO_SYNC = 0x1_0000;

    static final int V4L2_EVENT_EOS = 2;
    static final int V4L2_EVENT_SOURCE_CHANGE = 5;

    static final int V4L2_CTRL_TYPE_INTEGER = 1;
    static final int V4L2_CTRL_TYPE_BOOLEAN = 2;
    static final int V4L2_CTRL_TYPE_MENU = 3;
    static final int V4L2_CTRL_TYPE_BUTTON = 4;
    static final int V4L2_CTRL_TYPE_INTEGER64 = 5;
    static final int V4L2_CTRL_TYPE_CTRL_CLASS = 6;
    static final int V4L2_CTRL_TYPE_BITMASK = 8;
    static final int V4L2_CTRL_TYPE_INTEGER_MENU = 9;

    static final int V4L2_CTRL_FLAG_DISABLED = 0x1;
    static final int V4L2_CTRL_FLAG_GRABBED = 0x2;
    static final int V4L2_CTRL_FLAG_READ_ONLY = 0x4;
    static final int V4L2_CTRL_FLAG_INACTIVE = 0x10;
    static final int V4L2_CTRL_FLAG_WRITE_ONLY = 0x40;
    static final int V4L2_CTRL_FLAG_NEXT_CTRL = 0x8000_0000;

    /** {@code v4l2_fourcc(a, b, c, d)}. */
    static int fourcc(String code) {
        return code.charAt(0) | code.charAt(1) << 8 | code.charAt(2) << 16 | code.charAt(3) << 24;
    }

    /**
     * The four characters of a code, trailing blanks kept off, what cannot be printed as a question mark; {@code -BE}
     * for the big-endian sibling, as v4l2-ctl has it.
     */
    static String fourccName(int code) {
        StringBuilder s = new StringBuilder(4);
        for (int i = 0; i < 4; i++) {
            int c = code >>> (8 * i) & (i == 3 ? 0x7f : 0xff);
            s.append(c >= 0x20 && c < 0x7f ? (char) c : '?');
        }
        return s.toString().stripTrailing() + (code < 0 ? "-BE" : "");
    }
}
