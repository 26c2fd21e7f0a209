package vitrine.present.overlay;

/**
 * The colours of classes: 24 hues of two lightnesses in OKLCH (Ottosson, "A perceptual color space for image
 * processing"), ordered so that neighbours in the list lie far apart. All carry black text at a contrast above 6.
 */
public final class Palette {

    /** Text on light colours. */
    public static final int BLACK = 0xFF101014;

    /** Text on dark colours. */
    public static final int WHITE = 0xFFFFFFFF;

    private static final int[] COLORS = {
        0xFF75D87A, 0xFFE161BC, 0xFFC3AFFE, 0xFF72AD04, 0xFFEDB417, 0xFF8688FF, 0xFF69CAFF, 0xFFD08506,
        0xFFFFA098, 0xFF0DA9CC, 0xFF09DCB8, 0xFFF55A7D, 0xFFF197F6, 0xFF0CB477, 0xFFBBC93C, 0xFFBC70EE,
        0xFF9EBDFF, 0xFFAD9907, 0xFFFFA666, 0xFF2B9CFE, 0xFF07D6E7, 0xFFF5642B, 0xFFFE9AC2, 0xFF0CAFA8
    };

    private Palette() {}

    /** ARGB of a class; the list repeats after {@link #size} classes. */
    public static int color(int classIndex) {
        return COLORS[Math.floorMod(classIndex, COLORS.length)];
    }

    /** Different colours in the list. */
    public static int size() {
        return COLORS.length;
    }

    /** Black or white, whichever stands out more from {@code argb} by the contrast ratio of WCAG 2.2. */
    public static int textOn(int argb) {
        return contrast(argb, BLACK) >= contrast(argb, WHITE) ? BLACK : WHITE;
    }

    /** Contrast ratio of two opaque colours, 1 to 21: WCAG 2.2, "contrast ratio". */
    static double contrast(int a, int b) {
        double la = luminance(a) + 0.05;
        double lb = luminance(b) + 0.05;
        return la > lb ? la / lb : lb / la;
    }

    /** Relative luminance, 0..1: WCAG 2.2. */
    private static double luminance(int argb) {
        return 0.2126 * linear(argb >> 16 & 255) + 0.7152 * linear(argb >> 8 & 255) + 0.0722 * linear(argb & 255);
    }

    private static double linear(double code) {
        double v = code / 255.0;
        return v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4);
    }

    /**
     * The colour to blend with in linear light, as a target that encodes does, for what {@code argb} does to codes. That
     * holds exactly over one grey only, and closely over its neighbours.
     *
     * @param grey the level it holds for, 1 to 255, other than the colour's own
     */
    static int forLinearLight(int argb, int grey) {
        double alpha = (argb >>> 24) / 255.0;
        double level = ((argb >> 16 & 255) + (argb >> 8 & 255) + (argb & 255)) / 3.0;
        double under = linear(grey);
        double mixed = linear(level * alpha + grey * (1 - alpha));
        double share = (under - mixed) / (under - linear(level));
        return (int) Math.round(255 * Math.clamp(share, 0, 1)) << 24 | (argb & 0xffffff);
    }

    /** The colour of an outline's casing: the same hue, dark and slightly transparent. */
    static int casing(int argb) {
        int red = (argb >> 16 & 255) / 5;
        int green = (argb >> 8 & 255) / 5;
        int blue = (argb & 255) / 5;
        return 0xB0000000 | red << 16 | green << 8 | blue;
    }
}
