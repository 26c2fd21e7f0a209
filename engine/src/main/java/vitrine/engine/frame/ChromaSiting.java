package vitrine.engine.frame;

/**
 * Where a subsampled chroma sample sits horizontally between its two luma samples; vertically it is always centred
 * (4:2:0) or co-sited (4:2:2, one chroma row per luma row). Without a meaning for 4:4:4. Codes equal SITING_* in include/frame.glsl.
 */
public enum ChromaSiting {
    /** Midway between the two luma samples: JPEG, MPEG-1, and how networks were trained. The tensor's default. */
    CENTER(0),
    /** On the left luma sample: MPEG-2, H.264 and most cameras. The picture's default. */
    LEFT(1);

    private final int shaderCode;

    ChromaSiting(int shaderCode) {
        this.shaderCode = shaderCode;
    }

    public int shaderCode() {
        return shaderCode;
    }
}
