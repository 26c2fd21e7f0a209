package vitrine.tools.workbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigEditTest {

    private static final List<String> PRIVACY = List.of("pass", "privacy");
    private static final List<String> VIDEO = List.of("shader", "present/video.frag");

    @TempDir
    Path dir;

    private String edit(String before, Map<List<String>, Map<String, String>> wanted) throws IOException {
        Path file = dir.resolve("kiosk.toml");
        Files.writeString(file, before);
        ConfigEdit.write(file, wanted);
        try (var files = Files.list(dir)) {
            assertThat(files).containsExactly(file);
        }
        return Files.readString(file);
    }

    private String cell(String before) throws IOException {
        return edit(before, Map.of(PRIVACY, Map.of("CELL", "24")));
    }

    @Test
    void valuesAreReplacedWhereTheyStand() throws IOException {
        String text = """
                # A kiosk.
                source = "v4l2:"   # the camera

                [pass.privacy]  # faces
                classes = [
                    "person",   # [pass.other]
                ]
                  CELL   =  3   # large ones # really
                SOFT = true
                # the end
                [pass.other]
                CELL = 9
                [shader."present/video.frag"]
                STRENGTH = 1.0
                """;
        String edited =
                edit(text, Map.of(PRIVACY, Map.of("CELL", "24", "SOFT", "false"), VIDEO, Map.of("STRENGTH", "2.5")));
        assertThat(edited)
                .isEqualTo(text.replace("CELL   =  3   #", "CELL   =  24   #")
                        .replace("SOFT = true", "SOFT = false")
                        .replace("STRENGTH = 1.0", "STRENGTH = 2.5"));
    }

    @Test
    void lineEndsStay() throws IOException {
        assertThat(cell("hud = true\r\n[pass.privacy]\r\nCELL = 3 # c\r\n"))
                .isEqualTo("hud = true\r\n[pass.privacy]\r\nCELL = 24 # c\r\n");
        assertThat(cell("[pass.privacy]\r\n\r\n[pass.b]\r\n"))
                .isEqualTo("[pass.privacy]\r\nCELL = 24\r\n\r\n[pass.b]\r\n");
        assertThat(cell("[pass.privacy]\nCELL = 3")).isEqualTo("[pass.privacy]\nCELL = 24");
    }

    @Test
    void newKeysGoToTheEndOfTheirTable() throws IOException {
        assertThat(cell("[pass.privacy]\nA = 1\nclasses = [\n  \"x\",\n]\n\n# of b\n[pass.b]\nA = 1\n"))
                .isEqualTo("[pass.privacy]\nA = 1\nclasses = [\n  \"x\",\n]\nCELL = 24\n\n# of b\n[pass.b]\nA = 1\n");
        assertThat(cell("[ pass . \"privacy\" ] # here\nA = 1"))
                .isEqualTo("[ pass . \"privacy\" ] # here\nA = 1\nCELL = 24\n");
        assertThat(cell("[pass.privacy]")).isEqualTo("[pass.privacy]\nCELL = 24\n");
        // A table's last line that only seems to be one.
        assertThat(cell("[pass.privacy]\nt = '''\nx\n[y]\n'''\n")).contains("[pass.privacy]\nCELL = 24\nt = '''\n");
    }

    @Test
    void newTablesGoToTheEndOfTheFile() throws IOException {
        assertThat(cell("hud = true\n")).isEqualTo("hud = true\n\n[pass.privacy]\nCELL = 24\n");
        assertThat(cell("hud = true")).isEqualTo("hud = true\n\n[pass.privacy]\nCELL = 24\n");
        assertThat(cell("")).isEqualTo("[pass.privacy]\nCELL = 24\n");
        assertThat(cell("[pass]\nx = 1\n")).isEqualTo("[pass]\nx = 1\n\n[pass.privacy]\nCELL = 24\n");
        assertThat(edit("# only this\n", Map.of(VIDEO, Map.of("A", "1.0"))))
                .isEqualTo("# only this\n\n[shader.\"present/video.frag\"]\nA = 1.0\n");
        assertThat(cell("t = '''\n[pass.privacy]\nCELL = 3\n'''\n[pass.privacy]\n"))
                .isEqualTo("t = '''\n[pass.privacy]\nCELL = 3\n'''\n[pass.privacy]\nCELL = 24\n");
    }

    @Test
    void dottedKeysAreReplacedToo() throws IOException {
        assertThat(cell("pass.privacy.CELL = 3 # c\nhud = true\n"))
                .isEqualTo("pass.privacy.CELL = 24 # c\nhud = true\n");
        assertThat(cell("[pass]\nprivacy.CELL = 3\n")).isEqualTo("[pass]\nprivacy.CELL = 24\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pass = { privacy = { CELL = 3 } }\n",
                "pass = { privacy = { A = 3 } }\n",
                "[pass]\nprivacy = { CELL = 3 }\n",
                "[pass]\nprivacy = {}\n",
                "pass.privacy.A = 3\n",
                "[pass]\nprivacy.A = 3\n",
                "pass = 4\n",
                "[[pass]]\nx = 1\n",
                "[pass]\nprivacy = \"text\"\n",
                "[pass.privacy]\nCELL = \"text\"\n",
                "[pass.privacy]\nCELL = [1, 2]\n",
                "[pass.privacy]\nCELL = '''\n3'''\n"
            })
    void whatCannotBeEditedSafelyStaysUntouched(String text) throws IOException {
        assertThatThrownBy(() -> cell(text))
                .isInstanceOf(TuningException.class)
                .hasMessageContaining("kiosk.toml:")
                .hasMessageContaining("nothing was saved; write [pass.privacy]")
                .hasMessageNotContaining("\n");
        assertThat(dir.resolve("kiosk.toml")).hasContent(text);
    }

    @Test
    void brokenFilesStayUntouched() throws IOException {
        assertThatThrownBy(() -> cell("a = \n"))
                .isInstanceOf(TuningException.class)
                .hasMessageContaining("kiosk.toml:1:")
                .hasMessageEndingWith("; nothing was saved, mend the file first");
        Path file = dir.resolve("latin1.toml");
        Files.write(file, "# \u00e4\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> ConfigEdit.write(file, Map.of(PRIVACY, Map.of("CELL", "1"))))
                .hasMessageContaining("is not UTF-8 text");
        assertThatThrownBy(() -> ConfigEdit.write(dir.resolve("gone.toml"), Map.of(PRIVACY, Map.of("CELL", "1"))))
                .hasMessageContaining("gone.toml is gone; put it back");
    }

    @Test
    void linksAndPermissionsStay() throws IOException {
        Path real = Files.createDirectory(dir.resolve("real")).resolve("real.toml");
        Files.writeString(real, "");
        Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rw-r-----"));
        Path link = Files.createSymbolicLink(dir.resolve("link.toml"), real);
        ConfigEdit.write(link, Map.of(PRIVACY, Map.of("CELL", "24")));
        assertThat(link).isSymbolicLink();
        assertThat(real).hasContent("[pass.privacy]\nCELL = 24\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(real)))
                .isEqualTo("rw-r-----");
    }

    @Test
    void aFolderThatCannotBeWrittenIsNamed() throws IOException {
        if ("root".equals(System.getProperty("user.name"))) {
            System.out.println("SKIPPED, root may write everywhere: run the tests as another user");
            Assumptions.abort("root may write everywhere");
        }
        Path file = Files.writeString(dir.resolve("kiosk.toml"), "");
        Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("r-xr-xr-x"));
        try {
            assertThatThrownBy(() -> ConfigEdit.write(file, Map.of(PRIVACY, Map.of("CELL", "24"))))
                    .isInstanceOf(TuningException.class)
                    .hasMessageContaining("permission denied");
        } finally {
            Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }
}
