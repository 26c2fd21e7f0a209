package vitrine.present.display;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import vitrine.present.PresentException;

class ModeSelectionTest {

    private static final PictureCost UNASKED = (width, height) -> {
        throw new AssertionError("the cost of " + width + "x" + height + " is nobody's question");
    };

    private static final List<DisplayMode> TELEVISION = modes(
            "3840x2160@60",
            "3840x2160@30",
            "1920x1080@60",
            "1920x1080@59.94",
            "1920x1080@120",
            "1920x1080@30",
            "1920x1200@60",
            "1280x720@60",
            "720x576@50");

    private static List<DisplayMode> modes(String... texts) {
        List<DisplayMode> modes = new ArrayList<>();
        for (String text : texts) {
            String[] parts = text.split("[x@]", -1);
            modes.add(new DisplayMode(modes.size() + 1L, Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), (int)
                    Math.round(1000 * Double.parseDouble(parts[2]))));
        }
        return modes;
    }

    private static PresentUri.ModeRequest asked(String mode) {
        return ((PresentUri.Display) PresentUri.parse("display:?mode=" + mode)).mode();
    }

    private static String choose(List<DisplayMode> modes, String preferred, String mode) {
        return ModeSelection.choose("HDMI-A-1", modes, size(preferred), asked(mode), UNASKED)
                .mode()
                .toString();
    }

    private static ModeSelection own(List<DisplayMode> modes, String preferred, PictureCost cost) {
        return ModeSelection.choose("HDMI-A-1", modes, size(preferred), PresentUri.ModeRequest.PREFERRED, cost);
    }

    private static PresentUri.Size size(String text) {
        String[] parts = text.split("x", -1);
        return new PresentUri.Size(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    }

    @Test
    void takesWhatIsAskedFor() {
        assertThat(choose(TELEVISION, "3840x2160", "1920x1080@30")).isEqualTo("1920x1080@30");
        assertThat(choose(TELEVISION, "3840x2160", "3840x2160")).isEqualTo("3840x2160@60");
        assertThat(choose(TELEVISION, "3840x2160", "1920x1080")).isEqualTo("1920x1080@60");
        assertThat(choose(TELEVISION, "3840x2160", "1920x1080@120")).isEqualTo("1920x1080@120");
    }

    @Test
    void theNearestRateWithinHalfAHertz() {
        assertThat(choose(TELEVISION, "3840x2160", "1920x1080@60")).isEqualTo("1920x1080@60");
        assertThat(choose(TELEVISION, "3840x2160", "1920x1080@59.9")).isEqualTo("1920x1080@59.94");
        assertThat(choose(modes("1920x1080@59.94"), "1920x1080", "1920x1080@60"))
                .isEqualTo("1920x1080@59.94");
    }

    @Test
    void saysWhatThereIsInstead() {
        assertThatThrownBy(() -> choose(TELEVISION, "3840x2160", "1920x1080@50"))
                .isInstanceOf(PresentException.class)
                .hasMessage("display HDMI-A-1 has no mode 1920x1080@50; it has 1920x1080@60, 1920x1080@59.94,"
                        + " 1920x1080@120, 1920x1080@30");
        assertThatThrownBy(() -> choose(TELEVISION, "3840x2160", "800x600"))
                .hasMessageStartingWith("display HDMI-A-1 has no mode 800x600; it has 3840x2160@60, 3840x2160@30,")
                .hasMessageEndingWith("720x576@50");
    }

    @Test
    void takesTheFirstOfThePreferredSize() {
        List<DisplayMode> monitor = modes("1920x1200@59.95", "1920x1200@75", "1920x1080@60");
        ModeSelection selection = own(monitor, "1920x1200", UNASKED);
        assertThat(selection.mode()).hasToString("1920x1200@59.95");
        assertThat(selection.why()).isEmpty();
        // 2560x1600 is the largest that nobody asks the cost of
        assertThat(own(modes("2560x1600@60"), "2560x1600", UNASKED).mode()).hasToString("2560x1600@60");
    }

    @Test
    void aLargeModeHasToFit() {
        ModeSelection fits = own(TELEVISION, "3840x2160", (w, h) -> 9_900_000);
        assertThat(fits.mode()).hasToString("3840x2160@60");
        assertThat(fits.why()).contains("a picture of 3840x2160 takes 9.9 ms, of 10.0 ms that it may at 3840x2160@60");
        ModeSelection tooDear = own(TELEVISION, "3840x2160", (w, h) -> 10_100_000);
        assertThat(tooDear.mode()).hasToString("1920x1080@60"); // and not 1920x1200, which has another shape
        assertThat(tooDear.why())
                .startsWith("1920x1080@60: a picture of 3840x2160 takes 10.1 ms")
                .contains("mode=3840x2160 asks for it");
    }

    @Test
    void aLargeModeStaysWhereThereIsNoSmaller() {
        ModeSelection only = own(modes("3840x2160@30"), "3840x2160", (w, h) -> 50_000_000);
        assertThat(only.mode()).hasToString("3840x2160@30");
        assertThat(only.why()).contains("there is no smaller mode");
    }

    @Test
    void anotherShapeWhereTheShapeIsRare() {
        assertThat(own(modes("3440x1440@60", "1920x1080@60", "1024x768@60"), "3440x1440", (w, h) -> 20_000_000)
                        .mode())
                .hasToString("1920x1080@60");
    }

    @Test
    void portraitScreens() {
        List<DisplayMode> panel = modes("2160x3840@60", "1080x1920@60", "1200x1920@60", "720x1280@60");
        assertThat(own(panel, "2160x3840", (w, h) -> 20_000_000).mode()).hasToString("1080x1920@60");
        assertThat(own(modes("720x1280@60"), "720x1280", UNASKED).mode()).hasToString("720x1280@60");
    }

    @Test
    void nothingLargerThanAnImage() {
        ModeSelection wide = own(modes("5120x1440@60", "2560x1440@60", "1920x1080@60"), "5120x1440", UNASKED);
        assertThat(wide.mode()).hasToString("2560x1440@60");
        assertThat(wide.why()).contains("its own 5120x1440 is larger than an image can be");
        assertThatThrownBy(() -> own(modes("5120x2880@60"), "5120x2880", UNASKED))
                .hasMessage("display HDMI-A-1 has only modes of more than 4096 pixels a side: 5120x2880@60");
    }

    @Test
    void aMonitorWithoutModes() {
        assertThatThrownBy(() -> own(List.of(), "1024x768", UNASKED))
                .isInstanceOf(PresentException.class)
                .hasMessageStartingWith("display HDMI-A-1 has no modes: is the monitor on, and its cable whole?")
                .hasMessageContaining("video=HDMI-A-1:1920x1080@60D");
    }

    @Test
    void ratesReadAsOneWouldWriteThem() {
        assertThat(new DisplayMode(1, 1024, 768, 60_004)).hasToString("1024x768@60");
        assertThat(new DisplayMode(1, 1024, 768, 59_940)).hasToString("1024x768@59.94");
        assertThat(new DisplayMode(1, 1024, 768, 70_100)).hasToString("1024x768@70.1");
        assertThat(new DisplayMode(1, 1024, 768, 100_000)).hasToString("1024x768@100");
    }

    @Test
    void intervalsAreNanoseconds() {
        assertThat(modes("640x480@50").getFirst().intervalNanos()).isEqualTo(20_000_000);
        assertThat(new DisplayMode(1, 640, 480, 0).intervalNanos()).isPositive();
    }
}
