package otherworld.gateway;

import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Locale;
import otherworld.ops.Problem;
import otherworld.protocol.GoodbyeReason;

/** What the gateway counts. */
public final class GatewayMetrics {
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

    /** Instances that were dialled in plain text since they spoke no TLS. */
    public final Counter plainDials;

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
        sessions = GatewayCatalogue.SESSIONS.register(registry);
        sessionsBegun = GatewayCatalogue.SESSIONS_BEGUN.register(registry);
        openSeconds = GatewayCatalogue.OPEN_SECONDS.register(registry);
        bytesToClients = GatewayCatalogue.BYTES_TO_CLIENTS.register(registry);
        bytesToInstances = GatewayCatalogue.BYTES_TO_INSTANCES.register(registry);
        waitsForClients = GatewayCatalogue.WAITS_FOR_CLIENTS.register(registry);
        waitsForInstances = GatewayCatalogue.WAITS_FOR_INSTANCES.register(registry);
        plainDials = GatewayCatalogue.PLAIN_DIALS.register(registry);
        ended = GatewayCatalogue.SESSIONS_ENDED.register(registry);
        goodbyes = GatewayCatalogue.GOODBYES.register(registry);
        problems = GatewayCatalogue.PROBLEMS.register(registry);
        lookups = GatewayCatalogue.LOOKUPS.register(registry);
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
