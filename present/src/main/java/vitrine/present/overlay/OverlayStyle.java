package vitrine.present.overlay;

/**
 * Sizes in target pixels, all from the target's shorter side, so that the overlay looks the same at 720p and 2160p.
 *
 * @param text pixels to the em
 * @param line thickness of an outline's coloured band
 * @param casing thickness of the dark edge on both its sides
 * @param radius of outer corners
 * @param padX space left and right of a chip's text
 * @param chip height of a chip, casing included
 * @param margin of the text lines from the target's corner
 */
record OverlayStyle(int text, int line, int casing, int radius, int padX, int chip, int margin) {

    static OverlayStyle of(int targetWidth, int targetHeight) {
        int side = Math.min(targetWidth, targetHeight);
        int text = Math.max(12, Math.round(side / 40f));
        int casing = Math.max(1, Math.round(side / 1080f));
        return new OverlayStyle(
                text,
                Math.max(2, Math.round(side / 280f)),
                casing,
                Math.max(3, Math.round(side / 150f)),
                Math.round(text * 0.42f),
                Math.round(text * 1.4f) + 2 * casing,
                Math.round(text * 0.7f));
    }

    /** From the outer edge of an outline to its inner edge. */
    int band() {
        return line + 2 * casing;
    }
}
