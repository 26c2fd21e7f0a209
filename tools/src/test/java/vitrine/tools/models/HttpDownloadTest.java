package vitrine.tools.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import vitrine.tools.models.FetchException.Reason;

/**
 * Where a transfer is cut the client may lose bytes that had arrived but were not read, so a cut is known by what is
 * asked for next and not by an exact number.
 */
@Timeout(60)
final class HttpDownloadTest {

    private static final byte[] MODEL = bytes(300_000);
    private static final CatalogueFile FILE = new CatalogueFile("net.onnx", MODEL.length, sha256(MODEL));

    @TempDir
    private Path folder;

    private final List<String> said = new ArrayList<>();

    @Test
    void bringsTheFileAndFollowsARedirect() throws Exception {
        try (ModelServer server = ModelServer.create((exchange, _) -> {
            if (exchange.getRequestURI().getPath().equals("/old")) {
                exchange.getResponseHeaders().set("Location", "/new");
                exchange.sendResponseHeaders(302, -1);
            } else {
                ModelServer.send(exchange, 200, MODEL, 0, MODEL.length);
            }
        })) {
            fetch(server.address("/old"));
        }
        assertThat(folder.resolve("net.onnx")).hasBinaryContent(MODEL);
        assertThat(folder.resolve("net.onnx.part")).doesNotExist();
        assertThat(said).anyMatch(l -> l.equals("net.onnx: 0.3 of 0.3 MB (100 %)"));
    }

    @Test
    void refusesAndDeletesAFileOfTheRightSizeWithAnotherHash() throws Exception {
        byte[] other = MODEL.clone();
        other[200_000] ^= 1;
        try (ModelServer server =
                ModelServer.create((exchange, _) -> ModelServer.send(exchange, 200, other, 0, other.length))) {
            FetchException e = fails(server.address("/net"));
            assertThat(e.reason()).isEqualTo(Reason.WRONG_CONTENT);
            assertThat(e).hasMessageContaining(FILE.sha256()).hasMessageContaining(sha256(other));
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void refusesAFileOfAnotherSizeWithoutTakingIt() throws Exception {
        byte[] page = "<html>log in first</html>".getBytes(StandardCharsets.UTF_8);
        try (ModelServer server =
                ModelServer.create((exchange, _) -> ModelServer.send(exchange, 200, page, 0, page.length))) {
            FetchException e = fails(server.address("/net"));
            assertThat(e.reason()).isEqualTo(Reason.WRONG_CONTENT);
            assertThat(e).hasMessageContaining("has 25 bytes or more, expected 300000");
        }
    }

    @Test
    void refusesAnEndlessBody() throws Exception {
        try (ModelServer server = ModelServer.create((exchange, _) -> {
            exchange.sendResponseHeaders(200, 0);
            for (int i = 0; i < 3; i++) {
                exchange.getResponseBody().write(MODEL);
            }
        })) {
            FetchException e = fails(server.address("/net"));
            assertThat(e.reason()).isEqualTo(Reason.WRONG_CONTENT);
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void goesOnWhereATransferWasCut() throws Exception {
        try (ModelServer server = ModelServer.create((exchange, request) -> {
            int start = ModelServer.start(exchange);
            int length = Math.min(120_000, MODEL.length - start);
            ModelServer.send(exchange, request == 1 ? 200 : 206, MODEL, start, length);
        })) {
            fetch(server.address("/net"));
            assertThat(server.ranges()).hasSizeBetween(3, 5).startsWith("whole").doesNotHaveDuplicates();
        }
        assertThat(folder.resolve("net.onnx")).hasBinaryContent(MODEL);
    }

    @Test
    void startsAgainWhereTheServerKnowsNoRanges() throws Exception {
        try (ModelServer server = ModelServer.create((exchange, request) ->
                ModelServer.send(exchange, 200, MODEL, 0, request == 1 ? 100_000 : MODEL.length))) {
            fetch(server.address("/net"));
            assertThat(server.ranges()).hasSize(2).startsWith("whole").doesNotHaveDuplicates();
        }
        assertThat(folder.resolve("net.onnx")).hasBinaryContent(MODEL);
    }

    @Test
    void givesUpWhenEveryTransferIsCutAtTheSamePlaceAndKeepsThePart() throws Exception {
        try (ModelServer server =
                ModelServer.create((exchange, _) -> ModelServer.send(exchange, 200, MODEL, 0, 100_000))) {
            FetchException e = fails(server.address("/net"));
            assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE);
            assertThat(e).hasMessageMatching(".* was cut at \\d+ of 300000 bytes .*; run the same command again .*");
            assertThat(server.ranges()).hasSizeBetween(4, 20);
        }
        assertThat(folder.resolve("net.onnx.part")).exists();
        assertThat(folder.resolve("net.onnx")).doesNotExist();
    }

    @Test
    void goesOnWithThePartOfAnEarlierRun() throws Exception {
        Files.write(folder.resolve("net.onnx.part"), Arrays.copyOf(MODEL, 250_000));
        try (ModelServer server = ModelServer.create(
                (exchange, _) -> ModelServer.send(exchange, 206, MODEL, ModelServer.start(exchange), 50_000))) {
            fetch(server.address("/net"));
            assertThat(server.ranges()).containsExactly("bytes=250000-");
        }
        assertThat(folder.resolve("net.onnx")).hasBinaryContent(MODEL);
    }

    @Test
    void startsAgainWhenAnEarlierPartDoesNotFit() throws Exception {
        Files.write(folder.resolve("net.onnx.part"), new byte[250_000]);
        try (ModelServer server = ModelServer.create((exchange, _) -> {
            int start = ModelServer.start(exchange);
            ModelServer.send(exchange, start == 0 ? 200 : 206, MODEL, start, MODEL.length - start);
        })) {
            fetch(server.address("/net"));
            assertThat(server.ranges()).containsExactly("bytes=250000-", "whole");
        }
        assertThat(folder.resolve("net.onnx")).hasBinaryContent(MODEL);
    }

    @Test
    void startsAgainWhenTheServerRefusesTheRange() throws Exception {
        Files.write(folder.resolve("net.onnx.part"), Arrays.copyOf(MODEL, 10));
        try (ModelServer server = ModelServer.create((exchange, request) -> {
            if (request == 1) {
                exchange.sendResponseHeaders(416, -1);
            } else {
                ModelServer.send(exchange, 200, MODEL, 0, MODEL.length);
            }
        })) {
            fetch(server.address("/net"));
            assertThat(server.ranges()).containsExactly("bytes=10-", "whole");
        }
        assertThat(folder.resolve("net.onnx")).hasBinaryContent(MODEL);
    }

    @Test
    void saysWhatAServerAnsweredInsteadOfTheFile() throws Exception {
        try (ModelServer server = ModelServer.create((exchange, _) -> exchange.sendResponseHeaders(404, -1))) {
            FetchException e = fails(server.address("/net"));
            assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE);
            assertThat(e).hasMessageContaining("/net answered 404 instead of net.onnx");
        }
    }

    @Test
    void failsAtOnceOnADeadPort() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        FetchException e = failsWithin(3, URI.create("http://127.0.0.1:" + port + "/net"));
        assertThat(e).hasMessageContaining("cannot reach 127.0.0.1:" + port);
    }

    @Test
    void failsSoonOnAHostThatDoesNotExist() {
        // RFC 6761 promises that a name below "invalid" never resolves.
        FetchException e = failsWithin(6, URI.create("https://models.vitrine.invalid/net"));
        assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE);
        assertThat(e).hasMessageContaining("cannot reach models.vitrine.invalid");
    }

    @Test
    void failsSoonOnAHostThatTakesTheConnectionAndIsSilent() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            FetchException e = failsWithin(4, URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/net"));
            assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE);
            assertThat(e).hasMessageContaining("no answer");
        }
    }

    @Test
    void takesATransferThatStallsForCut() throws Exception {
        try (ModelServer server = ModelServer.create((exchange, request) -> {
            int start = ModelServer.start(exchange);
            ModelServer.send(exchange, start == 0 ? 200 : 206, MODEL, start, request == 1 ? 70_000 : 230_000);
            if (request == 1) {
                try {
                    Thread.sleep(30_000);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        })) {
            fetch(server.address("/net"));
            assertThat(server.ranges()).containsExactly("whole", "bytes=70000-");
        }
        assertThat(said).anyMatch(l -> l.contains("cut at 70000 of 300000 bytes (no byte for 1 s)"));
        assertThat(folder.resolve("net.onnx")).hasBinaryContent(MODEL);
    }

    private void fetch(URI address) throws FetchException, InterruptedException {
        try (HttpDownload http = HttpDownload.create(Duration.ofSeconds(1), said::add)) {
            http.fetch(address, FILE, new ModelCache(folder));
        }
    }

    private FetchException fails(URI address) {
        return catchThrowableOfType(FetchException.class, () -> fetch(address));
    }

    private FetchException failsWithin(int seconds, URI address) {
        long start = System.nanoTime();
        FetchException e = fails(address);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(seconds));
        return e;
    }

    static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(5).nextBytes(bytes);
        return bytes;
    }

    static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(ModelCache.newSha256().digest(bytes));
    }
}
