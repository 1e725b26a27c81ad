package otherworld.tickets;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keys as the matchmaker publishes them ({@code GET /v1/keys}): read on first use, and again for a
 * {@code kid} that is not among them, with a pause of a second after each read. All who miss a key
 * share the next read, so forged ones keep nobody out. Keys once read stay when the matchmaker is
 * away or answers with none. {@link #find} blocks for at most {@link #LONGEST}; call it from a
 * virtual thread. Thread-safe.
 */
public final class HttpKeySource implements KeySource, AutoCloseable {
    public static final Duration TIMEOUT = Duration.ofSeconds(2);
    static final Duration PAUSE = Duration.ofSeconds(1);

    /** A read that is under way, the pause, and the read that was asked for. */
    public static final Duration LONGEST = TIMEOUT.plus(PAUSE).plus(TIMEOUT);

    static final int MAX_BYTES = 64 * 1024;

    private final HttpDocument document;
    private final SharedRefresh refresh;
    private volatile Map<String, VerificationKey> keys = Map.of();
    private volatile @Nullable String failure;

    public HttpKeySource(URI uri) {
        this(uri, PAUSE);
    }

    HttpKeySource(URI uri, Duration pause) {
        document = new HttpDocument(uri, TIMEOUT, MAX_BYTES);
        refresh = new SharedRefresh(pause, TIMEOUT, this::read);
    }

    @Override
    public Lookup find(String kid) {
        VerificationKey known = keys.get(kid);
        if (known != null) {
            return new Lookup.Found(known);
        }
        boolean read = refresh.await();
        VerificationKey found = keys.get(kid);
        if (found != null) {
            return new Lookup.Found(found);
        }
        String why = read ? failure : "keys at %s: no answer in time".formatted(document.uri());
        return why == null ? new Lookup.Unknown() : new Lookup.Unavailable(why);
    }

    /** Reads the keys now if they were not read before; true once there are some. */
    public boolean warmUp() {
        return !keys.isEmpty() || (refresh.await() && !keys.isEmpty());
    }

    private void read() {
        try {
            Map<String, VerificationKey> now = VerificationKey.parse(document.read());
            if (now.isEmpty()) {
                failure = "keys at %s: there are none".formatted(document.uri());
            } else {
                keys = now;
                failure = null;
            }
        } catch (IOException | RuntimeException e) {
            failure = "keys at %s: %s".formatted(document.uri(), e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failure = "keys at %s: interrupted".formatted(document.uri());
        }
    }

    @Override
    public void close() {
        document.close();
    }
}
