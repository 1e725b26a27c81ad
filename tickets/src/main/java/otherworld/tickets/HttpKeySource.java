package otherworld.tickets;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys as the matchmaker publishes them ({@code GET /v1/keys}): read on first use, every {@link
 * #FRESH}, so that a key that was taken back is not believed for longer, and for a {@code kid} that
 * is not among them, with a pause of a second after each read. All who miss a key share the next
 * read, so forged ones keep nobody out. While the matchmaker is away, or answers with none, the
 * keys read last stay good for {@link #KEPT}. {@link #find} blocks for at most {@link #LONGEST};
 * call it from a virtual thread. Thread-safe.
 */
public final class HttpKeySource implements KeySource, AutoCloseable {
    public static final Duration TIMEOUT = Duration.ofSeconds(2);
    static final Duration PAUSE = Duration.ofSeconds(1);

    /** A read that is under way, the pause, and the read that was asked for. */
    public static final Duration LONGEST = TIMEOUT.plus(PAUSE).plus(TIMEOUT);

    /** Between reads that nobody waits for. */
    public static final Duration FRESH = Duration.ofSeconds(30);

    /** How long keys are believed that cannot be read again. */
    public static final Duration KEPT = Duration.ofHours(6);

    static final int MAX_BYTES = 64 * 1024;

    private static final Logger log = LoggerFactory.getLogger(HttpKeySource.class);

    private final HttpDocument document;
    private final Times times;
    private final SharedRefresh refresh;
    private final Thread reader;
    private volatile KeySet keys = KeySet.NONE;
    private volatile String failure = "";

    /**
     * How often it reads, and by which clocks.
     *
     * @param nanos measures how old keys are
     * @param wall says when they were read, for people
     */
    record Times(
            Duration pause,
            Duration fresh,
            Duration kept,
            LongSupplier nanos,
            InstantSource wall) {}

    /**
     * @param readNs when it was read; of no meaning for {@link #NONE}
     */
    private record KeySet(Map<String, VerificationKey> byId, long readNs, Instant readAt) {
        static final KeySet NONE = new KeySet(Map.of(), 0, Instant.EPOCH);
    }

    /**
     * @param tls by which the matchmaker is known; empty: by nothing, or what the JDK believes
     */
    public HttpKeySource(URI uri, Optional<SSLContext> tls) {
        this(uri, tls, new Times(PAUSE, FRESH, KEPT, System::nanoTime, InstantSource.system()));
    }

    HttpKeySource(URI uri, Optional<SSLContext> tls, Times times) {
        this.times = times;
        document = new HttpDocument(uri, TIMEOUT, MAX_BYTES, tls);
        refresh = new SharedRefresh(times.pause(), TIMEOUT, this::read);
        reader = Thread.ofVirtual().name("keys").start(this::readAgain);
    }

    @Override
    public Lookup find(String kid) {
        VerificationKey known = usable().get(kid);
        if (known != null) {
            return new Lookup.Found(known);
        }
        boolean read = refresh.await();
        VerificationKey found = usable().get(kid);
        if (found != null) {
            return new Lookup.Found(found);
        }
        // A stranger hears this: where keys come from, and why they do not, is in the log.
        String why = read ? failure : "no answer in time";
        return why.isEmpty()
                ? new Lookup.Unknown()
                : new Lookup.Unavailable("the matchmaker's keys cannot be read now");
    }

    /** Reads the keys now if they were not read before; true once there are some. */
    public boolean warmUp() {
        return !usable().isEmpty() || (refresh.await() && !usable().isEmpty());
    }

    /** Those that are accepted now. */
    public Collection<VerificationKey> accepted() {
        return List.copyOf(usable().values());
    }

    /** When each was made that is accepted now, by its kid, as far as its set says so. */
    public Map<String, Optional<Instant>> made() {
        return usable().values().stream()
                .collect(Collectors.toUnmodifiableMap(VerificationKey::kid, VerificationKey::made));
    }

    /** When the keys were read last; empty if they never were. */
    public Optional<Instant> readAt() {
        KeySet now = keys;
        return now.byId().isEmpty() ? Optional.empty() : Optional.of(now.readAt());
    }

    /**
     * Empty if the last read went well, or there was none; else where from and why, to be told to
     * those who run this.
     */
    public String trouble() {
        String wrong = failure;
        return wrong.isEmpty() ? "" : "keys at %s: %s".formatted(document.place(), wrong);
    }

    private Map<String, VerificationKey> usable() {
        KeySet now = keys;
        return times.nanos().getAsLong() - now.readNs() < times.kept().toNanos()
                ? now.byId()
                : Map.of();
    }

    /** Not all instances of a fleet at a time: each a tenth earlier or later. */
    private void readAgain() {
        try {
            while (true) {
                Thread.sleep(
                        times.fresh()
                                .multipliedBy(90 + ThreadLocalRandom.current().nextInt(21))
                                .dividedBy(100));
                var _ = refresh.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    private void read() {
        String wrong;
        try {
            Map<String, VerificationKey> now = VerificationKey.parse(document.read());
            wrong = now.isEmpty() ? "there are none" : "";
            if (!now.isEmpty()) {
                tell(keys.byId(), now);
                keys = new KeySet(now, times.nanos().getAsLong(), times.wall().instant());
            }
        } catch (IOException | RuntimeException e) {
            wrong = String.valueOf(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            wrong = "interrupted";
        }
        tell(wrong);
        failure = wrong;
    }

    private void tell(String wrong) {
        if (!failure.equals(wrong)) {
            if (wrong.isEmpty()) {
                log.info("The matchmaker's keys at {} can be read again", document.place());
            } else {
                log.warn(
                        "The matchmaker's keys at {} cannot be read: {}; those read before stay good for {} h",
                        document.place(),
                        wrong,
                        times.kept().toHours());
            }
        }
    }

    private static void tell(
            Map<String, VerificationKey> before, Map<String, VerificationKey> now) {
        if (!before.keySet().equals(now.keySet())) {
            log.info("Ticket keys that are accepted: {}", String.join(", ", now.keySet()));
        }
    }

    @Override
    public void close() {
        reader.interrupt();
        document.close();
    }
}
