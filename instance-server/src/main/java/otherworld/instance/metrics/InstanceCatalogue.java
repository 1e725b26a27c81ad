package otherworld.instance.metrics;

import otherworld.instance.config.Limit;
import otherworld.instance.config.Limits;
import otherworld.ops.TicketKeyMetrics;
import otherworld.ops.metric.Buckets;
import otherworld.ops.metric.Catalogue;
import otherworld.ops.metric.Label;
import otherworld.ops.metric.MetricSpec.CounterSpec;
import otherworld.ops.metric.MetricSpec.GaugeSpec;
import otherworld.ops.metric.MetricSpec.HistogramSpec;
import otherworld.ops.metric.Unit;
import otherworld.ops.tls.InternalTlsMetrics;
import otherworld.persistence.PatchWriter;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.RefusalReason;
import otherworld.tracing.SpanCounts;
import otherworld.webrtc.port.PortEvent;

/** Every metric of an instance. Its World and ordinal are labels of whoever scrapes it. */
public final class InstanceCatalogue {
    public static final Catalogue CATALOGUE = new Catalogue("instance", "otherworld_instance_");

    public static final Label TRANSPORT = Label.of("transport", "websocket", "webrtc");

    /** Why a client uses its transport. */
    public static final Label ORIGIN =
            Label.of(
                    "reason",
                    "direct",
                    "resume",
                    "upgrade",
                    "webrtc-timeout",
                    "webrtc-refused",
                    "webrtc-failed",
                    "webrtc-missing",
                    "other");

    /** Why a WebRTC peer is gone. */
    public static final Label PEER_END =
            Label.of(
                    "reason",
                    "closed_here",
                    "closed_by_peer",
                    "consent_lost",
                    "timeout_ice",
                    "timeout_dtls",
                    "timeout_sctp",
                    "timeout_connected",
                    "timeout_closing",
                    "timeout_closed",
                    "dtls_failed",
                    "sctp_ended",
                    "internal");

    private static final Label PROBLEM =
            Label.open("problem", "the kinds of problem in docs/troubleshooting.md, about 30");

    private static final String HOSTS = "the instance has its lease and hosts";
    private static final String UDP = "the pod takes WebRTC";
    private static final String TLS = "the World has network.tls";

    private static final Buckets TICK =
            new Buckets(
                    "a tick has 33 ms at 30 Hz, 50 at 20 and 100 at 10; most take below 2 ms, and a second shows a pause",
                    .00025,
                    .0005,
                    .001,
                    .0015,
                    .002,
                    .003,
                    .004,
                    .006,
                    .008,
                    .012,
                    .016,
                    .024,
                    .033,
                    .05,
                    .1,
                    .25,
                    1);

    private static final Buckets DURABLE =
            new Buckets(
                    "a commit takes 2 to 20 ms; 1 s is what is promised, and so a bound; 10 s is past any lease",
                    .001,
                    .002,
                    .003,
                    .005,
                    .0075,
                    .01,
                    .015,
                    .02,
                    .03,
                    .05,
                    .1,
                    .25,
                    .5,
                    1,
                    2.5,
                    5,
                    10);

    private static final Buckets JOIN =
            new Buckets(
                    "a token's check, a turn of the simulation and a claim in Redis take 5 to 30 ms; players see delays above 0.1 s, and clients give up after 5 s",
                    .0025,
                    .005,
                    .01,
                    .02,
                    .03,
                    .05,
                    .1,
                    .2,
                    .5,
                    1,
                    2,
                    5);

    private static final Buckets AGE =
            new Buckets(
                    "others are told at the next presence tick, 33 to 100 ms later at most; above 0.15 s movement looks late, above 0.5 s wrong",
                    .005,
                    .01,
                    .02,
                    .033,
                    .05,
                    .067,
                    .1,
                    .15,
                    .25,
                    .5,
                    1,
                    2.5);

    // ---- players

    public static final GaugeSpec PLAYERS =
            gauge("players", "Players connected", "agones_gameserver_player_connected_total");
    public static final GaugeSpec CAPACITY =
            gauge(
                    "capacity_players",
                    "The cap enforced now",
                    "agones_gameserver_player_capacity_total");
    public static final GaugeSpec SEATS =
            CATALOGUE
                    .metric("seats", "Seats by state")
                    .labels(Label.of("state", "occupied", "held"))
                    .gauge(Unit.COUNT);
    public static final CounterSpec SESSIONS =
            counter(
                    "sessions_total",
                    "Players admitted, by transport and by why their client chose it",
                    TRANSPORT,
                    ORIGIN);
    public static final CounterSpec ADMISSIONS =
            counter(
                    "admissions_total",
                    "Players admitted: newcomers, and those who came back into the seat they had",
                    Label.of("kind", "new", "resumed"));
    public static final CounterSpec DISCONNECTS =
            counter(
                    "disconnects_total",
                    "Connections that ended without a Leave: their seats are held for the reconnect window");
    public static final HistogramSpec JOIN_SECONDS =
            CATALOGUE
                    .metric("join_seconds", "From a player's Hello until they are welcomed")
                    .histogram(JOIN);
    public static final CounterSpec GOODBYES =
            counter(
                    "goodbyes_total",
                    "Connections ended by the instance",
                    Label.of("reason", GoodbyeReason.values(), Enum::name));
    public static final HistogramSpec DELIVERY_AGE_SECONDS =
            CATALOGUE
                    .metric(
                            "delivery_age_seconds",
                            "How old the first movement not yet told of an avatar is when its viewers are told, without the network")
                    .histogram(AGE);
    public static final CounterSpec CORRECTIONS =
            counter("corrections_total", "Moves that were corrected");

    // ---- the simulation

    public static final HistogramSpec TICK_SECONDS =
            CATALOGUE
                    .metric("tick_seconds", "Time the simulation thread spent on one tick")
                    .histogram(TICK);
    public static final CounterSpec TICKS_LATE =
            counter(
                    "ticks_late_total",
                    "Ticks that were not done when the next one was due; those left out are ticks_skipped");
    public static final CounterSpec TICKS_SKIPPED =
            counter("ticks_skipped_total", "Ticks left out because others were late");
    public static final GaugeSpec INBOX =
            CATALOGUE
                    .metric(
                            "inbox_messages",
                            "Messages of clients that wait for the simulation; at %d their readers wait"
                                    .formatted(Limits.INBOX_MESSAGES))
                    .when(HOSTS)
                    .gauge(Unit.COUNT);
    public static final GaugeSpec ENTITIES = gauge("entities", "Props that exist", "");
    public static final GaugeSpec ZONES = gauge("zones", "Zones that hold anybody or anything", "");
    public static final GaugeSpec CORDONED = flag("cordoned", "1 while nobody new is admitted");

    // ---- the wire

    public static final CounterSpec MESSAGES_IN =
            counter("messages_received_total", "Messages of clients");
    public static final CounterSpec MESSAGES_OUT =
            counter("messages_sent_total", "Messages to clients");
    public static final CounterSpec BYTES_IN =
            counter("received_bytes_total", "Bytes of clients' messages");
    public static final CounterSpec BYTES_OUT =
            counter("sent_bytes_total", "Bytes to clients, WebSocket headers included");
    public static final GaugeSpec CONNECTIONS =
            CATALOGUE
                    .metric("connections", "Connections by transport, admitted or not")
                    .labels(TRANSPORT)
                    .gauge(Unit.COUNT);
    public static final GaugeSpec TCP_CONNECTIONS =
            gauge("tcp_connections", "TCP connections of the players' port, HTTP included", "");
    public static final CounterSpec HTTP_REFUSED =
            CATALOGUE
                    .metric(
                            "http_refused_total",
                            "Requests that were not answered because they were none, by problem")
                    .labels(PROBLEM)
                    .when("one was refused")
                    .counter();
    public static final CounterSpec LIMIT_HITS =
            counter(
                    "limit_hits_total",
                    "Times a bound was reached",
                    Label.of("limit", Limit.values(), Limit::label));
    public static final CounterSpec UNRELIABLE_SKIPPED =
            counter(
                    "unreliable_skipped_total",
                    "Messages that may be lost and were not sent: the client is behind");

    // ---- what is built

    public static final CounterSpec EDITS_APPLIED =
            counter("edits_applied_total", "Edits applied in memory");
    public static final CounterSpec EDITS_DURABLE =
            counter("edits_durable_total", "Edits committed");
    public static final CounterSpec EDITS_LATE =
            counter(
                    "edits_late_total",
                    "Edits that were not durable 1 s after they were applied, once each");
    public static final CounterSpec EDITS_RESENT =
            counter("edits_resent_total", "Edits that were answered again, not done again");
    public static final CounterSpec EDITS_REFUSED =
            counter(
                    "edits_refused_total",
                    "Edits refused",
                    Label.of("reason", RefusalReason.values(), Enum::name));
    public static final HistogramSpec DURABLE_SECONDS =
            CATALOGUE
                    .metric(
                            "durable_seconds",
                            "From an edit's being applied to its being known durable")
                    .histogram(DURABLE);

    // ---- lease and storage

    public static final GaugeSpec EPOCH =
            gauge("epoch", "Fencing token this host writes under; 0 before it has one", "");
    public static final GaugeSpec LEASE_HELD =
            flag("lease_held", "1 while the lease is held and renewed in time");
    public static final CounterSpec FREEZES =
            counter(
                    "freezes_total",
                    "Times the lease was not renewed in time: nothing was acknowledged until it was");
    public static final CounterSpec EPOCHS_RAISED =
            counter(
                    "epochs_raised_total",
                    "Times the epoch was raised above one seen outside the database: it was restored from a back-up");
    public static final GaugeSpec STORAGE_STALLED =
            flag("storage_stalled", "1 while edits that were applied do not become durable");
    public static final GaugeSpec STORAGE_DAMAGED =
            flag(
                    "storage_damaged",
                    "1 while what was committed is missing or unreadable: nothing is edited, or the instance is not loaded, before it is repaired");
    public static final GaugeSpec UNREADABLE_ROWS =
            gauge(
                    "unreadable_rows",
                    "Stored entities and answers that could not be read and were left out",
                    "");
    public static final GaugeSpec WRITER_WAITING =
            CATALOGUE
                    .metric(
                            "writer_waiting_edits",
                            "Edits applied and not yet durable; at %d edits are refused with STORAGE_SLOW"
                                    .formatted(PatchWriter.MAX_EDITS))
                    .when(HOSTS)
                    .gauge(Unit.COUNT);
    public static final CounterSpec WRITER_GROUPS =
            CATALOGUE
                    .metric("writer_groups_total", "Groups of edits committed to the journal")
                    .when(HOSTS)
                    .counter();
    public static final CounterSpec WRITER_RETRIES =
            CATALOGUE
                    .metric("writer_retries_total", "Times a group was sent again")
                    .when(HOSTS)
                    .counter();
    public static final GaugeSpec WRITER_LAST_COMMIT =
            CATALOGUE
                    .metric(
                            "writer_last_commit_seconds",
                            "Time the newest group took to be committed, with its retries")
                    .when(HOSTS)
                    .gauge(Unit.SECONDS);

    // ---- Redis

    public static final GaugeSpec LEDGER_UP =
            flag("ledger_up", "1 while the seat ledger answers this host's reports");
    public static final CounterSpec REDIS_ERRORS =
            counter(
                    "redis_errors_total",
                    "Calls to Redis that failed",
                    Label.of("call", "ledger", "pose"));
    public static final CounterSpec POSES_WRITTEN =
            counter("poses_written_total", "Pose blobs written to Redis");

    // ---- replication

    static final CounterSpec UPDATES =
            counter(
                    "replication_updates_total",
                    "Avatars told in EntityUpdates, once for each viewer");
    static final CounterSpec UPDATES_WHOLE =
            counter(
                    "replication_updates_whole_total",
                    "Of these, those told whole, not as a difference");
    static final CounterSpec UPDATE_BYTES =
            counter("replication_update_bytes_total", "Bytes of EntityUpdates");
    static final CounterSpec STATES =
            counter("replication_states_total", "Entities told in full, once for each viewer");
    static final CounterSpec STATE_BYTES =
            counter("replication_state_bytes_total", "Bytes of EntityStates");
    static final CounterSpec VIEWERS_BEHIND =
            counter(
                    "replication_viewers_behind_total",
                    "Presence ticks in which a viewer was told nothing because its client was behind");
    static final CounterSpec BUDGETS_SPENT =
            counter(
                    "replication_budgets_spent_total",
                    "Presence ticks in which a viewer's bytes did not do for all who were due");
    static final CounterSpec NEAREST_LEFT_OUT =
            counter(
                    "replication_nearest_left_out_total",
                    "Presence ticks in which not even all of a viewer's nearest were told");
    static final CounterSpec VIEWS_FULL =
            counter(
                    "replication_views_full_total",
                    "Looks around at which a viewer could not be shown all that it should see");
    static final GaugeSpec DEGRADATION =
            gauge(
                    "replication_degradation",
                    "What is left out because ticks take too long: 0 nothing, 1 the rate of all but the nearest, 2 and 3 entities, 4 and 5 updates",
                    "");

    // ---- WebRTC and TLS

    public static final CounterSpec WEBRTC_REFUSED =
            CATALOGUE
                    .metric(
                            "webrtc_refused_total",
                            "Requests of signalling that were refused, by problem")
                    .labels(PROBLEM)
                    .when("one was refused")
                    .counter();
    public static final CounterSpec WEBRTC_CLOSED =
            counter(
                    "webrtc_closed_total",
                    "Peers that are gone, by reason; those that never connected included",
                    PEER_END);
    public static final GaugeSpec WEBRTC_PEERS =
            CATALOGUE
                    .metric("webrtc_peers", "WebRTC peers by state")
                    .labels(Label.of("state", "connected", "half_open"))
                    .when(UDP)
                    .gauge(Unit.COUNT);
    public static final CounterSpec WEBRTC_EVENTS =
            CATALOGUE
                    .metric(
                            "webrtc_events_total",
                            "What happened at the UDP port: traffic, abuse, limits")
                    .labels(Label.of("event", PortEvent.values()))
                    .when(UDP)
                    .counter();
    public static final GaugeSpec TLS_NOT_AFTER =
            CATALOGUE
                    .metric(
                            "tls_not_after_seconds",
                            "When the certificate of the players' port ends")
                    .when(TLS)
                    .gauge(Unit.TIMESTAMP);
    public static final GaugeSpec TLS_UNUSABLE =
            CATALOGUE
                    .metric(
                            "tls_unusable",
                            "1 while the files of the certificate cannot be used, and older ones are")
                    .when(TLS)
                    .gauge(Unit.FLAG);

    public static final TicketKeyMetrics.Specs TICKET_KEYS = TicketKeyMetrics.Specs.in(CATALOGUE);

    public static final InternalTlsMetrics.Specs INTERNAL_TLS =
            InternalTlsMetrics.Specs.in(CATALOGUE);

    public static final CounterSpec TRACE_SPANS = SpanCounts.declare(CATALOGUE);

    private InstanceCatalogue() {}

    private static CounterSpec counter(String name, String help, Label... labels) {
        return CATALOGUE.metric(name, help).labels(labels).counter();
    }

    private static GaugeSpec gauge(String name, String help, String agones) {
        return CATALOGUE.metric(name, help).like(agones).gauge(Unit.COUNT);
    }

    private static GaugeSpec flag(String name, String help) {
        return CATALOGUE.metric(name, help).gauge(Unit.FLAG);
    }
}
