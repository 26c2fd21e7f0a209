package vitrine.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import vitrine.inference.model.TinyOnnx;
import vitrine.shaders.ShaderSources;
import vitrine.tools.kiosk.Kiosk;
import vitrine.tools.kiosk.RunOptions;
import vitrine.tools.kiosk.RunSettings;
import vitrine.tools.kiosk.StopSignal;
import vitrine.tools.report.LeakAudit;
import vitrine.tools.report.RunReport;
import vitrine.tools.workbench.Reload;

/**
 * Shaders edited under a running pipeline, a third of the edits broken. After each, what the workbench says of it, and
 * what the picture shows: every good edit of the video's shader gives the picture's border a colour of its own.
 */
final class HotReloadTest {

    private static final int EDITS = 200;

    /** Where this thread did not run between two steps of a save, the watch may take them for two saves. */
    private static final long SLOW_SAVE_NANOS = 40_000_000;

    private static final int WIDTH = 320;
    private static final int HEIGHT = 180;
    private static final int BORDER = 4;
    private static final String VIDEO = "present/video.frag";
    private static final String MARK = "present/mark.glsl";
    private static final String TENSOR = "include/buffers.glsl";
    private static final String PREPROCESS = "preprocess/general.comp";
    private static final Pattern OUTPUT = Pattern.compile("out vec4 (\\w+);");

    @TempDir
    Path dir;

    private final BlockingQueue<Reload> reloads = new LinkedBlockingQueue<>();
    private final Map<String, Integer> kinds = new TreeMap<>();
    private final ShaderSources builtIn = ShaderSources.overBuiltIn(List.of());
    private Random random = new Random();
    private Path glsl = Path.of("");
    private Path pictures = Path.of("");
    private boolean videoBroken;
    private boolean marked;
    private boolean slowSave;
    private int swapped;
    private int tensors;
    private int shown;

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void everyGoodEditIsShownAndEveryBadOneLeavesThePicture() throws Exception {
        long seed = Long.getLong("vitrine.seed", System.nanoTime() & 0xFFFFFF);
        System.out.println("HotReloadTest: -Dvitrine.seed=" + seed);
        random = new Random(seed);
        glsl = Files.createDirectory(dir.resolve("glsl"));
        pictures = dir.resolve("pictures");
        Files.createDirectories(glsl.resolve("present"));
        Files.createDirectories(glsl.resolve("include"));
        Files.createDirectories(glsl.resolve("preprocess"));
        for (String file : List.of(VIDEO, TENSOR, PREPROCESS)) {
            Files.writeString(glsl.resolve(file), builtIn.read(file));
        }
        LeakAudit.trackNativeMemory();
        StopSignal stop = new StopSignal();
        RunSettings settings = settings();
        FutureTask<Optional<RunReport>> run = new FutureTask<>(() -> Kiosk.run(settings, stop, null, reloads::add));
        Thread frames = Thread.ofPlatform().name("frames").start(run);
        try {
            awaitStart(run);
            for (int i = 0; i < EDITS; i++) {
                Thread.sleep(random.nextInt(60));
                edit(i);
                assertThat(run.isDone()).as("the run ended after edit " + i).isFalse();
            }
        } finally {
            stop.raise();
            frames.join();
        }
        RunReport report = run.get().orElseThrow();
        System.out.println("HotReloadTest: " + kinds + "; " + report.summary());
        assertThat(report.validation()).as("validation messages").isEmpty();
        assertThat(report.leaks()).isEmpty();
        assertThat(report.frames().dropped()).isZero();
        assertThat(report.frames().presented()).isEqualTo(report.frames().captured());
    }

    private RunSettings settings() throws IOException {
        Files.write(dir.resolve("tiny.onnx"), new TinyOnnx().bytes());
        Files.writeString(
                dir.resolve("tiny.toml"),
                TinyOnnx.descriptor("tiny.onnx").replace("[input]\n", "[input]\ntype = \"f32\"\n"));
        RunOptions options = new RunOptions();
        // Not NV12: the general shader, which is the longest, makes the tensor.
        new CommandLine(options)
                .parseArgs(
                        "--source",
                        "pattern:" + WIDTH + "x" + HEIGHT + "@30?format=i420",
                        "--model",
                        dir.resolve("tiny.toml").toString(),
                        "--present",
                        "offscreen:" + pictures + "?every=1&keep=6",
                        "--debug",
                        "--dev",
                        "--glsl",
                        glsl.toString());
        return options.resolve();
    }

    /** Edits until one is heard of: before that the folder is not watched. */
    private void awaitStart(FutureTask<?> run) throws IOException, InterruptedException {
        for (int i = 1; i < 60 && !run.isDone(); i++) {
            shown = i;
            Files.writeString(glsl.resolve(VIDEO), video(color(i), ""));
            if (reloads.poll(1, TimeUnit.SECONDS) != null) {
                while (reloads.poll(1, TimeUnit.SECONDS) != null) {
                    // what was saved meanwhile
                }
                awaitColor(shown);
                return;
            }
        }
        throw new AssertionError("no edit was heard of");
    }

    /** Every third edit breaks something, and the next mends it. */
    private void edit(int i) throws IOException, InterruptedException {
        slowSave = false;
        swapped = 0;
        boolean breaks = i % 3 == 1;
        boolean mends = i % 3 == 2;
        boolean ofVideo = mends ? videoBroken : random.nextInt(10) < 7;
        String file;
        if (ofVideo) {
            file = breaks ? breakVideo(random.nextInt(6)) : changeVideo(i + 100);
            videoBroken = breaks;
        } else {
            file = breaks ? breakTensor(random.nextInt(4)) : changeTensor(mends);
        }
        Reload reload = awaitReload(file);
        while (slowSave && (reload.problem() != null) != breaks) {
            reload = awaitReload(file); // of the state between two steps that lay too far apart
        }
        String what = "edit " + i + " of " + file;
        if (breaks) {
            assertThat(reload.problem()).as(what).isNotNull();
            assertThat(reload.swapped()).as(what).isZero();
        } else {
            assertThat(reload.problem()).as(what).isNull();
            // A save of two files may be taken as one or as two, and the first may have found all of it.
            assertThat(swapped).as(what).isPositive();
        }
        awaitColor(shown);
    }

    private String changeVideo(int number) throws IOException, InterruptedException {
        shown = number;
        int how = random.nextInt(3);
        if (how == 0 || (how == 1 && videoBroken)) {
            if (!marked || videoBroken) {
                count("good: include added");
                save(MARK, markText(color(number)));
                save(VIDEO, video(null, "#include \"" + MARK + "\"\n"));
                marked = true;
                return VIDEO;
            }
        }
        if (how > 0 && marked && !videoBroken) {
            count("good: include changed");
            save(MARK, markText(color(number)));
            return MARK;
        }
        count(marked ? "good: include removed" : "good: another colour");
        save(VIDEO, video(color(number), ""));
        if (marked) {
            marked = false;
            Files.delete(glsl.resolve(MARK));
        }
        return VIDEO;
    }

    private String breakVideo(int how) throws IOException, InterruptedException {
        String good = marked ? video(null, "#include \"" + MARK + "\"\n") : video(color(shown), "");
        String out = output(good);
        save(
                VIDEO,
                switch (how) {
                    case 0 -> {
                        count("bad: syntax");
                        yield good.replace("void main() {", "void main() {\n    float broken = ;");
                    }
                    case 1 -> {
                        count("bad: missing include");
                        yield good.replace("void main() {", "#include \"present/absent.glsl\"\nvoid main() {");
                    }
                    case 2 -> {
                        count("bad: binding added");
                        yield atEnd(good, "    " + out + ".r += extra.values[0];\n")
                                .replace(
                                        "void main() {",
                                        "layout(set = 0, binding = 3) readonly buffer Extra { float values[]; } extra;\n"
                                                + "void main() {");
                    }
                    case 3 -> {
                        count("bad: push constants longer");
                        yield atEnd(good, "    " + out + ".r += push.extra.x;\n")
                                .replace("} push;", "    vec4 extra;\n} push;");
                    }
                    case 4 -> {
                        count("bad: same everywhere");
                        yield atEnd(good, "    " + out + " = vec4(0.25, 0.5, 0.75, 1.0);\n");
                    }
                    default -> {
                        count("bad: capability");
                        yield atEnd(
                                good.replace(
                                        "#version 460",
                                        "#version 460\n#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require"),
                                "    " + out + ".r = float(float16_t(" + out + ".r) * float16_t(0.5));\n");
                    }
                });
        return VIDEO;
    }

    private String changeTensor(boolean mends) throws IOException, InterruptedException {
        String text = builtIn.read(TENSOR).replace("= word;", "= word ^ " + ++tensors + "u;");
        if (mends && !Files.readString(glsl.resolve(PREPROCESS)).equals(builtIn.read(PREPROCESS))) {
            count("good: workgroup as before");
            save(TENSOR, text);
            save(PREPROCESS, builtIn.read(PREPROCESS));
            return PREPROCESS;
        }
        count("good: another tensor");
        save(TENSOR, text);
        return TENSOR;
    }

    private String breakTensor(int how) throws IOException, InterruptedException {
        String text = builtIn.read(TENSOR);
        switch (how) {
            case 0 -> {
                count("bad: NaN in the tensor");
                save(TENSOR, text.replace("= word;", "= 0x7fc00000u;"));
            }
            case 1 -> {
                count("bad: tensor the same everywhere");
                save(TENSOR, text.replace("= word;", "= 0x3f000000u;"));
            }
            case 2 -> {
                count("bad: syntax of an include");
                save(TENSOR, text.replace("= word;", "= wort;"));
            }
            default -> {
                count("bad: 512 invocations");
                save(PREPROCESS, builtIn.read(PREPROCESS).replace("local_size_x = 64", "local_size_x = 512"));
                return PREPROCESS;
            }
        }
        return TENSOR;
    }

    private void count(String kind) {
        kinds.merge(kind, 1, Integer::sum);
    }

    /** One of the ways in which editors save. */
    private void save(String name, String text) throws IOException, InterruptedException {
        Path file = glsl.resolve(name);
        long start = System.nanoTime();
        switch (random.nextInt(4)) {
            case 0 -> Files.writeString(file, text);
            case 1 -> {
                Path temporary = file.resolveSibling(file.getFileName() + "~");
                Files.writeString(temporary, text);
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
            case 2 -> {
                boolean _ = Files.deleteIfExists(file);
                Files.writeString(file, text);
            }
            default -> {
                Files.writeString(file, "");
                Thread.sleep(random.nextInt(5));
                Files.writeString(file, text);
            }
        }
        slowSave |= System.nanoTime() - start > SLOW_SAVE_NANOS;
    }

    private Reload awaitReload(String file) throws InterruptedException {
        while (true) {
            Reload reload = reloads.poll(30, TimeUnit.SECONDS);
            if (reload == null) {
                throw new AssertionError("nothing was heard of " + file);
            }
            swapped += reload.swapped();
            if (reload.files().contains(file)) {
                return reload;
            }
        }
    }

    /** The video's shader with a border, of a colour or as the include says. */
    private String video(@Nullable String color, String include) throws IOException {
        String text = builtIn.read(VIDEO);
        String value = color == null ? "mark()" : color;
        return atEnd(
                text.replace("void main() {", include + "void main() {"),
                String.format(
                        Locale.ROOT,
                        "    if (any(lessThan(gl_FragCoord.xy, vec2(%d.0))) || any(greaterThan(gl_FragCoord.xy,"
                                + " vec2(%d.0, %d.0)))) {%n        %s.rgb = %s;%n    }%n",
                        BORDER,
                        WIDTH - BORDER,
                        HEIGHT - BORDER,
                        output(text),
                        value));
    }

    private static String markText(String color) {
        return "vec3 mark() {\n    return " + color + ";\n}\n";
    }

    private static String output(String text) {
        Matcher m = OUTPUT.matcher(text);
        assertThat(m.find()).isTrue();
        return m.group(1);
    }

    private static String atEnd(String text, String code) {
        int end = text.lastIndexOf('}');
        return text.substring(0, end) + code + "}\n";
    }

    private static String color(int number) {
        int rgb = rgb(number);
        return String.format(Locale.ROOT, "vec3(%d.0, %d.0, %d.0) / 255.0", rgb >> 16, (rgb >> 8) & 0xff, rgb & 0xff);
    }

    /** Colours of neighbours lie far apart. */
    private static int rgb(int number) {
        return (number * 97 % 256) << 16 | (number * 57 % 256) << 8 | number % 256;
    }

    private void awaitColor(int number) throws IOException, InterruptedException {
        int found = 0;
        for (long end = System.nanoTime() + 10_000_000_000L; System.nanoTime() < end; Thread.sleep(5)) {
            File[] files = pictures.toFile().listFiles((d, name) -> name.endsWith(".png"));
            if (files == null || files.length < 2) {
                continue;
            }
            Arrays.sort(files);
            BufferedImage image;
            try {
                image = ImageIO.read(files[files.length - 2]); // the newest may be half-written
            } catch (IOException e) {
                continue; // deleted meanwhile: only the newest are kept
            }
            found = image.getRGB(WIDTH - 2, HEIGHT / 2) & 0xffffff;
            if (found == rgb(number)) {
                return;
            }
        }
        assertThat(Integer.toHexString(found)).as("colour of the border").isEqualTo(Integer.toHexString(rgb(number)));
    }
}
