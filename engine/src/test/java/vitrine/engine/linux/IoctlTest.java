package vitrine.engine.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Request numbers, constants and structs of the bindings beside the kernel's and the C library's headers. */
@Tag("arm64")
class IoctlTest {
    private static final List<String> HEADERS = List.of(
            "errno.h",
            "fcntl.h",
            "poll.h",
            "sys/eventfd.h",
            "sys/ioctl.h",
            "sys/mman.h",
            "sys/socket.h",
            "sys/un.h",
            "unistd.h",
            "linux/dma-buf.h",
            "linux/dma-heap.h",
            "linux/kd.h",
            "linux/major.h",
            "linux/udmabuf.h",
            "linux/vt.h");

    @TempDir
    Path dir;

    /** Numbers known from strace's and the kernel's own tables. */
    @Test
    void encodesAsTheKernel() {
        assertThat(Ioctl.io('d', 0x1e)).isEqualTo(0x641E); // DRM_IOCTL_SET_MASTER
        assertThat(Ioctl.ior('V', 0, 104)).isEqualTo(0x80685600L); // VIDIOC_QUERYCAP
        assertThat(Ioctl.iow('b', 0, 8)).isEqualTo(0x40086200L); // DMA_BUF_IOCTL_SYNC
        assertThat(Ioctl.iowr('H', 0, 24)).isEqualTo(0xC0184800L); // DMA_HEAP_IOCTL_ALLOC
        assertThatThrownBy(() -> Ioctl.ior('V', 0, 1 << 14)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Ioctl.ior('V', 256, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Every constant in a C name by itself, the rest as the expression of C that it stands for. */
    @Test
    void agreesWithTheHeadersOfThisMachine() throws Exception {
        Map<String, Long> expected = new LinkedHashMap<>();
        putConstants(expected, Libc.class);
        putConstants(expected, Errno.class);
        assertThat(expected).containsKeys("O_CLOEXEC", "POLLHUP", "_SC_PAGESIZE", "EPIPE");
        expected.put("sysconf(_SC_PAGESIZE)", (long) Libc.pageSize());
        putStruct(expected, "struct pollfd", Libc.POLLFD);

        expected.put("DMA_BUF_IOCTL_SYNC", DmaBuf.DMA_BUF_IOCTL_SYNC);
        expected.put("DMA_BUF_SET_NAME_B", DmaBuf.DMA_BUF_SET_NAME);
        expected.put("DMA_HEAP_IOCTL_ALLOC", DmaBuf.DMA_HEAP_IOCTL_ALLOC);
        expected.put("UDMABUF_CREATE", DmaBuf.UDMABUF_CREATE);
        expected.put("UDMABUF_FLAGS_CLOEXEC", constant(DmaBuf.class, "UDMABUF_FLAGS_CLOEXEC"));
        expected.put("DMA_BUF_NAME_LEN", constant(DmaBuf.class, "NAME_BYTES"));
        expected.put("DMA_BUF_SYNC_READ | DMA_BUF_SYNC_START", flags(DmaBuf.READ_START));
        expected.put("DMA_BUF_SYNC_READ | DMA_BUF_SYNC_END", flags(DmaBuf.READ_END));
        expected.put("DMA_BUF_SYNC_WRITE | DMA_BUF_SYNC_START", flags(DmaBuf.WRITE_START));
        expected.put("DMA_BUF_SYNC_WRITE | DMA_BUF_SYNC_END", flags(DmaBuf.WRITE_END));
        expected.put("sizeof(struct dma_buf_sync)", (long) DmaBuf.SYNC_BYTES);
        expected.put("offsetof(struct dma_buf_sync, flags)", 0L);
        expected.put("sizeof(struct dma_heap_allocation_data)", (long) DmaBuf.HEAP_ALLOCATION_BYTES);
        expected.put("offsetof(struct dma_heap_allocation_data, len)", 0L);
        expected.put("offsetof(struct dma_heap_allocation_data, fd)", 8L);
        expected.put("offsetof(struct dma_heap_allocation_data, fd_flags)", 12L);
        expected.put("sizeof(struct udmabuf_create)", (long) DmaBuf.UDMABUF_CREATE_BYTES);
        expected.put("offsetof(struct udmabuf_create, memfd)", 0L);
        expected.put("offsetof(struct udmabuf_create, flags)", 4L);
        expected.put("offsetof(struct udmabuf_create, offset)", 8L);
        expected.put("offsetof(struct udmabuf_create, size)", 16L);

        expected.put("offsetof(struct sockaddr_un, sun_path)", (long) NotifySocket.SUN_PATH_OFFSET);
        expected.put("sizeof(((struct sockaddr_un *) 0)->sun_family)", (long) NotifySocket.SUN_PATH_OFFSET);
        expected.put("sizeof(((struct sockaddr_un *) 0)->sun_path)", (long) NotifySocket.SUN_PATH_BYTES);

        expected.put("KDGETMODE", VirtualConsole.KDGETMODE);
        expected.put("KDSETMODE", VirtualConsole.KDSETMODE);
        expected.put("KD_TEXT", (long) VirtualConsole.KD_TEXT);
        expected.put("KD_GRAPHICS", (long) VirtualConsole.KD_GRAPHICS);
        expected.put("TIOCGDEV", VirtualConsole.TIOCGDEV);
        expected.put("VT_GETSTATE", VirtualConsole.VT_GETSTATE);
        expected.put("VT_ACTIVATE", VirtualConsole.VT_ACTIVATE);
        expected.put("sizeof(struct vt_stat)", (long) VirtualConsole.VT_STAT_BYTES);
        expected.put("offsetof(struct vt_stat, v_active)", 0L);
        expected.put("TTY_MAJOR", (long) VirtualConsole.TTY_MAJOR);
        expected.put("MAX_NR_CONSOLES", (long) VirtualConsole.MAX_NR_CONSOLES);

        CCompiler compiler = CCompiler.require(dir, HEADERS.toArray(String[]::new));
        assertThat(compiler.evaluate(HEADERS, expected.keySet())).isEqualTo(expected);
    }

    /** The constants of a class in C names: its static final numbers in capitals. */
    private static void putConstants(Map<String, Long> expected, Class<?> type) throws Exception {
        for (Field field : type.getDeclaredFields()) {
            boolean number = field.getType() == int.class || field.getType() == short.class;
            if (number
                    && field.getName().matches("_?[A-Z][A-Z0-9_]*")
                    && !field.getName().equals("PAGE_SIZE")) {
                expected.put(field.getName(), constant(type, field.getName()));
            }
        }
    }

    private static void putStruct(Map<String, Long> expected, String struct, StructLayout layout) {
        expected.put("sizeof(" + struct + ")", layout.byteSize());
        layout.memberLayouts().stream().map(m -> m.name().orElseThrow()).forEach(name -> {
            PathElement member = PathElement.groupElement(name);
            expected.put("offsetof(" + struct + ", " + name + ")", layout.byteOffset(member));
            expected.put(
                    "sizeof(((" + struct + " *) 0)->" + name + ")",
                    layout.select(member).byteSize());
        });
    }

    private static long constant(Class<?> type, String name) throws Exception {
        Field field = type.getDeclaredField(name);
        field.setAccessible(true);
        return ((Number) field.get(null)).longValue();
    }

    private static long flags(MemorySegment sync) {
        return sync.get(ValueLayout.JAVA_LONG, 0);
    }
}
