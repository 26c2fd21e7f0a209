package vitrine.capture.v4l2;

import java.util.List;
import vitrine.engine.frame.ColorEncoding;
import vitrine.engine.frame.FrameFormat;

/**
 * What a driver has agreed to: the answer to VIDIOC_S_FMT and VIDIOC_S_PARM, checked against what was asked.
 *
 * @param code pixel format
 * @param width in pixels
 * @param height in pixels
 * @param strides bytesperline of each memory object
 * @param sizes sizeimage of each memory object, in bytes
 * @param color as the driver says
 * @param framesPerSecond 0 where unknown
 */
public record CameraMode(
        PixelCode code,
        int width,
        int height,
        List<Integer> strides,
        List<Integer> sizes,
        ColorEncoding color,
        double framesPerSecond) {

    /** Where the planes lie, once it is known where in each memory object the picture starts; not for JPEG. */
    public FrameFormat layout(long[] dataOffsets) {
        return code.layout(
                width, height, strides.stream().mapToInt(Integer::intValue).toArray(), dataOffsets, color);
    }

    /** With another colour encoding than the driver says. */
    public CameraMode withColor(ColorEncoding other) {
        return new CameraMode(code, width, height, strides, sizes, other, framesPerSecond);
    }

    CameraMode withRate(double rate) {
        return new CameraMode(code, width, height, strides, sizes, color, rate);
    }

    /** {@code NV12 1280x720 at 30 fps}. */
    @Override
    public String toString() {
        return code.fourcc() + " " + width + "x" + height
                + (framesPerSecond > 0 ? " at " + FrameRates.text(framesPerSecond) + " fps" : "");
    }
}
