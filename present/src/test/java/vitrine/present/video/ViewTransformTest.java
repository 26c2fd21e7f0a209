package vitrine.present.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import vitrine.engine.frame.ColorEncoding;
import vitrine.engine.frame.FrameFormat;
import vitrine.engine.frame.Orientation;
import vitrine.engine.frame.PixelFormat;

class ViewTransformTest {

    @Test
    void keepsTheAspectWithBars() {
        assertThat(ViewTransform.fit(768, 576, 1280, 720))
                .isEqualTo(new ViewTransform(768, 576, 1280, 720, 160, 0, 960, 720));
        assertThat(ViewTransform.fit(1920, 1080, 1080, 1920))
                .isEqualTo(new ViewTransform(1920, 1080, 1080, 1920, 0, 656, 1080, 608));
        assertThat(ViewTransform.fit(1280, 720, 3840, 2160))
                .isEqualTo(new ViewTransform(1280, 720, 3840, 2160, 0, 0, 3840, 2160));
    }

    @Test
    void turnedFramesAreFittedUpright() {
        FrameFormat format = FrameFormat.packed(PixelFormat.NV12, 1920, 1080, ColorEncoding.BT709_LIMITED);
        ViewTransform view = ViewTransform.fit(format, new Orientation(1, true), 1080, 1920);
        assertThat(view).isEqualTo(new ViewTransform(1080, 1920, 1080, 1920, 0, 0, 1080, 1920));
    }

    @Test
    void extremeShapesKeepAPixel() {
        ViewTransform view = ViewTransform.fit(16000, 1, 100, 100);
        assertThat(view.width()).isEqualTo(100);
        assertThat(view.height()).isEqualTo(1);
        assertThat(view.y()).isEqualTo(49);
        assertThatThrownBy(() -> ViewTransform.fit(0, 1, 1, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void mapsThereAndBack() {
        ViewTransform view = ViewTransform.fit(768, 576, 1280, 720);
        assertThat(view.toTargetX(0)).isEqualTo(160);
        assertThat(view.toTargetX(768)).isEqualTo(1120);
        assertThat(view.toTargetY(288)).isEqualTo(360);
        for (double x = -5; x < 800; x += 37.3) {
            assertThat(view.toUprightX(view.toTargetX(x))).isCloseTo(x, within(1e-9));
            assertThat(view.toUprightY(view.toTargetY(x))).isCloseTo(x, within(1e-9));
        }
    }
}
