package vitrine.present.overlay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import vitrine.present.text.Font;
import vitrine.present.text.GlyphAtlas;
import vitrine.present.text.TextLayout;
import vitrine.present.video.ViewTransform;

class OverlayGeometryTest {

    private Font font;
    private OverlayGeometry geometry;
    private final Overlay overlay = new Overlay();

    /** An instance, unpacked. */
    private record Quad(int kind, int x0, int y0, int x1, int y1, int left, int top, int right, int bottom, int argb) {}

    @BeforeEach
    void open() {
        font = Font.bundled();
        geometry = new OverlayGeometry(new TextLayout(font), GlyphAtlas.create(font, 16));
    }

    @AfterEach
    void close() {
        font.close();
    }

    private List<Quad> build(ViewTransform view) {
        geometry.build(overlay, view, view.targetWidth(), view.targetHeight(), false);
        List<Quad> quads = new ArrayList<>();
        int[] w = geometry.words();
        for (int i = 0; i < geometry.count(); i++) {
            int at = Instances.WORDS * i;
            quads.add(new Quad(
                    w[at + 6] & 15,
                    (short) w[at],
                    w[at] >> 16,
                    (short) w[at + 1],
                    w[at + 1] >> 16,
                    (short) w[at + 2],
                    w[at + 2] >> 16,
                    (short) w[at + 3],
                    w[at + 3] >> 16,
                    w[at + 4]));
        }
        return quads;
    }

    private static List<Quad> of(int kind, List<Quad> quads) {
        return quads.stream().filter(q -> q.kind == kind).toList();
    }

    @Test
    void outlinesStraddleTheBox() {
        overlay.box(100, 50, 200, 150, 0, null, -1);
        List<Quad> quads = build(ViewTransform.fit(640, 360, 1280, 720));
        assertThat(quads).hasSize(4).allMatch(q -> q.kind == Instances.KIND_RING);
        for (Quad q : quads) {
            // 200..600 x 100..400 on the target, with a band of 4 pixels.
            assertThat(List.of(q.left, q.top, q.right, q.bottom)).containsExactly(198, 98, 602, 402);
            assertThat(q.argb).isEqualTo(Palette.color(0));
        }
        // The four bars cover the ring's whole edge, and nothing twice.
        assertThat(area(quads)).isEqualTo(covered(quads));
        for (int x = 198; x < 602; x++) {
            assertThat(hit(quads, x, 98)).isTrue();
            assertThat(hit(quads, x, 401)).isTrue();
        }
        for (int y = 98; y < 402; y++) {
            assertThat(hit(quads, 198, y)).isTrue();
            assertThat(hit(quads, 601, y)).isTrue();
        }
        assertThat(hit(quads, 400, 250)).isFalse();
    }

    private static boolean hit(List<Quad> quads, int x, int y) {
        return quads.stream().anyMatch(q -> x >= q.x0 && x < q.x1 && y >= q.y0 && y < q.y1);
    }

    private static long area(List<Quad> quads) {
        return quads.stream()
                .mapToLong(q -> (long) (q.x1 - q.x0) * (q.y1 - q.y0))
                .sum();
    }

    private static long covered(List<Quad> quads) {
        long n = 0;
        for (int y = 0; y < 720; y++) {
            for (int x = 0; x < 1280; x++) {
                n += hit(quads, x, y) ? 1 : 0;
            }
        }
        return n;
    }

    @Test
    void smallBoxesAreStillWholeAndNeverDrawnTwice() {
        for (int size = 1; size < 24; size++) {
            overlay.clear();
            overlay.box(100, 100, size, 24 - size, 3, null, -1);
            List<Quad> quads = build(ViewTransform.fit(1280, 720, 1280, 720));
            assertThat(quads).isNotEmpty();
            assertThat(area(quads)).isEqualTo(covered(quads));
        }
    }

    @Test
    void boxesOverTheBorderStayOnThePicture() {
        overlay.box(-50, -50, 5000, 5000, 0, "person", 0.9f);
        ViewTransform view = ViewTransform.fit(640, 480, 1280, 720);
        Quad ring = of(Instances.KIND_RING, build(view)).getFirst();
        assertThat(List.of(ring.left, ring.top, ring.right, ring.bottom)).containsExactly(160, 0, 1120, 720);
        Quad chip = of(Instances.KIND_FILL, build(view)).getFirst();
        assertThat(chip.x0).isEqualTo(160);
        assertThat(chip.y0).isZero();
    }

    @Test
    void chipsStandOnTheBoxAndKeepInsideTheTarget() {
        overlay.box(100, 100, 100, 100, 0, "dog", 0.86f);
        overlay.box(1270, 100, 8, 100, 0, "potted plant", 0.86f);
        overlay.box(100, 3, 100, 100, 0, "cat", 0.86f);
        List<Quad> chips = of(Instances.KIND_FILL, build(ViewTransform.fit(1280, 720, 1280, 720)));
        assertThat(chips).hasSize(3);
        OverlayStyle style = OverlayStyle.of(1280, 720);
        Quad dog = chips.get(2);
        assertThat(dog.x0).isEqualTo(98);
        assertThat(dog.y1).isEqualTo(98 + style.band());
        assertThat(chips.get(1).x1).isEqualTo(1280);
        assertThat(chips.get(0).y0).isEqualTo(1);
        for (Quad chip : chips) {
            assertThat(chip.y1 - chip.y0).isEqualTo(style.chip());
        }
        assertThat(dog.argb).isEqualTo(Palette.color(0));
    }

    @Test
    void glyphsLieInTheirChip() {
        for (int[] target : new int[][] {{1280, 720}, {3840, 2160}, {320, 240}, {1080, 1920}}) {
            overlay.clear();
            overlay.box(300, 200, 300, 300, 7, "AVg|qÅ", 1f);
            List<Quad> quads = build(ViewTransform.fit(1280, 720, target[0], target[1]));
            Quad chip = of(Instances.KIND_FILL, quads).getFirst();
            List<Quad> glyphs = of(Instances.KIND_GLYPH, quads);
            assertThat(glyphs).hasSize(6 + 4);
            assertThat(glyphs).allMatch(g -> g.x0 > chip.x0 && g.x1 < chip.x1 && g.y0 >= chip.y0 && g.y1 <= chip.y1);
            for (int i = 1; i < glyphs.size(); i++) {
                assertThat(glyphs.get(i).x0).isGreaterThan(glyphs.get(i - 1).x0);
            }
        }
    }

    @Test
    void textFollowsTheTargetsSize() {
        overlay.box(300, 200, 300, 300, 7, "H", -1);
        Quad small = of(Instances.KIND_GLYPH, build(ViewTransform.fit(1280, 720, 1280, 720)))
                .getFirst();
        assertThat(geometry.atlas().pixelSize()).isEqualTo(18);
        int generation = geometry.atlas().generation();
        Quad large = of(Instances.KIND_GLYPH, build(ViewTransform.fit(1280, 720, 3840, 2160)))
                .getFirst();
        assertThat(geometry.atlas().pixelSize()).isEqualTo(54);
        assertThat(geometry.atlas().generation()).isNotEqualTo(generation);
        // Drawn at 54, not stretched from 18: heights as FreeType makes them.
        assertThat(small.y1 - small.y0).isBetween(13, 14);
        assertThat(large.y1 - large.y0).isBetween(39, 40);
    }

    @Test
    void nonsenseIsLeftOut() {
        float nan = Float.NaN;
        float inf = Float.POSITIVE_INFINITY;
        overlay.box(nan, 0, 10, 10, 0, "x", 0.5f);
        overlay.box(0, 0, nan, 10, 0, "x", 0.5f);
        overlay.box(0, 0, 0, 10, 0, "x", 0.5f);
        overlay.box(0, 0, -5, 10, 0, "x", 0.5f);
        overlay.box(2000, 0, 10, 10, 0, "x", 0.5f);
        overlay.box(-20, 0, 10, 10, 0, "x", 0.5f);
        overlay.box(inf, inf, inf, inf, 0, "x", 0.5f);
        assertThat(build(ViewTransform.fit(1280, 720, 1280, 720))).isEmpty();
        overlay.clear();
        overlay.box(-inf, -inf, inf, inf, 0, "x", nan);
        overlay.box(0, 0, inf, inf, 0, "x", nan);
        overlay.box(10, 10, 100, 100, -7, "", 2f);
        overlay.line("");
        assertThat(build(ViewTransform.fit(1280, 720, 1280, 720))).isNotEmpty();
    }

    @Test
    void surestBoxesAreOnTop() {
        overlay.box(100, 100, 100, 100, 0, "first", 0.9f);
        overlay.box(110, 110, 100, 100, 1, "second", 0.3f);
        List<Quad> chips = of(Instances.KIND_FILL, build(ViewTransform.fit(1280, 720, 1280, 720)));
        assertThat(chips.get(1).argb).isEqualTo(Palette.color(0));
    }

    @Test
    void thousandsOfBoxesFit() {
        for (int i = 0; i < 10_000; i++) {
            overlay.box(i % 1000, i / 20f, 50, 50, i, "person", (i % 101) / 100f);
        }
        assertThat(build(ViewTransform.fit(1280, 720, 1280, 720)).size()).isGreaterThan(10_000 * 12);
        assertThat(overlay.size()).isEqualTo(10_000);
    }

    @Test
    void linesStackUp() {
        overlay.line("59.9 fps");
        overlay.line("21 ms");
        List<Quad> chips = of(Instances.KIND_FILL, build(ViewTransform.fit(1280, 720, 1280, 720)));
        assertThat(chips).hasSize(2);
        assertThat(chips.get(1).y0).isGreaterThanOrEqualTo(chips.get(0).y1);
        assertThat(chips.get(0).x0).isEqualTo(chips.get(1).x0);
    }
}
