package vitrine.tools.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vitrine.shaders.ShaderSources;

final class SourceWatchTest {

    @TempDir
    Path root;

    private final BlockingQueue<Set<String>> changes = new LinkedBlockingQueue<>();
    private SourceWatch watch;

    @BeforeEach
    void start() throws IOException {
        Files.createDirectories(root.resolve("present"));
        Files.writeString(root.resolve("present/a.frag"), "one");
        watch = SourceWatch.start(ShaderSources.inFolder(root), (files, first, settled) -> {
            assertThat(settled).isGreaterThanOrEqualTo(first);
            changes.add(files);
        });
    }

    @AfterEach
    void stop() {
        watch.close();
    }

    /** All that is heard of until these were; a change may come in parts. */
    private Set<String> heard(String... files) throws InterruptedException {
        Set<String> all = new TreeSet<>();
        while (!all.containsAll(List.of(files))) {
            Set<String> next = changes.poll(10, TimeUnit.SECONDS);
            assertThat(next).as("heard of " + all + ", still waiting for more").isNotNull();
            all.addAll(next);
        }
        return all;
    }

    private void assertSilent() throws InterruptedException {
        assertThat(changes.poll(150, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void hearsOfAWriteInPlaceOnce() throws Exception {
        Files.writeString(root.resolve("present/a.frag"), "two");
        assertThat(heard("present/a.frag")).containsExactly("present/a.frag");
        assertSilent();
    }

    @Test
    void saysNothingOfASaveWithoutAChange() throws Exception {
        Files.writeString(root.resolve("present/a.frag"), "one");
        assertSilent();
    }

    @Test
    void hearsOfARenameOverTheFile() throws Exception {
        Path temporary = root.resolve("present/.a.frag.swp");
        Files.writeString(temporary, "two");
        Files.move(temporary, root.resolve("present/a.frag"), StandardCopyOption.ATOMIC_MOVE);
        assertThat(heard("present/a.frag")).contains("present/a.frag");
    }

    @Test
    void aFileThatIsDeletedAndMadeAgainIsOneChange() throws Exception {
        Files.delete(root.resolve("present/a.frag"));
        Thread.sleep(20); // longer than the watch waits for ordinary events
        Files.writeString(root.resolve("present/a.frag"), "two");
        assertThat(heard("present/a.frag")).containsExactly("present/a.frag");
        assertSilent();
    }

    @Test
    void aFileThatIsEmptiedAndWrittenIsOneChange() throws Exception {
        Files.writeString(root.resolve("present/a.frag"), "");
        Thread.sleep(20);
        Files.writeString(root.resolve("present/a.frag"), "two");
        assertThat(heard("present/a.frag")).containsExactly("present/a.frag");
        assertSilent();
    }

    @Test
    void hearsOfADeletedFile() throws Exception {
        Files.delete(root.resolve("present/a.frag"));
        assertThat(heard("present/a.frag")).containsExactly("present/a.frag");
    }

    @Test
    void hearsOfFilesInNewFolders() throws Exception {
        Files.createDirectories(root.resolve("deep/er"));
        Files.writeString(root.resolve("deep/er/b.glsl"), "one");
        assertThat(heard("deep/er/b.glsl")).contains("deep/er/b.glsl");
        changes.clear();
        Files.writeString(root.resolve("deep/er/b.glsl"), "two");
        assertThat(heard("deep/er/b.glsl")).containsExactly("deep/er/b.glsl");
    }

    @Test
    void hearsOfAFolderThatIsMovedIn() throws Exception {
        Path outside = Files.createTempDirectory("vitrine-watch");
        Files.writeString(outside.resolve("c.glsl"), "one");
        Files.move(outside, root.resolve("moved"));
        assertThat(heard("moved/c.glsl")).contains("moved/c.glsl");
    }

    @Test
    void watchesSeveralFolders(@TempDir Path other) throws Exception {
        watch.close();
        ShaderSources sources = ShaderSources.overBuiltIn(List.of(root)).withPasses(other);
        watch = SourceWatch.start(sources, (files, first, settled) -> changes.add(files));
        Files.writeString(other.resolve("d.glsl"), "one");
        assertThat(heard("passes/d.glsl")).containsExactly("passes/d.glsl");
    }
}
