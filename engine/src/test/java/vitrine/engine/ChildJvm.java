package vitrine.engine;

import java.util.ArrayList;
import java.util.List;

/** Another JVM of the kind that runs the tests, for what must be seen from outside of a process. */
public final class ChildJvm {

    private ChildJvm() {}

    /**
     * A command line without the program's arguments, which may be appended.
     *
     * @param options of that JVM, beside those that LWJGL asks for
     */
    public static List<String> command(Class<?> main, String... options) {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "--add-exports",
                "java.base/jdk.internal.misc=ALL-UNNAMED",
                "-Djava.awt.headless=true"));
        command.addAll(List.of(options));
        command.addAll(List.of(
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                main.getName()));
        return command;
    }
}
