package vitrine.tools.models;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import vitrine.tools.models.FetchException.Reason;

/**
 * Brings one file of known size and hash over HTTP. Bytes are kept in a {@code .part} file beside the target, so a later
 * attempt, also one of a later run, asks only for the rest (RFC 9110, section 14, range requests).
 */
final class HttpDownload implements AutoCloseable {

    /** Attempts in a row that bring nothing new before giving up. */
    private static final int FRUITLESS_ATTEMPTS = 3;

    private static final int ATTEMPTS = 20;

    private final HttpClient client;
    private final Duration patience;
    private final Consumer<String> progress;

    private HttpDownload(HttpClient client, Duration patience, Consumer<String> progress) {
        this.client = client;
        this.patience = patience;
        this.progress = progress;
    }

    /**
     * @param patience how long to wait for a connection, for an answer's head, and for the next bytes
     * @param progress takes lines for the user
     */
    static HttpDownload create(Duration patience, Consumer<String> progress) {
        HttpClient client = HttpClient.newBuilder()
                .connectTimeout(patience)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        return new HttpDownload(client, patience, progress);
    }

    /** Brings the file; on return {@code target} is whole and has the right hash. */
    void fetch(URI address, CatalogueFile file, ModelCache cache) throws FetchException, InterruptedException {
        Path part = cache.folder().resolve(file.name() + ".part");
        try {
            boolean resumed = Files.exists(part) && Files.size(part) > 0;
            receiveAll(address, file, part);
            String hash = ModelCache.sha256(part);
            if (!hash.equals(file.sha256()) && resumed) {
                progress.accept(file.name() + ": what an earlier run left does not fit, starting again");
                Files.delete(part);
                receiveAll(address, file, part);
                hash = ModelCache.sha256(part);
            }
            if (!hash.equals(file.sha256())) {
                Files.delete(part);
                throw new FetchException(
                        Reason.WRONG_CONTENT,
                        file.name() + " from " + address + " has sha256 " + hash + ", expected " + file.sha256()
                                + "; it was deleted: what is offered there is not the file this catalogue knows");
            }
            ModelCache.publish(part, cache.path(file));
        } catch (FetchException e) {
            throw e;
        } catch (IOException e) {
            throw cache.unwritable(e);
        }
    }

    private void receiveAll(URI address, CatalogueFile file, Path part) throws IOException, InterruptedException {
        int fruitless = 0;
        for (int attempt = 1; ; attempt++) {
            long before = Files.exists(part) ? Files.size(part) : 0;
            if (before == file.bytes()) {
                return;
            }
            if (before > file.bytes()) {
                Files.delete(part);
                before = 0;
            }
            @Nullable IOException cut = receive(address, file, part, before);
            long after = Files.size(part);
            if (cut == null && after == file.bytes()) {
                return;
            }
            fruitless = after > before ? 0 : fruitless + 1;
            String why = cut == null || cut.getMessage() == null ? "connection closed early" : cut.getMessage();
            if (fruitless == FRUITLESS_ATTEMPTS || attempt == ATTEMPTS) {
                throw new FetchException(
                        Reason.UNREACHABLE,
                        file.name() + " from " + address + " was cut at " + after + " of " + file.bytes() + " bytes ("
                                + why + "); run the same command again to go on from there",
                        cut);
            }
            progress.accept(file.name() + ": cut at " + after + " of " + file.bytes() + " bytes (" + why + "), asking "
                    + "for the rest");
            Thread.sleep(200L * (fruitless + 1));
        }
    }

    /** One request. Returns why the body ended early, or null when it came to its end. */
    private @Nullable IOException receive(URI address, CatalogueFile file, Path part, long have)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address).timeout(patience).header("User-Agent", "vitrine");
        if (have > 0) {
            request.header("Range", "bytes=" + have + "-");
        }
        HttpResponse<InputStream> response = head(address, request.build());
        try (InputStream body = response.body()) {
            boolean partial = response.statusCode() == 206 && startsAt(response, have);
            if (response.statusCode() == 416 || (response.statusCode() == 206 && !partial)) {
                Files.deleteIfExists(part);
                Files.createFile(part);
                return new IOException("the server will not resume");
            }
            if (response.statusCode() != 200 && !partial) {
                throw new FetchException(
                        Reason.UNREACHABLE,
                        address + " answered " + response.statusCode() + " instead of " + file.name()
                                + "; fetch another model or give your own with --model FILE");
            }
            long start = partial ? have : 0;
            long announced =
                    response.headers().firstValueAsLong("Content-Length").orElse(-1);
            if (announced >= 0 && start + announced != file.bytes()) {
                throw wrongSize(address, file, start + announced);
            }
            return copy(address, file, body, part, start);
        }
    }

    /** The answer's head within the time allowed, name look-up included. */
    private HttpResponse<InputStream> head(URI address, HttpRequest request)
            throws FetchException, InterruptedException {
        CompletableFuture<HttpResponse<InputStream>> answer =
                client.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream());
        try {
            return answer.get(patience.toMillis() + 1000, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw unreachable(address, "no answer within " + patience.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw unreachable(address, reason(cause), cause);
        }
    }

    private static FetchException unreachable(URI address, String why, Throwable cause) {
        return new FetchException(
                Reason.UNREACHABLE,
                "cannot reach " + address.getHost() + (address.getPort() < 0 ? "" : ":" + address.getPort()) + ": "
                        + why + "; check the network, or give your own model with --model FILE",
                cause);
    }

    private static String reason(Throwable cause) {
        for (Throwable t = cause; t != null; t = t.getCause()) {
            if (t instanceof UnresolvedAddressException || t instanceof UnknownHostException) {
                return "its name does not resolve";
            }
            if (t instanceof HttpTimeoutException) {
                return "no answer in time";
            }
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    private static boolean startsAt(HttpResponse<?> response, long have) {
        return response.headers()
                .firstValue("Content-Range")
                .filter(r -> r.startsWith("bytes " + have + "-"))
                .isPresent();
    }

    private static FetchException wrongSize(URI address, CatalogueFile file, long bytes) {
        return new FetchException(
                Reason.WRONG_CONTENT,
                file.name() + " from " + address + " has " + bytes + " bytes or more, expected " + file.bytes()
                        + ": what is offered there is not the file this catalogue knows");
    }

    /** Network trouble is the returned value, trouble with the disk is thrown. */
    private @Nullable IOException copy(URI address, CatalogueFile file, InputStream body, Path part, long start)
            throws IOException {
        AtomicLong lastBytes = new AtomicLong(System.nanoTime());
        try (FileChannel out = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                Stall _ = Stall.watch(body, lastBytes, patience)) {
            out.truncate(start);
            out.position(start);
            byte[] buffer = new byte[1 << 16];
            long have = start;
            long nextReport = System.nanoTime();
            while (true) {
                int n;
                try {
                    n = body.read(buffer);
                } catch (IOException e) {
                    return System.nanoTime() - lastBytes.get() >= patience.toNanos()
                            ? new IOException("no byte for " + patience.toSeconds() + " s", e)
                            : e;
                }
                if (n < 0) {
                    return null;
                }
                lastBytes.set(System.nanoTime());
                if (have + n > file.bytes()) {
                    Files.delete(part);
                    throw wrongSize(address, file, have + n);
                }
                for (ByteBuffer b = ByteBuffer.wrap(buffer, 0, n); b.hasRemaining(); ) {
                    out.write(b);
                }
                have += n;
                if (System.nanoTime() >= nextReport || have == file.bytes()) {
                    progress.accept(String.format(
                            Locale.ROOT,
                            "%s: %.1f of %.1f MB (%d %%)",
                            file.name(),
                            have / 1e6,
                            file.bytes() / 1e6,
                            100 * have / file.bytes()));
                    nextReport = System.nanoTime() + 2_000_000_000L;
                }
            }
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    /** Closes a body that brings nothing for too long, which ends the read that waits on it. */
    private record Stall(Thread watcher) implements AutoCloseable {

        static Stall watch(InputStream body, AtomicLong lastBytes, Duration patience) {
            return new Stall(Thread.ofVirtual().name("download-stall").start(() -> {
                try {
                    while (System.nanoTime() - lastBytes.get() < patience.toNanos()) {
                        Thread.sleep(50);
                    }
                    body.close();
                } catch (InterruptedException | IOException e) {
                    // The download ended, or its body is closed already.
                }
            }));
        }

        @Override
        public void close() {
            watcher.interrupt();
        }
    }
}
