package vitrine.present.overlay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import vitrine.present.text.Font;
import vitrine.present.text.GlyphAtlas;
import vitrine.present.text.TextLayout;
import vitrine.present.video.ViewTransform;

/** Where a card lies, by the instances that draw it. */
class CardTest {

    private static final String TITLE = "No signal";
    private static final String DETAIL = "The picture returns with the camera.";
    private static final String LONG = "The picture returns as soon as the camera has been plugged in again, which the"
            + " people of this museum have been told of.";

    private Font font;
    private TextLayout layout;
    private OverlayGeometry geometry;
    private final Overlay overlay = new Overlay();

    private record Rect(int x0, int y0, int x1, int y1, int argb) {
        int width() {
            return x1 - x0;
        }

        int height() {
            return y1 - y0;
        }

        double middleX() {
            return (x0 + x1) / 2.0;
        }

        boolean inside(Rect r) {
            return x0 >= r.x0 && y0 >= r.y0 && x1 <= r.x1 && y1 <= r.y1;
        }

        Rect join(Rect r) {
            return new Rect(Math.min(x0, r.x0), Math.min(y0, r.y0), Math.max(x1, r.x1), Math.max(y1, r.y1), argb);
        }
    }

    /** The ink of the title and of the detail's lines. */
    private record Drawn(Rect dim, Rect panel, List<Rect> title, List<Rect> detail) {
        Rect titleInk() {
            return title.stream().reduce(Rect::join).orElseThrow();
        }

        Rect detailInk() {
            return detail.stream().reduce(Rect::join).orElseThrow();
        }
    }

    @BeforeEach
    void open() {
        font = Font.bundled();
        layout = new TextLayout(font);
        geometry = new OverlayGeometry(layout, GlyphAtlas.create(font, 16));
    }

    @AfterEach
    void close() {
        font.close();
    }

    private Drawn build(int width, int height) {
        geometry.build(overlay, ViewTransform.fit(1280, 720, width, height), width, height, false);
        List<Rect> fills = new ArrayList<>();
        List<Rect> title = new ArrayList<>();
        List<Rect> detail = new ArrayList<>();
        int[] w = geometry.words();
        for (int i = 0; i < geometry.count(); i++) {
            int at = Instances.WORDS * i;
            Rect rect = new Rect((short) w[at], w[at] >> 16, (short) w[at + 1], w[at + 1] >> 16, w[at + 4]);
            int kind = w[at + 6] & 15;
            assertThat(kind).isNotEqualTo(Instances.KIND_RING);
            if (kind == Instances.KIND_FILL) {
                assertThat(title).isEmpty();
                fills.add(rect);
            } else {
                (rect.argb == CardLayout.TITLE ? title : detail).add(rect);
            }
        }
        assertThat(fills).hasSize(2);
        return new Drawn(fills.get(0), fills.get(1), title, detail);
    }

    private static int inkedLetters(String text) {
        return (int) text.chars().filter(c -> c != ' ').count();
    }

    @ParameterizedTest
    @CsvSource({"3840,2160", "1920,1080", "1080,1920", "640,480", "320,240", "160,120", "1920,200", "200,1920", "64,48"
    })
    void cardLiesInTheMiddleAndHoldsItsTexts(int width, int height) {
        for (String detail : new String[] {DETAIL, LONG, ""}) {
            overlay.clear();
            overlay.card(TITLE, detail);
            Drawn d = build(width, height);
            assertThat(d.dim).isEqualTo(new Rect(0, 0, width, height, CardLayout.DIM));
            assertThat(d.panel.x0).isEqualTo(width - d.panel.x1);
            assertThat(d.panel.y0).isEqualTo(height - d.panel.y1);
            assertThat(d.panel.width()).isLessThanOrEqualTo((int) (0.86 * width) + 1);
            assertThat(d.panel.height()).isLessThanOrEqualTo((int) (0.86 * height) + 1);
            assertThat(d.title).hasSize(inkedLetters(TITLE)).allMatch(r -> r.inside(d.panel));
            assertThat(d.titleInk().middleX())
                    .isCloseTo(width / 2.0, within(1 + d.titleInk().width() / 50.0));
            if (detail.isEmpty()) {
                assertThat(d.detail).isEmpty();
                continue;
            }
            assertThat(d.detail).hasSizeLessThanOrEqualTo(inkedLetters(detail));
            assertThat(d.detail).allMatch(r -> r.inside(d.panel) && r.y0 >= d.titleInk().y1);
            if (width >= 160 && height >= 120) {
                assertThat(d.detail).hasSize(inkedLetters(detail));
            }
            assertThat(d.detailInk().middleX())
                    .isCloseTo(width / 2.0, within(1 + d.detailInk().width() / 50.0));
        }
    }

    @ParameterizedTest
    @CsvSource({"3840,2160", "1920,1080", "1280,720"})
    void lettersHaveTheSizeThatIsReadAcrossARoom(int width, int height) {
        overlay.card(TITLE, DETAIL);
        Drawn d = build(width, height);
        // An N has 0.727 em, a T as well.
        assertThat((double) d.title.getFirst().height()).isCloseTo(0.727 * height / 14, within(1.5));
        assertThat((double) d.detail.getFirst().height()).isCloseTo(0.727 * height / 32, within(1.5));
        assertThat(lines(d.detail)).isEqualTo(1);
    }

    private static int lines(List<Rect> glyphs) {
        int lines = 1;
        for (int i = 1; i < glyphs.size(); i++) {
            lines += glyphs.get(i).x0 < glyphs.get(i - 1).x0 ? 1 : 0;
        }
        return lines;
    }

    @Test
    void detailTooWideGoesOnASecondLineBeforeItShrinks() {
        overlay.card(TITLE, DETAIL);
        Drawn d = build(1080, 1920);
        assertThat(lines(d.detail)).isEqualTo(2);
        assertThat((double) d.detail.getFirst().height()).isCloseTo(0.727 * 1920 / 32, within(1.5));
        overlay.card(TITLE, LONG + LONG);
        d = build(1080, 1920);
        assertThat(lines(d.detail)).isEqualTo(2);
        assertThat(d.detail).hasSize(2 * inkedLetters(LONG));
        // No line is below another's letters.
        List<Rect> second = d.detail.stream().skip(firstOfSecondLine(d.detail)).toList();
        int bottomOfFirst = d.detail.stream()
                .limit(firstOfSecondLine(d.detail))
                .mapToInt(Rect::y1)
                .max()
                .orElseThrow();
        assertThat(second).allMatch(r -> r.y0 >= bottomOfFirst);
    }

    private static int firstOfSecondLine(List<Rect> glyphs) {
        int i = 1;
        while (glyphs.get(i).x0 >= glyphs.get(i - 1).x0) {
            i++;
        }
        return i;
    }

    @Test
    void longTitlesShrink() {
        String title = "The camera of this window has lost its signal for the moment";
        overlay.card(title, "");
        Drawn d = build(1080, 1920);
        assertThat(d.title).hasSize(inkedLetters(title)).allMatch(r -> r.inside(d.panel));
        assertThat(d.panel.width()).isBetween(900, 929);
    }

    @Test
    void scriptsWithoutSpacesBreakToo() {
        overlay.card("Ж", "画面は".repeat(20));
        Drawn d = build(640, 480);
        assertThat(lines(d.detail)).isEqualTo(2);
        assertThat(d.detail).allMatch(r -> r.inside(d.panel));
    }

    @Test
    void nothingElseIsDrawnAndEverythingComesBack() {
        overlay.box(100, 100, 100, 100, 0, "dog", 0.9f);
        overlay.line("30 fps");
        geometry.build(overlay, ViewTransform.fit(1280, 720, 1280, 720), 1280, 720, false);
        int before = geometry.count();
        GlyphAtlas atlas = geometry.atlas();
        overlay.card(TITLE, DETAIL);
        Drawn d = build(1280, 720);
        assertThat(d.title).hasSize(8);
        overlay.clear();
        overlay.box(100, 100, 100, 100, 0, "dog", 0.9f);
        overlay.line("30 fps");
        geometry.build(overlay, ViewTransform.fit(1280, 720, 1280, 720), 1280, 720, false);
        assertThat(geometry.count()).isEqualTo(before);
        assertThat(geometry.atlas()).isSameAs(atlas);
    }

    @Test
    void cardsThatChangeDoNotFillTheAtlas() {
        for (int i = 1; i < 60; i++) {
            overlay.card("W".repeat(i), "m".repeat(i));
            build(640, 480);
            assertThat(geometry.atlas().sizes()).isLessThan(16);
        }
    }

    @Test
    void targetsOfAnySizeAreSurvived() {
        overlay.card(TITLE, LONG);
        for (int[] size : new int[][] {{1, 1}, {3, 200}, {200, 3}, {16, 16}, {16384, 16384}}) {
            Drawn d = build(size[0], size[1]);
            assertThat(d.panel.inside(d.dim)).isTrue();
        }
    }

    @Test
    void nothingIsLaidOutTwice() {
        CardLayout card = new CardLayout(layout);
        assertThat(card.place(TITLE, DETAIL, List.of(), 640, 480)).isTrue();
        assertThat(card.place(TITLE, DETAIL, List.of(), 640, 480)).isFalse();
        assertThat(card.place(TITLE, LONG, List.of(), 640, 480)).isTrue();
        assertThat(card.place(TITLE, LONG, List.of(), 480, 640)).isTrue();
    }
}
