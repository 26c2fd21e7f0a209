package vitrine.tools.kiosk;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import vitrine.engine.debug.DebugLevels;
import vitrine.engine.frame.ChromaSiting;
import vitrine.engine.frame.Orientation;
import vitrine.inference.preprocess.Filter;
import vitrine.tools.passes.PassSettings;

/**
 * A run's options as they stand on the command line, null where not given. The same ones stand in a TOML file
 * ({@link ConfigFile}); the command line wins.
 */
public final class RunOptions {

    /** {@link DebugLevels#DEFAULT} in words; annotations take constants only. */
    static final String DEBUG_DEFAULT = "core,sync";

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
            paramLabel = "LEVEL[,LEVEL]",
            description =
                    "Validation layers and leak audit; any finding ends with exit code 3. Levels: core, always on,"
                            + " sync, best-practices, gpu. Default: core,sync.",
            arity = "0..1",
            fallbackValue = DEBUG_DEFAULT)
    @Nullable
    String debug;

    @Option(
            names = "--capture-frame",
            paramLabel = "N",
            description = "Let RenderDoc capture frame N, counted from 0; the process must run under RenderDoc.")
    @Nullable
    Long captureFrame;

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

    @Option(
            names = "--dev-port",
            paramLabel = "PORT",
            description = "With --dev: tunable constants over HTTP on this machine, 0 for any free port.")
    @Nullable
    Integer devPort;

    @Option(
            names = "--passes",
            paramLabel = "NAME",
            split = ",",
            description = "Shaders of your own between video and boxes, in that order: docs/shaders.md."
                    + " privacy, edges and heat ship.")
    @Nullable
    List<String> passes;

    @Option(names = "--pass-folder", paramLabel = "DIR", description = "Folder of passes, one NAME.glsl each.")
    @Nullable
    Path passFolder;

    /** What only a file says: [pass.NAME] and [shader."FILE"]. */
    Map<String, PassSettings.Options> passOptions = Map.of();

    Map<String, Map<String, PassSettings.Value>> shaders = Map.of();

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
                merged.debug == null ? DebugLevels.OFF : debug("--debug", merged.debug),
                Optional.ofNullable(merged.captureFrame).map(n -> range("--capture-frame", n, 0, Long.MAX_VALUE)),
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
                new PassSettings(
                        or(merged.passes, List.of()),
                        Optional.ofNullable(merged.passFolder),
                        merged.passOptions,
                        merged.shaders),
                development());
    }

    private Optional<DevelopmentSettings> development() {
        if (!or(dev, false)) {
            if (glsl != null || devPort != null) {
                throw new ConfigException(
                        (glsl != null ? "--glsl" : "--dev-port") + " is for development: give --dev as well");
            }
            return Optional.empty();
        }
        if (glsl != null && !Files.isDirectory(glsl)) {
            throw new ConfigException("--glsl " + glsl + ": there is no such folder");
        }
        OptionalInt port =
                devPort == null ? OptionalInt.empty() : OptionalInt.of((int) range("--dev-port", devPort, 0, 65535));
        return Optional.of(new DevelopmentSettings(Optional.ofNullable(glsl), port, Optional.ofNullable(config)));
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
        m.captureFrame = captureFrame != null ? captureFrame : file.captureFrame;
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
        m.passes = passes != null ? passes : file.passes;
        m.passFolder = passFolder != null ? passFolder : file.passFolder;
        m.passOptions = file.passOptions;
        m.shaders = file.shaders;
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

    static DebugLevels debug(String option, String levels) {
        try {
            return DebugLevels.parse(levels);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(option + ": " + e.getMessage());
        }
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
