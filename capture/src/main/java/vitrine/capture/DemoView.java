package vitrine.capture;

/**
 * The camera's way over one photo, in fractions of the photo's width and height: a rectangle of the output's shape
 * around a centre. Zoom 1 is the largest such rectangle inside the photo.
 *
 * @param resource file beside this class, in {@code demo/}
 */
record DemoView(String resource, double fromX, double fromY, double fromZoom, double toX, double toY, double toZoom) {

    /** Centre x, centre y and zoom at {@code t} of 0 to 1, slow at both ends, written into {@code out}. */
    void at(double t, double[] out) {
        double s = t * t * (3 - 2 * t);
        out[0] = fromX + (toX - fromX) * s;
        out[1] = fromY + (toY - fromY) * s;
        // Zooming by equal ratios in equal times looks even.
        out[2] = fromZoom * Math.pow(toZoom / fromZoom, s);
    }
}
