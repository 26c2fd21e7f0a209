package vitrine.engine.debug;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vitrine.engine.linux.CCompiler;

/** The API's binding, against a stand-in in C. RenderDoc itself: docs/debugging.md. */
final class RenderDocTest {

    /** A library with pointers where renderdoc_app.h has them. */
    private static final String STAND_IN = """
            #include <stdint.h>
            #include <stdio.h>
            #include <string.h>
            static char path[200];
            static uint32_t captures;
            static int running;
            static void set_template(const char *p) { snprintf(path, sizeof path, "%s", p); }
            static void start(void *device, void *window) {
                running = device == NULL && window == NULL;
            }
            static uint32_t end(void *device, void *window) {
                if (!running || device != NULL || window != NULL || strstr(path, "fail")) return 0;
                captures++;
                return 1;
            }
            static uint32_t count(void) { return captures; }
            static uint32_t get(uint32_t index, char *file, uint32_t *length, uint64_t *time) {
                char name[250];
                (void) time;
                if (index >= captures) return 0;
                snprintf(name, sizeof name, "%s_%u.rdc", path, index);
                if (length) *length = (uint32_t) strlen(name) + 1;
                if (file) strcpy(file, name);
                return 1;
            }
            static void *table[27];
            int RENDERDOC_GetAPI(int version, void **out) {
                if (version != 10102) return 0;
                table[11] = (void *) set_template;
                table[13] = (void *) count;
                table[14] = (void *) get;
                table[19] = (void *) start;
                table[21] = (void *) end;
                *out = table;
                return 1;
            }
            """;

    @TempDir
    Path dir;

    /** Counted by hand from renderdoc_app.h, RENDERDOC_API_1_6_0, of RenderDoc 1.24 and of 2025; 64-bit pointers. */
    @Test
    void thePointersLieWhereTheHeaderHasThem() {
        Map<RenderDoc.Function, Integer> places = Map.of(
                RenderDoc.Function.GET_API_VERSION, 0,
                RenderDoc.Function.SHUTDOWN, 9,
                RenderDoc.Function.SET_CAPTURE_FILE_PATH_TEMPLATE, 11,
                RenderDoc.Function.GET_NUM_CAPTURES, 13,
                RenderDoc.Function.GET_CAPTURE, 14,
                RenderDoc.Function.TRIGGER_CAPTURE, 15,
                RenderDoc.Function.START_FRAME_CAPTURE, 19,
                RenderDoc.Function.IS_FRAME_CAPTURING, 20,
                RenderDoc.Function.END_FRAME_CAPTURE, 21);
        places.forEach(
                (function, place) -> assertThat(RenderDoc.API.byteOffset(PathElement.groupElement(function.name())))
                        .isEqualTo(8L * place));
    }

    @Test
    void whereItIsNotLoadedTheMendIsSaid() {
        assumeFalse(RenderDoc.isExpected(), "SKIPPED: this test runs under RenderDoc");
        assertThatThrownBy(RenderDoc::requireExpected)
                .isInstanceOf(RenderDocException.class)
                .hasMessageContaining("--capture-frame needs RenderDoc")
                .hasMessageContaining("ENABLE_VULKAN_RENDERDOC_CAPTURE=1");
        assertThatThrownBy(RenderDoc::attach).isInstanceOf(RenderDocException.class);
    }

    @Test
    @Tag("arm64")
    void capturesThroughALoadedLibrary() throws Exception {
        Path library = CCompiler.require(dir, "stdio.h").library("standin", STAND_IN);
        assertThat(RenderDoc.isLoaded(library.toString())).isFalse();
        assertThatThrownBy(() -> RenderDoc.attach(library.toString())).isInstanceOf(RenderDocException.class);

        SymbolLookup.libraryLookup(library, Arena.global()); // what RenderDoc's launcher does
        RenderDoc renderDoc = RenderDoc.attach(library.toString());
        renderDoc.template(Path.of("/captures/frame"));
        renderDoc.start();
        assertThat(renderDoc.end()).isEqualTo("/captures/frame_0.rdc");
        renderDoc.template(Path.of("/captures/fail"));
        renderDoc.start();
        assertThat(renderDoc.end()).isEmpty();
    }

    @Test
    @Tag("arm64")
    void anOldRenderDocIsRefused() throws Exception {
        Path library = CCompiler.require(dir, "stdio.h")
                .library("old", "int RENDERDOC_GetAPI(int v, void **o) { (void) v; (void) o; return 0; }\n");
        SymbolLookup.libraryLookup(library, Arena.global());
        assertThatThrownBy(() -> RenderDoc.attach(library.toString()))
                .isInstanceOf(RenderDocException.class)
                .hasMessageContaining("1.1.2");
        Path other = CCompiler.require(dir, "stdio.h").library("other", "int unrelated(void) { return 0; }\n");
        SymbolLookup.libraryLookup(other, Arena.global());
        assertThatThrownBy(() -> RenderDoc.attach(other.toString())).isInstanceOf(RenderDocException.class);
    }
}
