package vitrine.tools.bench;

import static org.bytedeco.opencv.global.opencv_core.setNumThreads;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.frame.ChromaSiting;
import vitrine.engine.frame.ColorEncoding;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.Orientation;
import vitrine.engine.frame.PixelFormat;
import vitrine.engine.linux.FdMemory;
import vitrine.engine.linux.FdMemoryAllocator;
import vitrine.engine.linux.FrameMemory;
import vitrine.engine.memory.FrameInput;
import vitrine.engine.memory.MemoryLadder;
import vitrine.inference.preprocess.Filter;
import vitrine.inference.preprocess.PreprocessReference;
import vitrine.inference.preprocess.TensorSpec;

/**
 * NV12 frames to network tensors, ours beside OpenCV's: interleaved in one process, so that whatever else the machine
 * does hits both. Times are medians; only their ratios mean something.
 */
public final class PreprocessBench {

    /** What the output says about the comparison. */
    public static final String NOTE =
            "OpenCV converts NV12 by BT.601 with each chroma sample repeated, whatever the frame"
                    + " is marked as; ours by the frame's own encoding (here BT.709 limited) with chroma interpolated. Errors are"
                    + " against the float64 reference, as a part of full scale. \"prepared\" is the like-for-like OpenCV form: pad"
                    + " written once, no blob. Times are wall clock, medians of runs that"
                    + " take turns in blocks of 11, the first 3 of a block not counted: OpenCV's threads spin for a while after"
                    + " their work, and a software driver's would meet them.";

    private static final int[][] SOURCES = {{3840, 2160}, {1920, 1080}};
    private static final int[] SIDES = {640, 416};
    private static final int WARM_UP = 15;

    /** Runs of one way that count before the next has its turn. */
    private static final int BLOCK = 8;

    /** Runs at the head of a block that do not count: the caches, and a core, still belong to the one before. */
    private static final int LEAD = 3;

    private static final int FIRST_WARM_UP = 100;

    /**
     * One way of making one tensor.
     *
     * @param width source pixels
     * @param height source pixels
     * @param side of the square tensor
     * @param way {@code ours}, {@code opencv naive}, {@code opencv smart} or {@code opencv prepared}
     * @param detail the shader, or the stages
     * @param filter the same for both sides
     * @param type of the tensor's elements
     * @param medianMs wall clock from frame in memory to tensor readable by the CPU
     * @param bestMs the fastest run
     * @param ratioToSmart medianMs by that of OpenCV smart f32 with this filter in the same interleaving
     * @param ratioToPrepared medianMs by that of OpenCV prepared with this filter and type in the same interleaving
     * @param maxError against the reference, as a part of full scale
     * @param meanError as above
     * @param cpuBytes of picture data the CPU reads or writes, the network's read of the tensor counted
     */
    public record Result(
            int width,
            int height,
            int side,
            String way,
            String detail,
            Filter filter,
            TensorSpec.Type type,
            double medianMs,
            double bestMs,
            double ratioToSmart,
            double ratioToPrepared,
            double maxError,
            double meanError,
            long cpuBytes) {}

    private static final class Contender {
        final String way;
        final String detail;
        final TensorSpec spec;
        final long cpuBytes;
        final Runnable run;
        final double[] times;

        Contender(String way, String detail, TensorSpec spec, long cpuBytes, Runnable run, int rounds) {
            this.way = way;
            this.detail = detail;
            this.spec = spec;
            this.cpuBytes = cpuBytes;
            this.run = run;
            times = new double[rounds];
        }
    }

    private final VulkanDevice device;
    private final FdMemoryAllocator allocator;
    private final int rounds;
    private boolean warm;
    private final List<Result> results = new ArrayList<>();

    private PreprocessBench(VulkanDevice device, FdMemoryAllocator allocator, int rounds) {
        this.device = device;
        this.allocator = allocator;
        this.rounds = rounds;
    }

    /**
     * Measures everything. Takes some tenths of a second a round on a software driver.
     *
     * @param device without validation, which would be measured too
     * @param rounds runs of each way, 100 for a steady median
     * @param threads given to OpenCV; a software driver takes one a core by itself (LP_NUM_THREADS)
     */
    public static List<Result> run(VulkanDevice device, int rounds, int threads) {
        setNumThreads(threads);
        try (FdMemoryAllocator allocator = MemoryLadder.probe(device).allocator()) {
            PreprocessBench bench = new PreprocessBench(device, allocator, rounds);
            for (int[] size : SOURCES) {
                bench.source(size[0], size[1]);
            }
            return bench.results;
        }
    }

    private void source(int width, int height) {
        FrameFormat format = FrameFormat.packed(PixelFormat.NV12, width, height, ColorEncoding.BT709_LIMITED);
        try (FdMemory memory = allocator.allocate("bench-frame", format.extent());
                FrameInput input = FrameInput.create(device, "bench frame", FrameMemory.of(memory), format)) {
            memory.beginCpuWrite();
            fill(memory.memory(), width, height);
            memory.endCpuWrite();
            input.refresh();
            for (int side : SIDES) {
                for (Filter filter : Filter.values()) {
                    TensorSpec f32 = spec(side, TensorSpec.Type.F32);
                    TensorSpec u8 = spec(side, TensorSpec.Type.U8);
                    measure(memory, input, format, filter, f32, true);
                    measure(memory, input, format, filter, u8, false);
                }
            }
        }
    }

    private static TensorSpec spec(int side, TensorSpec.Type type) {
        float scale = type == TensorSpec.Type.U8 ? 1 : 1 / 255f;
        return new TensorSpec(
                side,
                side,
                type,
                TensorSpec.Layout.NCHW,
                TensorSpec.Channels.RGB,
                TensorSpec.Fit.CENTER,
                114,
                TensorSpec.ZEROS,
                List.of(scale, scale, scale));
    }

    /** Ours, smart and prepared in turn; then, its traffic apart, naive. */
    private void measure(
            FdMemory memory, FrameInput input, FrameFormat format, Filter filter, TensorSpec spec, boolean naive) {
        int width = format.width();
        int height = format.height();
        TensorSpec f32 = spec(spec.width(), TensorSpec.Type.F32);
        MemorySegment nv12 = memory.memory();
        try (GpuWay gpu = new GpuWay(device, allocator, input.buffers(), format, filter, spec);
                OpenCvWay smart = new OpenCvWay(OpenCvWay.Form.SMART, nv12, width, height, filter, f32);
                OpenCvWay prepared = new OpenCvWay(OpenCvWay.Form.PREPARED, nv12, width, height, filter, spec);
                OpenCvWay slow = new OpenCvWay(OpenCvWay.Form.NAIVE, nv12, width, height, filter, f32)) {
            Contender a = contender("ours", gpu.shader(), spec, TouchedBytes.ours(spec), gpu::run);
            Contender b = openCv(OpenCvWay.Form.SMART, smart, format, filter, f32);
            Contender c = openCv(OpenCvWay.Form.PREPARED, prepared, format, filter, spec);
            Contender d = openCv(OpenCvWay.Form.NAIVE, slow, format, filter, f32);
            interleave(List.of(a, b, c));
            double[] expected = reference(nv12, format, filter, spec);
            add(format, filter, a, b, c, values(gpu.result(), spec), expected);
            add(format, filter, c, b, c, prepared.result(), expected);
            if (naive) {
                interleave(List.of(d));
                add(format, filter, b, b, c, smart.result(), expected);
                add(format, filter, d, b, c, slow.result(), expected);
            }
        }
    }

    private Contender openCv(OpenCvWay.Form form, OpenCvWay way, FrameFormat format, Filter filter, TensorSpec spec) {
        String detail = switch (form) {
            case NAIVE -> "cvtColor, resize, copyMakeBorder, blobFromImage";
            case SMART -> "resize planes, cvtColor, copyMakeBorder, blobFromImage";
            case PREPARED -> "resize planes, cvtColor, split, convertTo";
        };
        return contender(
                "opencv " + form.name().toLowerCase(Locale.ROOT),
                detail,
                spec,
                TouchedBytes.openCv(form, format.width(), format.height(), filter, spec),
                way::run);
    }

    private Contender contender(String way, String detail, TensorSpec spec, long cpuBytes, Runnable run) {
        return new Contender(way, detail, spec, cpuBytes, run, rounds);
    }

    private void interleave(List<Contender> contenders) {
        if (!warm) {
            // The driver starts its threads, the JVM compiles, OpenCV allocates: none of that is to be measured.
            for (int i = 0; i < FIRST_WARM_UP; i++) {
                contenders.forEach(c -> c.run.run());
            }
            warm = true;
        }
        contenders.forEach(c -> {
            for (int i = 0; i < WARM_UP; i++) {
                c.run.run();
            }
        });
        for (int done = 0; done < rounds; done += BLOCK) {
            for (Contender c : contenders) {
                for (int i = -LEAD; i < BLOCK && done + i < rounds; i++) {
                    long start = System.nanoTime();
                    c.run.run();
                    long end = System.nanoTime();
                    if (i >= 0) {
                        c.times[done + i] = (end - start) / 1e6;
                    }
                }
            }
        }
        contenders.forEach(c -> Arrays.sort(c.times));
    }

    private void add(
            FrameFormat format,
            Filter filter,
            Contender c,
            Contender smart,
            Contender prepared,
            double[] values,
            double[] expected) {
        double scale = 255 * c.spec.scale().getFirst();
        double max = 0;
        double sum = 0;
        for (int i = 0; i < expected.length; i++) {
            double error = Math.abs(values[i] - expected[i]) / scale;
            max = Math.max(max, error);
            sum += error;
        }
        results.add(new Result(
                format.width(),
                format.height(),
                c.spec.width(),
                c.way,
                c.detail,
                filter,
                c.spec.type(),
                median(c),
                c.times[0],
                median(c) / median(smart),
                median(c) / median(prepared),
                max,
                sum / expected.length,
                c.cpuBytes));
    }

    private static double median(Contender c) {
        return c.times[c.times.length / 2];
    }

    private static double[] values(MemorySegment tensor, TensorSpec spec) {
        boolean f32 = spec.type() == TensorSpec.Type.F32;
        double[] values = new double[Math.toIntExact(spec.elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = f32 ? tensor.get(ValueLayout.JAVA_FLOAT, 4L * i) : tensor.get(ValueLayout.JAVA_BYTE, i) & 0xff;
        }
        return values;
    }

    private static double[] reference(MemorySegment nv12, FrameFormat format, Filter filter, TensorSpec spec) {
        return PreprocessReference.tensor(
                List.of(nv12), format, Orientation.UPRIGHT, ChromaSiting.CENTER, filter, spec);
    }

    /** Gradients, texture and hard edges in legal codes; seeded. */
    private static void fill(MemorySegment frame, int width, int height) {
        SplittableRandom random = new SplittableRandom(2026);
        byte[] row = new byte[width];
        for (int y = 0; y < height * 3 / 2; y++) {
            boolean luma = y < height;
            for (int x = 0; x < width; x++) {
                int block =
                        ((x >> 6) * 37 + ((luma ? y : 2 * (y - height)) >> 6) * 61 + (luma ? 0 : 90 * (x & 1))) & 127;
                int noise = random.nextInt(24);
                row[x] = (byte)
                        (luma ? 16 + block + noise + x * 60 / width : 96 + block / 4 + noise / 2 + x * 40 / width);
            }
            MemorySegment.copy(row, 0, frame, ValueLayout.JAVA_BYTE, (long) y * width, width);
        }
    }

    /** A table for people, with the note. */
    public static String toTable(List<Result> results) {
        StringBuilder s = new StringBuilder();
        s.append(String.format(
                Locale.ROOT,
                "%-10s %4s  %-8s %-4s  %-16s %9s %9s %8s %9s %9s %9s  %8s%n",
                "source",
                "side",
                "filter",
                "type",
                "way",
                "median ms",
                "best ms",
                "/smart",
                "/prepared",
                "max err",
                "mean err",
                "CPU MB"));
        for (Result r : results) {
            s.append(String.format(
                    Locale.ROOT,
                    "%-10s %4d  %-8s %-4s  %-16s %9.3f %9.3f %8.2f %9.2f %9.1e %9.1e  %8.2f  %s%n",
                    r.width + "x" + r.height,
                    r.side,
                    r.filter.name().toLowerCase(Locale.ROOT),
                    r.type.name().toLowerCase(Locale.ROOT),
                    r.way,
                    r.medianMs,
                    r.bestMs,
                    r.ratioToSmart,
                    r.ratioToPrepared,
                    r.maxError,
                    r.meanError,
                    r.cpuBytes / 1e6,
                    r.detail));
        }
        return s.append(NOTE).append('\n').toString();
    }

    /** The same as one JSON object: {@code {"note": ..., "results": [...]}}. */
    public static String toJson(List<Result> results) {
        StringBuilder s = new StringBuilder("{\"note\":\"")
                .append(NOTE.replace("\"", "\\\""))
                .append("\",\"results\":[");
        String separator = "\n";
        for (Result r : results) {
            s.append(separator)
                    .append(String.format(
                            Locale.ROOT,
                            "{\"width\":%d,\"height\":%d,\"side\":%d,\"way\":\"%s\",\"detail\":\"%s\",\"filter\":\"%s\","
                                    + "\"type\":\"%s\",\"medianMs\":%.4f,\"bestMs\":%.4f,\"ratioToSmart\":%.4f,"
                                    + "\"ratioToPrepared\":%.4f,\"maxError\":%.3e,\"meanError\":%.3e,\"cpuBytes\":%d}",
                            r.width,
                            r.height,
                            r.side,
                            r.way,
                            r.detail,
                            r.filter.name().toLowerCase(Locale.ROOT),
                            r.type.name().toLowerCase(Locale.ROOT),
                            r.medianMs,
                            r.bestMs,
                            r.ratioToSmart,
                            r.ratioToPrepared,
                            r.maxError,
                            r.meanError,
                            r.cpuBytes));
            separator = ",\n";
        }
        return s.append("\n]}\n").toString();
    }
}
