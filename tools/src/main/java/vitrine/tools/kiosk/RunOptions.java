package vitrine.tools.kiosk;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import vitrine.engine.frame.ChromaSiting;
import vitrine.engine.frame.Orientation;
import vitrine.inference.preprocess.Filter;

/**
 * A run's options as they stand on the command line, null where not given. The same ones stand in a TOML file
 * ({@link ConfigFile}); the command line wins.
 */
public final class RunOptions {

    @Option(
            names = "--source",
            paramLabel = "URI",
            description = "v4l2:[CAMERA], demo:, pattern:WxH@FPS, a photo, a folder, .y4m, raw frames with ?size=WxH,"
                    + " a video or rtsp://.")
    @Nullable
    String source;

    @Option(
            names = "--model",
            paramLabel = "FILE",
            description = "An .onnx or .tflite file, its .toml descriptor, or a name that 'models list' shows.")
    @Nullable
    String model;

    @Option(
            names = "--present",
            paramLabel = "URI",
            description = "auto, display:[CONNECTOR][?mode=WxH@R], window:, offscreen:DIR[?every=N&keep=N],"
                    + " none:; to turn it, ?rotate=DEGREES&mirror=true&margin=PERCENT. Default: auto.")
    @Nullable
    String present;

    @Option(names = "--config", paramLabel = "FILE", description = "TOML file with the same options.")
    @Nullable
    Path config;

    @Option(names = "--frames", paramLabel = "N", description = "End after N captured frames.")
    @Nullable
    Long frames;

    @Option(names = "--detections", paramLabel = "FILE", description = "Write JSON lines, one an inferred frame.")
    @Nullable
    Path detections;

    @Option(names = "--report", paramLabel = "FILE", description = "Write a JSON report at the end.")
    @Nullable
    Path report;

    @Option(
            names = "--debug",
            description = "Validation layers and leak audit; any finding ends with exit code 3.",
            arity = "0")
    @Nullable
    Boolean debug;

    @Option(names = "--gpu", paramLabel = "NAME", description = "Part of the Vulkan device's name, see 'list gpus'.")
    @Nullable
    String gpu;

    @Option(names = "--rotate", paramLabel = "DEGREES", description = "Turn the picture clockwise: 0, 90, 180 or 270.")
    @Nullable
    Long rotate;

    @Option(names = "--mirror", description = "Mirror the picture left to right, before turning it.", arity = "0")
    @Nullable
    Boolean mirror;

    @Option(
            names = "--filter",
            paramLabel = "NAME",
            description = "Filter of the tensor: area (exact) or bilinear (reads less). Default: area.")
    @Nullable
    String filter;

    @Option(
            names = "--tensor-siting",
            paramLabel = "WHERE",
            description =
                    "Where chroma sits for the tensor: center (as networks were trained) or left. Default: center.")
    @Nullable
    String tensorSiting;

    @Option(
            names = "--picture-siting",
            paramLabel = "WHERE",
            description = "Where chroma sits for the picture: left (MPEG-2, most cameras) or center. Default: left.")
    @Nullable
    String pictureSiting;

    @Option(names = "--threads", paramLabel = "N", description = "Threads of the network; default: one a core.")
    @Nullable
    Long threads;

    @Option(names = "--every-frame", description = "Infer every frame and wait for it, as for stills.", arity = "0")
    @Nullable
    Boolean everyFrame;

    @Option(names = "--score", paramLabel = "S", description = "Least score of a box, 0 to 1; default: the model's.")
    @Nullable
    Double score;

    @Option(names = "--iou", paramLabel = "I", description = "Largest overlap of boxes, 0 to 1; default: the model's.")
    @Nullable
    Double iou;

    @Option(names = "--font", paramLabel = "FILE", description = "Font of the labels (.ttf, .otf), for CJK say.")
    @Nullable
    Path font;

    @Option(
            names = "--hud",
            description = "Show pictures a second and latencies in a corner, and what governs each.",
            arity = "0")
    @Nullable
    Boolean hud;

    @Option(
            names = "--dev",
            description = "Development: compile, try and swap shaders when they are saved. Command line only.",
            arity = "0")
    @Nullable
    Boolean dev;

    @Option(
            names = "--glsl",
            paramLabel = "FOLDER",
            description = "With --dev: folder of the shaders. Default: the checkout's shaders/src/main/glsl.")
    @Nullable
    Path glsl;

    /**
     * What {@code demo} does where nothing else was asked for.
     *
     * @param still pictures are written to be looked at, so each shall show its own boxes
     */
    public void demo(String demoPresent, long demoFrames, boolean still) {
        everyFrame = everyFrame == null ? (Boolean) still : everyFrame;
        source = source == null ? "demo:" : source;
        present = present == null ? demoPresent : present;
        frames = frames == null ? (Long) demoFrames : frames;
    }

    /** A development run, with a folder of shaders over the built-in ones; pictures are drawn, and next to none written. */
    public static RunSettings development(String source, String model, @Nullable String gpu, Path glsl, Path pictures) {
        RunOptions o = new RunOptions();
        o.source = source;
        o.model = model;
        o.gpu = gpu;
        o.present = "offscreen:" + pictures + "?every=1000000";
        o.dev = true;
        o.glsl = glsl;
        return o.resolve();
    }

    /** What the command line says of the device, or null. */
    public @Nullable String gpu() {
        return gpu;
    }

    /**
     * Reads the configuration file, if one is named, and checks everything.
     *
     * @throws ConfigException naming the option or the place in the file
     */
    public RunSettings resolve() {
        RunOptions merged = config == null ? this : over(ConfigFile.read(config));
        return new RunSettings(
                or(merged.source, "demo:"),
                or(merged.model, "default"),
                or(merged.present, "auto"),
                range("--frames", or(merged.frames, 0L), 0, Long.MAX_VALUE),
                Optional.ofNullable(merged.detections),
                Optional.ofNullable(merged.report),
                or(merged.debug, false),
                Optional.ofNullable(merged.gpu),
                orientation(or(merged.rotate, 0L), or(merged.mirror, false)),
                filter(or(merged.filter, "area")),
                siting("--tensor-siting", or(merged.tensorSiting, "center")),
                siting("--picture-siting", or(merged.pictureSiting, "left")),
                (int) range("--threads", or(merged.threads, 0L), 0, 256),
                or(merged.everyFrame, false),
                Optional.ofNullable(merged.score).map(s -> fraction("--score", s)),
                Optional.ofNullable(merged.iou).map(i -> fraction("--iou", i)),
                Optional.ofNullable(merged.font),
                or(merged.hud, false),
                or(dev, false),
                glslFolder());
    }

    private Optional<Path> glslFolder() {
        if (glsl == null) {
            return Optional.empty();
        }
        if (!or(dev, false)) {
            throw new ConfigException("--glsl is for development: give --dev as well");
        }
        if (!Files.isDirectory(glsl)) {
            throw new ConfigException("--glsl " + glsl + ": there is no such folder");
        }
        return Optional.of(glsl);
    }

    private RunOptions over(RunOptions file) {
        RunOptions m = new RunOptions();
        m.source = source != null ? source : file.source;
        m.model = model != null ? model : file.model;
        m.present = present != null ? present : file.present;
        m.frames = frames != null ? frames : file.frames;
        m.detections = detections != null ? detections : file.detections;
        m.report = report != null ? report : file.report;
        m.debug = debug != null ? debug : file.debug;
        m.gpu = gpu != null ? gpu : file.gpu;
        m.rotate = rotate != null ? rotate : file.rotate;
        m.mirror = mirror != null ? mirror : file.mirror;
        m.filter = filter != null ? filter : file.filter;
        m.tensorSiting = tensorSiting != null ? tensorSiting : file.tensorSiting;
        m.pictureSiting = pictureSiting != null ? pictureSiting : file.pictureSiting;
        m.threads = threads != null ? threads : file.threads;
        m.everyFrame = everyFrame != null ? everyFrame : file.everyFrame;
        m.score = score != null ? score : file.score;
        m.iou = iou != null ? iou : file.iou;
        m.font = font != null ? font : file.font;
        m.hud = hud != null ? hud : file.hud;
        return m;
    }

    private static <T> T or(@Nullable T value, T otherwise) {
        return value == null ? otherwise : value;
    }

    static long range(String option, long value, long least, long most) {
        if (value < least || value > most) {
            throw new ConfigException(option + " must be "
                    + (most == Long.MAX_VALUE ? "at least " + least : "from " + least + " to " + most) + ", not "
                    + value);
        }
        return value;
    }

    static float fraction(String option, double value) {
        if (!(value > 0 && value < 1)) {
            throw new ConfigException(option + " must lie between 0 and 1, not " + value);
        }
        return (float) value;
    }

    static Orientation orientation(long degrees, boolean mirror) {
        if (degrees != 0 && degrees != 90 && degrees != 180 && degrees != 270) {
            throw new ConfigException("--rotate must be 0, 90, 180 or 270, not " + degrees);
        }
        return Orientation.ofDegrees((int) degrees, mirror);
    }

    static Filter filter(String name) {
        for (Filter f : Filter.values()) {
            if (f.name().toLowerCase(Locale.ROOT).equals(name)) {
                return f;
            }
        }
        throw new ConfigException("--filter must be area or bilinear, not '" + name + "'");
    }

    static ChromaSiting siting(String option, String name) {
        for (ChromaSiting s : ChromaSiting.values()) {
            if (s.name().toLowerCase(Locale.ROOT).equals(name)) {
                return s;
            }
        }
        throw new ConfigException(option + " must be center or left, not '" + name + "'");
    }
}
