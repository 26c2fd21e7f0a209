package vitrine.engine.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IoctlTest {
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

    /** Each expression of C beside what Java says. */
    @Test
    void agreesWithTheHeadersOfThisMachine() throws Exception {
        Map<String, Long> expected = new LinkedHashMap<>();
        expected.put("DMA_BUF_IOCTL_SYNC", DmaBuf.DMA_BUF_IOCTL_SYNC);
        expected.put("DMA_BUF_SET_NAME_B", DmaBuf.DMA_BUF_SET_NAME);
        expected.put("DMA_HEAP_IOCTL_ALLOC", DmaBuf.DMA_HEAP_IOCTL_ALLOC);
        expected.put("UDMABUF_CREATE", DmaBuf.UDMABUF_CREATE);
        expected.put("sizeof(struct dma_buf_sync)", (long) DmaBuf.SYNC_BYTES);
        expected.put("sizeof(struct dma_heap_allocation_data)", (long) DmaBuf.HEAP_ALLOCATION_BYTES);
        expected.put("offsetof(struct dma_heap_allocation_data, len)", 0L);
        expected.put("offsetof(struct dma_heap_allocation_data, fd)", 8L);
        expected.put("offsetof(struct dma_heap_allocation_data, fd_flags)", 12L);
        expected.put("sizeof(struct udmabuf_create)", (long) DmaBuf.UDMABUF_CREATE_BYTES);
        expected.put("offsetof(struct udmabuf_create, memfd)", 0L);
        expected.put("offsetof(struct udmabuf_create, flags)", 4L);
        expected.put("offsetof(struct udmabuf_create, size)", 16L);
        expected.put("DMA_BUF_SYNC_READ | DMA_BUF_SYNC_START", flags(DmaBuf.READ_START));
        expected.put("DMA_BUF_SYNC_READ | DMA_BUF_SYNC_END", flags(DmaBuf.READ_END));
        expected.put("DMA_BUF_SYNC_WRITE | DMA_BUF_SYNC_START", flags(DmaBuf.WRITE_START));
        expected.put("DMA_BUF_SYNC_WRITE | DMA_BUF_SYNC_END", flags(DmaBuf.WRITE_END));
        expected.put("sizeof(struct pollfd)", Libc.POLLFD.byteSize());
        expected.put("O_RDONLY", (long) Libc.O_RDONLY);
        expected.put("O_WRONLY", (long) Libc.O_WRONLY);
        expected.put("O_RDWR", (long) Libc.O_RDWR);
        expected.put("O_CREAT", (long) Libc.O_CREAT);
        expected.put("O_NONBLOCK", (long) Libc.O_NONBLOCK);
        expected.put("O_CLOEXEC", (long) Libc.O_CLOEXEC);
        expected.put("PROT_READ", (long) Libc.PROT_READ);
        expected.put("PROT_WRITE", (long) Libc.PROT_WRITE);
        expected.put("MAP_SHARED", (long) Libc.MAP_SHARED);
        expected.put("MFD_CLOEXEC", (long) Libc.MFD_CLOEXEC);
        expected.put("MFD_ALLOW_SEALING", (long) Libc.MFD_ALLOW_SEALING);
        expected.put("F_GETFL", (long) Libc.F_GETFL);
        expected.put("F_SETFL", (long) Libc.F_SETFL);
        expected.put("F_DUPFD_CLOEXEC", (long) Libc.F_DUPFD_CLOEXEC);
        expected.put("F_SETPIPE_SZ", (long) Libc.F_SETPIPE_SZ);
        expected.put("F_ADD_SEALS", (long) Libc.F_ADD_SEALS);
        expected.put("F_GET_SEALS", (long) Libc.F_GET_SEALS);
        expected.put("F_SEAL_SHRINK", (long) Libc.F_SEAL_SHRINK);
        expected.put("SEEK_SET", (long) Libc.SEEK_SET);
        expected.put("SEEK_CUR", (long) Libc.SEEK_CUR);
        expected.put("SEEK_END", (long) Libc.SEEK_END);
        expected.put("EFD_CLOEXEC", (long) Libc.EFD_CLOEXEC);
        expected.put("EFD_NONBLOCK", (long) Libc.EFD_NONBLOCK);
        expected.put("POLLIN", (long) Libc.POLLIN);
        expected.put("POLLPRI", (long) Libc.POLLPRI);
        expected.put("POLLOUT", (long) Libc.POLLOUT);
        expected.put("POLLERR", (long) Libc.POLLERR);
        expected.put("POLLHUP", (long) Libc.POLLHUP);
        expected.put("sysconf(_SC_PAGESIZE)", (long) Libc.pageSize());
        expected.put("EPERM", (long) Errno.EPERM);
        expected.put("ENOENT", (long) Errno.ENOENT);
        expected.put("EINTR", (long) Errno.EINTR);
        expected.put("EIO", (long) Errno.EIO);
        expected.put("ENXIO", (long) Errno.ENXIO);
        expected.put("EBADF", (long) Errno.EBADF);
        expected.put("EAGAIN", (long) Errno.EAGAIN);
        expected.put("ENOMEM", (long) Errno.ENOMEM);
        expected.put("EACCES", (long) Errno.EACCES);
        expected.put("EBUSY", (long) Errno.EBUSY);
        expected.put("EEXIST", (long) Errno.EEXIST);
        expected.put("ENODEV", (long) Errno.ENODEV);
        expected.put("EINVAL", (long) Errno.EINVAL);
        expected.put("ENOTTY", (long) Errno.ENOTTY);
        expected.put("ENOSPC", (long) Errno.ENOSPC);
        expected.put("EPIPE", (long) Errno.EPIPE);
        assertThat(evaluateInC(expected)).isEqualTo(expected);
    }

    private static long flags(java.lang.foreign.MemorySegment s) {
        return s.get(java.lang.foreign.ValueLayout.JAVA_LONG, 0);
    }

    private Map<String, Long> evaluateInC(Map<String, Long> expressions) throws Exception {
        StringBuilder c = new StringBuilder("""
                #define _GNU_SOURCE
                #include <errno.h>
                #include <fcntl.h>
                #include <poll.h>
                #include <stddef.h>
                #include <stdio.h>
                #include <sys/eventfd.h>
                #include <sys/ioctl.h>
                #include <sys/mman.h>
                #include <unistd.h>
                #include <linux/dma-buf.h>
                #include <linux/dma-heap.h>
                #include <linux/udmabuf.h>
                int main(void) {
                """);
        for (String e : expressions.keySet()) {
            c.append("printf(\"%lld\\n\", (long long) (").append(e).append("));\n");
        }
        c.append("return 0; }\n");
        Path source = Files.writeString(dir.resolve("numbers.c"), c);
        assumeTrue(
                run("cc", "--version").equals("0")
                        && run("cc", "-fsyntax-only", source.toString()).equals("0"),
                "SKIPPED: no cc with linux/dma-buf.h, dma-heap.h and udmabuf.h here");
        Path program = dir.resolve("numbers");
        assertThat(run("cc", "-o", program.toString(), source.toString())).isEqualTo("0");
        Process p = new ProcessBuilder(program.toString()).start();
        String[] lines = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("\n", -1);
        Map<String, Long> values = new LinkedHashMap<>();
        int i = 0;
        for (String e : expressions.keySet()) {
            values.put(e, Long.parseLong(lines[i++]));
        }
        return values;
    }

    private String run(String... command) throws Exception {
        try {
            Process p = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(dir.resolve("cc.log").toFile())
                    .start();
            return p.waitFor(60, TimeUnit.SECONDS) ? Integer.toString(p.exitValue()) : "timeout";
        } catch (java.io.IOException e) {
            return "absent";
        }
    }
}
