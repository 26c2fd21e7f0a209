package vitrine.present.overlay;

import java.util.ArrayList;
import java.util.List;

/** What an overlay's geometry draws, as tests look at it. */
record Quad(int kind, int x0, int y0, int x1, int y1, int argb) {

    boolean inside(Quad q) {
        return x0 >= q.x0 && y0 >= q.y0 && x1 <= q.x1 && y1 <= q.y1;
    }

    boolean touches(Quad q) {
        return x0 < q.x1 && q.x0 < x1 && y0 < q.y1 && q.y0 < y1;
    }

    /** All of them, in drawing order. */
    static List<Quad> of(OverlayGeometry geometry) {
        List<Quad> quads = new ArrayList<>();
        int[] w = geometry.words();
        for (int i = 0; i < geometry.count(); i++) {
            int at = Instances.WORDS * i;
            quads.add(new Quad(
                    w[at + 6] & 15, (short) w[at], w[at] >> 16, (short) w[at + 1], w[at + 1] >> 16, w[at + 4]));
        }
        return quads;
    }
}
