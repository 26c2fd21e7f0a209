package vitrine.capture.v4l2;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vitrine.engine.linux.CCompiler;

/** Every number of {@link Videodev2} beside what a C program says that includes the kernel's header. */
@Tag("arm64")
class Videodev2Test {
    private static final String HEADER = "linux/videodev2.h";

    @TempDir
    Path dir;

    @Test
    void agreesWithTheKernelsHeader() throws Exception {
        Map<String, Long> ours = numbers();
        assertThat(ours).containsKeys("sizeof(struct v4l2_buffer)", "VIDIOC_QUERYCAP", "V4L2_MEMORY_MMAP");
        Map<String, Long> header = CCompiler.require(dir, HEADER).evaluate(List.of(HEADER), ours.keySet());
        List<String> mismatches = ours.keySet().stream()
                .filter(e -> !Objects.equals(ours.get(e), header.get(e)))
                .map(e -> "%s is %#x in the header, %#x in Videodev2".formatted(e, header.get(e), ours.get(e)))
                .toList();
        assertThat(mismatches).as("of %d numbers of %s", ours.size(), HEADER).isEmpty();
    }

    /** The driver's fourcc macro and ours, on codes with every kind of character. */
    @Test
    void fourccIsTheHeaders() throws Exception {
        Map<String, Long> ours = new LinkedHashMap<>();
        ours.put("V4L2_PIX_FMT_NV12", unsigned(Videodev2.fourcc("NV12")));
        ours.put("V4L2_PIX_FMT_YUYV", unsigned(Videodev2.fourcc("YUYV")));
        ours.put("V4L2_PIX_FMT_Y16", unsigned(Videodev2.fourcc("Y16 ")));
        ours.put("V4L2_PIX_FMT_SBGGR10P", unsigned(Videodev2.fourcc("pBAA")));
        assertThat(CCompiler.require(dir, HEADER).evaluate(List.of(HEADER), ours.keySet()))
                .isEqualTo(ours);
        assertThat(Videodev2.fourccName(Videodev2.fourcc("Y16 "))).isEqualTo("Y16");
    }

    /** Expressions of C with Java's value of each. C's constants are unsigned where Java's are negative. */
    private static Map<String, Long> numbers() throws Exception {
        Map<String, Long> numbers = new LinkedHashMap<>();
        for (Class<?> struct : Videodev2.class.getDeclaredClasses()) {
            String name = "struct " + struct.getSimpleName();
            for (Field field : struct.getDeclaredFields()) {
                String member = field.getName().replace('$', '.');
                numbers.put(
                        member.equals("SIZE") ? "sizeof(" + name + ")" : "offsetof(" + name + ", " + member + ")",
                        value(field));
            }
        }
        for (Field field : Videodev2.class.getDeclaredFields()) {
            numbers.put(field.getName(), value(field));
        }
        return numbers;
    }

    private static long value(Field field) throws IllegalAccessException {
        field.setAccessible(true);
        return field.get(null) instanceof Integer i ? unsigned(i) : (Long) field.get(null);
    }

    private static long unsigned(int i) {
        return Integer.toUnsignedLong(i);
    }
}
