package vitrine.present.text;

import static org.lwjgl.util.freetype.FreeType.*;
import static org.lwjgl.util.harfbuzz.HarfBuzz.*;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.util.freetype.FT_Bitmap;
import org.lwjgl.util.freetype.FT_Face;
import org.lwjgl.util.freetype.FT_GlyphSlot;
import org.lwjgl.util.freetype.FreeType;
import org.lwjgl.util.harfbuzz.HarfBuzz;
import org.lwjgl.util.harfbuzz.hb_feature_t;
import org.lwjgl.util.harfbuzz.hb_glyph_info_t;
import org.lwjgl.util.harfbuzz.hb_glyph_position_t;
import vitrine.present.PresentException;

/**
 * One face of a TrueType or OpenType file: HarfBuzz shapes with it, FreeType draws its glyphs. Owns the file's bytes
 * and both libraries' objects until closed. One thread.
 */
public final class Font implements AutoCloseable {

    /** The bundled face: Inter SemiBold, SIL Open Font License 1.1 (Inter-OFL.txt lies beside it). */
    private static final String BUNDLED = "Inter-SemiBold.ttf";

    /** Larger than any font known; a bigger file is not a font. */
    private static final long MAX_FILE_BYTES = 256L << 20;

    /** Horizontal positions a glyph is drawn at within one pixel, so that kerning survives small sizes. */
    static final int PHASES = 4;

    private final String name;
    private final ByteBuffer file;
    private final long library;
    private final FT_Face face;
    private final long hbFace;
    private final long hbFont;
    private final long hbBuffer;
    private final float unitsPerEm;
    private int pixelSize;
    private boolean closed;

    private Font(String name, ByteBuffer file, long library, FT_Face face) {
        this.name = name;
        this.file = file;
        this.library = library;
        this.face = face;
        long blob = hb_blob_create(file, HB_MEMORY_MODE_READONLY, 0, null);
        hbFace = hb_face_create(blob, 0);
        hb_blob_destroy(blob);
        hbFont = hb_font_create(hbFace);
        int upem = hb_face_get_upem(hbFace);
        hb_font_set_scale(hbFont, upem, upem);
        hbBuffer = hb_buffer_create();
        unitsPerEm = upem;
    }

    /**
     * Loads the libraries of FreeType and HarfBuzz, which the first font would do. To be called while no other thread loads
     * any, for the reason that {@link vitrine.engine.device.VulkanInstance#loadLibraries} gives.
     */
    public static void loadLibraries() {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            lookup.ensureInitialized(FreeType.class);
            lookup.ensureInitialized(HarfBuzz.class);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    /** The face that ships with Vitrine: Latin, Greek, Cyrillic. */
    public static Font bundled() {
        try (InputStream in = Font.class.getResourceAsStream(BUNDLED)) {
            if (in == null) {
                throw new AssertionError("resource " + BUNDLED + " is missing from the jar");
            }
            return open("bundled " + BUNDLED, in.readAllBytes());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * A face from a file (.ttf, .otf; the first face of a .ttc), for scripts the bundled one lacks.
     *
     * @throws PresentException when the file cannot be read or is not a scalable font
     */
    public static Font load(Path path) {
        try {
            if (Files.isDirectory(path)) {
                throw new PresentException("font " + path + " is a folder; name a .ttf, .otf or .ttc file");
            }
            if (Files.size(path) > MAX_FILE_BYTES) {
                throw new PresentException("font " + path + " has " + Files.size(path) + " bytes, more than any font");
            }
            return open(path.toString(), Files.readAllBytes(path));
        } catch (IOException e) {
            throw new PresentException(
                    "font " + path
                            + (e instanceof NoSuchFileException
                                    ? " does not exist; check the path"
                                    : " cannot be read; check its permissions"),
                    e);
        }
    }

    private static Font open(String name, byte[] bytes) {
        ByteBuffer file =
                MemoryUtil.memAlloc(Math.max(1, bytes.length)).put(bytes).flip();
        long library = 0;
        try (MemoryStack stack = MemoryStack.stackPush()) {
            PointerBuffer p = stack.mallocPointer(1);
            int error = FT_Init_FreeType(p);
            if (error != 0) {
                throw new PresentException("FreeType does not start: FT_Init_FreeType error " + error);
            }
            library = p.get(0);
            error = FT_New_Memory_Face(library, file, 0, p);
            if (error != 0) {
                throw new PresentException("font " + name + " is not a font FreeType can read (error " + error
                        + "); use a .ttf, .otf or .ttc file");
            }
            FT_Face face = FT_Face.create(p.get(0));
            if ((face.face_flags() & FT_FACE_FLAG_SCALABLE) == 0 || face.num_glyphs() < 1) {
                throw new PresentException("font " + name + " has no outlines; use a scalable .ttf or .otf file");
            }
            return new Font(name, file, library, face);
        } catch (PresentException e) {
            if (library != 0) {
                FT_Done_FreeType(library);
            }
            MemoryUtil.memFree(file);
            throw e;
        }
    }

    /** Where the face came from, for messages. */
    public String name() {
        return name;
    }

    /** Glyphs in the face; ids are below it. */
    int glyphCount() {
        return (int) Math.min(face.num_glyphs(), 65536);
    }

    /** Height of a capital letter's ascent over the base line, in em. */
    float ascent() {
        return face.ascender() / unitsPerEm;
    }

    /** Depth below the base line, in em, positive. */
    float descent() {
        return -face.descender() / unitsPerEm;
    }

    /** Glyphs and pen positions of a text, in em: the result holds for every pixel size. Missing glyphs are id 0. */
    ShapedText shape(String text) {
        return shape(text, null);
    }

    /** As {@link #shape(String)} with all digits of one width, where the font has such (OpenType "tnum"). */
    ShapedText shapeTabular(String text) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            hb_feature_t.Buffer features = hb_feature_t.calloc(1, stack);
            features.get(0).tag(HB_TAG('t', 'n', 'u', 'm')).value(1).start(0).end(-1);
            return shape(text, features);
        }
    }

    /** As {@link #shape(String)}, letter by letter: neither kerning nor signs that stand for several, such as an arrow. */
    ShapedText shapeLiterally(String text) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            hb_feature_t.Buffer features = hb_feature_t.calloc(3, stack);
            features.get(0).tag(HB_TAG('c', 'a', 'l', 't')).value(0).start(0).end(-1);
            features.get(1).tag(HB_TAG('l', 'i', 'g', 'a')).value(0).start(0).end(-1);
            features.get(2).tag(HB_TAG('k', 'e', 'r', 'n')).value(0).start(0).end(-1);
            return shape(text, features);
        }
    }

    private ShapedText shape(String text, hb_feature_t.@Nullable Buffer features) {
        checkOpen();
        hb_buffer_reset(hbBuffer);
        hb_buffer_add_utf16(hbBuffer, text, 0, text.length());
        hb_buffer_guess_segment_properties(hbBuffer);
        hb_shape(hbFont, hbBuffer, features);
        hb_glyph_info_t.Buffer infos = hb_buffer_get_glyph_infos(hbBuffer);
        hb_glyph_position_t.Buffer positions = hb_buffer_get_glyph_positions(hbBuffer);
        if (infos == null || positions == null) {
            return new ShapedText(new int[0], new float[0], new float[0], 0);
        }
        int count = infos.remaining();
        int[] glyphs = new int[count];
        float[] x = new float[count];
        float[] y = new float[count];
        int pen = 0;
        for (int i = 0; i < count; i++) {
            int glyph = infos.get(i).codepoint();
            glyphs[i] = glyph >= 0 && glyph < glyphCount() ? glyph : 0; // a damaged font may name any number
            x[i] = (pen + positions.get(i).x_offset()) / unitsPerEm;
            y[i] = positions.get(i).y_offset() / unitsPerEm;
            pen += positions.get(i).x_advance();
        }
        return new ShapedText(glyphs, x, y, pen / unitsPerEm);
    }

    /**
     * Draws a glyph's coverage, {@code phase} quarters of a pixel to the right; null where it has no ink or cannot be
     * drawn. Light hinting fits stems to the rows only, so advances stay those of {@link #shape}.
     */
    @Nullable
    GlyphBitmap draw(int glyph, int phase, int size) {
        checkOpen();
        if (size != pixelSize) {
            if (FT_Set_Pixel_Sizes(face, 0, size) != 0) {
                return null;
            }
            pixelSize = size;
        }
        if (FT_Load_Glyph(face, glyph, FT_LOAD_NO_BITMAP | FT_LOAD_TARGET_LIGHT) != 0) {
            return null;
        }
        FT_GlyphSlot slot = face.glyph();
        if (slot == null) {
            return null;
        }
        FT_Outline_Translate(slot.outline(), phase * (64L / PHASES), 0);
        if (FT_Render_Glyph(slot, FT_RENDER_MODE_NORMAL) != 0) {
            return null;
        }
        FT_Bitmap bitmap = slot.bitmap();
        int width = bitmap.width();
        int rows = bitmap.rows();
        int pitch = bitmap.pitch();
        if (width == 0 || rows == 0 || pitch < width || bitmap.pixel_mode() != FT_PIXEL_MODE_GRAY) {
            return null;
        }
        ByteBuffer source = bitmap.buffer((rows - 1) * pitch + width);
        if (source == null) {
            return null;
        }
        byte[] coverage = new byte[width * rows];
        for (int row = 0; row < rows; row++) {
            source.get(row * pitch, coverage, row * width, width);
        }
        return new GlyphBitmap(width, rows, slot.bitmap_left(), slot.bitmap_top(), coverage);
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("font " + name + " is closed");
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        hb_buffer_destroy(hbBuffer);
        hb_font_destroy(hbFont);
        hb_face_destroy(hbFace);
        FT_Done_Face(face);
        FT_Done_FreeType(library);
        MemoryUtil.memFree(file);
    }

    /** One byte of coverage a pixel, rows top down; {@code left} and {@code top} place it around the pen. */
    @SuppressWarnings("ArrayRecordComponent") // lives only between draw and the atlas
    record GlyphBitmap(int width, int height, int left, int top, byte[] coverage) {}
}
