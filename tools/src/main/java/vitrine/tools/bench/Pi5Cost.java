package vitrine.tools.bench;

import static org.lwjgl.vulkan.VK13.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import vitrine.engine.command.OneTimeCommands;
import vitrine.engine.command.ReleaseQueue;
import vitrine.engine.command.Timeline;
import vitrine.engine.device.CompiledStage;
import vitrine.engine.device.InstanceOptions;
import vitrine.engine.device.VulkanDevice;
import vitrine.engine.device.VulkanException;
import vitrine.engine.device.VulkanInstance;
import vitrine.engine.frame.ChromaSiting;
import vitrine.engine.frame.ColorEncoding;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.Orientation;
import vitrine.engine.frame.PixelFormat;
import vitrine.engine.memory.DeviceBuffer;
import vitrine.engine.memory.FrameBuffers;
import vitrine.engine.memory.Image;
import vitrine.inference.preprocess.Filter;
import vitrine.inference.preprocess.PreprocessPass;
import vitrine.inference.preprocess.TensorSpec;
import vitrine.present.display.OutputTransform;
import vitrine.present.display.RenderImage;
import vitrine.present.overlay.Overlay;
import vitrine.present.pass.PassSpec;
import vitrine.present.scene.Composer;
import vitrine.present.text.Font;
import vitrine.present.video.VideoPass;
import vitrine.tools.passes.PassLoader;
import vitrine.tools.passes.PassSettings;

/**
 * What the Raspberry Pi 5's own compiler makes of Vitrine's shaders, on any machine: Mesa's v3dv on a device that executes
 * nothing ({@code tests/pi5}). Counts are the compiler's; times are estimates from them.
 */
public final class Pi5Cost {

    /** The device that this is about, as Mesa names it. */
    private static final String V3D_71 = "V3D 7.1";

    private static final int COLOR_FORMAT = VK_FORMAT_B8G8R8A8_UNORM;

    /** A QPU does 16 invocations in 4 cycles an instruction. 16 QPUs, 960 MHz. */
    private static final int SUBGROUP = 16;

    private static final int CYCLES = 4;
    private static final int QPUS = 16;
    private static final double MEGAHERTZ = 960;

    /** A branch back, in Mesa's assembly text. */
    private static final Pattern LOOP = Pattern.compile("^b\\S*\\s+-\\d", Pattern.MULTILINE);

    private static final Pattern UNIFORM = Pattern.compile("\\bldunif(rf)?\\b");

    /**
     * One compiled shader.
     *
     * @param shader variant name
     * @param setting what it is specialised for
     * @param stage the driver's word
     * @param instructions QPU instructions, each counted once however often a loop goes round
     * @param threads that a QPU holds, 1, 2 or 4: the more, the better memory latency is hidden
     * @param spills bytes of registers that did not fit
     * @param uniforms load signals for the uniform stream; what texture and branch instructions take from it is not in
     * @param loops branches back
     * @param invocations threads or fragments of one picture, 0 where that is not fixed
     * @param pixels output pixels of one picture, 0 where that means nothing
     */
    public record Row(
            String shader,
            String setting,
            String stage,
            long instructions,
            long threads,
            long spills,
            long uniforms,
            long loops,
            long invocations,
            long pixels) {

        /** What a limit is kept under. */
        public String key() {
            return shader + "\t" + setting + "\t" + stage;
        }

        /** Instructions a pixel; not a number where unknown, a lower bound where there are loops. */
        public double perPixel() {
            return pixels == 0 ? Double.NaN : (double) instructions * invocations / pixels;
        }

        /** Milliseconds of arithmetic of one picture, an estimate: no memory, no stalls, no loop gone round twice. */
        public double millis() {
            return pixels == 0
                    ? Double.NaN
                    : instructions * CYCLES * ((double) invocations / SUBGROUP) / QPUS / (MEGAHERTZ * 1000);
        }
    }

    private final List<CompiledStage> compiled = new ArrayList<>();
    private final Map<String, Row> rows = new TreeMap<>();

    private Pi5Cost() {}

    /**
     * Compiles every shader in the settings that matter.
     *
     * @throws VulkanException where the driver is not the Pi's
     */
    public static List<Row> run() {
        Pi5Cost cost = new Pi5Cost();
        try (VulkanInstance instance = VulkanInstance.create(InstanceOptions.headless(false));
                VulkanDevice device =
                        VulkanDevice.create(instance, new VulkanDevice.Options(V3D_71, false, cost.compiled::add))) {
            for (PreprocessPass.Access access : PreprocessPass.Access.values()) {
                cost.tensors(device, access);
            }
            cost.pictures(device);
        }
        return List.copyOf(cost.rows.values());
    }

    private void tensors(VulkanDevice device, PreprocessPass.Access access) {
        for (Filter filter : Filter.values()) {
            for (TensorSpec.Type type : TensorSpec.Type.values()) {
                for (int[] size : new int[][] {{3840, 2160}, {2560, 1440}, {1920, 1080}, {1280, 720}}) {
                    tensor(
                            device,
                            access,
                            PixelFormat.NV12,
                            size[0],
                            size[1],
                            filter,
                            type,
                            640,
                            TensorSpec.Fit.CENTER);
                }
                tensor(device, access, PixelFormat.NV12, 1920, 1080, filter, type, 416, TensorSpec.Fit.CENTER);
                tensor(device, access, PixelFormat.NV12, 1920, 1080, filter, type, 640, TensorSpec.Fit.STRETCH);
                tensor(device, access, PixelFormat.YUYV, 1280, 720, filter, type, 640, TensorSpec.Fit.CENTER);
            }
        }
    }

    private void tensor(
            VulkanDevice device,
            PreprocessPass.Access access,
            PixelFormat pixels,
            int width,
            int height,
            Filter filter,
            TensorSpec.Type type,
            int side,
            TensorSpec.Fit fit) {
        FrameFormat format = FrameFormat.packed(pixels, width, height, ColorEncoding.BT709_LIMITED);
        TensorSpec tensor = new TensorSpec(
                side,
                side,
                type,
                TensorSpec.Layout.NCHW,
                TensorSpec.Channels.RGB,
                fit,
                114,
                TensorSpec.ZEROS,
                TensorSpec.ONES);
        try (PreprocessPass pass = PreprocessPass.create(
                device, format, Orientation.UPRIGHT, ChromaSiting.CENTER, filter, tensor, access)) {
            String setting = pixels + " " + width + "x" + height + " to "
                    + pass.letterbox().width() + "x" + pass.letterbox().height() + ", " + filter + ", " + type;
            long output = (long) pass.letterbox().width() * pass.letterbox().height();
            for (CompiledStage stage : taken()) {
                if (stage.shader().startsWith("preprocess/pad.comp")) {
                    add(stage, type.toString(), 0, 0);
                } else {
                    add(stage, setting, pass.invocations(), output);
                }
            }
        }
    }

    private void pictures(VulkanDevice device) {
        try (Timeline timeline = Timeline.create(device);
                ReleaseQueue releases = new ReleaseQueue(timeline);
                Font font = Font.bundled()) {
            for (PixelFormat pixels : List.of(PixelFormat.NV12, PixelFormat.YUYV)) {
                for (int[] size : new int[][] {{3840, 2160}, {1920, 1080}, {1280, 720}}) {
                    picture(device, timeline, releases, font, pixels, size[0], size[1]);
                }
            }
            for (String pass : PassLoader.shipped()) {
                pass(device, timeline, releases, font, pass);
            }
        }
    }

    /** A pass that ships, on a screen of 1920x1080. */
    private void pass(VulkanDevice device, Timeline timeline, ReleaseQueue releases, Font font, String name) {
        PassSettings settings = new PassSettings(List.of(name), Optional.empty(), Map.of(), Map.of());
        try (PassLoader loader = PassLoader.start(settings)) {
            PassSpec spec = loader.await(List.of()).getFirst();
            drawOnce(device, timeline, releases, font, List.of(spec), PixelFormat.NV12, 1920, 1080);
            for (CompiledStage stage : taken()) {
                if (stage.shader().startsWith("present/pass.frag")) {
                    add(stage, "1920x1080", 1920L * 1080, 1920L * 1080);
                } else if (stage.shader().startsWith("present/pass_state.comp")) {
                    long cells = (long) spec.stateWidth() * spec.stateHeight();
                    add(stage, spec.stateWidth() + "x" + spec.stateHeight() + " cells", cells, cells);
                }
            }
        }
    }

    /** A frame with one box on a screen of 1920x1080. */
    private void picture(
            VulkanDevice device,
            Timeline timeline,
            ReleaseQueue releases,
            Font font,
            PixelFormat pixels,
            int width,
            int height) {
        int w = 1920;
        int h = 1080;
        drawOnce(device, timeline, releases, font, List.of(), pixels, width, height);
        String setting = pixels + " " + width + "x" + height + " to " + w + "x" + h;
        long output = (long) w * h;
        for (CompiledStage stage : taken()) {
            if (stage.shader().startsWith("present/video.frag")) {
                add(stage, setting, output, output);
            } else {
                add(stage, "", 0, 0);
            }
        }
    }

    /** Makes the pipelines of a picture of 1920x1080 with one box. */
    private static void drawOnce(
            VulkanDevice device,
            Timeline timeline,
            ReleaseQueue releases,
            Font font,
            List<PassSpec> passes,
            PixelFormat pixels,
            int width,
            int height) {
        int w = 1920;
        int h = 1080;
        FrameFormat format = FrameFormat.packed(pixels, width, height, ColorEncoding.BT709_LIMITED);
        try (Composer composer = Composer.create(device, timeline, releases, font, passes);
                VideoPass video = VideoPass.create(device, releases, format, Orientation.UPRIGHT, ChromaSiting.LEFT);
                DeviceBuffer frame = DeviceBuffer.create(
                        device, "frame", format.extent(), VK_BUFFER_USAGE_STORAGE_BUFFER_BIT, DeviceBuffer.Use.UPLOAD);
                Image image =
                        Image.create(device, "picture", w, h, COLOR_FORMAT, VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT)) {
            Overlay overlay = new Overlay();
            overlay.box(100, 100, 200, 200, 0, "thing", 0.5f);
            RenderImage target =
                    new RenderImage(image.handle(), image.view(), COLOR_FORMAT, w, h, OutputTransform.IDENTITY);
            OneTimeCommands.discard(
                    device, cmd -> composer.record(cmd, target, video, FrameBuffers.of(frame), overlay));
        }
    }

    private List<CompiledStage> taken() {
        List<CompiledStage> taken = List.copyOf(compiled);
        compiled.clear();
        return taken;
    }

    private void add(CompiledStage stage, String setting, long invocations, long pixels) {
        Row row = new Row(
                stage.shader(),
                setting,
                stage.stage(),
                statistic(stage, "Instruction Count"),
                statistic(stage, "Thread Count"),
                statistic(stage, "Spill Size"),
                count(UNIFORM, stage),
                count(LOOP, stage),
                invocations,
                pixels);
        rows.putIfAbsent(row.key(), row);
    }

    private static long statistic(CompiledStage stage, String name) {
        Long value = stage.statistics().get(name);
        if (value == null) {
            throw VulkanException.missing(
                    "the driver tells no '" + name + "' of " + stage.shader() + ", " + stage.stage(),
                    "Set MESA_SHADER_CACHE_DISABLE=1: it knows nothing of shaders from its cache.");
        }
        return value;
    }

    private static long count(Pattern pattern, CompiledStage stage) {
        return stage.texts().entrySet().stream()
                .filter(e -> e.getKey().startsWith("QPU"))
                .flatMap(e -> pattern.matcher(e.getValue()).results())
                .count();
    }

    /** The table for a terminal. */
    public static String toTable(List<Row> rows) {
        StringBuilder s = new StringBuilder();
        for (Row row : rows) {
            s.append(String.format(
                    Locale.ROOT,
                    "%-48s %-46s %-18s %5d inst %d threads %4d spilled %4d uniforms %d loops %8s inst/px %8s ms%n",
                    row.shader,
                    row.setting,
                    row.stage,
                    row.instructions,
                    row.threads,
                    row.spills,
                    row.uniforms,
                    row.loops,
                    number(row.perPixel(), 1, row),
                    number(row.millis(), 2, row)));
        }
        return s.append("(ms: an estimate of arithmetic alone, see docs/pi5-gpu.md)")
                .toString();
    }

    /** The table as docs/pi5-gpu.md has it. */
    public static String toMarkdown(List<Row> rows) {
        StringBuilder s = new StringBuilder("""
                # Vitrine's shaders on a Raspberry Pi 5

                Written by `./vitrine bench --pi5-cost --pi5-document docs/pi5-gpu.md`; do not edit. Compiled by Mesa's v3dv, the
                driver that a Pi 5 has, on a device that executes nothing (`./vitrine pi5 build`). The counts are its
                compiler's for V3D 7.1. Nothing here was measured on a Pi.

                - *inst*: QPU instructions, each counted once, however often a loop goes round; so with *loops* the last two
                  columns are lower bounds, marked `>`.
                - *threads*: that a QPU holds at a time, of 4. *spilled*: bytes of registers that did not fit.
                - *uniforms*: load signals for the uniform stream.
                - *inst/px*: instructions of all invocations by pixels of the output picture, without letterbox.
                - *ms, estimate*: inst x 4 cycles x subgroups of 16 / 16 QPUs / 960 MHz: arithmetic alone. Memory, latency and
                  whatever else the GPU does come on top.

                """);
        s.append("| shader | for | stage | inst | threads | spilled | uniforms | loops | inst/px | ms, estimate |\n");
        s.append("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
        for (Row row : rows) {
            s.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %d | %d | %d | %d | %d | %s | %s |%n",
                    row.shader,
                    row.setting,
                    row.stage,
                    row.instructions,
                    row.threads,
                    row.spills,
                    row.uniforms,
                    row.loops,
                    number(row.perPixel(), 1, row),
                    number(row.millis(), 2, row)));
        }
        return s.toString();
    }

    private static String number(double value, int digits, Row row) {
        if (Double.isNaN(value)) {
            return "";
        }
        return (row.loops > 0 ? ">" : "") + String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    /** Limits equal to these rows: a line each, tab-separated: key, most instructions, fewest threads, most bytes spilled. */
    public static String toLimits(List<Row> rows) {
        StringBuilder s =
                new StringBuilder("# shader\tfor\tstage\tmost instructions\tfewest threads\tmost bytes spilled\n");
        rows.forEach(r -> s.append(r.key() + "\t" + r.instructions + "\t" + r.threads + "\t" + r.spills + "\n"));
        return s.toString();
    }

    /**
     * What passes its limit; empty where all is well. A shader without a limit and a limit without a shader count too.
     *
     * @param limits as {@link #toLimits} writes them
     */
    public static List<String> excesses(List<Row> rows, Stream<String> limits) {
        List<String> found = new ArrayList<>();
        Map<String, Row> left = new TreeMap<>();
        rows.forEach(r -> left.put(r.key(), r));
        limits.filter(line -> !line.isBlank() && !line.startsWith("#")).forEach(line -> {
            String[] fields = line.split("\t", -1);
            if (fields.length != 6) {
                found.add("not a limit: " + line);
                return;
            }
            Row row = left.remove(fields[0] + "\t" + fields[1] + "\t" + fields[2]);
            String what = fields[0] + " (" + fields[1] + "), " + fields[2];
            if (row == null) {
                found.add(what + ": has a limit, but there is no such shader any more");
                return;
            }
            if (row.instructions > Long.parseLong(fields[3])) {
                found.add(what + ": " + row.instructions + " instructions, the limit is " + fields[3]);
            }
            if (row.threads < Long.parseLong(fields[4])) {
                found.add(what + ": " + row.threads + " threads, the limit is " + fields[4]);
            }
            if (row.spills > Long.parseLong(fields[5])) {
                found.add(what + ": spills " + row.spills + " bytes, the limit is " + fields[5]);
            }
        });
        left.values().forEach(r -> found.add(r.shader + " (" + r.setting + "), " + r.stage + ": has no limit"));
        return found;
    }
}
