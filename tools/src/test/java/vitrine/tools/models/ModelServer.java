package vitrine.tools.models;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP server on the loopback whose answers a test writes; it remembers the Range header of each request. */
final class ModelServer implements AutoCloseable {

    /** Writes one answer; the exchange is closed after it, whole or not. */
    interface Answer {
        void write(HttpExchange exchange, int request) throws IOException;
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> ranges = new CopyOnWriteArrayList<>();

    private ModelServer(HttpServer server) {
        this.server = server;
    }

    static ModelServer create(Answer answer) throws IOException {
        ModelServer s =
                new ModelServer(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        s.server.createContext("/", exchange -> {
            try (exchange) {
                String range = exchange.getRequestHeaders().getFirst("Range");
                s.ranges.add(range == null ? "whole" : range);
                answer.write(exchange, s.ranges.size());
            }
        });
        s.server.setExecutor(s.threads);
        s.server.start();
        return s;
    }

    /** Sends {@code length} bytes of the content from {@code start} but announces all the rest of it. */
    static void send(HttpExchange exchange, int status, byte[] content, int start, int length) throws IOException {
        if (status == 206) {
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes " + start + "-" + (content.length - 1) + "/" + content.length);
        }
        exchange.sendResponseHeaders(status, content.length - start);
        exchange.getResponseBody().write(content, start, length);
        exchange.getResponseBody().flush();
    }

    /** First byte asked for, 0 for the whole. */
    static int start(HttpExchange exchange) {
        String range = exchange.getRequestHeaders().getFirst("Range");
        return range == null ? 0 : Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
    }

    URI address(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    /** Range header of each request so far, "whole" where there was none. */
    List<String> ranges() {
        return ranges;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
