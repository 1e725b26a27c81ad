package otherworld.tickets;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import otherworld.base.Settings;

/** A small document behind a URL, read whole within a time, however slowly its server sends. */
public final class HttpDocument implements AutoCloseable {
    private final URI uri;
    private final Duration timeout;
    private final int maxBytes;
    private final HttpClient client;

    /**
     * @param timeout of the whole: connection, headers and body
     */
    public HttpDocument(URI uri, Duration timeout, int maxBytes) {
        this(uri, timeout, maxBytes, Optional.empty());
    }

    /**
     * @param timeout of the whole: connection, headers and body
     * @param tls whom to believe, and what to show; empty: what the JDK believes
     */
    public HttpDocument(URI uri, Duration timeout, int maxBytes, Optional<SSLContext> tls) {
        this.uri = uri;
        this.timeout = timeout;
        this.maxBytes = maxBytes;
        HttpClient.Builder builder =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(timeout);
        tls.ifPresent(builder::sslContext);
        if ("http".equalsIgnoreCase(uri.getScheme())) {
            builder.sslContext(trustsNobody());
        }
        client = builder.build();
    }

    /**
     * Else a client reads the JDK's some 150 authorities at once, which a process that starts has
     * no time for. No redirect is followed, so nothing here ever asks it.
     */
    private static SSLContext trustsNobody() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[0], null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has TLS", e);
        }
    }

    /** Where it is, for people: without what may be a secret in its URL. */
    public String place() {
        return Settings.withoutSecrets(uri.toString());
    }

    /**
     * @throws IOException if there is no answer in time, it has a status other than 200, or is too
     *     large
     */
    public String read() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri).timeout(timeout).GET().build();
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(
                        request,
                        HttpResponse.BodyHandlers.limiting(
                                HttpResponse.BodyHandlers.ofByteArray(), maxBytes));
        try {
            HttpResponse<byte[]> response = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() != 200) {
                throw new IOException("HTTP status " + response.statusCode());
            }
            return new String(response.body(), StandardCharsets.UTF_8);
        } catch (TimeoutException e) {
            throw new IOException("no whole answer within %d ms".formatted(timeout.toMillis()), e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String reason =
                    cause.getMessage() == null
                            ? cause.getClass().getSimpleName()
                            : cause.getMessage();
            throw new IOException(reason, cause);
        } finally {
            answer.cancel(true);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
