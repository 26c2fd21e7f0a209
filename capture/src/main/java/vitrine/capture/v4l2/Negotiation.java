package vitrine.capture.v4l2;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import vitrine.capture.v4l2.Videodev2.v4l2_format;
import vitrine.capture.v4l2.Videodev2.v4l2_plane_pix_format;
import vitrine.capture.v4l2.Videodev2.v4l2_streamparm;
import vitrine.engine.frame.ColorEncoding;

/** Agrees with a driver on a mode: VIDIOC_S_FMT and VIDIOC_S_PARM, and a look at what it made of them. */
public final class Negotiation {
    private static final int MAX_SIDE = 16384;

    private Negotiation() {}

    /**
     * Sets the best mode that meets the request.
     *
     * @throws V4l2Exception where the device has none, refuses it, or has no signal
     */
    public static CameraMode agree(V4l2Device device, CameraRequest request) {
        List<OfferedFormat> offered = OfferedFormats.of(device, request.code());
        VideoInput input = VideoInput.of(device);
        if (input != null && input.followsSender()) {
            DvTimings timings = DvTimings.follow(device);
            int width = request.width() > 0 ? request.width() : timings.width();
            int height = request.height() > 0 ? request.height() : timings.height();
            ModeChoice choice = ModeChoice.of(
                            device, offered, new CameraRequest(0, 0, 0, request.code(), request.controls()))
                    .getFirst();
            CameraMode mode = setFormat(device, new ModeChoice(choice.code(), width, height, 0), request.width() > 0);
            return mode.withRate(timings.framesPerSecond());
        }
        ModeChoice choice = ModeChoice.of(device, offered, request).getFirst();
        CameraMode mode = setFormat(device, choice, request.width() > 0);
        return mode.withRate(setRate(device, choice.rate(), request.framesPerSecond()));
    }

    /** @param exact a size other than the choice's is not taken */
    private static CameraMode setFormat(V4l2Device device, ModeChoice choice, boolean exact) {
        boolean multiplanar = device.capability().isMultiplanar();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment f = arena.allocate(v4l2_format.SIZE, 8);
            f.set(JAVA_INT, v4l2_format.type, device.bufferType());
            if (choice.width() == 0) {
                // What the device is set to, but for the pixel format.
                device.check(device.ioctl(Videodev2.VIDIOC_G_FMT, f), "VIDIOC_G_FMT");
                clearLayout(f, multiplanar);
            } else {
                f.set(JAVA_INT, v4l2_format.fmt$pix$width, choice.width());
                f.set(JAVA_INT, v4l2_format.fmt$pix$height, choice.height());
            }
            f.set(JAVA_INT, v4l2_format.fmt$pix$pixelformat, choice.code().code());
            if (multiplanar) {
                f.set(JAVA_INT, v4l2_format.fmt$pix_mp$field, Videodev2.V4L2_FIELD_NONE);
            } else {
                f.set(JAVA_INT, v4l2_format.fmt$pix$field, Videodev2.V4L2_FIELD_NONE);
                f.set(JAVA_INT, v4l2_format.fmt$pix$priv, Videodev2.V4L2_PIX_FMT_PRIV_MAGIC);
            }
            device.check(device.ioctl(Videodev2.VIDIOC_S_FMT, f), "VIDIOC_S_FMT");
            CameraMode mode = multiplanar ? multiplanar(f, choice) : singlePlanar(f, choice);
            if (exact && (mode.width() != choice.width() || mode.height() != choice.height())) {
                throw new V4l2Exception(
                        "it answers " + choice.width() + "x" + choice.height() + " with " + mode.width() + "x"
                                + mode.height(),
                        "ask for that size");
            }
            // libcamera's layer answers sRGB whatever is set; for its stream, a viewfinder, that is sYCC
            // (src/v4l2/v4l2_camera_proxy.cpp, src/libcamera/pipeline/rpi/common/pipeline_base.cpp).
            return device.capability().isLibcamera() ? mode.withColor(ColorEncoding.BT601_FULL) : mode;
        }
    }

    private static void clearLayout(MemorySegment f, boolean multiplanar) {
        if (multiplanar) {
            f.asSlice(v4l2_format.fmt$pix_mp$plane_fmt, 8L * v4l2_plane_pix_format.SIZE)
                    .fill((byte) 0);
        } else {
            f.set(JAVA_INT, v4l2_format.fmt$pix$bytesperline, 0);
            f.set(JAVA_INT, v4l2_format.fmt$pix$sizeimage, 0);
        }
    }

    private static CameraMode singlePlanar(MemorySegment f, ModeChoice choice) {
        int width = f.get(JAVA_INT, v4l2_format.fmt$pix$width);
        int height = f.get(JAVA_INT, v4l2_format.fmt$pix$height);
        verify(
                f.get(JAVA_INT, v4l2_format.fmt$pix$pixelformat),
                f.get(JAVA_INT, v4l2_format.fmt$pix$field),
                width,
                height,
                1,
                choice.code());
        return checked(
                choice.code(),
                width,
                height,
                List.of(f.get(JAVA_INT, v4l2_format.fmt$pix$bytesperline)),
                List.of(f.get(JAVA_INT, v4l2_format.fmt$pix$sizeimage)),
                ColorSpaces.encoding(
                        f.get(JAVA_INT, v4l2_format.fmt$pix$colorspace),
                        f.get(JAVA_INT, v4l2_format.fmt$pix$ycbcr_enc),
                        f.get(JAVA_INT, v4l2_format.fmt$pix$quantization),
                        height));
    }

    private static CameraMode multiplanar(MemorySegment f, ModeChoice choice) {
        int width = f.get(JAVA_INT, v4l2_format.fmt$pix_mp$width);
        int height = f.get(JAVA_INT, v4l2_format.fmt$pix_mp$height);
        int planes = f.get(JAVA_BYTE, v4l2_format.fmt$pix_mp$num_planes);
        verify(
                f.get(JAVA_INT, v4l2_format.fmt$pix_mp$pixelformat),
                f.get(JAVA_INT, v4l2_format.fmt$pix_mp$field),
                width,
                height,
                planes,
                choice.code());
        List<Integer> strides = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        for (int i = 0; i < planes; i++) {
            long at = v4l2_format.fmt$pix_mp$plane_fmt + (long) i * v4l2_plane_pix_format.SIZE;
            strides.add(f.get(JAVA_INT, at + v4l2_plane_pix_format.bytesperline));
            sizes.add(f.get(JAVA_INT, at + v4l2_plane_pix_format.sizeimage));
        }
        return checked(
                choice.code(),
                width,
                height,
                strides,
                sizes,
                ColorSpaces.encoding(
                        f.get(JAVA_INT, v4l2_format.fmt$pix_mp$colorspace),
                        f.get(JAVA_BYTE, v4l2_format.fmt$pix_mp$ycbcr_enc),
                        f.get(JAVA_BYTE, v4l2_format.fmt$pix_mp$quantization),
                        height));
    }

    /** Drivers change what they do not support, or keep what they had, and report no error. */
    private static void verify(int code, int field, int width, int height, int planes, PixelCode wanted) {
        if (code != wanted.code()) {
            throw new V4l2Exception(
                    "it keeps the pixel format " + Videodev2.fourccName(code) + " where " + wanted.fourcc()
                            + " was asked",
                    "ask for a format that vitrine list cameras shows");
        }
        if (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE) {
            throw new V4l2Exception("it answers with a picture of " + width + "x" + height, "");
        }
        if (planes != wanted.memories()) {
            throw new V4l2Exception(
                    "it lays " + wanted.fourcc() + " out in " + planes + " memory planes, not " + wanted.memories(),
                    "");
        }
        if (field != Videodev2.V4L2_FIELD_NONE
                && field != Videodev2.V4L2_FIELD_ANY
                && field != Videodev2.V4L2_FIELD_INTERLACED
                && field != Videodev2.V4L2_FIELD_INTERLACED_TB
                && field != Videodev2.V4L2_FIELD_INTERLACED_BT) {
            throw new V4l2Exception(
                    "it delivers single fields (v4l2_field " + field + "), not whole pictures",
                    "choose a progressive input or mode");
        }
    }

    private static CameraMode checked(
            PixelCode code, int width, int height, List<Integer> strides, List<Integer> sizes, ColorEncoding color) {
        CameraMode mode = new CameraMode(code, width, height, strides, sizes, color, 0);
        if (!code.isJpeg()) {
            try {
                var format = mode.layout(new long[code.memories()]);
                for (int i = 0; i < format.memories(); i++) {
                    if (format.extent(i) > Integer.toUnsignedLong(sizes.get(i))) {
                        throw new V4l2Exception(
                                "its buffers of " + sizes.get(i) + " bytes do not hold a picture of " + format, "");
                    }
                }
            } catch (IllegalArgumentException e) {
                throw new V4l2Exception("its answer does not fit together: " + e.getMessage(), "");
            }
        }
        return mode;
    }

    /** @param wanted the user's own rate, 0 where none was given */
    private static double setRate(V4l2Device device, double rate, double wanted) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment p = arena.allocate(v4l2_streamparm.SIZE, 8);
            p.set(JAVA_INT, v4l2_streamparm.type, device.bufferType());
            boolean known = device.ioctl(Videodev2.VIDIOC_G_PARM, p) >= 0;
            boolean settable = known
                    && (p.get(JAVA_INT, v4l2_streamparm.parm$capture$capability) & Videodev2.V4L2_CAP_TIMEPERFRAME)
                            != 0;
            if (settable && rate > 0) {
                int[] fraction = fraction(rate);
                p.set(JAVA_INT, v4l2_streamparm.parm$capture$timeperframe$numerator, fraction[1]);
                p.set(JAVA_INT, v4l2_streamparm.parm$capture$timeperframe$denominator, fraction[0]);
                device.check(device.ioctl(Videodev2.VIDIOC_S_PARM, p), "VIDIOC_S_PARM");
            }
            long n = known
                    ? Integer.toUnsignedLong(p.get(JAVA_INT, v4l2_streamparm.parm$capture$timeperframe$numerator))
                    : 0;
            long d = known
                    ? Integer.toUnsignedLong(p.get(JAVA_INT, v4l2_streamparm.parm$capture$timeperframe$denominator))
                    : 0;
            double got = n > 0 && d > 0 ? (double) d / n : 0;
            if (wanted > 0 && !FrameRates.isNear(got, wanted)) {
                throw new V4l2Exception(
                        got == 0
                                ? "its frame rate cannot be set"
                                : "it answers " + FrameRates.text(wanted) + " frames a second with "
                                        + FrameRates.text(got),
                        "leave fps= out, or ask for a rate that vitrine list cameras shows");
            }
            return got;
        }
    }

    /** Frames a second as a fraction: 30 is 30/1, 29.97 is 30000/1001. */
    static int[] fraction(double rate) {
        if (Math.abs(rate - Math.rint(rate)) < 1e-6) {
            return new int[] {(int) Math.rint(rate), 1};
        }
        double ntsc = rate * 1001 / 1000;
        if (Math.abs(ntsc - Math.rint(ntsc)) < 1e-3) {
            return new int[] {(int) Math.rint(ntsc) * 1000, 1001};
        }
        return new int[] {(int) Math.round(rate * 1000), 1000};
    }
}
