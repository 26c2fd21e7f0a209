package vitrine.capture.jpeg;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import javax.imageio.plugins.jpeg.JPEGHuffmanTable;
import vitrine.engine.frame.PlaneLayout;

/**
 * Decodes JPEG pictures to planes of Y'CbCr, which is what the files hold: nothing is converted. As JFIF (ITU-T T.871)
 * has it, the colour is BT.601's matrix in full range, with chroma sited at the centre.
 *
 * <p>Each picture stands for itself: one without Huffman tables, as USB Video Class allows, is read with those of ITU-T
 * T.81 Annex K, whatever tables the picture before it had. Used by one thread at a time; {@link #decode} allocates
 * nothing on the Java heap, except a few bytes after a broken picture.
 */
public final class JpegDecoder implements PictureDecoder {
    // In the target's last row of luma before decoding: still there afterwards, the row was not reached. TurboJPEG
    // alone does not tell, since an error after a warning looks like the warning.
    private static final long UNTOUCHED = 0xa53c_965a_c369_1be7L;

    private final Arena arena = Arena.ofShared();
    private MemorySegment handle;
    // TurboJPEG 2.1 forgets to leave a header that it could not read, and takes no other picture from then on.
    private boolean stuck;
    private final MemorySegment width = arena.allocate(JAVA_INT);
    private final MemorySegment height = arena.allocate(JAVA_INT);
    private final MemorySegment subsampling = arena.allocate(JAVA_INT);
    private final MemorySegment colorspace = arena.allocate(JAVA_INT);
    private final MemorySegment planes = arena.allocate(ADDRESS, 3);
    private final MemorySegment strides = arena.allocate(JAVA_INT, 3);
    private final MemorySegment tables;
    private boolean closed;

    private JpegDecoder(MemorySegment handle) {
        this.handle = handle;
        byte[] bytes = standardTables();
        this.tables = arena.allocate(bytes.length);
        MemorySegment.copy(bytes, 0, tables, JAVA_BYTE, 0, bytes.length);
    }

    /**
     * A decoder, to be closed by whoever made it.
     *
     * @throws JpegException where libjpeg-turbo's TurboJPEG library is missing
     */
    public static JpegDecoder create() {
        if (!TurboJpeg.isInstalled()) {
            throw new JpegException(
                    "MJPG needs libturbojpeg (libturbojpeg.so.0, version 2.0 or newer), which is not on this machine;"
                            + " sudo apt-get install libturbojpeg0");
        }
        MemorySegment handle = TurboJpeg.tjInitDecompress();
        if (handle.address() == 0) {
            throw new JpegException("libturbojpeg: tjInitDecompress failed: "
                    + TurboJpeg.tjGetErrorStr2(MemorySegment.NULL) + "; free some memory");
        }
        return new JpegDecoder(handle);
    }

    /**
     * Size and subsampling of a picture. For set-up: what it returns is allocated.
     *
     * @param jpeg native memory
     * @param length bytes of it that hold the picture
     */
    public JpegHeaderResult header(MemorySegment jpeg, long length) {
        checkPicture(jpeg, length);
        JpegStatus status = readHeader(jpeg, length);
        if (status == JpegStatus.BROKEN) {
            return new JpegHeaderResult.Refused(length == 0 ? "empty" : "not a JPEG picture: " + error());
        }
        ChromaSubsampling s = ChromaSubsampling.of(subsampling.get(JAVA_INT, 0));
        if (status == JpegStatus.UNSUPPORTED || s == null) {
            return new JpegHeaderResult.Refused(unsupported());
        }
        return new JpegHeader(width.get(JAVA_INT, 0), height.get(JAVA_INT, 0), s);
    }

    /**
     * Decodes a picture into {@code target}, where the layout says, and writes nowhere else. Bad data is an answer, not
     * an exception.
     *
     * @param jpeg native memory, not written by anyone meanwhile
     * @param length bytes of it that hold the picture
     * @param target writable native memory of at least the layout's {@link JpegLayout#extent}
     * @throws IllegalArgumentException where the memory is not as said above
     */
    @Override
    public JpegStatus decode(MemorySegment jpeg, long length, MemorySegment target, JpegLayout layout) {
        checkPicture(jpeg, length);
        if (!target.isNative() || target.isReadOnly() || target.byteSize() < layout.extent()) {
            throw new IllegalArgumentException(
                    "target of a decoded JPEG: " + target + " for " + layout.extent() + " bytes");
        }
        JpegStatus status = readHeader(jpeg, length);
        if (status != JpegStatus.DECODED) {
            return status;
        }
        // Also keeps TurboJPEG, which scales to the size asked for and takes the picture's own subsampling, in bounds.
        if (width.get(JAVA_INT, 0) != layout.width()
                || height.get(JAVA_INT, 0) != layout.height()
                || ChromaSubsampling.of(subsampling.get(JAVA_INT, 0)) != layout.subsampling()) {
            return JpegStatus.DIFFERENT;
        }
        for (int i = 0; i < layout.subsampling().planes(); i++) {
            PlaneLayout plane = layout.planes().get(i);
            planes.setAtIndex(JAVA_LONG, i, target.address() + plane.offset());
            strides.setAtIndex(JAVA_INT, i, plane.stride());
        }
        mark(target, layout);
        int result;
        try {
            result = TurboJpeg.tjDecompressToYUVPlanes(
                    handle,
                    jpeg,
                    length,
                    planes,
                    layout.width(),
                    strides,
                    layout.height(),
                    TurboJpeg.TJFLAG_LIMITSCANS);
        } finally {
            // The call knows the target by its address only.
            Reference.reachabilityFence(target);
        }
        if (result == 0) {
            return JpegStatus.DECODED;
        }
        return TurboJpeg.tjGetErrorCode(handle) == TurboJpeg.TJERR_WARNING && !isMarked(target, layout)
                ? JpegStatus.DAMAGED
                : JpegStatus.BROKEN;
    }

    /** What the library said last, for the log; of use after anything but {@link JpegStatus#DECODED}. Allocates. */
    public String error() {
        return TurboJpeg.tjGetErrorStr2(handle);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            TurboJpeg.tjDestroy(handle);
            arena.close();
        }
    }

    private void checkPicture(MemorySegment jpeg, long length) {
        if (closed) {
            throw new IllegalStateException("the JPEG decoder is closed");
        }
        if (!jpeg.isNative() || length < 0 || length > jpeg.byteSize()) {
            throw new IllegalArgumentException("JPEG picture of " + length + " bytes in " + jpeg);
        }
    }

    /** Fills in width, height, subsampling and colorspace: DECODED for a picture that can be. */
    private JpegStatus readHeader(MemorySegment jpeg, long length) {
        width.set(JAVA_INT, 0, 0);
        height.set(JAVA_INT, 0, 0);
        subsampling.set(JAVA_INT, 0, -1);
        colorspace.set(JAVA_INT, 0, -1);
        if (stuck) {
            TurboJpeg.tjDestroy(handle);
            // NULL where memory is short, which every call answers with an error.
            handle = TurboJpeg.tjInitDecompress();
            stuck = false;
        }
        if (length == 0) {
            return JpegStatus.BROKEN;
        }
        // A stream of tables alone is kept for the pictures that follow.
        TurboJpeg.tjDecompressHeader3(handle, tables, tables.byteSize(), width, height, subsampling, colorspace);
        // The answer is in the values: -1 may be a warning, and 0 comes without values for tables alone.
        TurboJpeg.tjDecompressHeader3(handle, jpeg, length, width, height, subsampling, colorspace);
        if (width.get(JAVA_INT, 0) < 1 || height.get(JAVA_INT, 0) < 1) {
            stuck = true;
            return JpegStatus.BROKEN;
        }
        int space = colorspace.get(JAVA_INT, 0);
        return ChromaSubsampling.of(subsampling.get(JAVA_INT, 0)) != null
                        && (space == TurboJpeg.TJCS_YCbCr || space == TurboJpeg.TJCS_GRAY)
                ? JpegStatus.DECODED
                : JpegStatus.UNSUPPORTED;
    }

    private String unsupported() {
        String kind = switch (colorspace.get(JAVA_INT, 0)) {
            case TurboJpeg.TJCS_RGB -> "RGB without conversion";
            case TurboJpeg.TJCS_CMYK, TurboJpeg.TJCS_YCCK -> "four inks";
            default ->
                switch (subsampling.get(JAVA_INT, 0)) {
                    case TurboJpeg.TJSAMP_440 -> "4:4:0";
                    case TurboJpeg.TJSAMP_411 -> "4:1:1";
                    default -> "an unusual subsampling";
                };
        };
        return "a JPEG picture of " + kind + "; 4:4:4, 4:2:2, 4:2:0 and grey are decoded";
    }

    private static void mark(MemorySegment target, JpegLayout layout) {
        long row = lastRow(layout);
        for (int i = 0; i < Math.min(Long.BYTES, layout.width()); i++) {
            target.set(JAVA_BYTE, row + i, (byte) (UNTOUCHED >>> (8 * i)));
        }
    }

    private static boolean isMarked(MemorySegment target, JpegLayout layout) {
        long row = lastRow(layout);
        for (int i = 0; i < Math.min(Long.BYTES, layout.width()); i++) {
            if (target.get(JAVA_BYTE, row + i) != (byte) (UNTOUCHED >>> (8 * i))) {
                return false;
            }
        }
        return true;
    }

    private static long lastRow(JpegLayout layout) {
        PlaneLayout luma = layout.planes().get(0);
        return luma.offset() + (long) luma.stride() * (layout.height() - 1);
    }

    /** A JPEG stream of the Huffman tables of ITU-T T.81 Annex K and nothing else. */
    private static byte[] standardTables() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0xff, (byte) 0xd8}); // SOI
        writeTable(out, 0x00, JPEGHuffmanTable.StdDCLuminance);
        writeTable(out, 0x01, JPEGHuffmanTable.StdDCChrominance);
        writeTable(out, 0x10, JPEGHuffmanTable.StdACLuminance);
        writeTable(out, 0x11, JPEGHuffmanTable.StdACChrominance);
        out.writeBytes(new byte[] {(byte) 0xff, (byte) 0xd9}); // EOI
        return out.toByteArray();
    }

    /** DHT: its length, class and destination, how many codes of each of 16 lengths, their values. */
    private static void writeTable(ByteArrayOutputStream out, int destination, JPEGHuffmanTable table) {
        short[] lengths = table.getLengths();
        short[] values = table.getValues();
        int size = 2 + 1 + 16 + values.length;
        out.writeBytes(new byte[] {(byte) 0xff, (byte) 0xc4, (byte) (size >> 8), (byte) size, (byte) destination});
        for (int i = 0; i < 16; i++) {
            out.write(i < lengths.length ? lengths[i] : 0);
        }
        for (short v : values) {
            out.write(v);
        }
    }
}
