package vitrine.capture.v4l2;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Who has a device open, from /proc: processes of other users are seen by root alone. */
final class DeviceHolders {
    private DeviceHolders() {}

    /** One text a process: {@code ffmpeg (process 4711)}; this process as such. */
    static List<String> of(String path) {
        List<String> holders = new ArrayList<>();
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            Path device = Path.of(path).toRealPath();
            for (Path process : (Iterable<Path>) processes::iterator) {
                String pid = String.valueOf(process.getFileName());
                if (pid.chars().allMatch(Character::isDigit) && holds(process, device)) {
                    boolean own = Long.parseLong(pid) == ProcessHandle.current().pid();
                    holders.add(own ? "this same process" : name(process) + " (process " + pid + ")");
                }
            }
        } catch (IOException | UncheckedIOException e) {
            // Then nobody is found, and the message says so.
        }
        return holders;
    }

    private static boolean holds(Path process, Path device) {
        try (Stream<Path> descriptors = Files.list(process.resolve("fd"))) {
            return descriptors.anyMatch(fd -> {
                try {
                    return Files.readSymbolicLink(fd).equals(device);
                } catch (IOException e) {
                    return false;
                }
            });
        } catch (IOException | UncheckedIOException e) {
            return false; // another user's, or it has just ended
        }
    }

    private static String name(Path process) {
        try {
            return Files.readString(process.resolve("comm")).strip();
        } catch (IOException e) {
            return "a program that has just ended";
        }
    }
}
