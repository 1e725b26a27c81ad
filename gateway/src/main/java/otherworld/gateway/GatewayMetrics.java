package otherworld.gateway;

import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Locale;
import otherworld.http.HttpProblem;
import otherworld.ops.Problem;
import otherworld.protocol.GoodbyeReason;

/** What the gateway counts. */
public final class GatewayMetrics {
    private static final double[] BUCKETS = {.001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5};

    /** Players who are connected to their instances. */
    public final Gauge sessions;

    /** Since the start. */
    public final Counter sessionsBegun;

    /** From Hello until the instance has it. */
    public final DistributionDataPoint openSeconds;

    public final Counter bytesToClients;
    public final Counter bytesToInstances;

    /** Times that the instance was not read since its client was slow, and the other way round. */
    public final Counter waitsForClients;

    public final Counter waitsForInstances;

    private final Counter ended;
    private final Counter goodbyes;
    private final Counter problems;
    private final Counter lookups;

    /** How a session ended. */
    public enum Ended {
        /** The instance ended it, or went away. */
        INSTANCE,
        CLIENT,
        /** The client took nothing for long. */
        STALLED,
        /** The gateway went away. */
        DRAINED;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Where the word on an instance's place came from. */
    public enum Lookup {
        CACHE,
        LEDGER,
        /** The ledger did not answer, and what it had said before was taken. */
        STALE,
        FAILED;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public GatewayMetrics(PrometheusRegistry registry) {
        sessions =
                Gauge.builder()
                        .name("otherworld_gateway_sessions")
                        .help("Players who are connected to their instances")
                        .register(registry);
        sessionsBegun =
                counter("sessions_begun_total", "Players who were connected to their instances")
                        .register(registry);
        openSeconds =
                Histogram.builder()
                        .name("otherworld_gateway_open_seconds")
                        .help("From a player's Hello until the instance has it")
                        .classicOnly()
                        .classicUpperBounds(BUCKETS)
                        .register(registry);
        bytesToClients =
                counter("bytes_to_clients_total", "Bytes of instances that were passed on")
                        .register(registry);
        bytesToInstances =
                counter("bytes_to_instances_total", "Bytes of players that were passed on")
                        .register(registry);
        waitsForClients =
                counter("waits_for_clients_total", "Times an instance waited for a slow client")
                        .register(registry);
        waitsForInstances =
                counter("waits_for_instances_total", "Times a client waited for a slow instance")
                        .register(registry);
        ended =
                counter("sessions_ended_total", "Connections that ended, by who ended them")
                        .labelNames("by")
                        .register(registry);
        goodbyes =
                counter("goodbyes_total", "Goodbyes of the gateway's own, by reason")
                        .labelNames("reason")
                        .register(registry);
        problems =
                counter("problems_total", "Requests refused, by problem")
                        .labelNames("kind")
                        .register(registry);
        lookups =
                counter("lookups_total", "Times an instance's place was looked up, by source")
                        .labelNames("from")
                        .register(registry);
        for (Ended by : Ended.values()) {
            ended.initLabelValues(by.label());
        }
        for (Lookup from : Lookup.values()) {
            lookups.initLabelValues(from.label());
        }
        for (Problem.Kind kind : GatewayProblem.values()) {
            problems.initLabelValues(kind.name());
        }
        for (Problem.Kind kind : HttpProblem.values()) {
            problems.initLabelValues(kind.name());
        }
    }

    private static Counter.Builder counter(String name, String help) {
        return Counter.builder().name("otherworld_gateway_" + name).help(help);
    }

    public void ended(Ended by) {
        ended.labelValues(by.label()).inc();
    }

    public void goodbye(GoodbyeReason reason) {
        goodbyes.labelValues(reason.name()).inc();
    }

    public void refused(Problem problem) {
        problems.labelValues(problem.kind().name()).inc();
    }

    public void lookup(Lookup from) {
        lookups.labelValues(from.label()).inc();
    }
}
