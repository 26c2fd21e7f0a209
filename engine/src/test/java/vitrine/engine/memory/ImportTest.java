package vitrine.engine.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import vitrine.engine.GpuFixture;
import vitrine.engine.device.VulkanException;
import vitrine.engine.frame.ColorEncoding;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.PixelFormat;
import vitrine.engine.frame.PlaneLayout;
import vitrine.engine.linux.Fd;
import vitrine.engine.linux.FdMemory;
import vitrine.engine.linux.FdMemoryAllocator;
import vitrine.engine.linux.FrameMemory;
import vitrine.engine.linux.Libc;
import vitrine.engine.linux.Rung;

final class ImportTest {

    @Test
    void theGpuWritesWhereTheCpuReads() throws IOException {
        long size = 1280 * 720 * 3 / 2;
        long descriptors = openDescriptors();
        try (GpuFixture gpu = GpuFixture.open()) {
            MemoryLadder ladder = MemoryLadder.probe(gpu.device());
            System.out.println(ladder.description());
            Assumptions.assumeTrue(ladder.rung() != Rung.STAGING_COPY, "this device imports nothing");
            try (FdMemoryAllocator allocator = ladder.allocator();
                    FdMemory memory = allocator.allocate("frame", size);
                    ImportedBuffer imported = ImportedBuffer.create(gpu.device(), "frame", memory, size)) {
                assertThat(imported.size()).isEqualTo(size);
                assertThat(imported.deviceAddress() != 0)
                        .isEqualTo(gpu.device().info().deviceAddresses());
                assertThat(memory.size()).isGreaterThanOrEqualTo(size + 64);
            }
        }
        assertThat(openDescriptors()).as("descriptors after the run").isEqualTo(descriptors);
    }

    @Test
    void aRefreshedFrameHasTheBytesThatWereWritten() {
        FrameFormat format = FrameFormat.packed(PixelFormat.YUYV, 642, 359, ColorEncoding.BT601_LIMITED);
        long size = format.extent();
        byte[] bytes = new byte[(int) size];
        new Random(7).nextBytes(bytes);
        try (GpuFixture gpu = GpuFixture.open()) {
            for (Rung rung : List.of(MemoryLadder.probe(gpu.device()).rung(), Rung.STAGING_COPY)) {
                try (FdMemoryAllocator allocator = FdMemoryAllocator.open(List.of(rung));
                        FdMemory memory = allocator.allocate("frame", size);
                        FrameInput input = FrameInput.create(gpu.device(), "frame", FrameMemory.of(memory), format);
                        TensorMemory tensor = TensorMemory.create(gpu.device(), "tensor", allocator, 1 << 12)) {
                    memory.beginCpuWrite();
                    MemorySegment.copy(MemorySegment.ofArray(bytes), 0, memory.memory(), 0, size);
                    memory.endCpuWrite();
                    long copied = input.refresh();
                    assertThat(copied == 0).isEqualTo(rung != Rung.STAGING_COPY);
                    if (input.buffers().get(0) instanceof DeviceBuffer copy) {
                        assertThat(copy.memory().asSlice(0, size).toArray(JAVA_BYTE))
                                .isEqualTo(bytes);
                    }
                    tensor.beginCpuRead();
                    assertThat(tensor.memory().byteSize()).isEqualTo(1 << 12);
                    tensor.endCpuRead();
                }
            }
        }
    }

    @Test
    void eachMemoryObjectIsImportedByItself() {
        FrameFormat format = new FrameFormat(
                PixelFormat.I420,
                5,
                3,
                List.of(new PlaneLayout(0, 5, 0), new PlaneLayout(2, 3, 1), new PlaneLayout(1, 3, 2)),
                ColorEncoding.BT601_FULL);
        try (GpuFixture gpu = GpuFixture.open();
                FdMemoryAllocator allocator = MemoryLadder.probe(gpu.device()).allocator();
                FrameMemory memory = FrameMemory.allocate(allocator, "frame", format)) {
            assertThat(memory.size()).isEqualTo(3);
            try (FrameInput input = FrameInput.create(gpu.device(), "frame", memory, format)) {
                assertThat(input.buffers().size()).isEqualTo(3);
                for (int i = 0; i < 3; i++) {
                    GpuBuffer buffer = input.buffers().get(i);
                    assertThat(buffer.size()).isEqualTo(64);
                    assertThat(input.buffers().planeAddress(format, i)).isEqualTo(buffer.deviceAddress());
                }
            }
            FrameFormat one = FrameFormat.packed(PixelFormat.I420, 5, 3, ColorEncoding.BT601_FULL);
            assertThatThrownBy(() -> FrameInput.create(gpu.device(), "frame", memory, one))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the buffer has 3");
        }
    }

    /** A memfd plays the dma-buf, as this driver maps both. */
    @Test
    void aDriversBufferIsImportedOrRefusedWithTheReason() {
        FrameFormat format = FrameFormat.packed(PixelFormat.GREY, 5, 5, ColorEncoding.BT601_FULL);
        try (GpuFixture gpu = GpuFixture.open()) {
            assertThat(gpu.device().info().cacheCoherent())
                    .as("%s", gpu.device().info())
                    .isTrue();
            Assumptions.assumeTrue(
                    MemoryLadder.probe(gpu.device()).rung() == Rung.MEMFD, "this device does not import a memfd");
            try (FrameMemory whole = FrameMemory.of(FdMemory.exported(memfd(Libc.pageSize()), 25, "camera"));
                    FrameInput input = FrameInput.create(gpu.device(), "camera", whole, format)) {
                assertThat(whole.get(0).size()).isEqualTo(Libc.pageSize());
                assertThat(whole.get(0).rung()).isEqualTo(Rung.EXPORTED);
                assertThat(input.buffers().get(0).size()).isEqualTo(64);
                assertThat(input.refresh()).isZero();
            }
            try (FrameMemory shrunk = FrameMemory.of(FdMemory.exported(memfd(Libc.pageSize()), 25, "camera"))) {
                assertThat(Libc.ftruncate(shrunk.get(0).fd().number(), 25)).isZero();
                assertThatThrownBy(() -> FrameInput.create(gpu.device(), "camera", shrunk, format))
                        .isInstanceOf(VulkanException.class)
                        .hasMessageContaining("for camera, a capture driver's buffer without slack: VK_ERROR_");
            }
            try (FrameMemory tight = FrameMemory.of(FdMemory.exported(memfd(25), 25, "camera"))) {
                assertThatThrownBy(() -> FrameInput.create(gpu.device(), "camera", tight, format))
                        .isInstanceOf(VulkanException.class)
                        .hasMessageContaining(
                                "the frame takes 25 bytes in whole 32-bit words, its driver's dma-buf has 25");
            }
        }
    }

    private static Fd memfd(long size) {
        Fd fd = Fd.own(Libc.memfd_create("vitrine-camera", Libc.MFD_CLOEXEC), "camera");
        assertThat(Libc.ftruncate(fd.number(), size)).isZero();
        return fd;
    }

    @Test
    void anImportPastTheEndIsRefusedBeforeTheDriverSeesIt() {
        try (GpuFixture gpu = GpuFixture.open();
                FdMemoryAllocator allocator = FdMemoryAllocator.open(List.of(Rung.MEMFD));
                FdMemory memory = allocator.allocate("small", 100)) {
            assertThatThrownBy(() -> ImportedBuffer.create(gpu.device(), "frame", memory, memory.size() + 1))
                    .isInstanceOf(VulkanException.class)
                    .hasMessageContaining("of a buffer of " + memory.size() + " bytes");
        }
    }

    private static long openDescriptors() throws IOException {
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            return files.filter(f -> {
                        try {
                            return Files.readSymbolicLink(f).toString().contains("vitrine");
                        } catch (IOException e) {
                            return false;
                        }
                    })
                    .count();
        }
    }
}
