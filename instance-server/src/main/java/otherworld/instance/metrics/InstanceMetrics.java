package otherworld.instance.metrics;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.RefusalReason;

/**
 * Every figure of an instance, {@code otherworld_instance_…}. Thread-safe; recording allocates
 * nothing.
 */
public final class InstanceMetrics {
    private static final double[] TICK_BUCKETS = {
        0.00025, 0.0005, 0.001, 0.0015, 0.002, 0.003, 0.004, 0.006, 0.008, 0.012, 0.016, 0.024,
        0.033, 0.05, 0.1, 0.25, 1
    };
    private static final double[] DURABLE_BUCKETS = {
        0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1, 2.5,
        5, 10
    };

    /** Bounds, as {@code otherworld.instance.config.Limits} names them. */
    public enum Limit {
        CONNECTIONS,
        CONNECTIONS_PER_ADDRESS,
        REQUEST_TIME,
        ADMISSIONS,
        INBOX,
        MESSAGE_RATE,
        OUTBOX,
        FRAME_BYTES,
        IDLE,
        EDIT_RATE,
        PROPS,
        PROPS_PER_ZONE,
        REACH,
        BOUNDS,
        SPEED,
        JOINTS,
        BEHIND,
        LEDGER_CHANGES,
        WRITER_QUEUE,
        PEERS,
        PEERS_PER_PLAYER,
        PEER_WAITING
    }

    public final Histogram tickSeconds;
    public final Counter ticksSkipped;
    public final Gauge players;
    public final Counter messagesIn;
    public final Counter messagesOut;
    public final Counter bytesIn;
    public final Counter bytesOut;
    public final Counter editsApplied;
    public final Counter editsDurable;
    public final Counter editsResent;
    public final Histogram durableSeconds;
    public final Gauge epoch;
    public final Gauge leaseHeld;
    public final Gauge storageStalled;
    public final Gauge unreadable;
    public final Counter epochsRaised;
    public final Gauge entities;
    public final Gauge zones;
    public final Gauge capacity;
    public final Gauge cordoned;
    public final Counter corrections;
    public final Counter posesWritten;
    public final ReplicationMetrics replication;

    private final PrometheusRegistry registry;
    private final GaugeDataPoint seatsOccupied;
    private final GaugeDataPoint seatsHeld;
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
        this.registry = registry;
        replication = new ReplicationMetrics(registry);
        tickSeconds =
                Histogram.builder()
                        .name("otherworld_instance_tick_seconds")
                        .help("Time the simulation thread spent on one tick")
                        .classicOnly()
                        .classicUpperBounds(TICK_BUCKETS)
                        .register(registry);
        ticksSkipped =
                counter(registry, "ticks_skipped", "Ticks left out because others were late");
        players = gauge(registry, "players", "Players connected");
        Gauge seats =
                Gauge.builder()
                        .name("otherworld_instance_seats")
                        .help("Seats by state")
                        .labelNames("state")
                        .register(registry);
        seatsOccupied = seats.labelValues("occupied");
        seatsHeld = seats.labelValues("held");
        messagesIn = counter(registry, "messages_received", "Messages of clients");
        messagesOut = counter(registry, "messages_sent", "Messages to clients");
        bytesIn = counter(registry, "received_bytes", "Bytes of clients' messages");
        bytesOut = counter(registry, "sent_bytes", "Bytes to clients, WebSocket headers included");
        editsApplied = counter(registry, "edits_applied", "Edits applied in memory");
        editsDurable = counter(registry, "edits_durable", "Edits committed");
        editsResent =
                counter(registry, "edits_resent", "Edits that were answered again, not done again");
        durableSeconds =
                Histogram.builder()
                        .name("otherworld_instance_durable_seconds")
                        .help("From an edit's being applied to its being known durable")
                        .classicOnly()
                        .classicUpperBounds(DURABLE_BUCKETS)
                        .register(registry);
        epoch =
                gauge(
                        registry,
                        "epoch",
                        "Fencing token this host writes under; 0 before it has one");
        leaseHeld = gauge(registry, "lease_held", "1 while the lease is held and renewed in time");
        storageStalled =
                gauge(
                        registry,
                        "storage_stalled",
                        "1 while edits that were applied do not become durable");
        unreadable =
                gauge(
                        registry,
                        "unreadable_rows",
                        "Stored entities and answers that could not be read and were left out");
        epochsRaised =
                counter(
                        registry,
                        "epochs_raised",
                        "Times the epoch was raised above one seen outside the database: it was restored from a back-up");
        entities = gauge(registry, "entities", "Props that exist");
        zones = gauge(registry, "zones", "Zones that hold anybody or anything");
        capacity = gauge(registry, "capacity_players", "The cap enforced now");
        cordoned = gauge(registry, "cordoned", "1 while nobody new is admitted");
        connections =
                Gauge.builder()
                        .name("otherworld_instance_connections")
                        .help("Connections by transport, admitted or not")
                        .labelNames("transport")
                        .register(registry);
        sessions =
                Counter.builder()
                        .name("otherworld_instance_sessions")
                        .help("Players admitted, by transport and by why their client chose it")
                        .labelNames("transport", "reason")
                        .register(registry);
        httpRefused =
                labelled(
                        registry,
                        "http_refused",
                        "Requests that were not answered because they were none, by problem",
                        "problem");
        corrections = counter(registry, "corrections", "Moves that were corrected");
        posesWritten = counter(registry, "poses_written", "Pose blobs written to Redis");
        Counter goodbye =
                labelled(registry, "goodbyes", "Connections ended by the instance", "reason");
        for (GoodbyeReason reason : GoodbyeReason.values()) {
            goodbyes.put(reason, goodbye.labelValues(reason.name()));
        }
        Counter refused = labelled(registry, "edits_refused", "Edits refused", "reason");
        for (RefusalReason reason : RefusalReason.values()) {
            refusals.put(reason, refused.labelValues(reason.name()));
        }
        Counter hits = labelled(registry, "limit_hits", "Times a bound was reached", "limit");
        for (Limit limit : Limit.values()) {
            limits.put(limit, hits.labelValues(limit.name().toLowerCase(Locale.ROOT)));
        }
        Counter redis = labelled(registry, "redis_errors", "Calls to Redis that failed", "call");
        ledgerErrors = redis.labelValues("ledger");
        poseErrors = redis.labelValues("pose");
    }

    /** The gauge of one transport's connections. */
    public GaugeDataPoint connections(String transport) {
        return connections.labelValues(transport);
    }

    /** Shows how many TCP connections are open on the players' port, whatever they carry. */
    public void tcpConnections(IntSupplier open) {
        GaugeWithCallback.builder()
                .name("otherworld_instance_tcp_connections")
                .help("TCP connections of the players' port, HTTP included")
                .callback(callback -> callback.call(open.getAsInt()))
                .register(registry);
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

    private static Counter counter(PrometheusRegistry registry, String name, String help) {
        return Counter.builder().name("otherworld_instance_" + name).help(help).register(registry);
    }

    private static Counter labelled(
            PrometheusRegistry registry, String name, String help, String label) {
        return Counter.builder()
                .name("otherworld_instance_" + name)
                .help(help)
                .labelNames(label)
                .register(registry);
    }

    private static Gauge gauge(PrometheusRegistry registry, String name, String help) {
        return Gauge.builder().name("otherworld_instance_" + name).help(help).register(registry);
    }
}
