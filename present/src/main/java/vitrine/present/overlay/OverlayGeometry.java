package vitrine.present.overlay;

import org.jspecify.annotations.Nullable;
import vitrine.present.text.GlyphAtlas;
import vitrine.present.text.ShapedText;
import vitrine.present.text.TextLayout;
import vitrine.present.video.ViewTransform;

/**
 * Turns an overlay into instances of one quad: the sides of outlines, chips, glyphs, in drawing order; or the card, with
 * neither boxes nor lines; and above all the figures and what a development run says. Everything lies on whole target
 * pixels, so edges are crisp. Reused; allocates only while it grows.
 */
final class OverlayGeometry {

    /** Text sizes kept in one atlas: up to eight are in use, the rest belonged to texts that are gone. */
    private static final int MAX_SIZES = 12;

    private static final int LINE_BACKGROUND = 0xC8101014;

    private final TextLayout layout;
    private final CardLayout card;
    private final HudLayout hud;
    private final NoticeLayout notice;
    private final ProblemLayout problem;
    private final BadgeLayout badge;
    private final TuningLayout tuning;
    private final @Nullable ShapedText check;
    private final Instances instances = new Instances();
    private GlyphAtlas atlas;

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
        problem = new ProblemLayout(layout);
        badge = new BadgeLayout(layout);
        tuning = new TuningLayout(layout);
        ShapedText mark = layout.text("✓");
        check = mark.glyphCount() == 1 && mark.glyph(0) != 0 ? mark : null;
        this.atlas = atlas;
    }

    /** The instances of the last {@link #build}, {@link Instances#WORDS} ints each. */
    int[] words() {
        return instances.words();
    }

    int count() {
        return instances.count();
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
        placeTexts(overlay, style, width, height);
        instances.begin(atlas);
        if (overlay.cardTitle() != null) {
            card(width, height, style, linear);
        } else {
            picture(overlay, view, style, width);
            if (!overlay.notice().isEmpty()) {
                notice(linear);
            }
        }
        if (!overlay.figures().isEmpty()) {
            hud(overlay.figures().size(), linear);
        }
        if (isTuning(overlay)) {
            tuning.draw(instances, linear);
        }
        if (overlay.problem() != null) {
            problem.draw(instances, linear);
        }
        if (!overlay.badge().isEmpty()) {
            badge.draw(instances, linear);
        }
    }

    /** Under a card there is no picture to tune. */
    private static boolean isTuning(Overlay overlay) {
        return overlay.cardTitle() == null
                && !(overlay.tuning().isEmpty() && overlay.tuningNote().isEmpty());
    }

    /**
     * Everything in its place, from the bottom up: the problem, notice and badge above it, the tuning panel in what is
     * left beside or below the figures, the card above the problem. Where a text is of a new size and the atlas has many,
     * it is made anew, before anything is drawn from it.
     */
    private void placeTexts(Overlay overlay, OverlayStyle style, int width, int height) {
        boolean changed = false;
        int floor = height;
        @Nullable Problem shown = overlay.problem();
        if (shown != null) {
            changed = problem.place(shown, width, height);
            floor = problem.top();
        }
        @Nullable String title = overlay.cardTitle();
        boolean noticed = title == null && !overlay.notice().isEmpty();
        if (title != null) {
            changed |= card.place(title, overlay.cardDetail(), overlay.cardSteps(), width, floor);
        } else if (noticed) {
            changed |= notice.place(overlay.notice(), width, height, floor);
        }
        int lowest = noticed ? notice.top() : floor;
        if (!overlay.badge().isEmpty()) {
            int beside = noticed ? notice.right() : 0;
            changed |= badge.place(overlay.badge(), overlay.badgeState(), width, height, floor, beside, lowest);
            lowest = Math.min(lowest, badge.top());
        }
        boolean figures = !overlay.figures().isEmpty();
        if (figures) {
            changed |= hud.place(overlay.figures(), width, height);
        }
        if (isTuning(overlay)) {
            changed |= tuning.place(
                    overlay.tuning(),
                    overlay.tuningNote(),
                    width,
                    height,
                    figures ? hud.right() : 0,
                    figures ? hud.bottom() : 0,
                    lowest);
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
            instances.fill(style.margin(), y, style.margin() + background, y + style.chip(), LINE_BACKGROUND, 0);
            int x = style.margin() + style.casing() + style.padX();
            instances.text(text, x, baseline(y, style), style.text(), Palette.WHITE, width);
            y += style.chip() + style.casing();
        }
    }

    private void card(int width, int height, OverlayStyle style, boolean linear) {
        instances.fill(0, 0, width, height, linear ? CardLayout.DIM_LINEAR : CardLayout.DIM, 0);
        int panel = linear ? CardLayout.PANEL_LINEAR : CardLayout.PANEL;
        int edge = linear ? CardLayout.EDGE_LINEAR : CardLayout.EDGE;
        instances.fill(
                card.left(), card.top(), card.right(), card.bottom(), panel, edge, style.casing(), card.radius(), 0);
        for (int i = 0; i < card.lines(); i++) {
            Step.@Nullable State state = card.state(i);
            int argb = i == 0 || state == Step.State.RUNNING
                    ? CardLayout.TITLE
                    : state == Step.State.WAITING ? CardLayout.WAITING : CardLayout.DETAIL;
            instances.text(card.text(i), card.x(i), card.baseline(i), card.size(i), argb, card.right());
            if (state != null) {
                mark(state, card.markX(), card.markY(i), card.markSize(i));
            }
        }
    }

    /** A disc with a tick, a ring with a dot, a ring, an amber disc. */
    private void mark(Step.State state, int x, int y, int size) {
        switch (state) {
            case DONE -> {
                instances.disc(x, y, size, CardLayout.MARK_DONE);
                if (check != null) {
                    int em = Math.max(4, Math.round(0.72f * size));
                    float tick = x + (size - check.width() * em) / 2;
                    instances.text(
                            check, tick, y + Math.round(0.5f * size + 0.363f * em), em, CardLayout.MARK_TICK, x + size);
                }
            }
            case RUNNING -> {
                instances.circle(x, y, size, CardLayout.MARK_RUNNING);
                int dot = Math.max(2, Math.round(0.4f * size));
                dot += (size - dot) & 1; // so that the middles coincide
                instances.disc(x + (size - dot) / 2, y + (size - dot) / 2, dot, CardLayout.MARK_RUNNING);
            }
            case WAITING -> instances.circle(x, y, size, CardLayout.MARK_WAITING);
            case FAILED -> instances.disc(x, y, size, CardLayout.MARK_FAILED);
        }
    }

    private void notice(boolean linear) {
        int panel = linear ? HudLayout.PANEL_LINEAR : HudLayout.PANEL;
        instances.fill(notice.left(), notice.top(), notice.right(), notice.bottom(), panel, notice.radius());
        instances.disc(notice.markX(), notice.markY(), notice.markSize(), NoticeLayout.MARK);
        instances.text(notice.text(), notice.x(), notice.baseline(), notice.size(), NoticeLayout.TEXT, notice.right());
    }

    private void hud(int rows, boolean linear) {
        int panel = linear ? HudLayout.PANEL_LINEAR : HudLayout.PANEL;
        instances.fill(hud.left(), hud.left(), hud.right(), hud.bottom(), panel, hud.radius());
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < HudLayout.COLUMNS; column++) {
                int argb = HudLayout.argb(column);
                instances.text(
                        hud.text(row, column), hud.x(row, column), hud.baseline(row), hud.size(), argb, hud.right());
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
        int square = chipInside(overlay, i, style) ? Instances.SQUARE_TOP_LEFT : 0;
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
        instances.ringPart(
                x0, y0, x1, y1, left, top, right, bottom, argb, style.radius(), style.line(), style.casing(), square);
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
        int square = inside ? Instances.SQUARE_TOP_LEFT : Instances.SQUARE_BOTTOM;
        instances.fill(
                x0,
                y0,
                x0 + width,
                y0 + style.chip(),
                argb,
                Palette.casing(argb),
                style.casing(),
                style.radius(),
                square);
        int ink = Palette.textOn(argb);
        int textEnd = x0 + width - style.casing();
        int baseline = baseline(y0, style);
        instances.text(name, x0 + padding, baseline, size, ink, textEnd);
        if (percent != null) {
            instances.text(percent, x0 + padding + nameWidth + gap, baseline, size, ink, textEnd);
        }
    }

    /** Of the text in a chip, whose ascent and descent are centred there. */
    private int baseline(int chipTop, OverlayStyle style) {
        float ascent = layout.ascent() * style.text();
        float descent = layout.descent() * style.text();
        return chipTop + Math.round((style.chip() + ascent - descent) / 2);
    }
}
