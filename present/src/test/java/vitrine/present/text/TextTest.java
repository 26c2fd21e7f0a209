package vitrine.present.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vitrine.present.PresentException;

class TextTest {

    private Font font;

    @BeforeEach
    void open() {
        font = Font.bundled();
    }

    @AfterEach
    void close() {
        font.close();
    }

    @Test
    void kerningPullsPairsTogether() {
        float together = font.shape("AV").width();
        float apart = font.shape("A").width() + font.shape("V").width();
        assertThat(together).isLessThan(apart - 0.02f);
    }

    @Test
    void positionsGrowFromLeftToRight() {
        ShapedText text = font.shape("person");
        assertThat(text.glyphCount()).isEqualTo(6);
        for (int i = 1; i < 6; i++) {
            assertThat(text.x(i)).isGreaterThan(text.x(i - 1));
        }
        assertThat(text.width()).isBetween(3f, 4f);
    }

    @Test
    void cachedTextsAreTheSameObjects() {
        TextLayout layout = new TextLayout(font);
        assertThat(layout.text("dog")).isSameAs(layout.text("dog"));
        assertThat(layout.percent(0.864f)).isSameAs(layout.percent(0.86f));
        assertThat(layout.percent(1.7f)).isSameAs(layout.percent(1f));
        assertThat(layout.percent(-1f)).isSameAs(layout.percent(0f));
        assertThat(layout.percent(1f).glyphCount()).isEqualTo(4);
        for (int i = 0; i < 3 * TextLayout.MAX_TEXTS; i++) {
            layout.text("frame " + i);
        }
        assertThat(layout.cached()).isLessThanOrEqualTo(TextLayout.MAX_TEXTS);
    }

    @Test
    void glyphsAreDrawnOnceAndStay() {
        GlyphAtlas atlas = GlyphAtlas.create(font, 18);
        int id = font.shape("g").glyph(0);
        int slot = atlas.glyph(id, 0);
        int used = atlas.usedBytes();
        assertThat(used).isBetween(atlas.width(slot) * atlas.height(slot), atlas.width(slot) * atlas.height(slot) + 3);
        assertThat(atlas.glyph(id, 0)).isEqualTo(slot);
        assertThat(atlas.usedBytes()).isEqualTo(used);
        for (int i = 1; i < Math.min(800, font.glyphCount()); i++) {
            atlas.glyph(i, i & 3);
        }
        assertThat(atlas.glyph(id, 0)).isEqualTo(slot);
        assertThat(atlas.offset(slot)).isZero();
        assertThat(atlas.glyphs()).isGreaterThan(500);
    }

    @Test
    void oneAtlasHoldsSeveralSizes() {
        GlyphAtlas atlas = GlyphAtlas.create(font, 18);
        int id = font.shape("H").glyph(0);
        int small = atlas.glyph(id, 0);
        int large = atlas.glyph(90, id, 0);
        assertThat(atlas.height(large)).isBetween(64, 67); // capitals have 0.727 em
        assertThat(atlas.height(small)).isBetween(13, 14);
        assertThat(atlas.offset(large)).isGreaterThanOrEqualTo(atlas.width(small) * atlas.height(small));
        assertThat(atlas.glyph(18, id, 0)).isEqualTo(small);
        assertThat(atlas.glyph(90, id, 0)).isEqualTo(large);
        assertThat(atlas.sizes()).isEqualTo(2);
        assertThat(atlas.pixelSize()).isEqualTo(18);
        assertThatThrownBy(() -> atlas.glyph(513, id, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThat(atlas.sizes()).isEqualTo(2);
    }

    @Test
    void spaceHasNoInk() {
        GlyphAtlas atlas = GlyphAtlas.create(font, 18);
        assertThat(atlas.glyph(font.shape(" ").glyph(0), 0)).isEqualTo(GlyphAtlas.EMPTY);
        assertThat(atlas.usedBytes()).isZero();
    }

    @Test
    void phasesMoveTheInkByQuarters() {
        GlyphAtlas atlas = GlyphAtlas.create(font, 18);
        int id = font.shape("l").glyph(0);
        double first = centroid(atlas, atlas.glyph(id, 0));
        for (int phase = 1; phase < 4; phase++) {
            assertThat(centroid(atlas, atlas.glyph(id, phase)) - first)
                    .isCloseTo(0.25 * phase, org.assertj.core.data.Offset.offset(0.08));
        }
        assertThat(GlyphAtlas.phase(3.0f)).isZero();
        assertThat(GlyphAtlas.phase(3.3f)).isEqualTo(1);
        assertThat(GlyphAtlas.phase(-0.25f)).isEqualTo(3);
    }

    private static double centroid(GlyphAtlas atlas, int slot) {
        double sum = 0;
        double weighted = 0;
        for (int i = 0; i < atlas.width(slot) * atlas.height(slot); i++) {
            double ink = atlas.coverage()[atlas.offset(slot) + i] & 255;
            sum += ink;
            weighted += ink * (i % atlas.width(slot) + 0.5);
        }
        return atlas.left(slot) + weighted / sum;
    }

    @Test
    void glyphsAreDrawnAtTheSizeAskedFor() {
        int id = font.shape("H").glyph(0);
        GlyphAtlas small = GlyphAtlas.create(font, 18);
        GlyphAtlas large = small.resized(54);
        assertThat(large.generation()).isNotEqualTo(small.generation());
        int s = small.glyph(id, 0);
        int l = large.glyph(id, 0);
        // Inter's capital height is 0.727 em.
        assertThat(small.height(s)).isBetween(13, 14);
        assertThat(large.height(l)).isBetween(39, 40);
        // Sharp: at 54 pixels nearly all ink of an H is full, only the stems' sides are grey.
        int full = 0;
        int grey = 0;
        for (int i = 0; i < large.width(l) * large.height(l); i++) {
            int ink = large.coverage()[large.offset(l) + i] & 255;
            full += ink == 255 ? 1 : 0;
            grey += ink > 0 && ink < 255 ? 1 : 0;
        }
        assertThat(full).isGreaterThan(2 * grey);
    }

    @Test
    void missingGlyphsAreBoxesNotCrashes() {
        ShapedText text = font.shape("猫");
        assertThat(text.glyphCount()).isEqualTo(1);
        assertThat(text.glyph(0)).isZero();
        GlyphAtlas atlas = GlyphAtlas.create(font, 18);
        int slot = atlas.glyph(0, 0);
        assertThat(slot).isNotEqualTo(GlyphAtlas.EMPTY);
        assertThat(atlas.height(slot)).isGreaterThan(8);
    }

    @Test
    void strangeTextsShape() {
        assertThat(font.shape("").glyphCount()).isZero();
        assertThat(font.shape("").width()).isZero();
        assertThat(font.shape("\ud83d").glyphCount()).isEqualTo(1); // half a surrogate pair
        assertThat(font.shape("שלום").glyphCount()).isEqualTo(4);
        assertThat(font.shape("x".repeat(5000)).glyphCount()).isEqualTo(5000);
        assertThat(font.shape("a\u0000b\n").glyphCount()).isPositive();
    }

    @Test
    void otherFilesLoadAndBrokenOnesSaySo(@TempDir Path dir) throws Exception {
        Path file = dir.resolve("copy.ttf");
        try (var in = Font.class.getResourceAsStream("Inter-SemiBold.ttf")) {
            byte[] bytes = in.readAllBytes();
            Files.write(file, bytes);
            try (Font copy = Font.load(file)) {
                assertThat(copy.shape("dog").glyphCount()).isEqualTo(3);
            }
            Files.write(dir.resolve("cut.ttf"), java.util.Arrays.copyOf(bytes, 200));
        }
        Files.writeString(dir.resolve("text.ttf"), "this is no font");
        Files.write(dir.resolve("empty.ttf"), new byte[0]);
        for (String name : new String[] {"cut.ttf", "text.ttf", "empty.ttf"}) {
            assertThatThrownBy(() -> Font.load(dir.resolve(name)))
                    .isInstanceOf(PresentException.class)
                    .hasMessageContaining(name)
                    .hasMessageContaining(".otf")
                    .hasMessageNotContaining("\n");
        }
        assertThatThrownBy(() -> Font.load(dir.resolve("none.ttf")))
                .isInstanceOf(PresentException.class)
                .hasMessageContaining("does not exist");
        assertThatThrownBy(() -> Font.load(dir))
                .isInstanceOf(PresentException.class)
                .hasMessageContaining("is a folder");
    }

    /** Broken inside but with an intact head: must neither crash nor hang. */
    @Test
    void damagedFontsNeverCrash(@TempDir Path dir) throws Exception {
        byte[] bytes;
        try (var in = Font.class.getResourceAsStream("Inter-SemiBold.ttf")) {
            bytes = in.readAllBytes();
        }
        var random = new java.util.Random(7);
        int opened = 0;
        for (int round = 0; round < 30; round++) {
            byte[] broken = bytes.clone();
            for (int i = 0; i < 2000; i++) {
                broken[400 + random.nextInt(broken.length - 400)] = (byte) random.nextInt();
            }
            Path file = Files.write(dir.resolve("broken.ttf"), broken);
            try (Font damaged = Font.load(file)) {
                opened++;
                TextLayout layout = new TextLayout(damaged);
                ShapedText text = layout.text("The quick brown fox 0123456789%");
                GlyphAtlas atlas = GlyphAtlas.create(damaged, 24);
                for (int i = 0; i < text.glyphCount(); i++) {
                    atlas.glyph(text.glyph(i), i & 3);
                }
            } catch (PresentException e) {
                assertThat(e).hasMessageContaining("broken.ttf");
            }
        }
        assertThat(opened).isPositive();
    }

    @Test
    void closedFontsRefuse() {
        Font other = Font.bundled();
        other.close();
        other.close();
        assertThatThrownBy(() -> other.shape("x")).isInstanceOf(IllegalStateException.class);
    }
}
