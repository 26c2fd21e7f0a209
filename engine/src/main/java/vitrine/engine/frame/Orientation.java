package vitrine.engine.frame;

/**
 * How a stored frame must be turned to stand upright: first mirrored left to right when {@code mirror} is set, then
 * rotated clockwise.
 *
 * @param rotation clockwise quarter turns, 0 to 3; equals ROTATION in include/frame.glsl
 * @param mirror flip left to right before the rotation
 */
public record Orientation(int rotation, boolean mirror) {

    public static final Orientation UPRIGHT = new Orientation(0, false);

    public Orientation {
        if (rotation < 0 || rotation > 3) {
            throw new IllegalArgumentException("rotation must be 0 to 3 quarter turns, not " + rotation);
        }
    }

    /** From degrees clockwise: 0, 90, 180 or 270. */
    public static Orientation ofDegrees(int degrees, boolean mirror) {
        if (degrees % 90 != 0 || degrees < 0 || degrees > 270) {
            throw new IllegalArgumentException("rotation must be 0, 90, 180 or 270 degrees, not " + degrees);
        }
        return new Orientation(degrees / 90, mirror);
    }

    /** This orientation, and then another on what stands upright by it: again one mirroring and one rotation. */
    public Orientation then(Orientation next) {
        // A mirror before a rotation is the opposite rotation before the mirror.
        int turned = next.mirror ? next.rotation - rotation : next.rotation + rotation;
        return new Orientation(turned & 3, mirror != next.mirror);
    }

    public int degrees() {
        return rotation * 90;
    }

    /** True where width and height change places. */
    public boolean isSideways() {
        return (rotation & 1) != 0;
    }

    public int width(int storedWidth, int storedHeight) {
        return isSideways() ? storedHeight : storedWidth;
    }

    public int height(int storedWidth, int storedHeight) {
        return isSideways() ? storedWidth : storedHeight;
    }

    /**
     * Stored x of an upright point. Both in 0..1 of their own picture; the shaders' {@code turn_back} of
     * include/turn.glsl is the same formula.
     */
    public double storedX(double x, double y) {
        double u = switch (rotation) {
            case 0 -> x;
            case 1 -> y;
            case 2 -> 1 - x;
            default -> 1 - y;
        };
        return mirror ? 1 - u : u;
    }

    /** Stored y of an upright point, 0..1. */
    public double storedY(double x, double y) {
        return switch (rotation) {
            case 0 -> y;
            case 1 -> 1 - x;
            case 2 -> 1 - y;
            default -> x;
        };
    }

    /** Upright x of a stored point, 0..1: the inverse of {@link #storedX} and {@link #storedY}. */
    public double uprightX(double storedX, double storedY) {
        double u = mirror ? 1 - storedX : storedX;
        return switch (rotation) {
            case 0 -> u;
            case 1 -> 1 - storedY;
            case 2 -> 1 - u;
            default -> storedY;
        };
    }

    /** Upright y of a stored point, 0..1. */
    public double uprightY(double storedX, double storedY) {
        double u = mirror ? 1 - storedX : storedX;
        return switch (rotation) {
            case 0 -> storedY;
            case 1 -> u;
            case 2 -> 1 - storedY;
            default -> 1 - u;
        };
    }
}
