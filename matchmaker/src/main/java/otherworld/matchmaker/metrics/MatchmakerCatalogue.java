package otherworld.matchmaker.metrics;

import otherworld.http.HttpProblem;
import otherworld.http.ServerMetrics;
import otherworld.ledger.RedisWarning;
import otherworld.matchmaker.http.ProblemKind;
import otherworld.ops.metric.Buckets;
import otherworld.ops.metric.Catalogue;
import otherworld.ops.metric.Label;
import otherworld.ops.metric.MetricSpec.CounterSpec;
import otherworld.ops.metric.MetricSpec.GaugeSpec;
import otherworld.ops.metric.MetricSpec.HistogramSpec;
import otherworld.ops.metric.Unit;
import otherworld.ops.tls.InternalTlsMetrics;
import otherworld.tracing.SpanCounts;

/** Every metric of the matchmaker. */
public final class MatchmakerCatalogue {
    public static final Catalogue CATALOGUE = new Catalogue("matchmaker", "otherworld_matchmaker_");

    private static final Buckets WORK =
            new Buckets(
                    "an answer takes 1 to 5 ms, most of it Redis; above 1 s the caller has given up",
                    .0005,
                    .001,
                    .002,
                    .003,
                    .005,
                    .0075,
                    .01,
                    .02,
                    .03,
                    .05,
                    .1,
                    .25,
                    .5,
                    1,
                    2.5);

    /** 2 s is the promise, and so a bound; those who wait long ask every 0.5 to 5 s. */
    private static final Buckets WAIT =
            new Buckets(
                    "who finds a seat free waits 0 s; 2 s is what is promised; a started instance takes 1 to 10 s, a new node minutes",
                    .1,
                    .5,
                    1,
                    2,
                    3,
                    5,
                    10,
                    20,
                    30,
                    60,
                    120,
                    300);

    private static final String WORLDS = "there is a World";

    public static final HistogramSpec SEAT_WAIT_SECONDS =
            CATALOGUE
                    .metric(
                            "seat_wait_seconds",
                            "From a player's first request for a seat until they are seated, whichever matchmakers were asked meanwhile")
                    .labels(Label.NAMESPACE, Label.WORLD)
                    .when(WORLDS)
                    .histogram(WAIT);

    public static final CounterSpec SEATS_LATE =
            CATALOGUE
                    .metric(
                            "seats_late_total",
                            "Requests for a seat that had none after 2 s, once each: those who were seated later, and those who gave up")
                    .labels(Label.NAMESPACE, Label.WORLD)
                    .when(WORLDS)
                    .counter();

    public static final GaugeSpec QUEUE_PARTIES =
            CATALOGUE
                    .metric(
                            "queue_parties",
                            "Parties that wait for a seat anywhere in the World, as this matchmaker saw last; of matchmakers with an operator's stream")
                    .labels(Label.NAMESPACE, Label.WORLD)
                    .when("an operator is connected to this matchmaker")
                    .gauge(Unit.COUNT);

    public static final CounterSpec REQUESTS =
            CATALOGUE
                    .metric("requests_total", "Requests answered, by what came of them")
                    .labels(
                            Label.of("operation", "seat", "resume", "cancel"),
                            Label.of("outcome", "seated", "waiting", "found", "done"))
                    .counter();

    public static final CounterSpec PROBLEMS =
            CATALOGUE
                    .metric(
                            "problems_total",
                            "Requests refused, by problem; RATE_LIMITED and QUEUE_FULL are limits hit")
                    .labels(
                            Label.of(
                                    "kind",
                                    java.util.stream.Stream.concat(
                                                    java.util.Arrays.stream(ProblemKind.values()),
                                                    java.util.Arrays.stream(HttpProblem.values()))
                                            .map(Enum::name)
                                            .toArray(String[]::new)))
                    .counter();

    public static final HistogramSpec SEAT_SECONDS =
            CATALOGUE
                    .metric("seat_seconds", "Time to answer a seat request, in the process")
                    .like("agones_gameserver_allocations_duration_seconds")
                    .histogram(WORK);

    public static final HistogramSpec ASSIGN_SECONDS =
            CATALOGUE
                    .metric("assign_seconds", "Time the seat ledger took to assign")
                    .histogram(WORK);

    public static final GaugeSpec OPERATOR_STREAMS =
            CATALOGUE.metric("operator_streams", "Operators connected").gauge(Unit.COUNT);

    public static final GaugeSpec LEDGER_UP =
            CATALOGUE.metric("ledger_up", "1 while the seat ledger answers").gauge(Unit.FLAG);

    public static final GaugeSpec REDIS_WARNING =
            CATALOGUE
                    .metric(
                            "redis_warning",
                            "1 while a Redis server endangers what is in it; the log says which and how")
                    .labels(Label.of("kind", RedisWarning.Kind.values(), RedisWarning.Kind::label))
                    .gauge(Unit.FLAG);

    public static final CounterSpec ISSUER_READS =
            CATALOGUE
                    .metric(
                            "issuer_reads_total",
                            "Reads of the token issuer's keys, by what came of them")
                    .labels(Label.of("outcome", "read", "failed"))
                    .counter();

    public static final GaugeSpec ISSUER_KEYS =
            CATALOGUE
                    .metric("issuer_keys", "Keys of the token issuer that are believed")
                    .gauge(Unit.COUNT);

    public static final GaugeSpec ISSUER_UP =
            CATALOGUE
                    .metric(
                            "issuer_up",
                            "1 while the last read of the token issuer's keys gave some")
                    .gauge(Unit.FLAG);

    public static final GaugeSpec TICKET_KEY_MADE =
            CATALOGUE
                    .metric(
                            "ticket_key_made_seconds",
                            "When each ticket key that this matchmaker publishes was made, and whether it signs; 0 if its set does not say when")
                    .labels(
                            Label.open(
                                    "kid",
                                    "ticket keys that are published: one, and two while they are exchanged"),
                            Label.of("use", "signs", "published"))
                    .gauge(Unit.TIMESTAMP);

    public static final CounterSpec GRPC_CONNECTIONS_REFUSED =
            CATALOGUE
                    .metric(
                            "grpc_connections_refused_total",
                            "Connections to the operators' port beyond 64")
                    .counter();

    public static final CounterSpec WORLDS_FORGOTTEN =
            CATALOGUE
                    .metric(
                            "worlds_forgotten_total",
                            "Worlds forgotten for their deletionPolicy, by what became of their rows")
                    .labels(Label.of("rows", "removed", "kept"))
                    .counter();

    public static final ServerMetrics.Specs HTTP = ServerMetrics.Specs.in(CATALOGUE);

    public static final InternalTlsMetrics.Specs INTERNAL_TLS =
            InternalTlsMetrics.Specs.in(CATALOGUE);

    public static final CounterSpec TRACE_SPANS = SpanCounts.declare(CATALOGUE);

    private MatchmakerCatalogue() {}
}
