package otherworld.instance.metrics;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import otherworld.instance.config.Limit;
import otherworld.ops.TicketKeyMetrics;
import otherworld.persistence.PatchWriter;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.RefusalReason;
import otherworld.tickets.HttpKeySource;

/**
 * Every figure of an instance, {@code otherworld_instance_…}. Thread-safe; recording allocates
 * nothing.
 */
public final class InstanceMetrics {
    public final Histogram tickSeconds;
    public final Counter ticksSkipped;
    public final Counter ticksLate;
    public final Gauge players;
    public final Counter messagesIn;
    public final Counter messagesOut;
    public final Counter bytesIn;
    public final Counter bytesOut;
    public final Counter editsApplied;
    public final Counter editsDurable;
    public final Counter editsLate;
    public final Counter editsResent;
    public final Histogram durableSeconds;
    public final Gauge epoch;
    public final Gauge leaseHeld;
    public final Counter freezes;
    public final Gauge storageStalled;
    public final Gauge storageDamaged;
    public final Gauge unreadable;
    public final Counter epochsRaised;
    public final Gauge entities;
    public final Gauge zones;
    public final Gauge capacity;
    public final Gauge cordoned;
    public final Counter corrections;
    public final Counter disconnects;
    public final Histogram joinSeconds;
    public final Histogram deliveryAgeSeconds;
    public final Gauge ledgerUp;
    public final Counter posesWritten;
    public final ReplicationMetrics replication;

    private final PrometheusRegistry registry;
    private final GaugeDataPoint seatsOccupied;
    private final GaugeDataPoint seatsHeld;
    private final CounterDataPoint newcomers;
    private final CounterDataPoint resumed;
    private final Gauge connections;
    private final Counter sessions;
    private final Counter httpRefused;
    private final Map<GoodbyeReason, CounterDataPoint> goodbyes =
            new EnumMap<>(GoodbyeReason.class);
    private final Map<RefusalReason, CounterDataPoint> refusals =
            new EnumMap<>(RefusalReason.class);
    private final Map<Limit, CounterDataPoint> limits = new EnumMap<>(Limit.class);
    private final CounterDataPoint ledgerErrors;
    private final CounterDataPoint poseErrors;

    public InstanceMetrics(PrometheusRegistry registry) {
        this(registry, false);
    }

    /**
     * @param traced whether edits' times come with their traces, as exemplars
     */
    public InstanceMetrics(PrometheusRegistry registry, boolean traced) {
        this.registry = registry;
        replication = new ReplicationMetrics(registry);
        tickSeconds = InstanceCatalogue.TICK_SECONDS.register(registry);
        ticksSkipped = InstanceCatalogue.TICKS_SKIPPED.register(registry);
        ticksLate = InstanceCatalogue.TICKS_LATE.register(registry);
        players = InstanceCatalogue.PLAYERS.register(registry);
        Gauge seats = InstanceCatalogue.SEATS.register(registry);
        seatsOccupied = seats.labelValues("occupied");
        seatsHeld = seats.labelValues("held");
        Counter admissions = InstanceCatalogue.ADMISSIONS.register(registry);
        newcomers = admissions.labelValues("new");
        resumed = admissions.labelValues("resumed");
        disconnects = InstanceCatalogue.DISCONNECTS.register(registry);
        joinSeconds = InstanceCatalogue.JOIN_SECONDS.register(registry);
        deliveryAgeSeconds = InstanceCatalogue.DELIVERY_AGE_SECONDS.register(registry);
        messagesIn = InstanceCatalogue.MESSAGES_IN.register(registry);
        messagesOut = InstanceCatalogue.MESSAGES_OUT.register(registry);
        bytesIn = InstanceCatalogue.BYTES_IN.register(registry);
        bytesOut = InstanceCatalogue.BYTES_OUT.register(registry);
        editsApplied = InstanceCatalogue.EDITS_APPLIED.register(registry);
        editsDurable = InstanceCatalogue.EDITS_DURABLE.register(registry);
        editsLate = InstanceCatalogue.EDITS_LATE.register(registry);
        editsResent = InstanceCatalogue.EDITS_RESENT.register(registry);
        durableSeconds = InstanceCatalogue.DURABLE_SECONDS.register(registry, traced);
        epoch = InstanceCatalogue.EPOCH.register(registry);
        leaseHeld = InstanceCatalogue.LEASE_HELD.register(registry);
        freezes = InstanceCatalogue.FREEZES.register(registry);
        storageStalled = InstanceCatalogue.STORAGE_STALLED.register(registry);
        storageDamaged = InstanceCatalogue.STORAGE_DAMAGED.register(registry);
        unreadable = InstanceCatalogue.UNREADABLE_ROWS.register(registry);
        epochsRaised = InstanceCatalogue.EPOCHS_RAISED.register(registry);
        entities = InstanceCatalogue.ENTITIES.register(registry);
        zones = InstanceCatalogue.ZONES.register(registry);
        capacity = InstanceCatalogue.CAPACITY.register(registry);
        cordoned = InstanceCatalogue.CORDONED.register(registry);
        connections = InstanceCatalogue.CONNECTIONS.register(registry);
        sessions = InstanceCatalogue.SESSIONS.register(registry);
        httpRefused = InstanceCatalogue.HTTP_REFUSED.register(registry);
        corrections = InstanceCatalogue.CORRECTIONS.register(registry);
        posesWritten = InstanceCatalogue.POSES_WRITTEN.register(registry);
        ledgerUp = InstanceCatalogue.LEDGER_UP.register(registry);
        Counter goodbye = InstanceCatalogue.GOODBYES.register(registry);
        for (GoodbyeReason reason : GoodbyeReason.values()) {
            goodbyes.put(reason, goodbye.labelValues(reason.name()));
        }
        Counter refused = InstanceCatalogue.EDITS_REFUSED.register(registry);
        for (RefusalReason reason : RefusalReason.values()) {
            refusals.put(reason, refused.labelValues(reason.name()));
        }
        Counter hits = InstanceCatalogue.LIMIT_HITS.register(registry);
        for (Limit limit : Limit.values()) {
            limits.put(limit, hits.labelValues(limit.label()));
        }
        Counter redis = InstanceCatalogue.REDIS_ERRORS.register(registry);
        ledgerErrors = redis.labelValues("ledger");
        poseErrors = redis.labelValues("pose");
    }

    /** Shows which ticket keys are accepted, and how fresh that is. */
    public void keys(HttpKeySource keys) {
        TicketKeyMetrics.tell(InstanceCatalogue.TICKET_KEYS, registry, keys::made, keys::readAt);
    }

    /** What the hosting that goes on shows when it is asked: what waits, and what was committed. */
    public interface Backlog {
        int inboxMessages();

        PatchWriter.Stats written();
    }

    /**
     * Shows what waits.
     *
     * @param now empty while nothing is hosted
     */
    public void backlog(Supplier<Optional<Backlog>> now) {
        InstanceCatalogue.INBOX.register(
                registry, gauge -> now.get().ifPresent(it -> gauge.call(it.inboxMessages())));
        InstanceCatalogue.WRITER_WAITING.register(
                registry,
                gauge -> now.get().ifPresent(it -> gauge.call(it.written().waitingEdits())));
        InstanceCatalogue.WRITER_GROUPS.register(
                registry,
                counter -> now.get().ifPresent(it -> counter.call((double) it.written().groups())));
        InstanceCatalogue.WRITER_RETRIES.register(
                registry,
                counter ->
                        now.get().ifPresent(it -> counter.call((double) it.written().retries())));
        InstanceCatalogue.WRITER_LAST_COMMIT.register(
                registry,
                gauge -> now.get().ifPresent(it -> gauge.call(it.written().lastCommitNs() / 1e9)));
    }

    /** How many were let in, newcomers or those who came back. */
    public double admissions(boolean again) {
        return (again ? resumed : newcomers).get();
    }

    /** A player was let in, into the seat they had before or a new one. */
    public void admitted(boolean again) {
        (again ? resumed : newcomers).inc();
    }

    /** The gauge of one transport's connections. */
    public GaugeDataPoint connections(String transport) {
        return connections.labelValues(transport);
    }

    /** Shows how many TCP connections are open on the players' port, whatever they carry. */
    public void tcpConnections(IntSupplier open) {
        InstanceCatalogue.TCP_CONNECTIONS.register(registry, gauge -> gauge.call(open.getAsInt()));
    }

    /** A player was admitted. */
    public void session(String transport, String reason) {
        sessions.labelValues(transport, reason).inc();
    }

    /** What came was no request, or came too slowly. */
    public void refused(String problem) {
        httpRefused.labelValues(problem).inc();
    }

    public void goodbye(GoodbyeReason reason) {
        point(goodbyes.get(reason));
    }

    public void refused(RefusalReason reason) {
        point(refusals.get(reason));
    }

    public void hit(Limit limit) {
        point(limits.get(limit));
    }

    public void ledgerError() {
        ledgerErrors.inc();
    }

    public void poseError() {
        poseErrors.inc();
    }

    public void seats(int occupied, int held) {
        seatsOccupied.set(occupied);
        seatsHeld.set(held);
    }

    private static void point(@Nullable CounterDataPoint point) {
        if (point != null) {
            point.inc();
        }
    }
}
