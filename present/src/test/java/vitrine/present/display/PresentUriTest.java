package vitrine.present.display;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import vitrine.present.PresentException;

class PresentUriTest {

    @Test
    void readsAllForms() {
        assertThat(PresentUri.parse("auto")).isEqualTo(new PresentUri.Auto());
        assertThat(PresentUri.parse("none:")).isEqualTo(new PresentUri.None());
        assertThat(PresentUri.parse("display:HDMI-A-1?mode=x")).isEqualTo(new PresentUri.Display());
        assertThat(PresentUri.parse("window:")).isEqualTo(new PresentUri.Window(PresentUri.Size.SOURCE, false));
        assertThat(PresentUri.parse("window:?fullscreen=true&size=800x600"))
                .isEqualTo(new PresentUri.Window(new PresentUri.Size(800, 600), true));
        assertThat(PresentUri.parse("offscreen:out"))
                .isEqualTo(new PresentUri.Offscreen(Path.of("out"), 1, PresentUri.Size.SOURCE, 0));
        assertThat(PresentUri.parse("offscreen:/a b/c:d?every=30&size=64x48"))
                .isEqualTo(new PresentUri.Offscreen(Path.of("/a b/c:d"), 30, new PresentUri.Size(64, 48), 0));
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
                "offscreen:x?each=2 | unknown key 'each'; known here: every, keep, size",
                "offscreen:x?every | 'every' is not key=value",
                "offscreen:x?every=1&every=2 | 'every' stands there twice",
                "offscreen:x?size=0x10 | size=0x10 is outside 1x1 to 4096x4096",
                "offscreen:x?size=5000x10 | outside",
                "offscreen:x?size=big | must be WIDTHxHEIGHT",
                "window:main | window: takes nothing but",
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
