package otherworld.gateway;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.base.InstanceId;
import otherworld.gateway.GatewayMetrics.Lookup;
import otherworld.http.RecentMap;
import otherworld.ledger.HostDirectory;
import otherworld.ledger.LedgerUnavailable;

/**
 * Where instances are: what the ledger said a moment ago, or says now. While it does not answer,
 * what it said last, for a time: players who are thrown off then come back. Nothing else is ever
 * dialled. May block for about a second; thread-safe.
 */
public final class Places {
    private static final Logger log = LoggerFactory.getLogger(Places.class);

    private final HostDirectory ledger;
    private final LongSupplier nanoClock;
    private final GatewayMetrics metrics;
    private final RecentMap<InstanceId, Known> known = new RecentMap<>(Limits.LOCATIONS);
    private volatile String trouble = "not asked yet";
    private volatile boolean answered;

    /**
     * An instance's pod.
     *
     * @param podUid whoever answers there must be this one
     */
    public record Place(InetSocketAddress address, String podUid, long epoch) {
        /** As the ledger writes it. */
        public String authority() {
            String host = address.getAddress().getHostAddress();
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
        }
    }

    /** What came of looking. */
    public sealed interface Answer {
        record Found(Place place) implements Answer {}

        /** It has no pod now that the gateway may go to. */
        record Nowhere() implements Answer {}

        /** The ledger does not answer: {@link #trouble} says why, to those who may know. */
        record Unavailable() implements Answer {}
    }

    private record Known(Optional<Place> place, long atNs) {}

    public Places(HostDirectory ledger, LongSupplier nanoClock, GatewayMetrics metrics) {
        this.ledger = ledger;
        this.nanoClock = nanoClock;
        this.metrics = metrics;
    }

    /** As it is known; perhaps up to {@link Limits#LOCATION} old. */
    public Answer find(InstanceId instance) {
        Known before = known.get(instance);
        if (before != null && nanoClock.getAsLong() - before.atNs() < Limits.LOCATION.toNanos()) {
            metrics.lookup(Lookup.CACHE);
            return answer(before.place());
        }
        return findNow(instance);
    }

    /** As the ledger says now: to be asked when who was found did not answer. */
    public Answer findNow(InstanceId instance) {
        long nowNs = nanoClock.getAsLong();
        try {
            Optional<Place> place = ledger.find(instance).flatMap(found -> place(instance, found));
            metrics.lookup(Lookup.LEDGER);
            known.put(instance, new Known(place, nowNs));
            answered = true;
            trouble = "";
            return answer(place);
        } catch (LedgerUnavailable e) {
            trouble = String.valueOf(e.getMessage());
            Known before = known.get(instance);
            if (before != null
                    && before.place().isPresent()
                    && nowNs - before.atNs() < Limits.LOCATION_WITHOUT_LEDGER.toNanos()) {
                metrics.lookup(Lookup.STALE);
                return answer(before.place());
            }
            metrics.lookup(Lookup.FAILED);
            return new Answer.Unavailable();
        }
    }

    /** Why the ledger did not answer the last time; empty if it did. */
    String trouble() {
        return trouble;
    }

    /** Whether the ledger has ever answered. */
    boolean answered() {
        return answered;
    }

    private static Answer answer(Optional<Place> place) {
        return place.<Answer>map(Answer.Found::new).orElseGet(Answer.Nowhere::new);
    }

    /**
     * Addresses are numbers: what would have to be looked up elsewhere is not the ledger's word.
     */
    private static Optional<Place> place(InstanceId instance, HostDirectory.Found found) {
        String text = found.address();
        int colon = text.lastIndexOf(':');
        try {
            String host = text.substring(0, Math.max(0, colon));
            boolean v6 = host.startsWith("[") && host.endsWith("]");
            InetAddress address =
                    InetAddress.ofLiteral(v6 ? host.substring(1, host.length() - 1) : host);
            int port = Integer.parseInt(text.substring(colon + 1));
            if (port < 1) {
                throw new IllegalArgumentException("port " + port);
            }
            return Optional.of(
                    new Place(new InetSocketAddress(address, port), found.podUid(), found.epoch()));
        } catch (IllegalArgumentException e) {
            log.warn(
                    "The ledger has '{}' as the address of {}, which is no address and port",
                    text,
                    instance);
            return Optional.empty();
        }
    }
}
