package otherworld.matchmaker.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.matchmaker.metrics.MatchmakerCatalogue;
import otherworld.tickets.HttpDocument;
import otherworld.tickets.SharedRefresh;

/**
 * The issuer's keys: read at start, again for a key that is not among them (one read a second for
 * all who miss one), and every five minutes, so that a key that was taken back is not believed for
 * long. While the issuer is away, or answers with nothing that can be used, the keys read last stay
 * good for {@link #KEPT}. Thread-safe; {@link #find} may block for some seconds.
 */
final class IssuerKeys implements AutoCloseable {
    static final Duration KEPT = Duration.ofHours(6);
    static final Duration FRESH = Duration.ofMinutes(5);
    static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final int MAX_BYTES = 256 * 1024;
    private static final int MAX_KEYS = 64;
    private static final Logger log = LoggerFactory.getLogger(IssuerKeys.class);

    private final HttpDocument document;
    private final LongSupplier nanoClock;
    private final SharedRefresh refresh;
    private final Counter reads;
    private volatile @Nullable KeySet keys;
    private volatile String failure = "they were not read yet";

    private record KeySet(List<JWK> keys, long readNs, long version) {
        KeySet next(List<JWK> read, long nowNs) {
            return new KeySet(read, nowNs, read.equals(keys) ? version : version + 1);
        }
    }

    /** What came of looking for keys. */
    sealed interface Found {
        /**
         * Those that may have signed; there may be none.
         *
         * @param version of the set that they are of
         */
        record Keys(List<JWK> keys, long version) implements Found {}

        record Unavailable(String reason) implements Found {}
    }

    IssuerKeys(URI uri, LongSupplier nanoClock, Duration pause, PrometheusRegistry registry) {
        this.nanoClock = nanoClock;
        document = new HttpDocument(uri, TIMEOUT, MAX_BYTES);
        refresh = new SharedRefresh(pause, TIMEOUT, this::read);
        reads = MatchmakerCatalogue.ISSUER_READS.register(registry);
        MatchmakerCatalogue.ISSUER_KEYS.register(
                registry, gauge -> gauge.call(usable().map(set -> set.keys().size()).orElse(0)));
        MatchmakerCatalogue.ISSUER_UP.register(
                registry, gauge -> gauge.call(failure.isEmpty() ? 1 : 0));
        var _ = refresh.begin();
    }

    /**
     * Which keys tokens are checked with now; another number after each change, 0 while there are
     * none. Keys that were not read for a while are read again.
     */
    long version() {
        Optional<KeySet> now = usable();
        now.ifPresent(this::freshen);
        return now.map(KeySet::version).orElse(0L);
    }

    private void freshen(KeySet set) {
        if (nanoClock.getAsLong() - set.readNs() > FRESH.toNanos()) {
            var _ = refresh.begin();
        }
    }

    /** Empty while tokens can be checked; else why not, and the keys are looked for again. */
    String trouble() {
        if (usable().isEmpty()) {
            // Whoever is not ready is asked nothing, so that no token would have them read.
            var _ = refresh.begin();
        }
        return usable().isPresent() ? "" : "keys at %s: %s".formatted(document.place(), failure);
    }

    /** The keys that fit what a token's header says. */
    Found find(JWSAlgorithm algorithm, @Nullable String kid) {
        Optional<KeySet> now = usable();
        if (now.isPresent()) {
            List<JWK> fitting = fitting(now.get(), algorithm, kid);
            if (!fitting.isEmpty()) {
                freshen(now.get());
                return new Found.Keys(fitting, now.get().version());
            }
        }
        boolean read = refresh.await();
        Optional<KeySet> then = usable();
        List<JWK> fitting = then.map(set -> fitting(set, algorithm, kid)).orElse(List.of());
        if (fitting.isEmpty() && (then.isEmpty() || !read || !failure.isEmpty())) {
            // A stranger hears this: where keys come from, and why they do not, is in the log.
            return new Found.Unavailable("the token issuer's keys cannot be read now");
        }
        return new Found.Keys(fitting, then.map(KeySet::version).orElse(0L));
    }

    private Optional<KeySet> usable() {
        KeySet set = keys;
        return set != null && nanoClock.getAsLong() - set.readNs() < KEPT.toNanos()
                ? Optional.of(set)
                : Optional.empty();
    }

    private static List<JWK> fitting(KeySet set, JWSAlgorithm algorithm, @Nullable String kid) {
        return set.keys().stream()
                .filter(key -> kid == null || kid.equals(key.getKeyID()))
                .filter(key -> SignatureCheck.fits(key, algorithm))
                .toList();
    }

    private void read() {
        String wrong;
        try {
            List<JWK> read = parse(document.read());
            wrong = read.isEmpty() ? "there are none that can be used" : "";
            if (!read.isEmpty()) {
                KeySet before = keys;
                long nowNs = nanoClock.getAsLong();
                keys = before == null ? new KeySet(read, nowNs, 1) : before.next(read, nowNs);
            }
        } catch (IOException | RuntimeException e) {
            wrong = String.valueOf(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            wrong = "interrupted";
        }
        reads.labelValues(wrong.isEmpty() ? "read" : "failed").inc();
        if (!wrong.equals(failure)) {
            if (!wrong.isEmpty()) {
                log.warn(
                        "The token issuer's keys at {} cannot be read: {}; those read before stay good for {} h",
                        document.place(),
                        wrong,
                        KEPT.toHours());
            } else {
                log.info("The token issuer's keys were read");
            }
        }
        failure = wrong;
    }

    /** Those that can be used; one that cannot does not spoil the others. */
    static List<JWK> parse(String json) {
        List<JWK> usable = new ArrayList<>();
        for (JsonNode one : StrictJson.object(json).path("keys")) {
            if (usable.size() == MAX_KEYS) {
                break;
            }
            try {
                JWK key = JWK.parse(one.toString());
                if (forSignatures(key) && SignatureCheck.knows(key)) {
                    usable.add(key.toPublicJWK());
                }
            } catch (ParseException | RuntimeException e) {
                log.debug("A key of the issuer cannot be used", e);
            }
        }
        return List.copyOf(usable);
    }

    private static boolean forSignatures(JWK key) {
        return (key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE))
                && (key.getKeyOperations() == null
                        || key.getKeyOperations().contains(KeyOperation.VERIFY));
    }

    @Override
    public void close() {
        document.close();
    }
}
