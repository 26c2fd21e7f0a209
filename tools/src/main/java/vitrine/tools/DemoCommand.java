package vitrine.tools;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import vitrine.tools.kiosk.Presentation;
import vitrine.tools.kiosk.RunOptions;

/** {@code vitrine demo}: the built-in pictures and the default model, in a window or as files. */
@Command(name = "demo", description = "Run on built-in pictures with the default model.", sortOptions = false)
final class DemoCommand implements Callable<Integer> {

    /** Three photographs of 4 s at 30 frames a second. */
    private static final long FRAMES = 360;

    /** Never the first frame of a photograph. */
    private static final int EVERY = 45;

    @Option(names = "--out", paramLabel = "DIR", description = "Where pictures go. Default: vitrine-demo.")
    private Path out = Path.of("vitrine-demo");

    @Option(names = "--offscreen", description = "Write pictures even where a window could be opened.")
    private boolean offscreen;

    @Mixin
    private final RunOptions options = new RunOptions();

    @Override
    public Integer call() throws InterruptedException {
        String files = "offscreen:" + out + "?every=" + EVERY;
        boolean toFiles = offscreen || !Presentation.hasScreen(options.gpu());
        options.demo(toFiles ? files : "auto", toFiles ? FRAMES : 0, toFiles);
        int code = RunCommand.run(options.resolve());
        if (toFiles && code == 0) {
            System.out.println("Pictures are in " + out.toAbsolutePath());
        }
        return code;
    }
}
