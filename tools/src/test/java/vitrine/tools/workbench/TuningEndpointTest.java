package vitrine.tools.workbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import vitrine.tools.JsonReader;

@Timeout(60)
class TuningEndpointTest {

    private static final String VIDEO = "present/video.frag";

    @TempDir
    Path dir;

    private Tunables tunables;
    private TuningEndpoint endpoint;
    private HttpClient client;

    @BeforeEach
    void open() throws IOException {
        tunables = new Tunables(Map.of(), Files.writeString(dir.resolve("kiosk.toml"), "hud = true\n"));
        tunables.declare(
                "privacy",
                TunablesTest.glsl("int CELL = 16; //! tunable 4..64 \"cells\"", "bool SOFT = true; //! tunable"));
        tunables.declare(VIDEO, TunablesTest.glsl("float STRENGTH = 1.0; //! tunable 0..4 step 0.1"));
        endpoint = TuningEndpoint.open(0, tunables, () -> "{\"message\": \"all well\"}");
        client = HttpClient.newHttpClient();
    }

    @AfterEach
    void close() {
        client.close();
        endpoint.close();
    }

    private HttpResponse<String> send(String method, String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(endpoint.address()).resolve(path))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static Map<?, ?> json(HttpResponse<String> response) {
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json; charset=utf-8");
        assertThat(response.body().lines()).hasSize(1);
        return (Map<?, ?>) Objects.requireNonNull(JsonReader.read(response.body()));
    }

    private static void refused(HttpResponse<String> response, int status, String message) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat((String) json(response).get("error")).contains(message);
    }

    @Test
    void constantsAreReadAndChanged() throws Exception {
        HttpResponse<String> all = send("GET", "/tunables", "");
        assertThat(all.statusCode()).isEqualTo(200);
        assertThat((List<?>) json(all).get("tunables"))
                .hasSize(3)
                .first()
                .isEqualTo(JsonReader.read(
                        "{\"shader\": \"privacy\", \"name\": \"CELL\", \"type\": \"int\", \"value\": 16,"
                                + " \"preset\": 16, \"least\": 4, \"most\": 64, \"step\": 1, \"description\": \"\\\"cells\\\"\","
                                + " \"unsaved\": false}"));
        assertThat(json(all).get("unsaved")).isEqualTo(false);
        assertThat(json(all).get("file")).isEqualTo(dir.resolve("kiosk.toml").toString());

        HttpResponse<String> put = send("PUT", "/tunables/privacy/CELL", "24\n");
        assertThat(put.statusCode()).isEqualTo(200);
        assertThat(json(put).get("value")).isEqualTo(24.0);
        assertThat(json(send("PUT", "/tunables/present/video.frag/STRENGTH", "99"))
                        .get("value"))
                .isEqualTo(4.0);
        assertThat(json(send("PUT", "/tunables/present%2Fvideo.frag/STRENGTH", "1.23"))
                        .get("value"))
                .isEqualTo(1.2);
        assertThat(json(send("PUT", "/tunables/privacy/SOFT", "false")).get("value"))
                .isEqualTo(false);
        assertThat(tunables.values("privacy")).isEqualTo(Map.of("CELL", 24.0, "SOFT", 0.0));
        assertThat(tunables.values(VIDEO)).isEqualTo(Map.of("STRENGTH", 1.2));
        assertThat(json(send("GET", "/tunables", "")).get("unsaved")).isEqualTo(true);
        assertThat(json(send("DELETE", "/tunables/privacy/SOFT", "")).get("value"))
                .isEqualTo(true);
        assertThat(tunables.values("privacy")).isEqualTo(Map.of("CELL", 24.0));

        HttpResponse<String> saved = send("POST", "/save", "", "Content-Type", "application/json");
        assertThat(json(saved).get("message")).isEqualTo("saved 2 values to kiosk.toml");
        assertThat(dir.resolve("kiosk.toml"))
                .hasContent(
                        "hud = true\n\n[pass.privacy]\nCELL = 24\n\n[shader.\"present/video.frag\"]\nSTRENGTH = 1.2\n");
        assertThat(json(send("GET", "/state", "")).get("message")).isEqualTo("all well");
    }

    @Test
    void thePageNeedsNothingElse() throws Exception {
        HttpResponse<String> page = send("GET", "/", "");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("default-src 'none'", "frame-ancestors 'none'");
        assertThat(page.body()).startsWith("<!DOCTYPE html>").doesNotContain("http:", "https:", "src=", "innerHTML");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    PUT    | /tunables/privacy/NONE  | 1     | 404 | privacy has no tunable constant 'NONE'; it has CELL, SOFT
                    PUT    | /tunables/private/CELL  | 1     | 404 | no shader 'private' with tunable constants is in use; there are privacy, present/video.frag
                    DELETE | /tunables/private/CELL  | ''    | 404 | no shader 'private'
                    PUT    | /tunables/privacy/CELL  | x     | 400 | the body must be one number, true or false
                    PUT    | /tunables/privacy/CELL  | ''    | 400 | the body must be one number
                    PUT    | /tunables/privacy/CELL  | NaN   | 400 | the body must be one number
                    PUT    | /tunables/privacy/CELL  | 1e999 | 409 | CELL of privacy must be a number
                    PUT    | /tunables/CELL          | 1     | 404 | there is no /tunables/CELL; there are
                    GET    | /tunables/privacy/CELL  | ''    | 405 | takes PUT, DELETE only
                    POST   | /tunables/privacy/CELL  | 1     | 415 | send the header Content-Type: application/json
                    GET    | /save                   | ''    | 405 | /save takes POST only
                    PUT    | /save                   | ''    | 405 | /save takes POST only
                    OPTIONS| /save                   | ''    | 405 | /save takes POST only
                    GET    | /favicon.ico            | ''    | 404 | there is no /favicon.ico
                    GET    | /../../etc/passwd       | ''    | 404 | there is no
                    """)
    void mistakesAreNamed(String method, String path, String body, int status, String message) throws Exception {
        refused(send(method, path, body), status, message);
        assertThat(tunables.isDirty()).isFalse();
    }

    @Test
    void bodiesAreLimited() throws Exception {
        refused(send("PUT", "/tunables/privacy/CELL", "1".repeat(100)), 413, "more than 64 bytes");
        refused(send("PUT", "/tunables/privacy/CELL", "1".repeat(1 << 20)), 413, "more than 64 bytes");
        refused(send("POST", "/save", "x".repeat(100), "Content-Type", "application/json"), 413, "more than 64 bytes");
        assertThat(send("GET", "/tunables", "").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://evil.example", "null", "https://127.0.0.1", "http://localhost", "http://localhost:1"})
    void pagesOfOthersAreRefused(String origin) throws Exception {
        refused(send("PUT", "/tunables/privacy/CELL", "24", "Origin", origin), 403, "are not served; open http://");
        refused(send("GET", "/tunables", "", "Origin", origin), 403, "are not served");
        HttpResponse<String> asked =
                send("OPTIONS", "/tunables/privacy/CELL", "", "Origin", origin, "Access-Control-Request-Method", "PUT");
        refused(asked, 403, "are not served");
        assertThat(asked.headers().map().keySet()).noneMatch(h -> h.startsWith("access-control"));
        assertThat(tunables.isDirty()).isFalse();
    }

    @Test
    void ourOwnPageIsServed() throws Exception {
        for (String host : List.of("127.0.0.1", "localhost")) {
            String origin = "http://" + host + ":" + endpoint.port();
            HttpResponse<String> put =
                    send("PUT", "/tunables/privacy/CELL", "24", "Origin", origin, "Sec-Fetch-Site", "same-origin");
            assertThat(put.statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "json"})
    void formsCannotSave(String type) throws Exception {
        refused(send("POST", "/save", "", "Content-Type", type), 415, "send the header Content-Type");
        refused(
                send("POST", "/save", "{}", "Content-Type", "application/json", "Sec-Fetch-Site", "cross-site"),
                403,
                "requests of other web pages are not served");
        assertThat(dir.resolve("kiosk.toml")).hasContent("hud = true\n");
    }

    /** By hand: the client does not let its Host be set. */
    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), endpoint.port())) {
            socket.getOutputStream().write(request.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void otherNamesForThisMachineAreRefused() throws Exception {
        for (String host : List.of(
                "Host: evil.example:" + endpoint.port(),
                "Host: localhost",
                "Host: 127.0.0.1:1",
                "Host: localhost:" + endpoint.port() + ".evil.example",
                "Host: localhost:" + endpoint.port() + "\nHost: evil.example",
                "X: y")) {
            assertThat(raw("GET /tunables HTTP/1.1\n" + host + "\nConnection: close\n\n"))
                    .startsWith("HTTP/1.1 403")
                    .contains("the Host must be this machine");
        }
        assertThat(raw("GET /tunables HTTP/1.1\nHost: LOCALHOST:" + endpoint.port() + "\nConnection: close\n\n"))
                .startsWith("HTTP/1.1 200");
    }

    @Test
    void onlyThisMachineIsListenedTo() throws Exception {
        assertThat(InetAddress.getByName(URI.create(endpoint.address()).getHost())
                        .isLoopbackAddress())
                .isTrue();
        assertThatThrownBy(() -> TuningEndpoint.open(endpoint.port(), tunables, () -> "{}"))
                .isInstanceOf(TuningException.class)
                .hasMessageStartingWith(
                        "--dev-port " + endpoint.port() + ": Address already in use; take another port");
    }

    @Test
    void aClientThatStallsHoldsUpNobody() throws Exception {
        try (Socket a = new Socket(InetAddress.getLoopbackAddress(), endpoint.port());
                Socket b = new Socket(InetAddress.getLoopbackAddress(), endpoint.port())) {
            a.getOutputStream().write("GET /tun".getBytes(StandardCharsets.US_ASCII));
            b.getOutputStream()
                    .write(("PUT /tunables/privacy/CELL HTTP/1.1\r\nHost: localhost:" + endpoint.port()
                                    + "\r\nContent-Length: 50\r\n\r\n1")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(send("GET", "/tunables", "").statusCode()).isEqualTo(200);
            endpoint.close();
        }
    }

    @Test
    void itsThreadsDoNotKeepTheProgramRunning() {
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(t ->
                        t.getName().contains("HTTP-Dispatcher") || t.getName().contains("tuning"))
                .isNotEmpty()
                .allMatch(Thread::isDaemon);
    }

    @Test
    void aStoreWithoutAFileSaysSo() throws Exception {
        Tunables loose = new Tunables(Map.of(), null);
        loose.declare("privacy", TunablesTest.glsl("int CELL = 16; //! tunable 4..64"));
        try (TuningEndpoint other = TuningEndpoint.open(0, loose, () -> "{}")) {
            HttpResponse<String> saved = client.send(
                    HttpRequest.newBuilder(URI.create(other.address() + "save"))
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.noBody())
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            refused(saved, 409, "nowhere to save to; start with --config FILE");
        }
    }
}
