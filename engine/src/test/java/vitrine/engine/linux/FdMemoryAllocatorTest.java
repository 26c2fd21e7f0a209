package vitrine.engine.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import vitrine.engine.linux.FdMemoryAllocator.Devices;

class FdMemoryAllocatorTest {
    private static final List<Rung> LADDER = List.of(Rung.DMA_HEAP, Rung.UDMABUF, Rung.MEMFD);

    @TempDir
    Path dir;

    @Tag("arm64")
    @Test
    void takesTheFirstRungThatWorksAndSaysWhyNotTheOthers() throws Exception {
        Path file = Files.createFile(dir.resolve("not-a-heap"));
        Path absent = dir.resolve("absent");
        Devices devices = new Devices(List.of(absent.toString(), file.toString()), dir.toString());
        try (FdMemoryAllocator a = FdMemoryAllocator.open(LADDER, devices)) {
            assertThat(a.rung()).isEqualTo(Rung.MEMFD);
            assertThat(a.description()).isEqualTo("memfd");
            assertThat(a.rejections())
                    .containsExactly(
                            "dma-heap: " + file
                                    + ": ioctl(DMA_HEAP_IOCTL_ALLOC): ENOTTY (Inappropriate ioctl for device)",
                            "udmabuf: " + dir + ": open: EISDIR (Is a directory)");
        }
    }

    @Test
    void aPermissionErrorNamesTheGroup() {
        // sysfs refuses writers of a read-only attribute even to root.
        Path readOnly = Path.of("/sys/kernel/uevent_seqnum");
        assumeTrue(Files.exists(readOnly), "SKIPPED: no /sys/kernel/uevent_seqnum here");
        Devices devices =
                new Devices(List.of(readOnly.toString()), dir.resolve("absent").toString());
        try (FdMemoryAllocator a = FdMemoryAllocator.open(LADDER, devices)) {
            assertThat(a.rejections().getFirst())
                    .isEqualTo("dma-heap: /sys/kernel/uevent_seqnum: open: EACCES (Permission denied); give this user"
                            + " the group video: sudo usermod -aG video $USER, then log in again");
        }
    }

    @Test
    void noRungAtAllIsAnErrorWithEveryReason() {
        Devices devices = new Devices(
                List.of(dir.resolve("h").toString()), dir.resolve("u").toString());
        assertThatThrownBy(() -> FdMemoryAllocator.open(List.of(Rung.DMA_HEAP, Rung.UDMABUF), devices))
                .isInstanceOf(LinuxException.class)
                .hasMessageContaining("no rung of the ladder works here")
                .hasMessageContaining("dma-heap: no such device: " + dir.resolve("h"))
                .hasMessageContaining("udmabuf: " + dir.resolve("u") + ": open: ENOENT");
    }

    @Test
    void heapsThatAreNotThereAreOneReason() {
        Devices devices = new Devices(
                List.of(dir.resolve("a").toString(), dir.resolve("b").toString()),
                dir.resolve("u").toString());
        try (FdMemoryAllocator a = FdMemoryAllocator.open(LADDER, devices)) {
            assertThat(a.rejections())
                    .containsExactly(
                            "dma-heap: no such device: " + dir.resolve("a") + ", " + dir.resolve("b"),
                            "udmabuf: " + dir.resolve("u") + ": open: ENOENT (No such file or directory)");
        }
        try (FdMemoryAllocator a = FdMemoryAllocator.open(List.of(Rung.MEMFD), devices)) {
            assertThat(a.rejections()).isEmpty();
        }
    }

    @Tag("arm64")
    @Test
    void stagingCopyIsMemfdMemoryUnderItsOwnName() {
        try (FdMemoryAllocator a = FdMemoryAllocator.open(List.of(Rung.STAGING_COPY));
                FdMemory m = a.allocate("staged", 10)) {
            assertThat(m.rung()).isEqualTo(Rung.STAGING_COPY);
            m.beginCpuWrite();
            m.memory().set(ValueLayout.JAVA_INT, 0, 5);
            m.endCpuWrite();
        }
    }

    @Tag("arm64")
    @ParameterizedTest
    @ValueSource(longs = {1, 63, 64, 4032, 4033, 4096, 16383, 16384, 16385, 1280 * 720 * 2, 3840 * 2160 * 3 / 2})
    void sizesSatisfyTheImportRuleOfV3dv(long need) {
        try (FdMemoryAllocator a = FdMemoryAllocator.open(List.of(Rung.MEMFD));
                FdMemory m = a.allocate("frame", need)) {
            long page = Libc.pageSize();
            assertThat(m.size() % page).isZero();
            assertThat(m.size()).isGreaterThanOrEqualTo((need + 64 + page - 1) / page * page);
            assertThat(m.size()).isGreaterThanOrEqualTo((need + 64 + 4095) / 4096 * 4096);
            assertThat(m.fd().size()).isEqualTo(m.size());
            assertThat(m.memory().byteSize()).isEqualTo(m.size());
        }
    }

    @Tag("arm64")
    @Test
    void theMemoryIsTheFile() {
        try (FdMemoryAllocator a = FdMemoryAllocator.open(List.of(Rung.MEMFD));
                FdMemory m = a.allocate("tensor 0", 100_000);
                Fd copy = m.fd().dup()) {
            assertThat(m.name()).isEqualTo("vitrine-tensor_0");
            long address = Libc.mmap(m.size(), Libc.PROT_READ, Libc.MAP_SHARED, copy.number(), 0);
            MemorySegment other = MemorySegment.ofAddress(address).reinterpret(m.size());
            m.beginCpuWrite();
            for (long i = 0; i < m.size(); i += 4) {
                m.memory().set(ValueLayout.JAVA_INT, i, (int) (i * 31));
            }
            m.endCpuWrite();
            m.beginCpuRead();
            assertThat(MemorySegment.mismatch(m.memory(), 0, m.size(), other, 0, m.size()))
                    .isEqualTo(-1);
            m.endCpuRead();
            assertThat(Libc.munmap(address, m.size())).isZero();
        }
    }

    @Tag("arm64")
    @Test
    void leavesNoDescriptorAndNoMapping() throws Exception {
        FdMemory first;
        try (FdMemoryAllocator a = FdMemoryAllocator.open(LADDER)) {
            first = a.allocate("leak", 5000);
            assertThat(descriptors()).isOne();
            assertThat(mappings()).isOne();
            for (int i = 0; i < 100; i++) {
                try (FdMemory m = a.allocate("leak", 5000)) {
                    assertThat(m.size()).isPositive();
                }
            }
        }
        // A buffer outlives its allocator.
        first.memory().set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
        MemorySegment memory = first.memory();
        first.close();
        first.close();
        assertThat(descriptors()).isZero();
        assertThat(mappings()).isZero();
        assertThatThrownBy(() -> memory.get(ValueLayout.JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
    }

    @Tag("arm64")
    @Test
    void anImpossibleSizeIsAnErrorAndLeavesTheAllocatorWorking() {
        try (FdMemoryAllocator a = FdMemoryAllocator.open(List.of(Rung.MEMFD))) {
            assertThatThrownBy(() -> a.allocate("huge", 1L << 62)).isInstanceOf(LinuxException.class);
            assertThatThrownBy(() -> a.allocate("none", 0)).isInstanceOf(IllegalArgumentException.class);
            a.allocate("fine", 1).close();
        }
    }

    @Test
    void realHeapsAndUdmabufWork() {
        try (FdMemoryAllocator a = FdMemoryAllocator.open(LADDER)) {
            assumeTrue(
                    a.rung().isDmaBuf(),
                    () -> "SKIPPED: neither dma-heap nor udmabuf here: " + String.join("; ", a.rejections()));
            try (FdMemory m = a.allocate("dmabuf", 460_800)) {
                assertThat(m.fd().size()).isEqualTo(m.size());
                m.beginCpuWrite();
                m.memory().fill((byte) 7);
                m.endCpuWrite();
                m.beginCpuRead();
                assertThat(m.memory().get(ValueLayout.JAVA_BYTE, m.size() - 1)).isEqualTo((byte) 7);
                m.endCpuRead();
            }
        }
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
            return fds.filter(p -> {
                        try {
                            return Objects.toString(Files.readSymbolicLink(p)).contains("vitrine-leak");
                        } catch (IOException e) {
                            return false; // the listing's own descriptor
                        }
                    })
                    .count();
        }
    }

    private static long mappings() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps")).stream()
                .filter(l -> l.contains("vitrine-leak"))
                .count();
    }

    @Test
    void aDriversBufferIsMappedWholeAndNeverAllocated() {
        assertThatThrownBy(() -> FdMemoryAllocator.open(List.of(Rung.EXPORTED, Rung.MEMFD)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("only a driver exports");
        assertThat(Rung.EXPORTED.isDmaBuf()).isTrue();
        try (FdMemoryAllocator a = FdMemoryAllocator.open(List.of(Rung.MEMFD));
                FdMemory theirs = a.allocate("theirs", 100)) {
            FdMemory ours = FdMemory.exported(theirs.fd().dup(), 100, "camera 0");
            assertThat(ours.size()).isEqualTo(Libc.pageSize());
            assertThat(ours.name()).isEqualTo("vitrine-camera_0");
            ours.memory().set(ValueLayout.JAVA_BYTE, 99, (byte) 42);
            assertThat(theirs.memory().get(ValueLayout.JAVA_BYTE, 99)).isEqualTo((byte) 42);
            FrameMemory frame = FrameMemory.of(ours);
            frame.close();
            frame.close();
            assertThat(ours.fd().isOpen()).isFalse();
            Fd shorter = theirs.fd().dup();
            assertThatThrownBy(() -> FdMemory.exported(shorter, theirs.size() + 1, "camera 1"))
                    .isInstanceOf(LinuxException.class)
                    .hasMessageContaining("the driver exported " + theirs.size() + " bytes");
            assertThat(shorter.isOpen()).isFalse();
        }
    }
}
