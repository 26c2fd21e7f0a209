package vitrine.engine.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Who has a device open, from /proc: processes of other users are seen by root alone. */
public final class DeviceHolders {
    private DeviceHolders() {}

    /**
     * One text a process: {@code ffmpeg (process 4711)}; this process as such.
     *
     * @param own descriptors of this process that are the asker's and do not count
     */
    public static List<String> of(String path, int own) {
        List<String> holders = new ArrayList<>();
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            Path device = Path.of(path).toRealPath();
            for (Path process : (Iterable<Path>) processes::iterator) {
                String pid = String.valueOf(process.getFileName());
                if (!pid.chars().allMatch(Character::isDigit)) {
                    continue;
                }
                boolean self = Long.parseLong(pid) == ProcessHandle.current().pid();
                if (descriptors(process, device) > (self ? own : 0)) {
                    holders.add(self ? "this same process" : name(process) + " (process " + pid + ")");
                }
            }
        } catch (IOException | UncheckedIOException e) {
            // Then nobody is found, and the message says so.
        }
        return holders;
    }

    private static long descriptors(Path process, Path device) {
        try (Stream<Path> descriptors = Files.list(process.resolve("fd"))) {
            return descriptors.filter(fd -> leadsTo(fd, device)).count();
        } catch (IOException | UncheckedIOException e) {
            return 0; // ended, or not ours to look into
        }
    }

    private static boolean leadsTo(Path fd, Path device) {
        try {
            return Files.readSymbolicLink(fd).equals(device);
        } catch (IOException e) {
            return false;
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
