package vitrine.tools;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import vitrine.capture.SourceException;
import vitrine.engine.debug.RenderDocException;
import vitrine.engine.device.VulkanException;
import vitrine.engine.linux.LinuxException;
import vitrine.inference.model.ModelException;
import vitrine.present.PresentException;
import vitrine.tools.kiosk.ConfigException;
import vitrine.tools.models.ModelsCommand;
import vitrine.tools.passes.PassException;
import vitrine.tools.report.ReportException;

/**
 * The vitrine command. Exit codes: 0 well, 1 it could not be done, 2 the command line or a configuration is wrong, 3 a
 * debug run found something.
 */
@Command(
        name = "vitrine",
        description = "A vision kiosk: camera to tensor to boxes on the screen, in Vulkan.",
        subcommands = {
            RunCommand.class,
            DemoCommand.class,
            BenchCommand.class,
            ListCommand.class,
            ModelsCommand.class,
            TestCommand.class,
            HelpCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        versionProvider = Main.Version.class,
        scope = CommandLine.ScopeType.INHERIT,
        mixinStandardHelpOptions = true)
public final class Main {

    /** The version that the build wrote into the jar. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"Vitrine " + (version == null ? "from a checkout, not packaged" : version)};
        }
    }

    private Main() {}

    public static void main(String[] args) {
        System.exit(execute(args));
    }

    /** Runs one command line and returns its exit code. */
    public static int execute(String... args) {
        ConsoleLog.install();
        CommandLine command = new CommandLine(new Main())
                .setExecutionExceptionHandler((e, line, parsed) -> report(e, line.getErr()))
                .setParameterExceptionHandler((e, _) -> {
                    PrintWriter err = e.getCommandLine().getErr();
                    err.println("vitrine: " + e.getMessage());
                    err.println("Try: vitrine help " + e.getCommandLine().getCommandName());
                    err.flush();
                    return CommandLine.ExitCode.USAGE;
                });
        if (args.length == 0) {
            command.usage(command.getOut());
            return CommandLine.ExitCode.USAGE;
        }
        return command.execute(args);
    }

    private static int report(Exception e, PrintWriter err) {
        int code = switch (e) {
            case ConfigException config -> CommandLine.ExitCode.USAGE;
            case ReportException report -> CommandLine.ExitCode.USAGE;
            case PassException pass -> CommandLine.ExitCode.USAGE;
            case SourceException source -> CommandLine.ExitCode.SOFTWARE;
            case ModelException model -> CommandLine.ExitCode.SOFTWARE;
            case PresentException present -> CommandLine.ExitCode.SOFTWARE;
            case VulkanException vulkan -> CommandLine.ExitCode.SOFTWARE;
            case LinuxException linux -> CommandLine.ExitCode.SOFTWARE;
            case RenderDocException renderDoc -> CommandLine.ExitCode.SOFTWARE;
            default -> {
                err.println("vitrine: this is a fault of Vitrine, please report it:");
                e.printStackTrace(err);
                err.flush();
                yield CommandLine.ExitCode.SOFTWARE;
            }
        };
        err.println("vitrine: " + e.getMessage());
        err.flush();
        return code;
    }
}
