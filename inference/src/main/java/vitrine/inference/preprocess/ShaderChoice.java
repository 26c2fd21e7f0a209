package vitrine.inference.preprocess;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.frame.ChromaSiting;
import vitrine.engine.frame.ColorEncoding;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.Orientation;
import vitrine.engine.frame.PixelFormat;
import vitrine.engine.pipeline.ComputePipeline;
import vitrine.engine.pipeline.Rehearsal;
import vitrine.engine.pipeline.Specialization;
import vitrine.shaders.ShaderLibrary;
import vitrine.shaders.Spirv;

/**
 * Which preprocess shader serves a geometry, with its specialisation constants and its grid. What each shader asks for
 * stands in its head comment; {@code general.comp} asks for nothing.
 */
final class ShaderChoice {
    private static final String DEVICE_ADDRESS = "DEVICE_ADDRESS";

    /** Threads in a workgroup of the shaders that fix it, and the most on V3D 7.1. */
    private static final int LOCAL_SIZE = 64;

    private static final int MAX_LOCAL_SIZE = 256;

    /** Threads in a row of the grid where a tensor is one run of words: a grid's side ends at 65535 groups. */
    private static final int THREADS_PER_ROW = 4096;

    /** See nv12_area.comp. */
    private static final int MAX_AREA_SCALE = 18;

    private final FrameFormat source;
    private final Orientation orientation;
    private final ChromaSiting siting;
    private final Filter filter;
    private final TensorSpec tensor;
    private final Letterbox box;

    private final List<String> variant = new ArrayList<>();
    private final Specialization content = new Specialization();
    private final Specialization padding = new Specialization();
    private int localSize = LOCAL_SIZE;
    private int groupsX;
    private int groupsY;
    private int padGroupsX;
    private int padGroupsY;

    private ShaderChoice(
            FrameFormat source,
            Orientation orientation,
            ChromaSiting siting,
            Filter filter,
            TensorSpec tensor,
            Letterbox box) {
        this.source = source;
        this.orientation = orientation;
        this.siting = siting;
        this.filter = filter;
        this.tensor = tensor;
        this.box = box;
    }

    static ShaderChoice of(
            FrameFormat source, Orientation orientation, ChromaSiting siting, Filter filter, TensorSpec tensor) {
        Letterbox box = Letterbox.of(
                tensor,
                orientation.width(source.width(), source.height()),
                orientation.height(source.width(), source.height()));
        ShaderChoice choice = new ShaderChoice(source, orientation, siting, filter, tensor, box);
        choice.chooseContent();
        choice.choosePad();
        return choice;
    }

    private void chooseContent() {
        int ratio = wholeRatio();
        if (ratio > 0) {
            variant.add("preprocess/nv12_whole.comp");
            variant.add("RATIO=" + ratio);
            if (filter == Filter.AREA) {
                variant.add("AREA");
            }
            rows(box.width() / 8);
        } else if (fitsNv12(4, 4) && filter == Filter.BILINEAR && bilinearPoints()) {
            variant.add("preprocess/nv12_bilinear.comp");
            rows(box.width() / 4);
        } else if (fitsNv12(4, 4) && filter == Filter.AREA && siting == ChromaSiting.CENTER && areaScale()) {
            variant.add("preprocess/nv12_area.comp");
            rows(box.width() / 4);
        } else {
            variant.add("preprocess/general.comp");
            generalGrid();
        }
    }

    /** 2, 3, 4 or 6 where nv12_whole.comp serves, else 0. */
    private int wholeRatio() {
        for (int n : new int[] {2, 3, 4, 6}) {
            if (source.width() == n * box.width()
                    && source.height() == n * box.height()
                    && siting == ChromaSiting.CENTER
                    && fitsNv12(8, n == 3 ? 8 : 16)) {
                return n;
            }
        }
        return 0;
    }

    /** See nv12_bilinear.comp. */
    private boolean bilinearPoints() {
        return source.width() >= 3
                && source.height() >= 3
                && source.width() < 8192
                && isExactInFloat(source.width(), box.width())
                && isExactInFloat(source.height(), box.height());
    }

    /** Whether numerators of points along an axis are. */
    private static boolean isExactInFloat(int samples, int shown) {
        return (2L * shown + 1) * samples + 2L * shown < 1 << 24;
    }

    private boolean areaScale() {
        return source.width() < 8192
                && isExactInFloat(source.width(), box.width())
                && isExactInFloat(source.height(), box.height())
                && source.width() >= 2 * box.width()
                && source.height() >= 2 * box.height()
                && source.width() <= MAX_AREA_SCALE * box.width()
                && source.height() <= MAX_AREA_SCALE * box.height();
    }

    /**
     * True for what all NV12 shaders ask for.
     *
     * @param pixels that a thread makes; the picture's width is a multiple
     * @param alignment of strides and plane offsets, in bytes
     */
    private boolean fitsNv12(int pixels, int alignment) {
        boolean format = source.pixelFormat() == PixelFormat.NV12 || source.pixelFormat() == PixelFormat.NV21;
        return format
                && orientation.equals(Orientation.UPRIGHT)
                && tensor.layout() == TensorSpec.Layout.NCHW
                && tensor.width() % 4 == 0
                && box.x() % 4 == 0
                && box.width() % pixels == 0
                && divisor(box.width() / pixels) > 0
                && source.planes().stream().allMatch(p -> p.offset() % alignment == 0 && p.stride() % alignment == 0);
    }

    /** One workgroup a row where it fits, else equal parts of it: these shaders have no spare threads. */
    private void rows(int threads) {
        localSize = divisor(threads);
        groupsX = threads / localSize;
        groupsY = box.height();
    }

    /** The largest workgroup that divides a row; 0 where only inefficient ones do. */
    private static int divisor(int threads) {
        for (int parts = 1; parts <= 16; parts++) {
            if (threads % parts == 0 && threads / parts <= MAX_LOCAL_SIZE) {
                return threads / parts;
            }
        }
        return 0;
    }

    /** See the head of general.comp. */
    private void generalGrid() {
        int perWord = 4 / tensor.type().bytes();
        int width = tensor.width();
        int plane = width * tensor.height();
        int firstPixel = box.y() * width + box.x();
        int lastPixel = (box.y() + box.height() - 1) * width + box.x() + box.width() - 1;
        boolean pixels = tensor.layout() == TensorSpec.Layout.NHWC || plane % perWord == 0;
        int first = firstPixel / perWord;
        int end = (pixels ? lastPixel : 2 * plane + lastPixel) / perWord + 1;
        int perRow = Math.min(end - first, THREADS_PER_ROW);
        int pitch = perRow;
        groupsY = Math.ceilDiv(end - first, perRow);
        if (pixels && width % perWord == 0) {
            perRow = (box.x() + box.width() - 1) / perWord - box.x() / perWord + 1;
            pitch = width / perWord;
            groupsY = box.height();
        }
        groupsX = Math.ceilDiv(perRow, LOCAL_SIZE);
        content.set("AREA", filter == Filter.AREA)
                .set("GROUP_PIXELS", pixels)
                .set("GROUP_FIRST", first)
                .set("GROUP_END", end)
                .set("GROUPS_PER_ROW", perRow)
                .set("GROUP_PITCH", pitch);
    }

    private void choosePad() {
        int words = Math.toIntExact(Math.ceilDiv(tensor.bytes(), 4));
        padGroupsX = Math.ceilDiv(Math.min(words, THREADS_PER_ROW), LOCAL_SIZE);
        padGroupsY = Math.ceilDiv(words, padGroupsX * LOCAL_SIZE);
        padding.set("WORDS", words).set("WORDS_PER_ROW", padGroupsX * LOCAL_SIZE);
    }

    ComputePipeline createContent(VulkanDevice device, PreprocessPass.Access access, Rehearsal rehearsal) {
        Spirv shader = load(access, variant);
        frameConstants(shader);
        tensorConstants(shader, content);
        set(shader, content, "LOCAL_SIZE_X", localSize);
        return ComputePipeline.create(device, name(), shader, content, shader, rehearsal);
    }

    ComputePipeline createPad(VulkanDevice device, PreprocessPass.Access access, Rehearsal rehearsal) {
        Spirv shader = load(access, List.of("preprocess/pad.comp"));
        tensorConstants(shader, padding);
        return ComputePipeline.create(device, "preprocess/pad.comp", shader, padding, shader, rehearsal);
    }

    private static Spirv load(PreprocessPass.Access access, List<String> variant) {
        List<String> macros = new ArrayList<>(variant.subList(1, variant.size()));
        if (access == PreprocessPass.Access.DEVICE_ADDRESS) {
            macros.add(DEVICE_ADDRESS);
        }
        return ShaderLibrary.load(variant.getFirst(), macros.toArray(String[]::new));
    }

    /** What general.comp takes as push constants: component codes to tensor values, and the orientation. */
    void fillColor(ByteBuffer push, int at) {
        for (int channel = 0; channel < 3; channel++) {
            double[] row = rgbRow(tensor.channels() == TensorSpec.Channels.BGR ? 2 - channel : channel);
            double scale = tensor.scale().get(channel);
            for (int i = 0; i < 4; i++) {
                double factor = 255 * row[i] * scale - (i == 3 ? tensor.mean().get(channel) * scale : 0);
                push.putFloat(at + 16 * channel + 4 * i, (float) factor);
            }
        }
        push.putInt(at + 48, orientation.rotation() + (orientation.mirror() ? 4 : 0));
    }

    /** Factors of the three component codes and a constant that make R', G' or B' in 0..1. */
    private double[] rgbRow(int c) {
        double[] row = new double[4];
        if (!source.pixelFormat().isYuv()) {
            row[c] = 1 / 255.0;
            return row;
        }
        boolean limited = source.color().range() == ColorEncoding.Range.LIMITED;
        double kr = source.color().matrix().kr();
        double kb = source.color().matrix().kb();
        double kg = 1 - kr - kb;
        double chroma = limited ? 1 / 224.0 : 1 / 255.0;
        row[0] = limited ? 1 / 219.0 : 1 / 255.0;
        row[1] = chroma * (c == 0 ? 0 : c == 1 ? -2 * kb * (1 - kb) / kg : 2 * (1 - kb));
        row[2] = chroma * (c == 0 ? 2 * (1 - kr) : c == 1 ? -2 * kr * (1 - kr) / kg : 0);
        row[3] = (limited ? -16 / 219.0 : 0) - 128 * (row[1] + row[2]);
        return row;
    }

    private void frameConstants(Spirv shader) {
        set(shader, content, "FORMAT", source.pixelFormat().shaderCode());
        set(shader, content, "MATRIX", source.color().matrix().shaderCode());
        set(shader, content, "RANGE", source.color().range().shaderCode());
        set(shader, content, "SITING", siting.shaderCode());
        set(shader, content, "SOURCE_WIDTH", source.width());
        set(shader, content, "SOURCE_HEIGHT", source.height());
        set(shader, content, "MEMORIES", source.memories());
        for (int i = 0; i < source.planes().size(); i++) {
            set(
                    shader,
                    content,
                    "PLANE" + i + "_OFFSET",
                    Math.toIntExact(source.plane(i).offset()));
            set(shader, content, "PLANE" + i + "_STRIDE", source.plane(i).stride());
        }
    }

    private void tensorConstants(Spirv shader, Specialization to) {
        set(shader, to, "TENSOR_TYPE", tensor.type().shaderCode());
        set(shader, to, "TENSOR_NHWC", tensor.layout() == TensorSpec.Layout.NHWC ? 1 : 0);
        set(shader, to, "TENSOR_BGR", tensor.channels() == TensorSpec.Channels.BGR ? 1 : 0);
        set(shader, to, "TENSOR_WIDTH", tensor.width());
        set(shader, to, "TENSOR_HEIGHT", tensor.height());
        set(shader, to, "CONTENT_X", box.x());
        set(shader, to, "CONTENT_Y", box.y());
        set(shader, to, "CONTENT_WIDTH", box.width());
        set(shader, to, "CONTENT_HEIGHT", box.height());
        set(shader, to, "PAD", Float.floatToRawIntBits(tensor.pad()));
        for (int c = 0; c < 3; c++) {
            set(shader, to, "MEAN_" + c, Float.floatToRawIntBits(tensor.mean().get(c)));
            set(shader, to, "SCALE_" + c, Float.floatToRawIntBits(tensor.scale().get(c)));
        }
    }

    /** A shader that has no use for a constant does not have it. */
    private static void set(Spirv shader, Specialization to, String constant, int bits) {
        if (shader.hasSpecConstant(constant)) {
            to.set(constant, bits);
        }
    }

    String name() {
        return String.join(" ", variant);
    }

    Letterbox letterbox() {
        return box;
    }

    int localSize() {
        return localSize;
    }

    int groupsX() {
        return groupsX;
    }

    int groupsY() {
        return groupsY;
    }

    int padGroupsX() {
        return padGroupsX;
    }

    int padGroupsY() {
        return padGroupsY;
    }
}
