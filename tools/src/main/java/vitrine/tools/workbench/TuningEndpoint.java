package vitrine.tools.workbench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vitrine.shaders.Spirv;
import vitrine.shaders.TunableConstant;
import vitrine.tools.report.JsonText;

/**
 * Tunable constants over HTTP, on the loopback interface only:
 *
 * <pre>
 * GET    /                        a page with sliders
 * GET    /tunables                all constants, JSON
 * PUT    /tunables/SHADER/NAME    a number, true or false as the body
 * DELETE /tunables/SHADER/NAME    the GLSL's value again
 * POST   /save                    into the configuration file; Content-Type: application/json
 * GET    /state                   what reloading is at, JSON
 * </pre>
 *
 * <p>Any program of this machine may call; a web page that a browser here shows must not. So the Host must be ours (else a
 * foreign name that resolves to 127.0.0.1 would do), an Origin must be our own page's, and what changes something must be a
 * request that a page of another origin cannot make without asking first: PUT, DELETE, or a POST of JSON. Nothing here
 * answers such questions.
 */
public final class TuningEndpoint implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TuningEndpoint.class);

    private static final String JSON = "application/json; charset=utf-8";
    private static final String TUNABLES = "/tunables/";
    private static final int MAX_BODY = 64;

    /** Bytes of a body that is too long which are read and forgotten. */
    private static final int MAX_PASSED_OVER = 4 << 20;

    private static final Pattern NUMBER =
            Pattern.compile("[-+]?(\\d{1,12}(\\.\\d{0,12})?|\\.\\d{1,12})([eE][-+]?\\d{1,3})?");

    private static final String PAGE_POLICY =
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline';"
                    + " connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final Tunables tunables;
    private final Supplier<String> state;
    private final HttpServer server;
    private final ExecutorService requests;
    private final Set<String> hosts;
    private final byte[] page;

    /** An answer that is no success. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        private final int status;

        Refused(int status, String message) {
            super(message);
            this.status = status;
        }
    }

    private TuningEndpoint(
            Tunables tunables, Supplier<String> state, HttpServer server, ExecutorService requests, byte[] page) {
        this.tunables = tunables;
        this.state = state;
        this.server = server;
        this.requests = requests;
        this.page = page;
        int port = server.getAddress().getPort();
        hosts = Set.of("localhost:" + port, "127.0.0.1:" + port, "[::1]:" + port);
    }

    /**
     * Listens.
     *
     * @param port 0 for any that is free
     * @param state a JSON object, asked for on threads of the endpoint; the page shows its {@code message}
     * @throws TuningException when the port is taken
     */
    public static TuningEndpoint open(int port, Tunables tunables, Supplier<String> state) {
        HttpServer server;
        try {
            server = HttpServer.create(
                    new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), 16);
        } catch (BindException e) {
            throw new TuningException(
                    "--dev-port " + port + ": " + e.getMessage() + "; take another port, or 0 for any that is free", e);
        } catch (IOException e) {
            throw new TuningException("--dev-port " + port + " cannot be listened on: " + e.getMessage(), e);
        }
        // A client that stops in the middle of a request holds up nobody else.
        ExecutorService requests = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("tuning request ", 0).factory());
        TuningEndpoint endpoint = new TuningEndpoint(tunables, state, server, requests, page());
        server.setExecutor(requests);
        server.createContext("/", endpoint::handle);
        // The server's own thread is a daemon where the thread that starts it is one.
        Thread starting = Thread.ofPlatform().daemon().name("tuning endpoint").unstarted(server::start);
        starting.start();
        try {
            starting.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return endpoint;
    }

    private static byte[] page() {
        try (InputStream in = TuningEndpoint.class.getResourceAsStream("tuning.html")) {
            if (in == null) {
                throw new AssertionError("resource tuning.html is missing from the jar");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** To paste into a browser. */
    public String address() {
        return "http://127.0.0.1:" + port() + "/";
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            try {
                check(exchange);
                route(exchange);
            } catch (Refused e) {
                fail(exchange, e.status, e.getMessage());
            } catch (TuningException e) {
                fail(exchange, 409, e.getMessage());
            } catch (RuntimeException e) {
                LOG.warn("{} {} failed", exchange.getRequestMethod(), exchange.getRequestURI(), e);
                fail(exchange, 500, "it failed, see the log: " + e);
            }
        }
    }

    private void check(HttpExchange exchange) throws Refused {
        List<String> host = exchange.getRequestHeaders().getOrDefault("Host", List.of());
        if (host.size() != 1 || !hosts.contains(host.getFirst().toLowerCase(Locale.ROOT))) {
            throw new Refused(403, "the Host must be this machine, as in " + address());
        }
        for (String origin : exchange.getRequestHeaders().getOrDefault("Origin", List.of())) {
            if (!origin.startsWith("http://") || !hosts.contains(origin.substring("http://".length()))) {
                throw new Refused(403, "requests of the web page " + origin + " are not served; open " + address());
            }
        }
        String method = exchange.getRequestMethod();
        String site = exchange.getRequestHeaders().getFirst("Sec-Fetch-Site");
        if (!method.equals("GET") && site != null && !site.equals("same-origin") && !site.equals("none")) {
            throw new Refused(403, "requests of other web pages are not served; open " + address());
        }
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        if (method.equals("POST")
                && (type == null || !type.toLowerCase(Locale.ROOT).matches("application/json\\s*(;.*)?"))) {
            throw new Refused(415, "send the header Content-Type: application/json, as curl --json '' does");
        }
    }

    private void route(HttpExchange exchange) throws IOException, Refused {
        String path = exchange.getRequestURI().getRawPath();
        switch (path) {
            case "/" -> {
                allow(exchange, "GET");
                exchange.getResponseHeaders().set("Content-Security-Policy", PAGE_POLICY);
                send(exchange, 200, "text/html; charset=utf-8", page);
            }
            case "/tunables" -> {
                allow(exchange, "GET");
                sendJson(exchange, 200, all());
            }
            case "/state" -> {
                allow(exchange, "GET");
                sendJson(exchange, 200, state.get());
            }
            case "/save" -> {
                allow(exchange, "POST");
                body(exchange);
                sendJson(exchange, 200, text("message", tunables.save()));
            }
            default -> {
                if (!path.startsWith(TUNABLES) || path.lastIndexOf('/') < TUNABLES.length()) {
                    throw new Refused(
                            404,
                            "there is no " + path
                                    + "; there are /, /tunables, /tunables/SHADER/NAME, /save and /state");
                }
                allow(exchange, "PUT", "DELETE");
                String shader = decoded(path.substring(TUNABLES.length(), path.lastIndexOf('/')));
                String name = decoded(path.substring(path.lastIndexOf('/') + 1));
                change(exchange, shader, name);
            }
        }
    }

    private void change(HttpExchange exchange, String shader, String name) throws IOException, Refused {
        boolean put = exchange.getRequestMethod().equals("PUT");
        double wanted = put ? number(body(exchange)) : 0;
        Tunables.Tunable found = tunables.list().stream()
                .filter(t -> t.shader().equals(shader) && t.constant().name().equals(name))
                .findFirst()
                .orElse(null);
        try {
            double _ = put ? tunables.set(shader, name, wanted) : tunables.reset(shader, name);
        } catch (TuningException e) {
            throw new Refused(found == null ? 404 : 409, String.valueOf(e.getMessage()));
        }
        sendJson(
                exchange,
                200,
                tunables.list().stream()
                        .filter(t ->
                                t.shader().equals(shader) && t.constant().name().equals(name))
                        .map(TuningEndpoint::json)
                        .findFirst()
                        .orElse("{}"));
    }

    private static void allow(HttpExchange exchange, String... methods) throws Refused {
        if (!List.of(methods).contains(exchange.getRequestMethod())) {
            String allowed = String.join(", ", methods);
            exchange.getResponseHeaders().set("Allow", allowed);
            throw new Refused(405, exchange.getRequestURI().getPath() + " takes " + allowed + " only");
        }
    }

    private static String body(HttpExchange exchange) throws IOException, Refused {
        InputStream in = exchange.getRequestBody();
        byte[] bytes = in.readNBytes(MAX_BODY + 1);
        if (bytes.length > MAX_BODY) {
            // A client that is still sending when its connection is closed never sees the answer.
            byte[] rest = new byte[8192];
            int read = 0;
            for (int left = MAX_PASSED_OVER; left > 0 && read >= 0; left -= read) {
                read = in.read(rest);
            }
            throw new Refused(413, "the body has more than " + MAX_BODY + " bytes; send one number");
        }
        return new String(bytes, StandardCharsets.UTF_8).strip();
    }

    private static double number(String text) throws Refused {
        return switch (text) {
            case "true", "on" -> 1;
            case "false", "off" -> 0;
            default -> {
                if (!NUMBER.matcher(text).matches()) {
                    throw new Refused(400, "the body must be one number, true or false, such as 1.5");
                }
                yield Double.parseDouble(text);
            }
        };
    }

    private static String decoded(String text) throws Refused {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new Refused(400, "the path is not percent-encoded as it should be");
        }
    }

    private String all() {
        StringBuilder json = new StringBuilder("{\"tunables\": [");
        String separator = "";
        for (Tunables.Tunable tunable : tunables.list()) {
            json.append(separator).append(json(tunable));
            separator = ", ";
        }
        json.append("], \"unsaved\": ").append(tunables.isDirty()).append(", \"file\": ");
        var file = tunables.file();
        if (file == null) {
            json.append("null");
        } else {
            JsonText.string(json, file.toString());
        }
        return json.append('}').toString();
    }

    private static String json(Tunables.Tunable tunable) {
        TunableConstant constant = tunable.constant();
        StringBuilder json = new StringBuilder("{\"shader\": ");
        JsonText.string(json, tunable.shader());
        json.append(", \"name\": ");
        JsonText.string(json, constant.name());
        json.append(", \"type\": ");
        JsonText.string(json, constant.type().name().toLowerCase(Locale.ROOT));
        json.append(", \"value\": ").append(constant.literal(tunable.value()));
        json.append(", \"preset\": ").append(constant.literal(constant.preset()));
        json.append(", \"least\": ").append(number(constant, constant.least()));
        json.append(", \"most\": ").append(number(constant, constant.most()));
        json.append(", \"step\": ").append(number(constant, constant.step()));
        json.append(", \"description\": ");
        JsonText.string(json, constant.description());
        return json.append(", \"unsaved\": ")
                .append(tunable.unsaved())
                .append('}')
                .toString();
    }

    private static String number(TunableConstant constant, double value) {
        return constant.type() == Spirv.ConstantType.BOOL ? String.valueOf((int) value) : constant.literal(value);
    }

    private static String text(String key, @Nullable String value) {
        StringBuilder json = new StringBuilder("{\"" + key + "\": ");
        JsonText.string(json, String.valueOf(value));
        return json.append('}').toString();
    }

    private static void fail(HttpExchange exchange, int status, @Nullable String message) throws IOException {
        sendJson(exchange, status, text("error", message));
    }

    private static void sendJson(HttpExchange exchange, int status, String json) throws IOException {
        send(exchange, status, JSON, (json + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] bytes) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head ? -1 : bytes.length);
        if (!head) {
            exchange.getResponseBody().write(bytes);
        }
    }

    /** Ends at once; requests under way are cut off. */
    @Override
    public void close() {
        server.stop(0);
        requests.shutdownNow();
    }
}
