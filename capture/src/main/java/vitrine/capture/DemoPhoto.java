package vitrine.capture;

import java.io.IOException;
import java.io.InputStream;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;
import vitrine.engine.frame.ColorEncoding;

/**
 * One of the demo's photos as planes, enlarged beforehand with a good filter to about the output's size, so that a
 * frame is two plain bilinear warps.
 */
final class DemoPhoto implements AutoCloseable {
    private static final double LIMITED_Y = 219.0;
    private static final double LIMITED_C = 224.0;

    private final DemoView view;
    private final Mat luma;
    private final Mat chroma;
    private final Size lumaSize;
    private final Size chromaSize;
    private final Mat map = new Mat(2, 3, opencv_core.CV_64FC1);
    private final DoubleBuffer mapData = map.createBuffer();
    private final Scalar border = new Scalar(0, 0, 0, 0);
    private final double[] at = new double[3];

    private DemoPhoto(DemoView view, Mat luma, Mat chroma, int width, int height) {
        this.view = view;
        this.luma = luma;
        this.chroma = chroma;
        this.lumaSize = new Size(width, height);
        this.chromaSize = new Size((width + 1) / 2, (height + 1) / 2);
    }

    static DemoPhoto load(DemoView view, int width, int height) {
        byte[] bytes;
        try (InputStream in = DemoPhoto.class.getResourceAsStream("demo/" + view.resource())) {
            if (in == null) {
                throw new AssertionError("resource demo/" + view.resource() + " is missing");
            }
            bytes = in.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        try (Mat picture = PhotoFile.decode("demo/" + view.resource(), bytes);
                Mat large = new Mat();
                Mat yuv = new Mat();
                Mat matrix = bt709()) {
            double cover = Math.max((double) width / picture.cols(), (double) height / picture.rows());
            double scale = cover * Math.max(view.fromZoom(), view.toZoom());
            // Even sides, so that half of them is exactly the chroma planes' size.
            int w = 2 * (int) Math.ceil(picture.cols() * scale / 2);
            int h = 2 * (int) Math.ceil(picture.rows() * scale / 2);
            int filter = scale >= 1 ? opencv_imgproc.INTER_CUBIC : opencv_imgproc.INTER_AREA;
            try (Size size = new Size(w, h)) {
                opencv_imgproc.resize(picture, large, size, 0, 0, filter);
            }
            opencv_core.transform(large, yuv, matrix);
            try (MatVector planes = new MatVector()) {
                opencv_core.split(yuv, planes);
                Mat y = new Mat();
                planes.get(0).copyTo(y);
                Mat c = chroma(planes.get(1), planes.get(2), w / 2, h / 2);
                return new DemoPhoto(view, y, c, width, height);
            }
        }
    }

    /** Frame at {@code t} of 0 to 1: luma of the output's size, and Cb, Cr pairs of half of it each way. */
    void render(double t, Mat lumaOut, Mat chromaOut) {
        view.at(t, at);
        warp(luma, lumaOut, lumaSize);
        warp(chroma, chromaOut, chromaSize);
    }

    @Override
    public void close() {
        luma.close();
        chroma.close();
        lumaSize.close();
        chromaSize.close();
        map.close();
        border.close();
    }

    private void warp(Mat from, Mat to, Size size) {
        double cover = Math.max((double) size.width() / from.cols(), (double) size.height() / from.rows());
        double step = 1 / (cover * at[2]); // source pixels for one of the output
        double halfWidth = size.width() * step / 2;
        double halfHeight = size.height() * step / 2;
        double centerX = Math.clamp(at[0] * from.cols(), halfWidth, Math.max(halfWidth, from.cols() - halfWidth));
        double centerY = Math.clamp(at[1] * from.rows(), halfHeight, Math.max(halfHeight, from.rows() - halfHeight));
        // Output pixel centre x + 0.5 maps to centre + (x + 0.5 - width / 2) * step; OpenCV counts from pixel centres.
        mapData.put(0, step)
                .put(1, 0)
                .put(2, centerX + (0.5 - size.width() / 2.0) * step - 0.5)
                .put(3, 0)
                .put(4, step)
                .put(5, centerY + (0.5 - size.height() / 2.0) * step - 0.5);
        opencv_imgproc.warpAffine(
                from,
                to,
                map,
                size,
                opencv_imgproc.INTER_LINEAR | opencv_imgproc.WARP_INVERSE_MAP,
                opencv_core.BORDER_REPLICATE,
                border);
    }

    private static Mat chroma(Mat cb, Mat cr, int width, int height) {
        try (Mat halfCb = new Mat();
                Mat halfCr = new Mat();
                Size size = new Size(width, height);
                MatVector pair = new MatVector(2)) {
            opencv_imgproc.resize(cb, halfCb, size, 0, 0, opencv_imgproc.INTER_AREA);
            opencv_imgproc.resize(cr, halfCr, size, 0, 0, opencv_imgproc.INTER_AREA);
            pair.put(0, halfCb).put(1, halfCr);
            Mat merged = new Mat();
            opencv_core.merge(pair, merged);
            return merged;
        }
    }

    /** Rows Y, Cb, Cr over columns B, G, R, 1; limited range. */
    private static Mat bt709() {
        double kr = ColorEncoding.Matrix.BT709.kr();
        double kb = ColorEncoding.Matrix.BT709.kb();
        double kg = 1 - kr - kb;
        double y = LIMITED_Y / 255;
        double b = LIMITED_C / 255 / (2 * (1 - kb));
        double r = LIMITED_C / 255 / (2 * (1 - kr));
        double[] m = {
            y * kb, y * kg, y * kr, 16, //
            b * (1 - kb), -b * kg, -b * kr, 128, //
            -r * kb, -r * kg, r * (1 - kr), 128
        };
        Mat matrix = new Mat(3, 4, opencv_core.CV_32FC1);
        FloatBuffer data = matrix.createBuffer();
        for (int i = 0; i < m.length; i++) {
            data.put(i, (float) m[i]);
        }
        return matrix;
    }
}
