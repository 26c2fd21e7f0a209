package vitrine.present.overlay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PaletteTest {

    @Test
    void everyColourCarriesItsText() {
        for (int i = 0; i < Palette.size(); i++) {
            int color = Palette.color(i);
            assertThat(Palette.contrast(color, Palette.textOn(color))).isGreaterThan(6);
        }
        assertThat(Palette.textOn(0xFF000080)).isEqualTo(Palette.WHITE);
        assertThat(Palette.textOn(0xFFFFFF00)).isEqualTo(Palette.BLACK);
        assertThat(Palette.contrast(0xFF000000, 0xFFFFFFFF)).isEqualTo(21);
    }

    @Test
    void coloursDiffer() {
        Set<Integer> seen = new HashSet<>();
        for (int i = 0; i < Palette.size(); i++) {
            assertThat(seen.add(Palette.color(i))).isTrue();
            for (int j = 0; j < i; j++) {
                double distance = distance(Palette.color(i), Palette.color(j));
                assertThat(distance).as("%d and %d", i, j).isGreaterThan(i < 8 ? 0.11 : 0.055);
            }
        }
        assertThat(Palette.color(Palette.size())).isEqualTo(Palette.color(0));
        assertThat(Palette.color(-1)).isEqualTo(Palette.color(Palette.size() - 1));
    }

    /** Euclidean in Oklab; 0.02 is just visible. */
    private static double distance(int a, int b) {
        double[] p = oklab(a);
        double[] q = oklab(b);
        return Math.sqrt(Math.pow(p[0] - q[0], 2) + Math.pow(p[1] - q[1], 2) + Math.pow(p[2] - q[2], 2));
    }

    private static double[] oklab(int argb) {
        double r = linear(argb >> 16 & 255);
        double g = linear(argb >> 8 & 255);
        double b = linear(argb & 255);
        double l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
        double m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
        double s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
        return new double[] {
            0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s
        };
    }

    private static double linear(int code) {
        double v = code / 255.0;
        return v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4);
    }
}
