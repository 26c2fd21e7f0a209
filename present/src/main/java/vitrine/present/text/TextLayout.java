package vitrine.present.text;

import java.util.HashMap;
import java.util.Map;

/**
 * Shaped texts by their string, and the 101 percentages by their number: in steady state nothing is shaped and nothing
 * allocated. Owns nothing native; the font outlives it. One thread.
 */
public final class TextLayout {

    /** Texts kept before all are forgotten: bounds memory where someone draws a new text every frame. */
    static final int MAX_TEXTS = 4096;

    private final Font font;
    private final Map<String, ShapedText> texts = new HashMap<>();
    private final ShapedText[] percents = new ShapedText[101];
    private final float space;

    public TextLayout(Font font) {
        this.font = font;
        for (int i = 0; i <= 100; i++) {
            percents[i] = font.shape(i + "%");
        }
        space = font.shape(" ").width();
    }

    public ShapedText text(String text) {
        ShapedText shaped = texts.get(text);
        if (shaped == null) {
            if (texts.size() >= MAX_TEXTS) {
                texts.clear();
            }
            shaped = font.shape(text);
            texts.put(text, shaped);
        }
        return shaped;
    }

    /** With digits of one width, for figures that change in place. Shaped anew with each call: keep the result. */
    public ShapedText figures(String text) {
        return font.shapeTabular(text);
    }

    /**
     * Source text, every character by itself: a prefix is as wide as where it ends in the whole. Shaped anew with each
     * call: keep the result.
     */
    public ShapedText code(String text) {
        return font.shapeLiterally(text);
    }

    /** "0%" to "100%", rounded to the nearest; scores outside 0..1 are clamped. */
    public ShapedText percent(float score) {
        return percents[Math.round(Math.clamp(score, 0f, 1f) * 100)];
    }

    /** Advance of a space, em. */
    public float space() {
        return space;
    }

    /** Height over the base line, em. */
    public float ascent() {
        return font.ascent();
    }

    /** Depth under the base line, em. */
    public float descent() {
        return font.descent();
    }

    /** Texts shaped and kept. */
    int cached() {
        return texts.size();
    }
}
