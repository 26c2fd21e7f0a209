package vitrine.engine.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FrameFormatTest {

    @Test
    void sizesAreThoseOfTheKernelsDocumentation() {
        assertThat(Stream.of(PixelFormat.values())
                        .collect(Collectors.toMap(
                                PixelFormat::name,
                                f -> FrameFormat.packed(f, 4, 4, ColorEncoding.BT601_FULL)
                                        .extent())))
                .containsEntry("NV12", 24L)
                .containsEntry("I420", 24L)
                .containsEntry("YVYU", 32L)
                .containsEntry("VYUY", 32L)
                .containsEntry("NV16", 32L)
                .containsEntry("NV61", 32L)
                .containsEntry("I422", 32L)
                .containsEntry("NV24", 48L)
                .containsEntry("I444", 48L)
                .containsEntry("GREY", 16L);
        assertThat(FrameFormat.packed(PixelFormat.NV16, 5, 3, ColorEncoding.BT601_FULL)
                        .extent())
                .isEqualTo(3 * 5 + 3 * 6);
        assertThat(FrameFormat.packed(PixelFormat.I422, 5, 3, ColorEncoding.BT601_FULL)
                        .extent())
                .isEqualTo(3 * 5 + 2 * 3 * 3);
        assertThat(Stream.of(PixelFormat.values()).map(PixelFormat::fourcc))
                .doesNotHaveDuplicates()
                .allMatch(c -> c.length() == 4);
        assertThat(PixelFormat.GREY.isYuv()).isTrue();
        assertThat(PixelFormat.RGB24.isYuv()).isFalse();
    }

    @Test
    void memoryObjectsHaveTheirOwnExtents() {
        FrameFormat nm12 = new FrameFormat(
                PixelFormat.NV12,
                6,
                4,
                List.of(new PlaneLayout(0, 8, 0), new PlaneLayout(16, 8, 1)),
                ColorEncoding.BT601_FULL);
        assertThat(nm12.memories()).isEqualTo(2);
        assertThat(nm12.extent(0)).isEqualTo(3 * 8 + 6);
        assertThat(nm12.extent(1)).isEqualTo(16 + 8 + 6);
        assertThatThrownBy(nm12::extent)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("2 memory objects");
        assertThat(FrameFormat.packed(PixelFormat.NV12, 6, 4, ColorEncoding.BT601_FULL)
                        .memories())
                .isEqualTo(1);
        assertThatThrownBy(() -> new FrameFormat(
                        PixelFormat.NV12,
                        6,
                        4,
                        List.of(new PlaneLayout(0, 8, 0), new PlaneLayout(0, 8, 2)),
                        ColorEncoding.BT601_FULL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no plane lies in memory object 1");
    }
}
