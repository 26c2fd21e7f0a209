package vitrine.present.display;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import vitrine.engine.frame.Orientation;
import vitrine.present.PresentException;

class PresentUriTest {

    @Test
    void readsAllForms() {
        assertThat(PresentUri.parse("auto")).isEqualTo(new PresentUri.Auto());
        assertThat(PresentUri.parse("none:")).isEqualTo(new PresentUri.None());
        assertThat(PresentUri.parse("window:"))
                .isEqualTo(new PresentUri.Window(PresentUri.Size.SOURCE, false, OutputTransform.IDENTITY));
        assertThat(PresentUri.parse("window:?fullscreen=true&size=800x600"))
                .isEqualTo(new PresentUri.Window(new PresentUri.Size(800, 600), true, OutputTransform.IDENTITY));
        assertThat(PresentUri.parse("offscreen:out"))
                .isEqualTo(new PresentUri.Offscreen(
                        Path.of("out"), 1, PresentUri.Size.SOURCE, 0, OutputTransform.IDENTITY));
        assertThat(PresentUri.parse("offscreen:/a b/c:d?every=30&size=64x48"))
                .isEqualTo(new PresentUri.Offscreen(
                        Path.of("/a b/c:d"), 30, new PresentUri.Size(64, 48), 0, OutputTransform.IDENTITY));
        assertThat(PresentUri.parse("offscreen:out?rotate=270&mirror=true&margin=2.5%"))
                .isEqualTo(new PresentUri.Offscreen(
                        Path.of("out"),
                        1,
                        PresentUri.Size.SOURCE,
                        0,
                        new OutputTransform(new Orientation(3, true), 0.025)));
    }

    @Test
    void readsDisplays() {
        assertThat(PresentUri.parse("display:"))
                .isEqualTo(new PresentUri.Display(
                        "",
                        PresentUri.ModeRequest.PREFERRED,
                        Optional.empty(),
                        PresentUri.Display.FOREVER,
                        OutputTransform.IDENTITY));
        assertThat(PresentUri.parse("display:HDMI-A-1?mode=1920x1080@59.94&card=/dev/dri/card1&wait=0&rotate=90"))
                .isEqualTo(new PresentUri.Display(
                        "HDMI-A-1",
                        new PresentUri.ModeRequest(new PresentUri.Size(1920, 1080), 59.94),
                        Optional.of(Path.of("/dev/dri/card1")),
                        0,
                        new OutputTransform(new Orientation(1, false), 0)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "screen:0 | unknown scheme 'screen'",
                "out | no scheme",
                "`` | no scheme",
                "offscreen: | no folder",
                "offscreen:?every=2 | no folder",
                "offscreen:x?every=0 | every=0 must be a whole number from 1",
                "offscreen:x?every=-1 | every=-1 must be",
                "offscreen:x?every=2.5 | every=2.5 must be",
                "offscreen:x?every=99999999999 | must be a whole number",
                "offscreen:x?each=2 | unknown key 'each'; known here: every, keep, margin, mirror, rotate, size",
                "offscreen:x?every | 'every' is not key=value",
                "offscreen:x?every=1&every=2 | 'every' stands there twice",
                "offscreen:x?size=0x10 | size=0x10 is outside 1x1 to 4096x4096",
                "offscreen:x?size=5000x10 | outside",
                "offscreen:x?size=big | must be WIDTHxHEIGHT",
                "window:main | window: takes no name",
                "display:?mode=best | mode=best must be WIDTHxHEIGHT or WIDTHxHEIGHT@HZ",
                "display:?mode=1920x1080@ | must be WIDTHxHEIGHT",
                "display:?mode=1920x1080@0 | no screen shows 0 pictures a second",
                "display:?mode=9000x1080 | mode=9000x1080 is outside 1x1 to 4096x4096",
                "display:?wait=-1 | wait=-1 must be whole seconds",
                "display:?size=640x480 | unknown key 'size'; known here: card, margin, mirror, mode, rotate, wait",
                "display:?rotate=45 | rotate=45 must be 0, 90, 180 or 270",
                "display:?margin=21 | margin=21 must be percent of the screen on each side, 0 to 20",
                "display:?margin=2px | margin=2px must be percent",
                "display:?mirror=1 | mirror=1 must be true or false",
                "window:?fullscreen=yes | fullscreen=yes must be true or false",
                "none:x | none: takes nothing after it"
            })
    void refusesTheRest(String uri, String message) {
        assertThatThrownBy(() -> PresentUri.parse(uri))
                .isInstanceOf(PresentException.class)
                .hasMessageStartingWith("--present " + uri + ":")
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    @Test
    void refusesPathsNoSystemTakes() {
        assertThatThrownBy(() -> PresentUri.parse("offscreen:a\0b"))
                .isInstanceOf(PresentException.class)
                .hasMessageContaining("is not a path");
    }
}
