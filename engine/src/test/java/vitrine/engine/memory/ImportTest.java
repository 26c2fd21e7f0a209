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
import vitrine.engine.linux.FdMemory;
import vitrine.engine.linux.FdMemoryAllocator;
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
        long size = 642 * 359 * 2;
        byte[] bytes = new byte[(int) size];
        new Random(7).nextBytes(bytes);
        try (GpuFixture gpu = GpuFixture.open()) {
            for (Rung rung : List.of(MemoryLadder.probe(gpu.device()).rung(), Rung.STAGING_COPY)) {
                try (FdMemoryAllocator allocator = FdMemoryAllocator.open(List.of(rung));
                        FdMemory memory = allocator.allocate("frame", size);
                        FrameInput input = FrameInput.create(gpu.device(), "frame", memory, size);
                        TensorMemory tensor = TensorMemory.create(gpu.device(), "tensor", allocator, 1 << 12)) {
                    memory.beginCpuWrite();
                    MemorySegment.copy(MemorySegment.ofArray(bytes), 0, memory.memory(), 0, size);
                    memory.endCpuWrite();
                    long copied = input.refresh();
                    assertThat(copied == 0).isEqualTo(rung != Rung.STAGING_COPY);
                    if (input.buffer() instanceof DeviceBuffer copy) {
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
