package vitrine.present.overlay;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import vitrine.present.text.GlyphAtlas;
import vitrine.present.text.ShapedText;
import vitrine.present.text.TextLayout;
import vitrine.present.video.ViewTransform;

/**
 * Turns an overlay into instances of one quad: the sides of outlines, chips, glyphs, in drawing order; or the card, with
 * neither boxes nor lines; and above all the figures. The words of an instance are those of {@code present/overlay.vert}. Everything lies on whole target pixels, so edges are crisp.
 * Reused; allocates only while it grows.
 */
final class OverlayGeometry {

    /** 32-bit words of an instance. */
    static final int WORDS = 8;

    /** Kinds of instances, as KIND_* in present/overlay.frag. */
    static final int KIND_FILL = 0;

    static final int KIND_RING = 1;
    static final int KIND_GLYPH = 2;

    /** Corners that stay square, as SQUARE_* in present/overlay.frag. */
    static final int SQUARE_BOTTOM = 1;

    static final int SQUARE_TOP_LEFT = 2;

    /** Coordinates are stored in 16 bits. */
    private static final int LIMIT = 16384;

    /** Text sizes kept in one atlas: up to five are in use, the rest belonged to texts that are gone. */
    private static final int MAX_SIZES = 8;

    private static final int LINE_BACKGROUND = 0xC8101014;

    private final TextLayout layout;
    private final CardLayout card;
    private final HudLayout hud;
    private final NoticeLayout notice;
    private final @Nullable ShapedText check;
    private GlyphAtlas atlas;
    private int[] words = new int[WORDS * 256];
    private int count;

    /** Outer edges of the outline found by the last {@link #place}. */
    private int left;

    private int top;
    private int right;
    private int bottom;

    OverlayGeometry(TextLayout layout, GlyphAtlas atlas) {
        this.layout = layout;
        card = new CardLayout(layout);
        hud = new HudLayout(layout);
        notice = new NoticeLayout(layout);
        ShapedText mark = layout.text("✓");
        check = mark.glyphCount() == 1 && mark.glyph(0) != 0 ? mark : null;
        this.atlas = atlas;
    }

    /** The instances of the last {@link #build}, {@link #WORDS} ints each. */
    int[] words() {
        return words;
    }

    int count() {
        return count;
    }

    /** The atlas the last build drew from; another object when the text size changed. */
    GlyphAtlas atlas() {
        return atlas;
    }

    /**
     * Makes the instances of an overlay.
     *
     * @param view the picture's place on the canvas; null where there is no picture, and so no boxes
     * @param width of the canvas, pixels
     * @param height of the canvas
     * @param linear whether the target blends in linear light, as one with an _SRGB format does
     */
    void build(Overlay overlay, @Nullable ViewTransform view, int width, int height, boolean linear) {
        OverlayStyle style = OverlayStyle.of(width, height);
        if (atlas.pixelSize() != style.text()) {
            atlas = atlas.resized(style.text());
        }
        count = 0;
        placeTexts(overlay, style, width, height);
        if (overlay.cardTitle() != null) {
            card(width, height, style, linear);
        } else {
            picture(overlay, view, style, width);
            if (!overlay.notice().isEmpty()) {
                notice(style, linear);
            }
        }
        if (!overlay.figures().isEmpty()) {
            hud(overlay.figures().size(), style, linear);
        }
    }

    /** Where a text is of a new size and the atlas has many, it is made anew, before anything is drawn from it. */
    private void placeTexts(Overlay overlay, OverlayStyle style, int width, int height) {
        boolean changed = false;
        @Nullable String title = overlay.cardTitle();
        if (title != null) {
            changed = card.place(title, overlay.cardDetail(), overlay.cardSteps(), width, height);
        } else if (!overlay.notice().isEmpty()) {
            changed = notice.place(overlay.notice(), width, height);
        }
        if (!overlay.figures().isEmpty()) {
            changed |= hud.place(overlay.figures(), width, height);
        }
        if (changed && atlas.sizes() > MAX_SIZES) {
            atlas = atlas.resized(style.text());
        }
    }

    private void picture(Overlay overlay, @Nullable ViewTransform view, OverlayStyle style, int width) {
        if (view != null) {
            // Outlines first, then chips, each from the last box to the first: detectors put the surest first.
            for (int i = overlay.size() - 1; i >= 0; i--) {
                outline(overlay, i, view, style);
            }
            for (int i = overlay.size() - 1; i >= 0; i--) {
                chip(overlay, i, view, style);
            }
        }
        int y = overlay.figures().isEmpty() ? style.margin() : hud.bottom() + style.margin();
        for (int i = 0; i < overlay.lines(); i++) {
            ShapedText text = layout.text(overlay.line(i));
            int background = Math.round(text.width() * style.text()) + 2 * style.padX() + 2 * style.casing();
            fill(style.margin(), y, style.margin() + background, y + style.chip(), LINE_BACKGROUND, 0, style, 0, 0);
            int x = style.margin() + style.casing() + style.padX();
            text(text, x, baseline(y, style), style.text(), Palette.WHITE, width);
            y += style.chip() + style.casing();
        }
    }

    private void card(int width, int height, OverlayStyle style, boolean linear) {
        fill(0, 0, width, height, linear ? CardLayout.DIM_LINEAR : CardLayout.DIM, 0, style, 0, 0);
        int panel = linear ? CardLayout.PANEL_LINEAR : CardLayout.PANEL;
        int edge = linear ? CardLayout.EDGE_LINEAR : CardLayout.EDGE;
        fill(card.left(), card.top(), card.right(), card.bottom(), panel, edge, style, card.radius(), 0);
        for (int i = 0; i < card.lines(); i++) {
            Step.@Nullable State state = card.state(i);
            int argb = i == 0 || state == Step.State.RUNNING
                    ? CardLayout.TITLE
                    : state == Step.State.WAITING ? CardLayout.WAITING : CardLayout.DETAIL;
            text(card.text(i), card.x(i), card.baseline(i), card.size(i), argb, card.right());
            if (state != null) {
                mark(state, card.markX(), card.markY(i), card.markSize(i), style);
            }
        }
    }

    /** A disc with a tick, a ring with a dot, a ring, an amber disc. */
    private void mark(Step.State state, int x, int y, int size, OverlayStyle style) {
        switch (state) {
            case DONE -> {
                disc(x, y, size, CardLayout.MARK_DONE, style);
                if (check != null) {
                    int em = Math.max(4, Math.round(0.72f * size));
                    float tick = x + (size - check.width() * em) / 2;
                    text(check, tick, y + Math.round(0.5f * size + 0.363f * em), em, CardLayout.MARK_TICK, x + size);
                }
            }
            case RUNNING -> {
                circle(x, y, size, CardLayout.MARK_RUNNING);
                int dot = Math.max(2, Math.round(0.4f * size));
                dot += (size - dot) & 1; // so that the middles coincide
                disc(x + (size - dot) / 2, y + (size - dot) / 2, dot, CardLayout.MARK_RUNNING, style);
            }
            case WAITING -> circle(x, y, size, CardLayout.MARK_WAITING);
            case FAILED -> disc(x, y, size, CardLayout.MARK_FAILED, style);
        }
    }

    private void disc(int x, int y, int size, int argb, OverlayStyle style) {
        fill(x, y, x + size, y + size, argb, 0, style, Math.min((size + 1) / 2, 255), 0);
    }

    private void circle(int x, int y, int size, int argb) {
        int at = next();
        words[at] = pack(x, y);
        words[at + 1] = pack(x + size, y + size);
        words[at + 2] = words[at];
        words[at + 3] = words[at + 1];
        words[at + 4] = argb;
        words[at + 5] = argb;
        words[at + 6] = shape(KIND_RING, 0, Math.min((size + 1) / 2, 255), Math.max(1, Math.round(size / 9f)), 0);
    }

    private void notice(OverlayStyle style, boolean linear) {
        int panel = linear ? HudLayout.PANEL_LINEAR : HudLayout.PANEL;
        fill(notice.left(), notice.top(), notice.right(), notice.bottom(), panel, 0, style, notice.radius(), 0);
        disc(notice.markX(), notice.markY(), notice.markSize(), NoticeLayout.MARK, style);
        text(notice.text(), notice.x(), notice.baseline(), notice.size(), NoticeLayout.TEXT, notice.right());
    }

    private void hud(int rows, OverlayStyle style, boolean linear) {
        int panel = linear ? HudLayout.PANEL_LINEAR : HudLayout.PANEL;
        fill(hud.left(), hud.left(), hud.right(), hud.bottom(), panel, 0, style, hud.radius(), 0);
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < HudLayout.COLUMNS; column++) {
                int argb = HudLayout.argb(column);
                text(hud.text(row, column), hud.x(row, column), hud.baseline(row), hud.size(), argb, hud.right());
            }
        }
    }

    /**
     * Finds the outer edges of a box's outline: the band straddles the box's edge, and lies inside the picture where
     * the box reaches its border. False where there is nothing to draw.
     */
    private boolean place(Overlay overlay, int i, ViewTransform view, OverlayStyle style) {
        float x0 = overlay.x(i);
        float y0 = overlay.y(i);
        float x1 = x0 + overlay.width(i);
        float y1 = y0 + overlay.height(i);
        // Written so that NaN fails a comparison.
        boolean visible =
                x1 > x0 && y1 > y0 && x0 < view.uprightWidth() && y0 < view.uprightHeight() && x1 > 0 && y1 > 0;
        if (!visible) {
            return false;
        }
        int outset = style.band() / 2;
        left = x0 <= 0 ? view.x() : Math.max(view.x(), pixel(view.toTargetX(x0)) - outset);
        top = y0 <= 0 ? view.y() : Math.max(view.y(), pixel(view.toTargetY(y0)) - outset);
        int pictureRight = view.x() + view.width();
        int pictureBottom = view.y() + view.height();
        right = x1 >= view.uprightWidth() ? pictureRight : Math.min(pictureRight, pixel(view.toTargetX(x1)) + outset);
        bottom = y1 >= view.uprightHeight()
                ? pictureBottom
                : Math.min(pictureBottom, pixel(view.toTargetY(y1)) + outset);
        return right > left && bottom > top;
    }

    private static int pixel(double position) {
        return (int) Math.round(position);
    }

    private void outline(Overlay overlay, int i, ViewTransform view, OverlayStyle style) {
        if (!place(overlay, i, view, style)) {
            return;
        }
        int argb = overlay.argb(i);
        int square = chipInside(overlay, i, style) ? SQUARE_TOP_LEFT : 0;
        // Four bars instead of one quad: a tile renderer would otherwise blend the whole inside for nothing.
        int bar = Math.max(style.band(), style.radius()) + 1;
        int middle = (top + bottom) / 2;
        int inner0 = Math.min(top + bar, middle);
        int inner1 = Math.max(bottom - bar, middle);
        ringPart(left, top, right, inner0, argb, square, style);
        ringPart(left, inner1, right, bottom, argb, square, style);
        int center = (left + right) / 2;
        ringPart(left, inner0, Math.min(left + bar, center), inner1, argb, square, style);
        ringPart(Math.max(right - bar, center), inner0, right, inner1, argb, square, style);
    }

    private void ringPart(int x0, int y0, int x1, int y1, int argb, int square, OverlayStyle style) {
        if (x1 <= x0 || y1 <= y0) {
            return;
        }
        int at = next();
        words[at] = pack(x0, y0);
        words[at + 1] = pack(x1, y1);
        words[at + 2] = pack(left, top);
        words[at + 3] = pack(right, bottom);
        words[at + 4] = argb;
        words[at + 5] = Palette.casing(argb);
        words[at + 6] = shape(KIND_RING, square, style.radius(), style.line(), style.casing());
    }

    /** The chip stands on the box's top edge; where the target ends above, it hangs from the edge into the box. */
    private boolean chipInside(Overlay overlay, int i, OverlayStyle style) {
        return overlay.label(i) != null && top + style.band() - style.chip() < 0;
    }

    private void chip(Overlay overlay, int i, ViewTransform view, OverlayStyle style) {
        @Nullable String label = overlay.label(i);
        if (label == null || !place(overlay, i, view, style)) {
            return;
        }
        ShapedText name = layout.text(label);
        float score = overlay.score(i);
        @Nullable ShapedText percent = score >= 0 ? layout.percent(score) : null;
        int size = style.text();
        float nameWidth = name.width() * size;
        float gap = percent == null || name.glyphCount() == 0 ? 0 : layout.space() * size;
        float percentWidth = percent == null ? 0 : percent.width() * size;
        int padding = style.padX() + style.casing();
        int width = Math.min(view.targetWidth(), (int) Math.ceil(nameWidth + gap + percentWidth) + 2 * padding);
        boolean inside = chipInside(overlay, i, style);
        int x0 = Math.clamp(left, 0, view.targetWidth() - width);
        int y0 = inside ? top : top + style.band() - style.chip();
        int argb = overlay.argb(i);
        int square = inside ? SQUARE_TOP_LEFT : SQUARE_BOTTOM;
        fill(x0, y0, x0 + width, y0 + style.chip(), argb, Palette.casing(argb), style, style.radius(), square);
        int ink = Palette.textOn(argb);
        int textEnd = x0 + width - style.casing();
        int baseline = baseline(y0, style);
        text(name, x0 + padding, baseline, size, ink, textEnd);
        if (percent != null) {
            text(percent, x0 + padding + nameWidth + gap, baseline, size, ink, textEnd);
        }
    }

    private void fill(
            int x0, int y0, int x1, int y1, int argb, int casing, OverlayStyle style, int radius, int square) {
        int at = next();
        words[at] = pack(x0, y0);
        words[at + 1] = pack(x1, y1);
        words[at + 2] = words[at];
        words[at + 3] = words[at + 1];
        words[at + 4] = argb;
        words[at + 5] = casing == 0 ? argb : casing; // else its share would thin the round edges twice
        words[at + 6] = shape(KIND_FILL, square, radius, 0, casing == 0 ? 0 : style.casing());
    }

    /** Of the text in a chip, whose ascent and descent are centred there. */
    private int baseline(int chipTop, OverlayStyle style) {
        float ascent = layout.ascent() * style.text();
        float descent = layout.descent() * style.text();
        return chipTop + Math.round((style.chip() + ascent - descent) / 2);
    }

    /** Glyphs of a run, {@code size} pixels to the em; those that would pass {@code end} are left out. */
    private void text(ShapedText run, float x, int baseline, int size, int argb, int end) {
        for (int i = 0; i < run.glyphCount(); i++) {
            float pen = x + run.x(i) * size;
            int slot = atlas.glyph(size, run.glyph(i), GlyphAtlas.phase(pen));
            if (slot == GlyphAtlas.EMPTY) {
                continue;
            }
            int x0 = (int) Math.floor(pen) + atlas.left(slot);
            int y0 = baseline - Math.round(run.y(i) * size) - atlas.top(slot);
            int x1 = x0 + atlas.width(slot);
            if (x1 > end) {
                return;
            }
            int at = next();
            words[at] = pack(x0, y0);
            words[at + 1] = pack(x1, y0 + atlas.height(slot));
            words[at + 2] = atlas.offset(slot);
            words[at + 3] = pack(atlas.width(slot), atlas.height(slot));
            words[at + 4] = argb;
            words[at + 5] = 0;
            words[at + 6] = shape(KIND_GLYPH, 0, 0, 0, 0);
        }
    }

    private int next() {
        int at = WORDS * count++;
        if (at == words.length) {
            words = Arrays.copyOf(words, 2 * at);
        }
        return at;
    }

    /** Two signed 16-bit coordinates. Targets end at 16384, and everything drawn is kept near them. */
    private static int pack(int x, int y) {
        return (Math.clamp(x, -LIMIT, LIMIT) & 0xffff) | Math.clamp(y, -LIMIT, LIMIT) << 16;
    }

    private static int shape(int kind, int square, int radius, int line, int casing) {
        return kind | square << 4 | radius << 8 | line << 16 | casing << 24;
    }
}
