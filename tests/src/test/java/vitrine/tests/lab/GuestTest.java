package vitrine.tests.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import vitrine.engine.GpuFixture;
import vitrine.engine.linux.FdMemory;
import vitrine.engine.linux.FdMemoryAllocator;
import vitrine.engine.linux.Rung;
import vitrine.engine.memory.ImportedBuffer;
import vitrine.engine.memory.MemoryLadder;

/** The guest has what the other suites of this package build on. */
@Tag("lab")
final class GuestTest {

    @ParameterizedTest
    @ValueSource(strings = {"/dev/udmabuf", "/dev/dma_heap/system"})
    void theGroupVideoMayAllocate(String device) throws IOException {
        assertThat(Files.getAttribute(Path.of(device), "unix:group")).hasToString("video");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(device))))
                .isEqualTo("rw-rw----");
    }

    @ParameterizedTest
    @ValueSource(strings = {"DMA_HEAP", "UDMABUF", "MEMFD"})
    void everyRungAllocatesAndIsImported(Rung rung) {
        long size = 640 * 480 * 3 / 2;
        try (GpuFixture gpu = GpuFixture.open();
                FdMemoryAllocator allocator = FdMemoryAllocator.open(List.of(rung));
                FdMemory memory = allocator.allocate("frame", size);
                ImportedBuffer imported = ImportedBuffer.create(gpu.device(), "frame", memory, size)) {
            assertThat(allocator.rung()).isEqualTo(rung);
            assertThat(memory.rung()).isEqualTo(rung);
            assertThat(imported.size()).isEqualTo(size);
        }
    }

    @Test
    void framesComeFromTheDmaHeap() {
        try (GpuFixture gpu = GpuFixture.open()) {
            MemoryLadder ladder = MemoryLadder.probe(gpu.device());
            assertThat(ladder.rung()).as(ladder.description()).isEqualTo(Rung.DMA_HEAP);
            assertThat(ladder.rejected()).isEmpty();
        }
    }

    @Test
    void vividComesAndGoes() {
        Path node = Path.of("/dev/video0");
        assertThat(node).doesNotExist();
        for (int round = 0; round < 2; round++) {
            try (Vivid vivid = Vivid.load("n_devs=1 num_inputs=1 input_types=0x0 node_types=0x1")) {
                assertThat(vivid.nodes()).containsExactly(node);
                assertThat(node).exists();
                assertThat(Path.of("/dev/v4l/by-path/platform-vivid.0-video-index0"))
                        .isSymbolicLink();
            }
            assertThat(node).doesNotExist();
        }
    }

    @Test
    void aParameterThatVividDoesNotKnowIsAnError() {
        assertThatThrownBy(() -> Vivid.load("n_devs=many")).hasMessageContaining("modprobe vivid n_devs=many");
        Vivid.unload();
    }
}
