package vitrine.tools.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.lwjgl.system.Configuration;
import org.lwjgl.system.MemoryUtil;

/**
 * Looks for what a run left behind, in the kernel's own books: descriptors and mappings of frame memory and of cameras
 * in /proc/self, and native memory in LWJGL's. Vulkan objects are audited by their device.
 */
public final class LeakAudit {

    private LeakAudit() {}

    /** Makes LWJGL keep account of its allocations. To be called before its first use. */
    public static void trackNativeMemory() {
        Configuration.DEBUG_MEMORY_ALLOCATOR.set(true);
    }

    /** One line for each descriptor and mapping of frame memory that is still there. */
    public static List<String> frameMemory() {
        List<String> found = new ArrayList<>();
        try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
            for (Path fd : descriptors.toList()) {
                String target = target(fd);
                if (isFrameMemory(target)) {
                    found.add("descriptor " + fd.getFileName() + ": " + target);
                }
            }
            for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
                if (isFrameMemory(line)) {
                    found.add("mapping " + line.replaceAll("\\s+", " "));
                }
            }
        } catch (IOException e) {
            found.add("/proc/self cannot be read: " + e.getMessage());
        }
        return found;
    }

    /** Empty for the descriptor of the listing itself, which is gone by now. */
    private static String target(Path fd) throws IOException {
        try {
            return Files.readSymbolicLink(fd).toString();
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    private static boolean isFrameMemory(String name) {
        return name.contains("memfd:vitrine")
                || name.contains("dmabuf")
                || name.contains("/dev/dma_heap")
                || name.contains("/dev/video");
    }

    /** One line for each place in Vitrine's code whose native memory was not freed. */
    public static List<String> nativeMemory() {
        TreeMap<String, Long> leaks = new TreeMap<>();
        MemoryUtil.memReport((address, memory, threadId, threadName, stack) -> {
            String place = place(stack == null ? new StackTraceElement[0] : stack);
            if (!place.isEmpty()) {
                leaks.merge(place, memory, Long::sum);
            }
        });
        List<String> found = new ArrayList<>();
        leaks.forEach((place, bytes) -> found.add(bytes + " bytes of native memory from " + place));
        return found;
    }

    /** Where in Vitrine; empty for what LWJGL's own classes keep from their initialisation on, for the JVM's life. */
    private static String place(StackTraceElement[] stack) {
        for (StackTraceElement e : stack) {
            if (e.getMethodName().equals("<clinit>")) {
                return "";
            }
            if (e.getClassName().startsWith("vitrine.")) {
                return e.toString();
            }
        }
        return "";
    }
}
