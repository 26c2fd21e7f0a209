package vitrine.tests.lab;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import vitrine.present.kms.Connector;
import vitrine.present.kms.KmsCard;
import vitrine.present.kms.KmsDevices;

/** The kernel's virtual display, and the driver's view of it. */
final class Vkms {

    private Vkms() {}

    static KmsCard card() {
        return KmsDevices.ofThisMachine().cards().stream()
                .filter(c -> c.connectors().getFirst().name().startsWith("Virtual-"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no vkms here"));
    }

    /** N of /dev/dri/cardN. */
    static int number() {
        return Integer.parseInt(card().name().substring("card".length()));
    }

    static Connector connector() {
        return card().connectors().getFirst();
    }

    /** Forces the connector: {@code off}, {@code on}, or {@code detect} to let the driver say. */
    static void force(String state) throws IOException {
        Files.writeString(connector().directory().resolve("status"), state);
    }

    /** Lays a file over what sysfs says of the connector, until {@link #uncover}; the driver still knows better. */
    static void cover(String file, Path with) throws Exception {
        run(
                "mount",
                "--bind",
                with.toString(),
                connector().directory().resolve(file).toRealPath().toString());
    }

    static void uncover(String file) throws Exception {
        run("umount", connector().directory().resolve(file).toRealPath().toString());
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError(String.join(" ", command) + ": " + said);
        }
    }

    /** Sets a variable of the C library's environment, which the driver reads; null removes it. */
    static void environment(String name, @Nullable String value) {
        Linker linker = Linker.nativeLinker();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment cName = arena.allocateFrom(name);
            if (value == null) {
                int ignored = (int) linker.downcallHandle(
                                linker.defaultLookup().findOrThrow("unsetenv"),
                                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS))
                        .invokeExact(cName);
            } else {
                int ignored = (int) linker.downcallHandle(
                                linker.defaultLookup().findOrThrow("setenv"),
                                FunctionDescriptor.of(
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.ADDRESS,
                                        ValueLayout.ADDRESS,
                                        ValueLayout.JAVA_INT))
                        .invokeExact(cName, arena.allocateFrom(value), 1);
            }
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    static Path node() {
        return card().node();
    }
}
