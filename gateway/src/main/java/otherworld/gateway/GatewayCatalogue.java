package otherworld.gateway;

import java.util.Arrays;
import java.util.stream.Stream;
import otherworld.http.HttpProblem;
import otherworld.http.ServerMetrics;
import otherworld.ops.TicketKeyMetrics;
import otherworld.ops.metric.Buckets;
import otherworld.ops.metric.Catalogue;
import otherworld.ops.metric.Label;
import otherworld.ops.metric.MetricSpec.CounterSpec;
import otherworld.ops.metric.MetricSpec.GaugeSpec;
import otherworld.ops.metric.MetricSpec.HistogramSpec;
import otherworld.ops.metric.Unit;
import otherworld.ops.tls.InternalTlsMetrics;
import otherworld.protocol.GoodbyeReason;
import otherworld.tracing.SpanCounts;

/** Every metric of the gateway. */
public final class GatewayCatalogue {
    public static final Catalogue CATALOGUE = new Catalogue("gateway", "otherworld_gateway_");

    private static final Buckets OPEN =
            new Buckets(
                    "a token's check and a connection within the cluster take 1 to 10 ms; players see delays above 0.1 s, and give up after 5 s",
                    .001,
                    .002,
                    .005,
                    .01,
                    .02,
                    .05,
                    .1,
                    .2,
                    .5,
                    1,
                    2,
                    5);

    public static final GaugeSpec SESSIONS =
            CATALOGUE
                    .metric("sessions", "Players who are connected to their instances")
                    .gauge(Unit.COUNT);

    public static final CounterSpec SESSIONS_BEGUN =
            counter("sessions_begun_total", "Players who were connected to their instances");

    public static final HistogramSpec OPEN_SECONDS =
            CATALOGUE
                    .metric("open_seconds", "From a player's Hello until the instance has it")
                    .histogram(OPEN);

    public static final CounterSpec BYTES_TO_CLIENTS =
            counter("bytes_to_clients_total", "Bytes of instances that were passed on");

    public static final CounterSpec BYTES_TO_INSTANCES =
            counter("bytes_to_instances_total", "Bytes of players that were passed on");

    public static final CounterSpec WAITS_FOR_CLIENTS =
            counter("waits_for_clients_total", "Times an instance waited for a slow client");

    public static final CounterSpec WAITS_FOR_INSTANCES =
            counter("waits_for_instances_total", "Times a client waited for a slow instance");

    public static final CounterSpec SESSIONS_ENDED =
            counter(
                    "sessions_ended_total",
                    "Connections that ended, by who ended them",
                    Label.of("by", GatewayMetrics.Ended.values()));

    public static final CounterSpec GOODBYES =
            counter(
                    "goodbyes_total",
                    "Goodbyes of the gateway's own, by reason",
                    Label.of("reason", GoodbyeReason.values(), Enum::name));

    public static final CounterSpec PROBLEMS =
            counter(
                    "problems_total",
                    "Requests refused, by problem",
                    Label.of(
                            "kind",
                            Stream.concat(
                                            Arrays.stream(GatewayProblem.values()),
                                            Arrays.stream(HttpProblem.values()))
                                    .map(Enum::name)
                                    .distinct()
                                    .toArray(String[]::new)));

    public static final CounterSpec LOOKUPS =
            counter(
                    "lookups_total",
                    "Times an instance's place was looked up, by source",
                    Label.of("from", GatewayMetrics.Lookup.values()));

    public static final CounterSpec PLAIN_DIALS =
            counter(
                    "plain_dials_total",
                    "Times an instance was dialled in plain text since it did not speak TLS; only while OTHERWORLD_INTERNAL_TLS_MODE is permissive");

    public static final GaugeSpec LEDGER_UP =
            CATALOGUE
                    .metric("ledger_up", "1 if the seat ledger answered when it was asked last")
                    .gauge(Unit.FLAG);

    public static final ServerMetrics.Specs HTTP = ServerMetrics.Specs.in(CATALOGUE);

    public static final TicketKeyMetrics.Specs TICKET_KEYS = TicketKeyMetrics.Specs.in(CATALOGUE);

    public static final InternalTlsMetrics.Specs INTERNAL_TLS =
            InternalTlsMetrics.Specs.in(CATALOGUE);

    public static final CounterSpec TRACE_SPANS = SpanCounts.declare(CATALOGUE);

    private GatewayCatalogue() {}

    private static CounterSpec counter(String name, String help, Label... labels) {
        return CATALOGUE.metric(name, help).labels(labels).counter();
    }
}
