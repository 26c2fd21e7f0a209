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

/** Where badge, problem and tuning panel lie, by the instances that draw them. */
class DevelopmentTest {

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

    private static List<Quad> panels(List<Quad> quads) {
        return quads.stream()
                .filter(q -> q.argb() == HudLayout.PANEL || q.argb() == ProblemLayout.PANEL)
                .toList();
    }

    private static List<Quad> of(int argb, List<Quad> quads) {
        return quads.stream().filter(q -> q.argb() == argb).toList();
    }

    private static Problem problem(String source, int column) {
        return new Problem("present/video.frag", 42, column, "'x' : undeclared identifier", source, 3);
    }

    private static List<TuningRow> rows(int count, int selected) {
        List<TuningRow> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(new TuningRow(
                    "group " + i / 3,
                    "NUMBER_" + i,
                    String.valueOf(i),
                    i / (float) count,
                    0.5f,
                    i == selected,
                    i % 2 == 1));
        }
        return rows;
    }

    private void everything() {
        overlay.hud(List.of(
                new Figure("video", "30.0", "fps", "camera"),
                new Figure("latency", "41", "ms", "display"),
                new Figure("detection", "9.1", "fps", "network"),
                new Figure("age", "130", "ms", "network")));
        overlay.notice("Detection unavailable");
        overlay.badge("video.frag has an error", Badge.BAD);
        overlay.problem(problem("\tcolor = x * 2;", 10));
        overlay.tuning(rows(20, 7), "Ctrl+S saves to kiosk.toml");
    }

    @ParameterizedTest
    @CsvSource({"1280,720", "1920,1080", "3840,2160", "640,480", "1080,1920", "480,640", "800,480", "1920,400"})
    void nothingLiesOverAnythingElse(int width, int height) {
        everything();
        List<Quad> quads = build(width, height);
        List<Quad> panels = panels(quads);
        assertThat(panels).hasSize(5);
        Quad canvas = new Quad(0, 0, 0, width, height, 0);
        assertThat(quads).allMatch(q -> q.inside(canvas));
        for (int a = 0; a < panels.size(); a++) {
            for (int b = a + 1; b < panels.size(); b++) {
                assertThat(panels.get(a).touches(panels.get(b)))
                        .as(panels.get(a) + " and " + panels.get(b))
                        .isFalse();
            }
        }
        // Whatever is drawn after a panel and before the next lies in it.
        Quad panel = quads.getFirst();
        for (Quad q : quads) {
            panel = panels.contains(q) ? q : panel;
            assertThat(q.inside(panel)).as(q + " in " + panel).isTrue();
        }
        Quad problem = of(ProblemLayout.PANEL, quads).getLast();
        assertThat(problem.y1() - problem.y0()).isLessThan(height / 2);
        assertThat(problem.x0()).isEqualTo(width - problem.x1()).isEqualTo(height - problem.y1());
        assertThat(of(TuningLayout.SELECTED, quads)).hasSize(1);
        overlay.card("No signal", "The picture returns with the camera.");
        List<Quad> withCard = build(width, height);
        Quad card = of(CardLayout.PANEL, withCard).getFirst();
        assertThat(card.touches(of(ProblemLayout.PANEL, withCard).getFirst())).isFalse();
        assertThat(of(TuningLayout.SELECTED, withCard)).isEmpty();
        overlay.clear();
        assertThat(build(width, height)).isEqualTo(quads);
        overlay.hud(List.of());
        overlay.notice("");
        overlay.badge("", Badge.GOOD);
        overlay.clearProblem();
        overlay.clearTuning();
        assertThat(build(width, height)).isEmpty();
    }

    /** Last among the glyphs in the mark's colour is the caret, and in the code's colour is the line. */
    @ParameterizedTest
    @CsvSource({"1280,720", "640,480", "480,640", "3840,2160"})
    void theCaretStandsUnderItsColumn(int width, int height) {
        // Letters of all widths, no ellipsis; each is where it is drawn alone.
        String code = "iW.m(l1w,I@";
        int em = OverlayStyle.of(width, height).text();
        for (int column = 1; column <= code.length(); column++) {
            overlay.problem(problem("\t\t" + code, column + 2));
            List<Quad> quads = build(width, height);
            Quad caret = of(ProblemLayout.MARK, quads).getLast();
            Quad letter = of(ProblemLayout.CODE, quads).get(column - 1);
            assertThat((caret.x0() + caret.x1()) / 2.0)
                    .isCloseTo((letter.x0() + letter.x1()) / 2.0, within(1.5 + 0.08 * em));
            assertThat(caret.y0()).isGreaterThan(letter.y1() - em / 3);
        }
        overlay.problem(problem("\t\t" + code, code.length() + 3));
        List<Quad> behind = build(width, height);
        assertThat(of(ProblemLayout.MARK, behind).getLast().x0())
                .isGreaterThanOrEqualTo(of(ProblemLayout.CODE, behind).getLast().x1() - 1 - em / 10);
        overlay.problem(problem(code, 0));
        assertThat(of(ProblemLayout.MARK, build(width, height))).hasSize(1);
        overlay.problem(problem("", 0));
        assertThat(of(ProblemLayout.STRIP, build(width, height))).isEmpty();
    }

    @Test
    void tabsAreStops() {
        overlay.problem(problem("ab\tc", 4));
        List<Quad> tab = build(1280, 720);
        overlay.problem(problem("ab  c", 5));
        assertThat(build(1280, 720)).isEqualTo(tab);
    }

    @Test
    void longLinesAreScrolledToTheCaret() {
        String code = "color = mix(a, b, " + "f(x) + ".repeat(300) + "1);";
        for (int column : new int[] {1, 20, 200, 1000, code.length() - 1, code.length()}) {
            overlay.problem(problem(code, column));
            List<Quad> quads = build(640, 480);
            Quad strip = of(ProblemLayout.STRIP, quads).getFirst();
            List<Quad> line = of(ProblemLayout.CODE, quads);
            Quad caret = of(ProblemLayout.MARK, quads).getLast();
            assertThat(caret.inside(strip)).isTrue();
            assertThat(line).hasSizeGreaterThan(30).allMatch(q -> q.inside(strip));
            assertThat(line).anyMatch(q -> q.x0() <= caret.x1() && caret.x0() <= q.x1());
        }
    }

    @Test
    void messagesAreCutNotSpilt() {
        for (String message : List.of(
                "",
                "\n",
                "short",
                "word ".repeat(400),
                "x".repeat(5000),
                "\uD83D\uDE00".repeat(700),
                "'a->b' : " + "(vec3(0.0),".repeat(300))) {
            overlay.problem(new Problem("f".repeat(500) + ".frag", 7, 3, message, "\uD83D\uDE00\u0007\tx", 1));
            for (int[] size : new int[][] {{640, 480}, {1280, 720}, {200, 500}, {320, 240}}) {
                List<Quad> quads = build(size[0], size[1]);
                assertThat(quads).allMatch(q -> q.inside(quads.getFirst()));
            }
        }
    }

    @Test
    void theTitleHasTheLineWhereItIsKnown() {
        assertThat(new Problem("f", 0, 0, "", "", 0).title()).isEqualTo("f");
        assertThat(new Problem("f", 9, 0, "", "", 0).title()).isEqualTo("f:9");
    }

    @Test
    void theSelectedRowIsInSight() {
        for (int i : new int[] {0, 5, 19, 12, 3, 4, 0}) {
            overlay.tuning(rows(20, i), "");
            List<Quad> quads = build(640, 300);
            assertThat(of(TuningLayout.SELECTED, quads)).hasSize(1);
            assertThat(quads).allMatch(q -> q.inside(quads.getFirst()));
        }
        // With the first of a group comes its heading: nothing lies above the row but the heading's letters.
        Quad selected = of(TuningLayout.SELECTED, build(640, 300)).getFirst();
        assertThat(build(640, 300).stream().filter(q -> q.kind() == Instances.KIND_GLYPH && q.y1() <= selected.y0()))
                .hasSize("group0".length());
    }

    @Test
    void valuesThatChangeDoNotMoveThePanel() {
        overlay.tuning(List.of(new TuningRow("g", "A", "10.25", 0.5f, 0, true, true)), "");
        Quad wide = build(1280, 720).getFirst();
        overlay.tuning(List.of(new TuningRow("g", "A", "1", 0.1f, 0, true, true)), "");
        assertThat(build(1280, 720).getFirst()).isEqualTo(wide);
    }

    @Test
    void aNoteAloneIsAPanelToo() {
        overlay.tuning(List.of(), "No constant here is annotated //! tunable, so there is nothing to tune.");
        List<Quad> quads = build(640, 480);
        assertThat(quads).hasSizeGreaterThan(50).allMatch(q -> q.inside(quads.getFirst()));
        overlay.clearTuning();
        assertThat(build(640, 480)).isEmpty();
    }

    @Test
    void badgesSayTheirStateByColour() {
        List<Integer> colors = new ArrayList<>();
        for (Badge state : Badge.values()) {
            overlay.badge("video.frag", state);
            List<Quad> quads = build(1280, 720);
            assertThat(quads.getFirst().x1())
                    .isEqualTo(1280 - OverlayStyle.of(1280, 720).margin());
            assertThat(quads).allMatch(q -> q.inside(quads.getFirst()));
            colors.add(quads.get(1).argb());
        }
        assertThat(colors).doesNotHaveDuplicates().hasSize(4);
    }

    @Test
    void canvasesOfAnySizeAreSurvived() {
        everything();
        for (int[] size : new int[][] {{1, 1}, {3, 200}, {200, 3}, {160, 120}, {16384, 16384}}) {
            assertThat(build(size[0], size[1])).isNotEmpty();
        }
    }

    @Test
    void nothingIsLaidOutTwice() {
        ProblemLayout problem = new ProblemLayout(layout);
        assertThat(problem.place(problem("x", 1), 640, 480)).isTrue();
        assertThat(problem.place(problem("x", 1), 640, 480)).isFalse();
        assertThat(problem.place(problem("y", 1), 640, 480)).isTrue();
        BadgeLayout badge = new BadgeLayout(layout);
        assertThat(badge.place("a", Badge.GOOD, 640, 480, 480, 0, 480)).isTrue();
        assertThat(badge.place("a", Badge.BAD, 640, 480, 480, 0, 480)).isFalse();
        TuningLayout tuning = new TuningLayout(layout);
        assertThat(tuning.place(rows(4, 0), "", 640, 480, 0, 0, 480)).isTrue();
        assertThat(tuning.place(rows(4, 0), "", 640, 480, 0, 0, 480)).isFalse();
        assertThat(tuning.place(rows(4, 1), "", 640, 480, 0, 0, 480)).isTrue();
    }
}
