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

/** Where figures, notices and steps lie, by the instances that draw them. */
class HudTest {

    private static final int DIGIT = 0xFFFFFFFF;

    private Font font;
    private TextLayout layout;
    private OverlayGeometry geometry;
    private final Overlay overlay = new Overlay();

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

    private List<Quad> build(int width, int height) {
        geometry.build(overlay, ViewTransform.fit(1280, 720, width, height), width, height, false);
        return Quad.of(geometry);
    }

    private static List<Figure> figures(String fps, String age) {
        return List.of(
                new Figure("video", fps, "fps", "camera"),
                new Figure("latency", "41", "ms", "display"),
                new Figure("detection", "9.1", "fps", "network"),
                new Figure("age", age, "ms", "network"));
    }

    private static Quad panel(List<Quad> quads) {
        return quads.stream()
                .filter(q -> q.argb() == HudLayout.PANEL)
                .reduce((a, b) -> b)
                .orElseThrow();
    }

    private static List<Quad> glyphsAfter(Quad panel, List<Quad> quads) {
        return quads.subList(quads.lastIndexOf(panel) + 1, quads.size());
    }

    @ParameterizedTest
    @CsvSource({"1280,720", "1920,1080", "3840,2160", "640,480", "1080,1920", "720,1280", "320,240"})
    void figuresLieInTheirPanelAtTheTopLeft(int width, int height) {
        overlay.hud(figures("30.0", "130"));
        List<Quad> quads = build(width, height);
        Quad panel = panel(quads);
        assertThat(panel).isEqualTo(quads.getFirst());
        assertThat(panel.x0()).isEqualTo(panel.y0()).isPositive();
        assertThat(panel.x1()).isLessThan(width);
        assertThat(panel.y1()).isLessThan(height);
        List<Quad> glyphs = glyphsAfter(panel, quads);
        int letters = "video30.0fpscameralatency41msdisplaydetection9.1fpsnetworkage130msnetwork".length();
        assertThat(glyphs).hasSize(letters).allMatch(g -> g.kind() == Instances.KIND_GLYPH && g.inside(panel));
    }

    /** Digits are 0.727 em high: of letters that are a twenty-second of the screen's height, less where it is narrow. */
    @ParameterizedTest
    @CsvSource({"1280,720", "1920,1080", "3840,2160"})
    void figuresAreReadFromTwoMetres(int width, int height) {
        overlay.hud(figures("30.0", "130"));
        List<Quad> quads = build(width, height);
        int tallest = quads.stream()
                .filter(q -> q.argb() == DIGIT)
                .mapToInt(q -> q.y1() - q.y0())
                .max()
                .orElseThrow();
        assertThat((double) tallest).isCloseTo(0.727 * height / 22, within(2.5));
    }

    /** A one is narrower than an eight in most texts, but not here. */
    @Test
    void digitsDoNotJump() {
        overlay.hud(figures("11.1", "111"));
        List<Quad> ones = build(1280, 720);
        overlay.hud(figures("48.8", "888"));
        List<Quad> eights = build(1280, 720);
        assertThat(panel(eights)).isEqualTo(panel(ones));
        assertThat(eights).hasSameSizeAs(ones);
        float one = layout.figures("1").width();
        assertThat(layout.figures("8").width()).isEqualTo(one);
        assertThat(layout.text("1").width()).isLessThan(layout.text("8").width());
        for (int i = 0; i < ones.size(); i++) {
            Quad a = ones.get(i);
            Quad b = eights.get(i);
            if (a.argb() != DIGIT) {
                assertThat(b).isEqualTo(a);
            }
        }
    }

    @Test
    void columnsOnlyGetWider() {
        overlay.hud(figures("9.9", "99"));
        Quad narrow = panel(build(1280, 720));
        overlay.hud(figures("10.1", "1234"));
        Quad wide = panel(build(1280, 720));
        assertThat(wide.x1()).isGreaterThan(narrow.x1());
        overlay.hud(figures("9.9", "99"));
        assertThat(panel(build(1280, 720))).isEqualTo(wide);
        assertThat(panel(build(640, 480)).x1()).isLessThan(wide.x1());
    }

    @Test
    void figuresAreAboveBoxesAndCards() {
        overlay.hud(figures("30.0", "130"));
        overlay.box(10, 60, 300, 200, 0, "dog", 0.9f);
        overlay.line("below");
        List<Quad> quads = build(1280, 720);
        Quad panel = panel(quads);
        assertThat(glyphsAfter(panel, quads)).hasSizeGreaterThan(40).allMatch(g -> g.inside(panel));
        assertThat(quads.stream().filter(q -> q.argb() == 0xC8101014))
                .singleElement()
                .satisfies(line -> assertThat(line.y0()).isGreaterThan(panel.y1()));
        overlay.card("No signal", "The picture returns with the camera.");
        quads = build(1280, 720);
        assertThat(quads.getFirst().argb()).isEqualTo(CardLayout.DIM);
        assertThat(panel(quads)).isEqualTo(panel);
        assertThat(glyphsAfter(panel, quads)).hasSizeGreaterThan(40).allMatch(g -> g.inside(panel));
        overlay.clear();
        assertThat(panel(build(1280, 720))).isEqualTo(panel);
        overlay.hud(List.of());
        assertThat(build(1280, 720)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1280,720", "640,480", "1080,1920", "320,240"})
    void noticesLieAtTheBottomLeft(int width, int height) {
        overlay.notice("Detection unavailable");
        List<Quad> quads = build(width, height);
        Quad panel = quads.getFirst();
        assertThat(panel.x0()).isPositive().isEqualTo(height - panel.y1());
        assertThat(panel.x1()).isLessThan(width);
        assertThat(quads).hasSize(2 + "Detectionunavailable".length()).allMatch(q -> q.inside(panel));
        Quad mark = quads.get(1);
        assertThat(mark.y0() - panel.y0()).isCloseTo(panel.y1() - mark.y1(), within(1));
        overlay.clear();
        assertThat(build(width, height)).isEqualTo(quads);
        overlay.card("No signal", "");
        assertThat(build(width, height)).noneMatch(q -> q.argb() == NoticeLayout.MARK);
        overlay.clear();
        overlay.notice("");
        assertThat(build(width, height)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1280,720", "1920,1080", "640,480", "1080,1920", "320,240", "160,120"})
    void stepsHaveMarksBesideTheirNames(int width, int height) {
        overlay.card(
                "Vitrine",
                List.of(
                        new Step("Screen", Step.State.DONE),
                        new Step("Camera", Step.State.RUNNING),
                        new Step("Model", Step.State.WAITING)));
        List<Quad> quads = build(width, height);
        Quad panel = quads.get(1);
        assertThat(quads.subList(2, quads.size())).allMatch(q -> q.inside(panel));
        assertThat(panel.x0()).isEqualTo(width - panel.x1());
        assertThat(panel.y0()).isEqualTo(height - panel.y1());
        List<Quad> marks = quads.stream()
                .skip(2)
                .filter(q -> q.kind() != Instances.KIND_GLYPH)
                .toList();
        assertThat(marks.stream().map(Quad::argb))
                .containsExactly(
                        CardLayout.MARK_DONE,
                        CardLayout.MARK_RUNNING,
                        CardLayout.MARK_RUNNING,
                        CardLayout.MARK_WAITING);
        Quad ring = marks.get(1);
        Quad dot = marks.get(2);
        assertThat(dot.x0() - ring.x0()).isEqualTo(ring.x1() - dot.x1()).isPositive();
        assertThat(dot.y0() - ring.y0()).isEqualTo(ring.y1() - dot.y1()).isPositive();
        assertThat(marks.get(3).y0() - ring.y0())
                .isCloseTo(ring.y0() - marks.getFirst().y0(), within(1));
        for (int argb : new int[] {CardLayout.DETAIL, CardLayout.WAITING}) {
            List<Quad> name = quads.stream().filter(q -> q.argb() == argb).toList();
            assertThat(name).hasSize(argb == CardLayout.DETAIL ? 6 : 5).allMatch(q -> q.x0() > ring.x1());
        }
        assertThat(quads).filteredOn(q -> q.argb() == CardLayout.TITLE).hasSize("VitrineCamera".length());
    }

    @Test
    void stepsOfAnyNumberFit() {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            steps.add(new Step("A step with a rather long name, number " + i, Step.State.RUNNING));
            overlay.card("Start", steps);
            List<Quad> quads = build(640, 480);
            Quad panel = quads.get(1);
            assertThat(quads.subList(2, quads.size())).allMatch(q -> q.inside(panel));
            assertThat(panel.inside(quads.getFirst())).isTrue();
        }
        // And a sentence after them.
        overlay.card("No signal", "The picture returns with the camera.");
        assertThat(build(640, 480)).hasSize(2 + "NosignalThepicturereturnswiththecamera.".length());
    }

    @Test
    void canvasesOfAnySizeAreSurvived() {
        overlay.hud(figures("30.0", "130"));
        overlay.notice("Detection unavailable");
        for (int[] size : new int[][] {{1, 1}, {3, 200}, {200, 3}, {16384, 16384}}) {
            assertThat(build(size[0], size[1])).isNotEmpty();
        }
    }

    @Test
    void nothingIsLaidOutTwice() {
        HudLayout hud = new HudLayout(layout);
        List<Figure> figures = figures("30.0", "130");
        assertThat(hud.place(figures, 640, 480)).isTrue();
        assertThat(hud.place(figures, 640, 480)).isFalse();
        assertThat(hud.place(figures, 480, 640)).isTrue();
        assertThat(hud.place(figures("30.1", "130"), 480, 640)).isTrue();
        NoticeLayout notice = new NoticeLayout(layout);
        assertThat(notice.place("x", 640, 480, 480)).isTrue();
        assertThat(notice.place("x", 640, 480, 480)).isFalse();
    }

    /** Months of figures: the atlas holds their digits, not their texts, in few sizes. */
    @Test
    void figuresThatChangeDoNotFillTheAtlas() {
        for (int i = 0; i < 3000; i++) {
            overlay.hud(figures(i / 100 + "." + i % 10, String.valueOf(i)));
            build(1280, 720);
        }
        assertThat(geometry.atlas().sizes()).isLessThan(4);
        assertThat(geometry.atlas().glyphs()).isLessThan(200);
    }
}
