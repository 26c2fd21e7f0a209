package vitrine.present.scene;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import vitrine.present.Gpu;

class PictureTimingTest {

    @Test
    void largerPicturesCostMore() {
        try (Gpu gpu = new Gpu()) {
            long small = PictureTiming.measure(gpu.device, gpu.timeline, gpu.releases, 320, 180);
            long large = PictureTiming.measure(gpu.device, gpu.timeline, gpu.releases, 1920, 1080);
            System.out.println("OUT: 320x180 takes " + small / 1000 + " us, 1920x1080 " + large / 1000 + " us");
            assertThat(small).isPositive();
            assertThat(large).isGreaterThan(small).isLessThan(20_000_000_000L);
        }
    }
}
