package otherworld.tickets;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keys as the matchmaker publishes them ({@code GET /v1/keys}): read on first use, and again for a
 * {@code kid} that is not among them, at most once a second however many forged tokens arrive. Keys
 * once read stay when the matchmaker is away. {@link #find} blocks for at most {@link #TIMEOUT};
 * call it from a virtual thread. Thread-safe.
 */
public final class HttpKeySource implements KeySource, AutoCloseable {
    public static final Duration TIMEOUT = Duration.ofSeconds(2);
    static final long REFRESH_NS = Duration.ofSeconds(1).toNanos();
    static final int MAX_BYTES = 64 * 1024;

    private final URI uri;
    private final LongSupplier nanoClock;
    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(TIMEOUT)
                    .build();
    private final ReentrantLock refreshing = new ReentrantLock();
    private volatile Map<String, VerificationKey> keys = Map.of();
    // Guarded by `refreshing`.
    private boolean asked;
    private long lastAskedNs;
    private @Nullable String failure;

    public HttpKeySource(URI uri) {
        this(uri, System::nanoTime);
    }

    HttpKeySource(URI uri, LongSupplier nanoClock) {
        this.uri = uri;
        this.nanoClock = nanoClock;
    }

    @Override
    public Lookup find(String kid) {
        VerificationKey known = keys.get(kid);
        if (known != null) {
            return new Lookup.Found(known);
        }
        refreshing.lock();
        try {
            VerificationKey meanwhile = keys.get(kid);
            if (meanwhile != null) {
                return new Lookup.Found(meanwhile);
            }
            refreshIfDue();
            VerificationKey read = keys.get(kid);
            if (read != null) {
                return new Lookup.Found(read);
            }
            return failure == null ? new Lookup.Unknown() : new Lookup.Unavailable(failure);
        } finally {
            refreshing.unlock();
        }
    }

    /** Reads the keys now if they were not read before; true once there are some. */
    public boolean warmUp() {
        refreshing.lock();
        try {
            if (keys.isEmpty()) {
                refreshIfDue();
            }
            return !keys.isEmpty();
        } finally {
            refreshing.unlock();
        }
    }

    private void refreshIfDue() {
        if (asked && nanoClock.getAsLong() - lastAskedNs < REFRESH_NS) {
            return;
        }
        asked = true;
        lastAskedNs = nanoClock.getAsLong();
        try {
            keys = VerificationKey.parse(fetch());
            failure = null;
        } catch (IOException | IllegalArgumentException e) {
            failure = "keys at %s: %s".formatted(uri, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failure = "keys at %s: interrupted".formatted(uri);
        }
    }

    private String fetch() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri).timeout(TIMEOUT).GET().build();
        HttpResponse<InputStream> response =
                client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            if (response.statusCode() != 200) {
                throw new IOException("HTTP status " + response.statusCode());
            }
            byte[] bytes = body.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IOException("more than %d bytes".formatted(MAX_BYTES));
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
