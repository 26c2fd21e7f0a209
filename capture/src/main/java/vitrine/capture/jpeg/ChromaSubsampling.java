package vitrine.capture.jpeg;

import org.jspecify.annotations.Nullable;

/** How many samples of Cb and Cr a picture has: the kinds of JPEG picture that are decoded. */
public enum ChromaSubsampling {
    /** 4:4:4, chroma as large as luma. */
    S444(TurboJpeg.TJSAMP_444, 3, 0, 0),
    /** 4:2:2, chroma halved across: what most UVC cameras send. */
    S422(TurboJpeg.TJSAMP_422, 3, 1, 0),
    /** 4:2:0, chroma halved both ways. */
    S420(TurboJpeg.TJSAMP_420, 3, 1, 1),
    /** Luma only. */
    GRAY(TurboJpeg.TJSAMP_GRAY, 1, 0, 0);

    private static final ChromaSubsampling[] ALL = values();

    private final int tjsamp;
    private final int planes;
    private final int shiftX;
    private final int shiftY;

    ChromaSubsampling(int tjsamp, int planes, int shiftX, int shiftY) {
        this.tjsamp = tjsamp;
        this.planes = planes;
        this.shiftX = shiftX;
        this.shiftY = shiftY;
    }

    /** Of {@code enum TJSAMP}, or null for one that is not decoded. */
    @Nullable
    static ChromaSubsampling of(int tjsamp) {
        for (ChromaSubsampling s : ALL) {
            if (s.tjsamp == tjsamp) {
                return s;
            }
        }
        return null;
    }

    /** 3: Y, Cb, Cr; or 1. */
    public int planes() {
        return planes;
    }

    /**
     * Bytes that TurboJPEG writes to each row of a plane of a picture {@code width} pixels wide. An odd width is
     * rounded up for luma too where chroma is halved: 36 and 18 for 35 pixels of 4:2:0.
     */
    public int planeWidth(int plane, int width) {
        int chroma = (width + shiftX) >> shiftX;
        return plane == 0 ? chroma << shiftX : chroma;
    }

    /** Rows that TurboJPEG writes to a plane; as {@link #planeWidth}, rounded up for luma too. */
    public int planeHeight(int plane, int height) {
        int chroma = (height + shiftY) >> shiftY;
        return plane == 0 ? chroma << shiftY : chroma;
    }

    @Override
    public String toString() {
        return switch (this) {
            case S444 -> "4:4:4";
            case S422 -> "4:2:2";
            case S420 -> "4:2:0";
            case GRAY -> "grey";
        };
    }
}
