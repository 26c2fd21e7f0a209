package vitrine.present.display;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.lwjgl.vulkan.KHRSurface.VK_COLOR_SPACE_SRGB_NONLINEAR_KHR;
import static org.lwjgl.vulkan.VK10.*;

import java.util.List;
import org.junit.jupiter.api.Test;
import vitrine.present.PresentException;
import vitrine.present.display.SurfaceInfo.Format;

class SurfaceInfoTest {

    private static Format format(int vkFormat) {
        return new Format(vkFormat, VK_COLOR_SPACE_SRGB_NONLINEAR_KHR);
    }

    @Test
    void prefersFormatsThatKeepCodes() {
        // As VK_KHR_display lists them on the Pi 5: _SRGB first.
        assertThat(SurfaceInfo.usable(List.of(format(VK_FORMAT_B8G8R8A8_SRGB), format(VK_FORMAT_B8G8R8A8_UNORM))))
                .containsExactly(format(VK_FORMAT_B8G8R8A8_UNORM), format(VK_FORMAT_B8G8R8A8_SRGB));
    }

    @Test
    void takesEncodingFormatsWhereThereIsNothingElse() {
        List<Format> usable = SurfaceInfo.usable(List.of(
                format(VK_FORMAT_A2B10G10R10_UNORM_PACK32),
                new Format(VK_FORMAT_B8G8R8A8_UNORM, 1000104002),
                format(VK_FORMAT_R8G8B8A8_SRGB)));
        assertThat(usable).containsExactly(format(VK_FORMAT_R8G8B8A8_SRGB));
        assertThat(RenderImage.isSrgb(usable.getFirst().format())).isTrue();
    }

    @Test
    void saysWhenNothingFits() {
        assertThatThrownBy(() -> SurfaceInfo.usable(List.of(format(VK_FORMAT_R16G16B16A16_SFLOAT))))
                .isInstanceOf(PresentException.class)
                .hasMessageContaining("no 8-bit RGBA format (VkFormats [97])");
    }

    @Test
    void triesFewerImagesThenOtherFormats() {
        List<Format> two = List.of(format(VK_FORMAT_B8G8R8A8_UNORM), format(VK_FORMAT_B8G8R8A8_SRGB));
        SurfaceInfo pi5 = new SurfaceInfo(2, 0, 1920, 1080, 1, 1, 4096, 4096, 1, 1, two);
        assertThat(pi5.ladder(3))
                .extracting(a -> a.images() + " of " + a.format().format())
                .containsExactly("3 of 44", "2 of 44", "3 of 50", "2 of 50");
        SurfaceInfo greedy = new SurfaceInfo(4, 4, 1920, 1080, 1, 1, 4096, 4096, 1, 1, two);
        assertThat(greedy.ladder(3)).extracting(SurfaceInfo.Attempt::images).containsExactly(4, 4);
    }

    @Test
    void staysWithinTheSurfacesLimits() {
        List<Format> any = List.of(format(VK_FORMAT_B8G8R8A8_UNORM));
        SurfaceInfo wayland = new SurfaceInfo(4, 0, -1, -1, 1, 1, 4096, 4096, 1, 1, any);
        assertThat(wayland.images(3)).isEqualTo(4);
        assertThat(wayland.widthFor(5000)).isEqualTo(4096);
        SurfaceInfo display = new SurfaceInfo(2, 2, 1920, 1080, 1920, 1080, 1920, 1080, 1, 1, any);
        assertThat(display.images(3)).isEqualTo(2);
        assertThat(display.widthFor(5000)).isEqualTo(1920);
        assertThat(display.heightFor(1)).isEqualTo(1080);
    }
}
